package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var lost = status(404)

var monitorCases = []testCase{
	{"monitor.ready", "there at once", Pass, "", asIs},
	{"monitor.ready", "first read is 429", Pass, "", onFirst(reads, status(429))},
	{"monitor.ready", "first read is 503 with Retry-After", Pass, "", onFirst(reads, status(503), with("Retry-After: 1"))},
	{"monitor.ready", "404 at first", Fail, "job 9: the first read of its monitor, 2ms after the 202, was answered 404 Not Found (1 of", onFirst(of(reads, 9), lost)},
	{"monitor.ready", "404 at first, for each", Fail, "(14 of 14 jobs failed", onFirst(reads, lost)},
	{"monitor.ready", "503 without Retry-After", Fail, "503 Service Unavailable", onFirst(of(reads, 9), status(503))},
	{"monitor.ready", "no answer", Fail, "no answer (timeout)", onFirst(of(reads, 9), fails(record.FailureTimeout, "timeout"))},
	{"monitor.ready", "500 for ever", Fail, "500 Internal Server Error, and so were", both(on(reads, status(500)), never(results))},
	{"monitor.ready", "first read cross-origin", NotObserved, "no monitor was read", both(crossOrigin, on(reads, status(401)), never(results))},
	{"monitor.ready", "withheld", NotObserved, "no monitor was read", both(on(reads, fails(record.FailureWithheld, "a loopback address")), never(results))},
	{"monitor.ready", "bad Location", Blocked, "location.http", both(on(starts, own("Location: ftp://api.example.org/{id}")), on(reads, fails(record.FailureWithheld, "ftp")), never(results))},

	{"monitor.status", "429 in between", Pass, "", on(and(reads, sent(300*ms, 600*ms)), status(429))},
	{"monitor.status", "404 once", Fail, "job 9: read 3 of its monitor, 95ms after the 202, was answered 404 Not Found (1 of", on(and(of(reads, 9), sent(100*ms, 200*ms)), lost)},
	{"jobs.replicas", "over fresh connections", Fail, "jobs are unknown over fresh connections only, 11 times", on(and(pendings, func(e *record.Exchange) bool { return e.Fresh }), lost)},
	{"monitor.status", "forgotten at the end", Fail, "404 Not Found", both(on(dones, lost), on(of(reads, unread...), status(201)), never(and(results, not(of(results, unread...)))))},
	{"monitor.status", "no answer", Fail, "no answer (EOF)", on(and(of(reads, 9), sent(100*ms, 200*ms)), fails(record.FailureBroken, "EOF"))},
	{"monitor.status", "5xx while done is near", Fail, "502 Bad Gateway", on(and(reads, sent(600*ms, 900*ms)), status(502))},
	{"monitor.status", "5xx after the job timeout", Fail, "500 Internal Server Error", both(endless(6*time.Minute, 9), also(func(r *handwritten) { r.read(9, 500, at(7*time.Minute)) }))},
	{"monitor.status", "done at the first read", NotObserved, "no monitor was read twice before", never(pendings)},
	{"monitor.status", "never there", Blocked, "monitor.ready", both(on(reads, lost), never(results))},

	{"monitor.pending", "200", Pass, "", asIs},
	{"monitor.pending", "202", Fail, "job 1: read 1 of its monitor was answered 202 Accepted", on(pendings, status(202))},
	{"monitor.pending", "202 for ever", Fail, "202 Accepted", both(on(reads, status(202)), never(results))},
	{"monitor.pending", "a redirect", Fail, "302 Found", both(on(reads, status(302), field("Location: /login")), never(results))},
	{"monitor.pending", "a redirect that adds a slash", Fail, "301 Moved Permanently", both(on(reads, status(301), func(e *record.Exchange) { field("Location: /v1/monitor/" + id(e.Job) + "/")(e) }), never(results))},
	{"monitor.pending", "304", Fail, "304", on(of(pendings, 9), status(304))},
	{"monitor.pending", "204 first, then 200", Fail, "204 No Content", onFirst(of(reads, 9), status(204))},
	{"monitor.pending", "done at once", NotObserved, "no job was seen pending", never(pendings)},
	{"monitor.pending", "no start", Blocked, "start.accepted", on(starts, status(200))},
}

// crossOrigin has the monitors on another origin, which is allowed.
func crossOrigin(r *handwritten) {
	on(starts, own("Location: http://jobs.example.org/{id}"))(r)
	r.Target.AllowOrigins = append(r.Target.AllowOrigins, "http://jobs.example.org")
}

// endless has jobs pending until the end of the run, read a last time at an age.
func endless(age time.Duration, jobs ...int) edit {
	return both(never(of(dones, jobs...)), never(of(results, jobs...)), also(func(r *handwritten) {
		for _, job := range jobs {
			r.read(job, 200, at(age+time.Duration(job)*ms))
		}
	}))
}

// ended has a further job end at an instant.
func ended(job int, instant time.Duration) edit {
	return also(func(r *handwritten) {
		r.start(job, 202, at(100*ms))
		r.read(job, 200)
		r.done(job, at(instant))
		r.result(job)
	})
}

var lifeCases = []testCase{
	{"monitor.completes", "each in time", Pass, "", asIs},
	{"monitor.completes", "a queue longer than the job timeout", Pass, "", both(ended(20, 4*time.Minute), ended(21, 8*time.Minute), ended(22, 12*time.Minute))},
	{"monitor.completes", "one not waited for", Pass, "", endless(50*time.Second, 9)},
	{"monitor.completes", "one never", Fail, "job 9: its monitor was read 6 times and still answers 200, 6m0s after its start and 5m58.4s after the latest end of another job", endless(6*time.Minute, 9)},
	{"monitor.completes", "none ever", Fail, "(14 of 14 jobs failed", endless(6*time.Minute, everybody...)},
	{"monitor.completes", "one never, though the queue moved", Fail, "5m0.1s after the latest end of another job", both(ended(20, 4*time.Minute), endless(9*time.Minute+100*ms, 9))},
	{"monitor.completes", "the latest end is near", NotObserved, "no job was waited for to its end", both(endless(6*time.Minute, everybody...), target(func(t *record.Target) { t.JobTimeout = time.Hour }))},
	{"monitor.completes", "Retry-After longer than what was left", NotObserved, "the Retry-After of job 9 is longer", both(only(9), endless(6*time.Minute, 9), on(and(pendings, sent(600*ms, 700*ms)), with("Retry-After: 3600")))},
	{"monitor.completes", "Retry-After in the year 9999", NotObserved, "the Retry-After of job 9 is longer", both(only(9), endless(6*time.Minute, 9), on(and(pendings, sent(600*ms, 700*ms)), with("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT")))},
	{"monitor.completes", "Retry-After that had passed", Fail, "still answers 200", both(endless(6*time.Minute, 9), on(and(of(pendings, 9), sent(600*ms, 700*ms)), with("Retry-After: 30")))},
	{"monitor.completes", "the end told by a redirect", Blocked, "monitor.created", both(on(dones, status(303)), never(results), on(of(starts, unread...), begun(record.WayAlone)), never(of(reads, unread...)))},
	{"monitor.completes", "202 for ever", Blocked, "monitor.pending", both(on(reads, status(202)), never(results))},

	{"monitor.created", "201", Pass, "", asIs},
	{"monitor.created", "201 without Location", Fail, "job 1: 201 with no Location field (14 of 14", both(on(dones, without("Location")), never(results))},
	{"monitor.created", "201 with two", Fail, "job 9: 201 with 2 Location fields", both(on(of(dones, 9), with("Location: /b")), never(of(results, 9)))},
	{"monitor.created", "303 at the end", Fail, "job 9: after 200 its monitor was answered 303 See Other with Location: ", both(on(of(dones, 9), status(303)), never(of(results, 9)))},
	{"monitor.created", "204 at the end", Fail, "204 No Content with no Location field", both(on(of(dones, 9), status(204), without("Location")), never(of(results, 9)))},
	{"monitor.created", "200 with the Location", Fail, "and what that names is answered 200 while the monitor stays at 200", told(9)},
	{"monitor.created", "200 with the Location, beyond the job timeout", Fail, "while the monitor stays at 200", both(endless(6*time.Minute, 9), on(and(pending9, sent(600*ms, time.Hour)), own("Location: /v1/result/{id}")), pointedAt9(200))},
	{"monitor.created", "pending for ever", Blocked, "monitor.completes", endless(6*time.Minute, everybody...)},
	{"monitor.created", "not waited for", NotObserved, "no job was seen to end", endless(50*time.Second, everybody...)},
	{"monitor.created", "failing at the end", Blocked, "monitor.status", both(never(of(anything, unread...)), on(dones, status(500)), never(results))},

	{"monitor.final", "read again", Pass, "", asIs},
	{"monitor.final", "a read that overlaps the 201", Pass, "", also(func(r *handwritten) { r.read(9, 200, at(1044*ms), took(4*ms)) })},
	{"monitor.final", "a read sent before the 201 was in", Pass, "", also(func(r *handwritten) { r.read(9, 200, at(1047*ms)) })},
	{"result.repeatable", "a slow 201 beside the first", Pass, "", both(only(9), also(func(r *handwritten) { r.done(9, at(1047*ms), took(900*ms)) }))},
	{"monitor.final", "429 afterwards", Pass, "", also(func(r *handwritten) { r.read(9, 429, at(3*time.Second)) })},
	{"monitor.final", "pending again", Fail, "job 9: done at 1.050 s (Location: /v1/result/", also(func(r *handwritten) { r.read(9, 200, at(3*time.Second)) })},
	{"monitor.final", "404 after", Fail, "404 Not Found", on(and(of(dones, 9), lates), status(404))},
	{"monitor.final", "404 after, and the result too", Fail, "404 Not Found (14 of 14", on(lates, status(404))},
	{"monitor.final", "no answer after", Fail, "no answer (timeout)", on(and(of(dones, 9), lates), fails(record.FailureTimeout, "timeout"))},
	{"monitor.final", "no Location after", Fail, "it no longer names the result", on(and(of(dones, 9), lates), without("Location"))},
	{"monitor.final", "a Location that leads nowhere", Fail, "what it names now is answered 404 Not Found", resigned(404, `{"job":"`+id(9)+`"}`)},
	{"monitor.final", "a Location that leads elsewhere", Fail, "what it names now has another content", resigned(200, "other")},
	{"monitor.final", "a Location that leads elsewhere, and a read in part", Fail, "what it names now has another content", both(resigned(200, "other"), inPart(3*time.Second))},
	{"monitor.final", "not read again", NotObserved, "no monitor was read again", never(and(reads, lates))},
	{"monitor.final", "no Location at the end, each time", Blocked, "monitor.created", both(on(dones, without("Location")), never(results), never(and(dones, lates)))},
}

// told has a job's end told by a Location with 200.
func told(job int) edit {
	return both(endless(4*time.Second, job), on(and(of(pendings, job), sent(600*ms, 5*time.Second)), own("Location: /v1/result/{id}")), also(func(r *handwritten) {
		r.result(job, at(700*ms), url("http://api.example.org/v1/result/"+id(job)))
	}))
}

// pointedAt9 has what job 9's pending answers name asked for, and answered so.
func pointedAt9(code int) edit {
	return also(func(r *handwritten) { r.resultOf(9, code, at(700*ms), url(site+"/result/"+id(9))) })
}

// inPart has job 9's result read at an instant, and not to its end.
func inPart(instant time.Duration) edit {
	return also(func(r *handwritten) {
		r.result(9, at(instant), body("part"), change(func(e *record.Exchange) { e.Body.Bounded = true }))
	})
}

// resigned has job 9's monitor name another URL at the end of the run, which is then read.
func resigned(code int, text string) edit {
	const other = "http://api.example.org/v1/result/x?sig=2"
	return both(on(and(of(dones, 9), lates), field("Location: "+other)), also(func(r *handwritten) {
		r.resultOf(9, code, at(4*time.Second), url(other), body(text))
		r.result(9, at(4*time.Second+100*ms)) // the first URL still leads to what it led to
	}))
}
