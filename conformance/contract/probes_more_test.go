package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var (
	hostile       = probed(record.ProbeHostile, record.RoleMonitor)
	headMonitor   = probed(record.ProbeHead, record.RoleMonitor)
	headResult    = probed(record.ProbeHead, record.RoleResult)
	headStart     = probed(record.ProbeHead, record.RoleStart)
	optionsStart  = probed(record.ProbeOptions, record.RoleStart)
	method        = probed(record.ProbeMethod, record.RoleStart)
	corsPreflight = probed(record.ProbeCORS, record.RoleStart)
)

// begunBy has a HEAD or OPTIONS on the start name a monitor, which is then asked for.
func begunBy(asked pick, code int) edit {
	return both(on(asked, status(202), field(monitor+id(97))), also(func(r *handwritten) {
		r.probe(record.ProbeBegun, record.RoleMonitor, code, at(100*ms), url(site+"/monitor/"+id(97)))
	}))
}

var hostileCases = []testCase{
	{"monitor.hostile-id", "404", Pass, "", on(hostile, status(404))},
	{"monitor.hostile-id", "no answer to some", Pass, "", on(nulByte(hostile), fails(record.FailureBroken, "EOF"))},
	{"monitor.hostile-id", "201", Fail, "http://api.example.org/v1/monitor/constructor is answered 201 Created (4 of 4 ill-shaped ids are not answered 4xx)", on(hostile, status(201))},
	{"monitor.hostile-id", "500 to one", Fail, "%00 is answered 500 Internal Server Error (1 of 4", on(nulByte(hostile), status(500))},
	{"monitor.hostile-id", "not asked", NotObserved, "no ill-shaped id", never(hostile)},
	{"monitor.hostile-id", "no monitor", Blocked, "monitor.ready", both(on(either(reads, hostile), status(500)), never(results))},

	{"start.head", "405", Pass, "", asIs},
	{"start.head", "202 without a job", Pass, "", begunBy(headStart, 404)},
	{"start.head", "202 without Location", Pass, "", on(headStart, status(202))},
	{"start.head", "HEAD names a page of another kind", Pass, "", both(on(headStart, status(200), field("Location: /v1/help")), also(func(r *handwritten) {
		r.probe(record.ProbeBegun, record.RoleMonitor, 200, at(100*ms), url(site+"/help"))
	}))},
	{"start.head", "HEAD begins a job", Fail, "HEAD is answered 202 Accepted with Location: /v1/monitor/", begunBy(headStart, 200)},
	{"start.head", "OPTIONS begins a job", Fail, "and that monitor is alive: 201 Created", begunBy(optionsStart, 201)},
	{"start.head", "each monitor is alive", Blocked, "monitor.unknown", both(begunBy(headStart, 200), on(unknownMonitor, status(200)))},
	{"start.head", "not asked", NotObserved, "neither was asked", never(either(headStart, optionsStart))},
}

// nulByte narrows hostile ids to %00.
func nulByte(chosen pick) pick {
	return func(e *record.Exchange) bool { return chosen(e) && e.Request.URL == site+"/monitor/%00" }
}

var headCases = []testCase{
	{"monitor.head", "as GET", Pass, "", asIs},
	{"monitor.head", "the end between GET and HEAD", Pass, "", on(and(headMonitor, sent(0, 300*ms)), at(700*ms), status(201), with("Location: /v1/result/1"))},
	{"monitor.head", "pending, and then done", Pass, "", never(of(pendings, 9))},
	{"monitor.head", "done, and not read again", Pass, "", both(never(and(of(dones, 9), lates)), on(and(of(dones, 9), sent(0, 1500*ms)), status(429)), never(of(results, 9)))},
	{"monitor.head", "done, as HEAD alone tells", Pass, "", both(never(and(of(dones, 9), lates)), on(and(of(dones, 9), sent(0, 1500*ms)), status(429)), never(of(results, 9)), on(and(headMonitor, sent(400*ms, 1500*ms)), field("Location: /v1/x")))},
	{"monitor.head", "signed anew", Pass, "", on(and(headMonitor, sent(400*ms, 1500*ms)), field("Location: /v1/result/9?sig=7"))},
	{"monitor.head", "429", Pass, "", on(and(headMonitor, sent(0, 300*ms)), status(429))},
	{"monitor.head", "405", Fail, "job 9: HEAD is answered 405 Method Not Allowed; GET 200 OK", on(and(headMonitor, sent(0, 300*ms)), status(405))},
	{"monitor.head", "204", Fail, "204 No Content", on(headMonitor, status(204))},
	{"monitor.head", "405, and GET before it only", Fail, "HEAD is answered 405", both(never(and(of(dones, 9), lates)), on(and(headMonitor, sent(400*ms, 1500*ms)), status(405)))},
	{"monitor.head", "405, and GET after it only", Fail, "HEAD is answered 405 Method Not Allowed; GET 201 Created", both(never(of(pendings, 9)), on(and(headMonitor, sent(0, 300*ms)), status(405)))},
	{"monitor.head", "200 once done", Fail, "HEAD is answered 200 OK", on(and(headMonitor, sent(400*ms, 1500*ms)), status(200))},
	{"monitor.head", "no Location", Fail, "HEAD is answered 201 Created, no Location field; GET 201 Created, Location: /v1/result/", on(headMonitor, without("Location"))},
	{"monitor.head", "not asked", NotObserved, "HEAD was not asked", never(headMonitor)},
	{"monitor.head", "no start", Blocked, "start.accepted", on(starts, status(500))},

	{"result.head", "as GET", Pass, "", asIs},
	{"result.head", "405", Fail, "HEAD is answered 405 Method Not Allowed", on(headResult, status(405))},
	{"result.head", "201, and GET before it only", Fail, "HEAD is answered 201 Created", both(never(and(of(results, 9), lates)), on(headResult, status(201)))},
	{"result.head", "405, of a job begun together only", Fail, "job 1: HEAD is answered 405", both(on(headResult, func(e *record.Exchange) { e.Job = 1 }, status(405)))},
	{"result.head", "refused cross-origin", NotObserved, "HEAD was not asked", both(crossOriginResults, on(headResult, status(403)))},
	{"result.head", "no result", Blocked, "result.ok", both(on(results, lost), never(headResult))},

	{"result.content-type", "given", Pass, "", asIs},
	{"result.content-type", "none, and no body", Pass, "", on(of(results, together...), body(""), without("Content-Type"))},
	{"result.content-type", "none", Fail, "job 9: a body of 26 bytes and no Content-Type field", on(of(results, 9), without("Content-Type"))},
	{"result.content-type", "none, one byte", Fail, "a body of 1 byte and no Content-Type field", on(of(results, 9), body("1"), without("Content-Type"))},
	{"result.content-type", "none, for jobs together only", Fail, "no Content-Type field", on(of(results, together...), without("Content-Type"))},
	{"result.content-type", "no bodies", NotObserved, "no result with a body", on(results, body(""), without("Content-Type"))},
	{"result.content-type", "no results", Blocked, "result.ok", on(results, lost)},

	{"monitor.pending-location", "none", Pass, "", asIs},
	{"monitor.pending-location", "its own", Pass, "", on(pendings, own("Location: /v1/monitor/{id}"))},
	{"monitor.pending-location", "where the result will be", Fail, "job 1: a pending answer with Location: /v1/result/", on(pendings, own("Location: /v1/result/{id}"))},
	{"monitor.pending-location", "just before the end", Fail, "a pending answer with Location: /v1/result/", on(and(of(pendings, 9), sent(600*ms, 700*ms)), own("Location: /v1/result/{id}"))},
	{"monitor.pending-location", "where the result will be, neither asked for", Fail, "a pending answer with Location: /v1/result/", both(endless(4*time.Second, 9), on(and(pending9, sent(600*ms, 5*time.Second)), own("Location: /v1/result/{id}")))},
	{"monitor.pending-location", "where the result will be, and is not", Fail, "a pending answer with Location: /v1/result/", both(endless(4*time.Second, 9), on(and(pending9, sent(600*ms, 5*time.Second)), own("Location: /v1/result/{id}")), pointedAt9(404))},
	{"monitor.pending-location", "where the result is, and not read again", Fail, "a pending answer with Location: /v1/result/", both(never(of(either(dones, results), 9)), on(and(pending9, sent(600*ms, 700*ms)), own("Location: /v1/result/{id}")), pointedAt9(200))},
	{"monitor.pending-location", "where the result is, from the first", Fail, "a pending answer with Location: /v1/result/", both(endless(4*time.Second, 9), on(pending9, own("Location: /v1/result/{id}")), pointedAt9(200))},
	{"monitor.pending-location", "done at once", NotObserved, "no job was seen pending", both(never(pendings), never(headMonitor), never(early))},
	{"monitor.pending-location", "the end told so", Blocked, "monitor.created", told(9)},
}

var httpCases = []testCase{
	{"http.method", "405 with Allow", Pass, "", asIs},
	{"http.method", "400 of a parser, without Date", Pass, "", on(method, status(400), without("Allow"), without("Date"))},
	{"http.method", "501", Pass, "", on(method, status(501))},
	{"http.method", "202", Fail, "TWOOHTWO is answered 202 Accepted", on(method, status(202))},
	{"http.method", "500", Fail, "500 Internal Server Error", on(method, status(500))},
	{"http.method", "405 without Allow", Fail, "405 with no Allow field", on(method, without("Allow"))},
	{"http.method", "no start, and it begins a job", Blocked, "start.accepted", both(on(starts, status(500)), on(method, status(202)))},
	{"http.method", "429", NotObserved, "not asked, or not answered", on(method, status(429))},
	{"http.method", "no start", Blocked, "start.accepted", both(on(starts, status(500)), never(method))},

	{"http.date", "given", Pass, "", asIs},
	{"http.date", "none on 5xx, 429, cross-origin and to what no parser takes", Pass, "", both(on(hostile, without("Date")), on(oneOf(unknownMonitor), status(500), without("Date")), also(func(r *handwritten) { without("Date")(r.read(9, 429, at(100*ms))) }))},
	{"http.date", "none on the base URL", Pass, "", on(probed(record.ProbePreflight, record.RoleOther), without("Date"))},
	{"http.date", "none cross-origin", Pass, "", both(crossOriginResults, on(results, without("Date")))},
	{"http.date", "none", Fail, "answers carry no Date", on(anything, without("Date"))},
	{"http.date", "none on results", Fail, "28 of 14", on(results, without("Date"))},
	{"http.date", "no answer", NotObserved, "no answer came", both(only(9), never(not(starts)), on(starts, status(429)))},
}

var layoutCases = []testCase{
	{"location.layout", "the seed's own", Yes, "", asIs},
	{"location.layout", "another", No, "", on(starts, own("Location: /v1/jobs/{id}"))},
	{"location.layout", "ids that differ", No, "", on(dones, own("Location: /v1/result/x{id}"))},
	{"location.layout", "ids in the query", No, "", both(on(starts, own("Location: /v1/monitor/?{id}")), on(dones, own("Location: /v1/result/?{id}")))},
	{"location.layout", "no result named", Blocked, "monitor.created", both(on(dones, without("Location")), never(results))},
	{"location.layout", "pending", NotObserved, "no job was followed to its result", endless(50_000*ms, everybody...)},

	{"location.forged-host", "honoured", Yes, "", forged("forged.invalid")},
	{"location.forged-host", "not honoured", No, "", forged("api.example.org")},
	{"location.forged-host", "not asked", NotApplicable, "not asked for", asIs},
	{"location.forged-host", "refused", NotObserved, "was answered 400 Bad Request", both(forged("x"), on(probed(record.ProbeForgedHost, record.RoleStart), status(400)))},

	{"jobs.independent", "a young job goes on", Yes, "", young(200)},
	{"jobs.independent", "a young job goes on, and the first begun is not the first to end", Yes, "", both(young(200), on(and(of(either(dones, results), 1), sent(0, 1900*ms)), later(500*ms)))},
	{"jobs.independent", "a young job ends with the first", No, "", young(201)},
	{"jobs.independent", "none was young", NotObserved, "no recent job", asIs},
	{"jobs.independent", "done at once", NotObserved, "no recent job", both(never(pendings), young(200), never(of(pendings, 15)))},
	{"jobs.independent", "done at once, the young one too", NotObserved, "no recent job", both(never(pendings), young(201), never(of(pendings, 15)))},
	{"jobs.independent", "begun after the first end", NotObserved, "no recent job", addJob15(1010*ms, true)},
	{"jobs.independent", "young, and not read before it was old", NotObserved, "no recent job", addJob15(900*ms, false)},
	{"jobs.independent", "an old job goes on", NotObserved, "no recent job", both(ended(20, 3*time.Second), also(func(r *handwritten) { r.read(20, 200, at(2*time.Second)) }))},
}

// addJob15 has job 15 begun at an instant, seen pending or not, and done at 1.9 s.
func addJob15(instant time.Duration, pending bool) edit {
	return also(func(r *handwritten) {
		r.start(15, 202, at(instant))
		if pending {
			r.read(15, 200)
		}
		r.done(15, at(1900*ms))
		r.result(15)
	})
}
