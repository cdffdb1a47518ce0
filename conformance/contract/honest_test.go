package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// dates has the clock of some answers off.
func dates(chosen pick, off time.Duration) edit {
	return on(chosen, func(e *record.Exchange) { field("Date: " + httpTime(e.Received+off))(e) })
}

// honestCases are oddities of servers that keep the contract: nothing at all may fail.
var honestCases = []testCase{
	{"start.location", "absolute", Pass, "", on(starts, own("Location: http://api.example.org/v1/monitor/{id}"))},
	{"result.ok", "../result", Pass, "", on(dones, own("Location: ../result/{id}"))},
	{"result.ok", "a layout of its own", Pass, "", both(on(starts, own("Location: /jobs;v=2/{id}/state?x=//")), on(dones, own("Location: output")))},
	{"monitor.ready", "monitors below the start", Pass, "", on(starts, own("Location: deferredjob/{id}"))},
	{"monitor.ready", "monitors in the query of the start", Pass, "", on(starts, own("Location: ?job={id}"))},
	{"monitor.created", "instantaneous jobs", Pass, "", never(pendings)},
	{"monitor.completes", "jobs of random length", Pass, "", on(and(not(starts), func(e *record.Exchange) bool { return e.Status == 201 || e.Role == record.RoleResult }), func(e *record.Exchange) { later(time.Duration(e.Job*e.Job) * 10 * ms)(e) })},
	{"monitor.unwatched", "slow network", Pass, "", on(anything, took(90*ms))},
	{"start.prompt", "very slow network", Pass, "", both(never(pendings), on(anything, took(450*ms)), on(results, later(500*ms)), on(lates, later(2*time.Second)))},
	{"monitor.not-cached", "clocks off by an hour", Pass, "", dates(anything, -time.Hour)},
	{"monitor.not-cached", "replicas whose clocks differ by minutes", Pass, "", dates(func(e *record.Exchange) bool { return e.Fresh }, -5*time.Minute)},
	{"monitor.not-cached", "replicas whose clocks differ by minutes, behind what tells Age", Pass, "", both(dates(func(e *record.Exchange) bool { return e.Fresh }, -5*time.Minute), on(pendings, with("Age: 1")))},
	{"monitor.not-cached", "replicas whose clocks are ahead, and a large Age", Pass, "", both(dates(func(e *record.Exchange) bool { return e.Fresh }, 5*time.Minute), on(pendings, with("Age: 600")))},
	{"monitor.not-cached", "another origin whose clock is slow, behind a cache", Pass, "", both(crossOriginResults, on(results, field("Date: "+httpTime(time.Hour))), on(pendings, with("Age: 1")))},
	{"monitor.not-cached", "another origin whose clock is ahead, and a large Age", Pass, "", both(ended(20, 3*time.Second), crossOriginResults, on(results, field("Date: "+httpTime(time.Hour))), also(func(r *handwritten) { r.read(20, 200, at(2500*ms), "Age: 7200") }))},
	{"result.ok", "the result is stored before the end is told", Pass, "", also(func(r *handwritten) { r.resultOf(9, 200, at(900*ms), url("http://api.example.org/v1/result/"+id(9))) })},
	{"result.ok", "nothing there before the end is told", Pass, "", also(func(r *handwritten) { r.resultOf(9, 404, at(500*ms), url("http://api.example.org/v1/result/"+id(9))) })},
	{"monitor.created", "every pending answer names itself", Pass, "", on(pendings, own("Location: /v1/monitor/{id}"))},
	{"monitor.final", "signed anew", Pass, "", resigned(200, `{"job":"`+id(9)+`"}`)},
	{"monitor.final", "signed anew, and not followed", Pass, "", on(and(dones, lates), own("Location: /v1/result/{id}?sig=2"))},
	{"monitor.final", "signed anew, results that change", Pass, "", both(on(results, with(`ETag: "1"`)), on(and(of(results, 9), lates), body("x")), resigned(200, "y"))},
	{"monitor.final", "signed anew, the last read in part", Pass, "", both(resigned(200, `{"job":"`+id(9)+`"}`), inPart(5*time.Second))},
	{"monitor.final", "signed anew, another content, the first not read again", Pass, "", both(on(and(of(dones, 9), lates), field("Location: /v1/x")), also(func(r *handwritten) { r.resultOf(9, 200, at(4*time.Second), url(site+"/x"), body("y")) }))},
	{"monitor.final", "signed anew, gone after more than a minute", Pass, "", both(on(and(of(dones, 9), lates), field("Location: /v1/x")), also(func(r *handwritten) { r.resultOf(9, 404, at(62*time.Second), url(site+"/x")) }))},
	{"monitor.final", "signed anew, refused cross-origin", Pass, "", both(on(and(of(dones, 9), lates), field("Location: http://jobs.example.org/x")), target(func(t *record.Target) { t.AllowOrigins = []string{"http://jobs.example.org"} }), also(func(r *handwritten) { r.resultOf(9, 403, at(4*time.Second), url("http://jobs.example.org/x")) }))},
	{"result.repeatable", "signed anew, and the first has run out", Pass, "", both(resigned(200, `{"job":"`+id(9)+`"}`), also(func(r *handwritten) { r.resultOf(9, 403, at(12*time.Second)) }))},
	{"monitor.final", "signed anew, huge results that are read in part", Pass, "", both(resigned(200, "beginn"), on(and(of(results, 9), sent(4*time.Second, time.Hour)), func(e *record.Exchange) { e.Body.Bounded = true }))},
	{"monitor.final", "the results are refused cross-origin", Pass, "", both(crossOriginResults, on(results, status(401)))},
	{"monitor.final", "the monitors are refused cross-origin now and then", Pass, "", both(crossOrigin, also(func(r *handwritten) { r.read(9, 403, at(3*time.Second)) }))},
	{"result.repeatable", "rate limits throughout", Pass, "", also(limits)},
	{"result.own", "the same empty result for each", Pass, "", both(on(results, body("")), on(dones, field("Location: /v1/result")))},
	{"jobs.concurrent", "a queue: the last one ends after minutes", Pass, "", both(ended(20, 4*time.Minute), ended(21, 8*time.Minute))},
	{"monitor.ready", "the body of the 202 is cut off", Pass, "", on(starts, cutOff)},
}

// limits has every third question of a job answered 429 first.
func limits(r *handwritten) {
	for _, e := range append([]*record.Exchange{}, r.Exchanges...) {
		if e.Sent%3 == 0 {
			continue
		}
		limited := *e
		limited.Status, limited.Fields = 429, []record.Field{{Name: "Retry-After", Value: "1"}} // and no Date
		r.Exchanges = append(r.Exchanges, &limited)
		e.Sent, e.Received = e.Sent+ms/2, e.Received+ms/2
	}
}
