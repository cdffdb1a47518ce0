package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// probe is a request made to learn something.
func (r *handwritten) probe(name record.ProbeName, role record.Role, status int, said ...any) *record.Exchange {
	for _, s := range said {
		if c, is := s.(ofJob); is {
			said = append(said[:len(said):len(said)], change(func(e *record.Exchange) { e.Job = int(c) }))
		}
	}
	e := r.exchange(role, 0, status, append([]any{change(func(e *record.Exchange) { e.Probe = name })}, said...))
	if role == record.RoleStart {
		e.Request.URL, r.bound[e] = r.Target.StartURL, true
	}
	if name == record.ProbeHead && role != record.RoleStart || name == record.ProbeConditional {
		r.echo[e] = *e
	}
	return e
}

// ofJob says which job a probe is about.
type ofJob int

func asks(method string, lines ...string) change {
	return func(e *record.Exchange) {
		e.Request.Method = method
		for _, line := range lines {
			var asked record.Exchange
			with(line)(&asked)
			e.Request.Fields = append(e.Request.Fields, asked.Fields...)
		}
	}
}

const (
	site    = "http://api.example.org/v1"
	monitor = "Location: /v1/monitor/"
)

// probes are what a run asks beside the jobs' lives, of a server that keeps the contract.
func (r *handwritten) probes() {
	r.probe(record.ProbePreflight, record.RoleOther, 404, at(0), url(base), asks("HEAD"))
	r.probe(record.ProbeHead, record.RoleStart, 405, at(50*ms), asks("HEAD"), "Allow: GET")
	r.probe(record.ProbeOptions, record.RoleStart, 204, at(60*ms), asks("OPTIONS"), "Allow: GET")
	r.probe(record.ProbeEarly, record.RoleResult, 404, ofJob(9), at(200*ms), url(site+"/result/"+id(9)))
	r.probe(record.ProbeHead, record.RoleMonitor, 200, ofJob(9), at(250*ms), asks("HEAD"))
	for _, made := range []string{"5e1f0c9d7b3a2846", "f00d5eed12345678", "0123beef89abcdef"} {
		r.probe(record.ProbeUnknown, record.RoleMonitor, 404, at(300*ms), url(site+"/monitor/"+made))
		r.probe(record.ProbeUnknown, record.RoleResult, 404, at(310*ms), url(site+"/result/"+made))
	}
	r.probe(record.ProbeConditional, record.RoleMonitor, 201, ofJob(9), at(1300*ms), asks("GET", `If-None-Match: "1"`), "Location: /v1/result/"+id(9))
	r.probe(record.ProbeHead, record.RoleMonitor, 201, ofJob(9), at(1400*ms), asks("HEAD"), "Location: /v1/result/"+id(9))
	r.probe(record.ProbeHead, record.RoleResult, 200, ofJob(9), at(1410*ms), asks("HEAD"))
	for _, odd := range []string{"constructor", "__proto__", "..%2f", "%00"} {
		r.probe(record.ProbeHostile, record.RoleMonitor, 400, at(2500*ms), url(site+"/monitor/"+odd))
	}
	r.probe(record.ProbeMethod, record.RoleStart, 405, at(2600*ms), asks("TWOOHTWO"), "Allow: GET, HEAD")
	r.strangers()
}

// strangers ask without credentials, with others, and as a browser does.
func (r *handwritten) strangers() {
	r.probe(record.ProbeAnonymous, record.RoleStart, 401, at(2700*ms), "WWW-Authenticate: Bearer")
	r.probe(record.ProbeAnonymous, record.RoleMonitor, 403, ofJob(9), at(2710*ms))
	r.probe(record.ProbeAnonymous, record.RoleResult, 404, ofJob(9), at(2720*ms))
	r.probe(record.ProbeOther, record.RoleStart, 202, at(2730*ms), monitor+id(99))
	r.probe(record.ProbeOther, record.RoleMonitor, 404, ofJob(9), at(2740*ms))
	r.probe(record.ProbeOther, record.RoleResult, 404, ofJob(9), at(2750*ms))
	r.probe(record.ProbeCORS, record.RoleStart, 204, at(2760*ms), asks("OPTIONS", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: authorization"),
		"Access-Control-Allow-Methods: GET, POST", "Access-Control-Allow-Headers: X-A, Authorization")
}

// probed picks probes of a resource.
func probed(name record.ProbeName, role record.Role) pick {
	return func(e *record.Exchange) bool { return e.Probe == name && e.Role == role }
}

// forged has a start with forged fields answered with a host.
func forged(host string) edit {
	return also(func(r *handwritten) {
		r.probe(record.ProbeForgedHost, record.RoleStart, 202, at(2800*ms), "Location: //"+host+"/v1/monitor/"+id(98))
	})
}

// young adds a job that was begun shortly before the first one ended, and how it was answered just after.
func young(code int) edit {
	return also(func(r *handwritten) {
		r.start(15, 202, at(900*ms))
		r.read(15, 200)
		if code == 200 {
			r.read(15, 200, at(1100*ms))
			r.done(15, at(1900*ms))
		} else {
			r.done(15, at(1100*ms))
		}
		r.result(15)
		r.result(15, at(2100*ms), change(late))
	})
}

var (
	unknownMonitor = probed(record.ProbeUnknown, record.RoleMonitor)
	unknownResult  = probed(record.ProbeUnknown, record.RoleResult)
	early          = probed(record.ProbeEarly, record.RoleResult)
	conditional    = probed(record.ProbeConditional, record.RoleMonitor)
	asIs           = never(func(*record.Exchange) bool { return false })
	nowhereMonitor = both(on(reads, lost), never(results))
)

var probeCases = []testCase{
	{"monitor.never-created", "404", Pass, "", asIs},
	{"monitor.never-created", "one of them is somebody's", Pass, "", on(oneOf(unknownMonitor), status(201))},
	{"monitor.never-created", "201", Fail, "monitor with an id that no start was given is answered 201 Created (so are all 3 that were tried)", on(unknownMonitor, status(201))},
	{"monitor.never-created", "429", NotObserved, "no made-up id", on(unknownMonitor, status(429))},
	{"monitor.never-created", "no monitor", Blocked, "monitor.ready", both(nowhereMonitor, never(unknownMonitor), never(unknownResult))},

	{"monitor.unknown", "410", Pass, "", on(unknownMonitor, status(410))},
	{"monitor.unknown", "refused cross-origin", NotObserved, "no made-up id", on(unknownMonitor, url("http://jobs.example.org/x"), status(403))},
	{"monitor.unknown", "200", Fail, "is answered 200 OK (so are all 3", on(unknownMonitor, status(200))},
	{"monitor.unknown", "403", Fail, "403 Forbidden", on(unknownMonitor, status(403))},
	{"monitor.unknown", "201", Blocked, "monitor.never-created", on(unknownMonitor, status(201))},
	{"monitor.unknown", "500", Blocked, "http.no-server-error", on(unknownMonitor, status(500))},
	{"monitor.unknown", "no monitor", Blocked, "monitor.ready", both(nowhereMonitor, on(unknownMonitor, status(403)))},

	{"result.unknown", "422", Pass, "", on(unknownResult, status(422))},
	{"result.unknown", "200", Fail, "result with an id that no start was given is answered 200 OK", on(unknownResult, status(200))},
	{"result.unknown", "204", Fail, "204 No Content", on(unknownResult, status(204))},
	{"result.unknown", "200 for each, early too", Fail, "200 OK", on(either(unknownResult, early), status(200))},
	{"result.unknown", "not asked", NotObserved, "no made-up id", never(unknownResult)},
	{"result.unknown", "no result", Blocked, "result.ok", both(on(results, lost), never(unknownResult))},

	{"result.not-found", "410", Pass, "", on(unknownResult, status(410))},
	{"result.not-found", "refused cross-origin, as a store does", NotObserved, "no made-up id", both(crossOriginResults, on(unknownResult, url("http://files.example.org/x"), status(403)))},
	{"result.not-found", "403", Fail, "403 Forbidden", on(unknownResult, status(403))},
	{"result.not-found", "303", Fail, "303 See Other", on(unknownResult, status(303))},
	{"result.not-found", "200", Blocked, "result.unknown", on(unknownResult, status(200))},
	{"result.not-found", "500", Blocked, "http.no-server-error", on(unknownResult, status(500))},

	{"result.not-early", "404", Pass, "", asIs},
	{"result.not-early", "202", Pass, "", on(early, status(202))},
	{"result.not-early", "200", Fail, "job 9, 150ms old, is pending, and its result is answered 200; the youngest job that ended was 1.005s old", on(early, status(200))},
	{"result.not-early", "200, when it could be done", NotObserved, "no job was young enough", on(early, status(200), at(600*ms))},
	{"result.not-early", "200, just young enough", Fail, "job 9, 450ms old, is pending", on(early, status(200), at(500*ms))},
	{"result.not-early", "200, when the quickest could be done", NotObserved, "no job was young enough", both(ended(20, 3*time.Second), on(early, status(200), at(600*ms)))},
	{"result.not-early", "200, and no later read was pending", NotObserved, "no job was young enough", both(on(early, status(200)), never(and(of(pendings, 9), sent(200*ms, time.Second))))},
	{"result.not-early", "200 for every result", Blocked, "result.unknown", on(either(unknownResult, early), status(200))},
	{"result.not-early", "5xx", Blocked, "http.no-server-error", on(early, status(500))},

	{"http.no-server-error", "404", Pass, "", asIs},
	{"http.no-server-error", "one of them, once", Pass, "", on(oneOf(unknownMonitor), status(500))},
	{"http.no-server-error", "unknown monitors", Fail, "the monitor of an id that no start was given is answered 500 Internal Server Error (3 of 3 times)", on(unknownMonitor, status(500))},
	{"http.no-server-error", "unknown results", Fail, "the result of an id that no start was given is answered 502", on(unknownResult, status(502))},
	{"http.no-server-error", "early results", Fail, "the result of a pending job is answered 503", on(early, status(503))},
	{"http.no-server-error", "not asked", NotObserved, "neither", never(either(unknownResult, either(unknownMonitor, early)))},
	{"http.no-server-error", "each monitor", Blocked, "monitor.ready", both(on(either(reads, unknownMonitor), status(500)), never(results))},

	{"monitor.validators", "201", Pass, "", asIs},
	{"monitor.validators", "304", Fail, `job 9, which is done, asked with If-None-Match: "1" from when it was pending, is answered 304`, on(conditional, status(304))},
	{"monitor.validators", "304 to If-Modified-Since", Fail, "asked with If-Modified-Since: then", on(conditional, status(304), func(e *record.Exchange) {
		e.Request.Fields = []record.Field{{Name: "If-Modified-Since", Value: "then"}}
	})},
	{"monitor.validators", "304 to If-Modified-Since, long before the end, clocks that differ", Fail, "job 20, which is done, asked with If-Modified-Since", both(ended(20, 6*time.Second), modified20, dates(func(e *record.Exchange) bool { return e.Fresh }, -5*time.Minute))},
	{"monitor.validators", "no validators", NotApplicable, "no pending answer had a validator", never(conditional)},
	{"monitor.validators", "no end", Blocked, "monitor.completes", both(endless(6*time.Minute, everybody...), never(conditional), on(pendings, with("ETag: 1")))},
}

// modified20 has job 20 asked for with the Last-Modified that it had five seconds before its end, and answered 304.
var modified20 = both(also(func(r *handwritten) {
	r.read(20, 200, at(time.Second), "Last-Modified: "+httpTime(0))
	r.read(20, 200, at(4*time.Second))
	r.probe(record.ProbeConditional, record.RoleMonitor, 201, ofJob(20), at(7*time.Second), asks("GET", "If-Modified-Since: "+httpTime(0)))
}), on(of(conditional, 20), status(304)))

// oneOf narrows a pick to one exchange, by what it asked for.
func oneOf(chosen pick) pick {
	return func(e *record.Exchange) bool { return chosen(e) && e.Request.URL[len(e.Request.URL)-1] == '6' }
}

func either(a, b pick) pick { return func(e *record.Exchange) bool { return a(e) || b(e) } }
