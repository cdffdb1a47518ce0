package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// put adds a part to the run.
func put(name string, from, to time.Duration) edit {
	return also(func(r *handwritten) { r.Parts = append(r.Parts, record.Part{Name: name, From: from, To: to}) })
}

// begunAt is a job that begins then, and is right to its end.
func begunAt(began time.Duration) edit {
	return also(func(r *handwritten) {
		r.start(15, 202, at(began))
		r.read(15, 200, at(began+100*ms))
		r.done(15, at(began+1000*ms))
		r.result(15)
		r.done(15, at(began+1200*ms), change(late))
	})
}

var afterwards = begunAt(700 * ms)

// lostWhenDone has no job be known once some are done, and their results were not yet read: of an unknown job, and of one that failed, the result is
// answered alike.
var lostWhenDone = both(on(and(of(results, everybody...), sent(1006*ms, time.Hour)), status(422)), on(and(of(reads, everybody...), sent(1006*ms, time.Hour)), lost))

var doneAndLost = both(put(record.PartRestart, 1006*ms, 1008*ms), lostWhenDone)

var refusedThen = on(and(either(reads, results), sent(500*ms, 640*ms)), fails(record.FailureConnect, "refused"))

var restartCases = []testCase{
	{"jobs.survive-restart", "kept across a restart", Pass, "", put(record.PartRestart, 500*ms, 600*ms)},
	{"jobs.survive-restart", "a restart after all", NotObserved, "no job that began before the restart was known after it", put(record.PartRestart, 5000*ms, 5100*ms)},
	{"jobs.survive-restart", "running jobs unknown after a restart", Fail, "are lost by the restart at 0.500 s", both(put(record.PartRestart, 500*ms, 600*ms), afterwards,
		on(and(of(reads, everybody...), sent(500*ms, time.Hour)), lost), never(of(results, everybody...)))},
	{"jobs.survive-restart", "done jobs unknown after a restart, whose results were not read before it", Fail, "8 done ones are lost by the restart at 1.006 s", both(doneAndLost, begunAt(1100*ms))},
	{"jobs.survive-restart", "the same, and no job is begun after it", Fail, "are lost by the restart at 1.006 s", doneAndLost},
	{"jobs.survive-restart", "refused for a moment, and unknown from then on", Fail, "connections were refused or reset from", both(refusedThen,
		on(and(of(reads, everybody...), sent(640*ms, time.Hour)), lost), never(results))},
	{"http.available", "refused for a moment, and well again", Fail, "no job was lost", refusedThen},
	{"monitor.ready", "unknown before a restart too", Fail, "404 Not Found", both(put(record.PartRestart, 500*ms, 600*ms), afterwards, on(of(reads, everybody...), lost), never(of(results, everybody...)))},

	{"jobs.survive-rollout", "nobody noticed", Pass, "", put(record.PartRollout, 500*ms, 700*ms)},
	{"jobs.survive-rollout", "no rollout", NotApplicable, "it needs --rollout", asIs},
	{"jobs.survive-rollout", "after all", NotObserved, "nothing was asked", put(record.PartRollout, time.Hour, time.Hour)},
	{"jobs.survive-rollout", "refused meanwhile", Fail, "nothing failed before it", both(put(record.PartRollout, 500*ms, 700*ms), refusedThen)},
	{"jobs.survive-rollout", "jobs lost by it", Fail, "are unknown", both(put(record.PartRollout, 500*ms, 700*ms), on(and(of(reads, everybody...), sent(500*ms, time.Hour)), lost), never(results))},
	{"jobs.survive-rollout", "done jobs lost by it, whose results were not read before it", Fail, "14 jobs are unknown", both(put(record.PartRollout, 1006*ms, 1008*ms), lostWhenDone)},
	{"monitor.ready", "unknown before a rollout too", Fail, "404 Not Found", both(put(record.PartRollout, 500*ms, 700*ms), on(of(reads, everybody...), lost), never(results))},
}
