package reference

// Faults of results that should not be there, and of how results are sent.
var resultProbeFaults = []Fault{
	{
		Name: "result-early", Says: "A result can be read as soon as its job has begun.",
		Breaks:  []string{"result.not-early"},
		dialect: []trait{resultApart},
		edit:    on(early, asResult),
	}, {
		Name: "result-early-from-tenth", Says: "A result can be read after a tenth of its job's time.",
		Breaks:  []string{"result.not-early"},
		dialect: []trait{resultApart},
		edit:    on(all(early, after(0.1)), asResult),
	}, {
		Name: "result-unknown-200", Says: "A job that never began has a result.",
		Breaks:  []string{"result.unknown"},
		dialect: []trait{resultApart},
		edit:    on(unknownResult, asResult),
	}, {
		Name: "result-unknown-204", Says: "The result of a job that never began is answered 204.",
		Breaks:  []string{"result.unknown"},
		dialect: []trait{resultApart},
		edit:    on(unknownResult, setStatus(204)),
	}, {
		Name: "result-always-200", Says: "Every result URL is answered 200, even for unknown and running jobs.",
		Breaks:  []string{"result.unknown"},
		dialect: []trait{resultApart},
		edit:    on(either(early, unknownResult), asResult),
	}, {
		Name: "result-unknown-400", Says: "The result of a job that never began is answered 400.",
		Breaks:  []string{"result.not-found"},
		dialect: []trait{resultApart},
		edit:    on(unknownResult, fail(400)),
	}, {
		Name: "result-unknown-302", Says: "The result of a job that never began redirects to the home page.",
		Breaks:  []string{"result.not-found"},
		dialect: []trait{resultApart},
		edit:    on(unknownResult, redirect(302, "{base}/")),
	}, {
		Name: "result-without-content-type", Says: "A result has no Content-Type.",
		Breaks:  []string{"result.content-type"},
		dialect: []trait{typedResult},
		edit:    on(served, suppress("Content-Type")),
	}, {
		Name: "result-head-405", Says: "HEAD on a result is answered 405.",
		Breaks:  []string{"result.head"},
		dialect: []trait{resultApart},
		edit:    on(all(served, head), fail(405), set("Allow", "GET, OPTIONS")),
	}, {
		Name: "result-head-404", Says: "HEAD on a result is answered 404.",
		Breaks:  []string{"result.head"},
		dialect: []trait{resultApart},
		edit:    on(all(served, head), fail(404)),
	},
}

// suppress leaves out a field that net/http would write by itself.
func suppress(name string) change {
	return func(_ *exchange, a *answer) { a.header[name] = nil }
}
