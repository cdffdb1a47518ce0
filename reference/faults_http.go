package reference

import "net/http"

// Faults of HTTP itself.
var httpFaults = []Fault{
	fault("monitor-unknown-500", "The monitor of a job that never began is answered 500.", "http.no-server-error", on(unknownMonitor, fail(500))),
	errorAtResult("result-unknown-500", "The result of a job that never began is answered 500.", "http.no-server-error", unknownResult, 500),
	errorAtResult("result-pending-500", "The result of a running job is answered 500.", "http.no-server-error", early, 500),
	{
		Name: "start-any-method", Says: "A start with an unknown method begins a job.",
		Breaks: []string{"http.method"},
		look: func(x *exchange) {
			if !read(x) && x.method != http.MethodOptions {
				anyStart(x.method)(x)
			}
		},
	},
	fault("start-any-method-200", "A start with an unknown method is answered 200 without beginning a job.",
		"http.method", on(refused, drop("Allow"), respond(jobBody{"still working..."}))),
	fault("start-405-without-allow", "A 405 has no Allow field.", "http.method", on(refused, drop("Allow"))),
	fault("start-any-method-500", "A start with an unknown method is answered 500.", "http.method", on(refused, drop("Allow"), fail(500))),
	fault("no-date", "No answer has a Date.", "http.date", on(always, suppress("Date"))),
}

// refused holds for the start's 405, but not to HEAD, which is judged elsewhere.
func refused(x *exchange) bool {
	return x.role == start && x.method != http.MethodHead && x.method != http.MethodOptions &&
		!listed(x.server.speech.methods[start], x.method)
}
