package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// ids has results carry the ids of other jobs, and not their own: of job n that of job next(n).
func ids(next map[int]int) edit {
	return on(results, func(e *record.Exchange) {
		if other, given := next[e.Job]; given {
			e.Body.Mentions = []record.Mention{{Job: other, Before: `{"job":"`}}
		}
	})
}

// shared gives jobs one result URL.
func shared(jobs ...int) edit { return on(of(dones, jobs...), field("Location: /v1/result/latest")) }

func chain(r *handwritten) {
	on(results, func(e *record.Exchange) { e.Body.Mentions = nil })(r)
	for _, job := range everybody[1:] {
		on(of(results, job), carries(`{"previous":"`, job-1))(r)
	}
}

var ownCases = []testCase{
	{"result.own", "each its own", Pass, "", asIs},
	{"result.own", "no ids at all, and equal bodies", Pass, "", on(results, body("42"))},
	{"result.own", "equal bodies share a URL", Pass, "", both(on(results, body("42")), on(dones, field("Location: /v1/by-content/42")))},
	{"result.own", "equal bodies share a URL, and name the job that made them", Pass, "", both(on(results, body("42"), carries(`"by":"`, 1)), on(dones, field("Location: /v1/by-content/42")))},
	{"result.own", "the previous job's id, a chain", Pass, "", chain},
	{"result.own", "the previous job's id and its own", Pass, "", on(results, carries(`,"previous":"`, 1))},
	{"result.own", "one stray id", Pass, "", ids(map[int]int{9: 10})},
	{"result.own", "the previous job's id, now and then without its own", Pass, "", both(on(of(results, everybody[1:]...), carries(`,"previous":"`, 1)), on(of(results, 9, 10), func(e *record.Exchange) { e.Body.Mentions = e.Body.Mentions[1:] }))},
	{"result.own", "one URL, huge results that are read in part", Pass, "", both(on(results, body("42")), on(dones, field("Location: /v1/by-content/42")), on(of(results, 9), body("4"), func(e *record.Exchange) { e.Body.Bounded = true }))},
	{"result.own", "jobs side by side, in a list", Pass, "", on(results, func(e *record.Exchange) {
		e.Body.Mentions = []record.Mention{{Job: e.Job%14 + 1, Before: `{"others":["`}, {Job: (e.Job+1)%14 + 1, Before: `","`}}
	})},
	{"result.own", "swapped", Fail, "the result of job 9 carries the id of job 10 in place of its own, that of job 10 the id of job 9", ids(map[int]int{9: 10, 10: 9})},
	{"result.own", "swapped, and none has its own", Fail, "in place of its own", ids(rotated())},
	{"result.own", "all have the last one's", Fail, "carries the id of job 14 in place of its own", ids(map[int]int{9: 14, 10: 14})},
	{"result.own", "one URL, the latest result", Fail, "are both given the result http://api.example.org/v1/result/latest, and its content was not the same for both", both(shared(9, 10), on(of(results, 10), at(3*time.Second)))},
	{"result.own", "one URL, whose content changes", Fail, "its content was not the same for both", both(shared(9, 10), on(and(of(results, 9, 10), lates), body("other")))},
	{"result.own", "one job", NotObserved, "fewer than two results were read", only(9)},
	{"result.own", "one monitor for all", Blocked, "start.own-job", both(on(starts, field("Location: /v1/monitor/1")), on(results, fails(record.FailureWithheld, "read already")))},
}

func rotated() map[int]int {
	next := map[int]int{}
	for i, job := range everybody {
		next[job] = everybody[(i+1)%len(everybody)]
	}
	return next
}

func ofTogether(chosen pick) pick { return of(chosen, together...) }

var jobsCases = []testCase{
	{"jobs.concurrent", "all well", Pass, "", asIs},
	{"jobs.concurrent", "not accepted", Fail, "only jobs begun at the same instant break start.accepted: 500 Internal Server Error (8 of 14 jobs failed this way, all of them begun at the same instant as others: job 1, 2, 3, 4, 5, 6, …); 6 jobs begun alone kept it", on(ofTogether(starts), status(500))},
	{"start.accepted", "one of those begun together is refused", Fail, "1 of 14 jobs failed this way, all of them begun at the same instant as others: job 3", on(of(starts, 3), status(500))},
	{"jobs.concurrent", "one of them not accepted", Blocked, "start.accepted", on(of(starts, 3), status(500))},
	{"jobs.concurrent", "two not accepted, and three begun alone: it may be chance", Blocked, "start.accepted", both(only(1, 2, 9, 10, 14), on(of(starts, 1, 2), status(500)))},
	{"jobs.concurrent", "two together", Pass, "", only(1, 2, 9, 10, 14)},
	{"jobs.concurrent", "no Location", Fail, "break start.location", on(ofTogether(starts), without("Location"))},
	{"jobs.concurrent", "not ready", Fail, "break monitor.ready", onFirst(ofTogether(reads), lost)},
	{"monitor.status", "lost on the way, together alone, and few alone to compare", Fail, "8 of 11 jobs failed this way, all of them", on(and(ofTogether(reads), sent(100*ms, 200*ms)), lost)},
	{"jobs.concurrent", "never done", Fail, "break monitor.completes", endless(6*time.Minute, together...)},
	{"jobs.concurrent", "no result", Fail, "break result.ok", on(ofTogether(results), status(404))},
	{"jobs.concurrent", "a result cut off", Fail, "break result.complete", on(ofTogether(results), cutOff)},
	{"jobs.concurrent", "a result gone", Fail, "break result.repeatable", on(and(ofTogether(results), lates), status(404))},
	{"jobs.concurrent", "done no longer", Fail, "break monitor.final", on(and(ofTogether(dones), lates), status(404))},
	{"jobs.concurrent", "none together", NotObserved, "fewer than two", on(starts, begun(record.WayAlone))},
	{"jobs.concurrent", "one of them 429 for ever", NotObserved, "not every job", both(never(of(not(starts), 3)), on(of(starts, 3), status(429)))},
	{"jobs.concurrent", "fails for all", Blocked, "result.ok", on(results, status(404))},
}

var disconnectCases = []testCase{
	{"jobs.survive-disconnect", "goes on", Pass, "", asIs},
	{"jobs.survive-disconnect", "never done", Fail, "only the jobs whose starting connections were closed are lost: job 14: its monitor was read 6 times and still answers 200", both(moreDropped, endless(6*time.Minute, closed...))},
	{"jobs.survive-disconnect", "lost", Fail, "are lost: job 14: read 4 of its monitor", both(moreDropped, on(and(of(reads, closed...), sent(300*ms, time.Hour)), lost), never(of(results, closed...)))},
	{"monitor.status", "the closed one lost, and no others to compare", Fail, "404 Not Found", both(on(and(of(reads, dropped...), sent(300*ms, time.Hour)), lost), never(of(results, dropped...)))},
	{"result.ok", "no results of closed ones", Fail, "404 Not Found", both(moreDropped, on(of(results, closed...), lost))},
	{"monitor.completes", "two of three closed ones", Fail, "job 14: its monitor was read 6 times", both(moreDropped, endless(6*time.Minute, closed[:2]...))},
	{"jobs.survive-disconnect", "none was closed", NotObserved, "no job whose starting connection was closed", on(starts, begun(record.WayAlone))},
	{"jobs.survive-disconnect", "no end at all", Blocked, "monitor.completes", both(endless(6*time.Minute, everybody...))},
}

// closed are the jobs whose connections are closed, once more of them are begun.
var closed = append(dropped[:1:1], 17, 18)

// moreDropped begins more jobs whose connections are closed, and as many whose are kept.
func moreDropped(r *handwritten) {
	r.life(17, record.WayDropped)
	r.life(18, record.WayDropped)
	r.life(19, record.WayAlone)
	r.life(20, record.WayAlone)
}
