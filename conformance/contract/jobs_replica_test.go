package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func atReplica(e *record.Exchange) { e.Peer = "10.0.0.2:8080" }

func onFresh(e *record.Exchange) bool { return e.Fresh && e.Job > 0 && e.Probe == "" }

// byReplica has the second read of each job's life, and the late ones, go to a replica.
var byReplica = on(onFresh, atReplica)

// undone has jobs be pending at a replica, so long after they were done.
func undone(since time.Duration, jobs ...int) edit {
	return also(func(r *handwritten) {
		for _, job := range jobs {
			r.read(job, 200, at(1010*ms+since), change(atReplica))
		}
	})
}

var replicaCases = []testCase{
	{"jobs.replicas", "replicas that know every job", Pass, "", byReplica},
	{"jobs.replicas", "a replica that knows no job", Fail, "wrong at 10.0.0.2:8080, about 14 jobs: the first (#", both(byReplica, on(onFresh, lost))},
	{"jobs.replicas", "a replica that forgets done jobs", Fail, "at the target's own address no read fails this way", both(byReplica, on(and(onFresh, lates), lost))},
	{"jobs.replicas", "a replica that answers 500", Fail, "was answered 500 Internal Server Error", both(byReplica, on(onFresh, status(500)))},
	{"jobs.replicas", "a replica that takes no connections", Fail, "got no answer (refused)", both(byReplica, on(onFresh, fails(record.FailureConnect, "refused")))},
	{"jobs.replicas", "pending for long after another said done", Fail, "1.205s after another address had said done", undone(1200*ms, 1, 2)},
	{"monitor.status", "unknown at a replica, and at home", Fail, "404 Not Found", both(byReplica, on(and(and(of(reads, 1, 2), not(lates)), onFresh), lost), on(nowAndThen(1), lost))},
	{"monitor.status", "unknown at a replica, one job once", Fail, "404 Not Found", both(byReplica, on(and(and(of(reads, 1), not(lates)), onFresh), lost))},
	{"monitor.final", "pending at the same replica that said done", Fail, "200 OK", both(on(of(dones, 1), atReplica), undone(200*ms, 1))},

	{"jobs.replica-lag", "pending for a moment after another said done", Yes, "", undone(200*ms, 1, 2)},
	{"jobs.replica-lag", "done everywhere at once", No, "", also(func(r *handwritten) { r.done(1, at(1100*ms), change(atReplica)) })},
	{"jobs.replica-lag", "read much later", NotObserved, "within a second", both(byReplica, on(lates, later(time.Second)))},
	{"jobs.replica-lag", "one address", NotApplicable, "it needs --replica", asIs},
}
