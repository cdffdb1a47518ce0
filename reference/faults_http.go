package reference

import "net/http"

// Faults of HTTP itself.
var httpFaults = []Fault{
	{
		Name: "monitor-unknown-500", Says: "The monitor of a job that never began is answered 500.",
		Breaks: []string{"http.no-server-error"},
		edit:   on(unknownMonitor, fail(500)),
	}, {
		Name: "result-unknown-500", Says: "The result of a job that never began is answered 500.",
		Breaks:  []string{"http.no-server-error"},
		dialect: []trait{resultApart},
		edit:    on(unknownResult, fail(500)),
	}, {
		Name: "result-pending-500", Says: "The result of a running job is answered 500.",
		Breaks:  []string{"http.no-server-error"},
		dialect: []trait{resultApart},
		edit:    on(early, fail(500)),
	}, {
		Name: "start-any-method", Says: "A start with an unknown method begins a job.",
		Breaks: []string{"http.method"},
		look: func(x *exchange) {
			if !read(x) && x.method != http.MethodOptions {
				anyStart(x.method)(x)
			}
		},
	}, {
		Name: "start-any-method-200", Says: "A start with an unknown method is answered 200 without beginning a job.",
		Breaks: []string{"http.method"},
		edit:   on(refused, drop("Allow"), respond(200, working)),
	}, {
		Name: "start-405-without-allow", Says: "A 405 has no Allow field.",
		Breaks: []string{"http.method"},
		edit:   on(refused, drop("Allow")),
	}, {
		Name: "start-any-method-500", Says: "A start with an unknown method is answered 500.",
		Breaks: []string{"http.method"},
		edit:   on(refused, drop("Allow"), fail(500)),
	}, {
		Name: "no-date", Says: "No answer has a Date.",
		Breaks: []string{"http.date"},
		edit:   on(always, suppress("Date")),
	},
}

// refused holds for the start's 405, but not to HEAD, which is judged elsewhere.
func refused(x *exchange) bool {
	return x.role == start && x.method != http.MethodHead && x.method != http.MethodOptions &&
		!listed(x.server.speech.methods[start], x.method)
}
