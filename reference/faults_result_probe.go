package reference

// Faults of results that should not be there, and of how results are sent.
var resultProbeFaults = []Fault{
	fault("result-early", "A result can be read as soon as its job has begun.", "result.not-early", on(early, asResult), resultApart),
	fault("result-early-from-tenth", "A result can be read after a tenth of its job's time.",
		"result.not-early", on(all(early, after(0.1)), asResult), resultApart),
	fault("result-unknown-200", "A job that never began has a result.", "result.unknown", on(unknownResult, asResult), resultApart),
	fault("result-unknown-204", "The result of a job that never began is answered 204.", "result.unknown", on(unknownResult, setStatus(204)), resultApart),
	fault("result-always-200", "Every result URL is answered 200, even for unknown and running jobs.",
		"result.unknown", on(either(early, unknownResult), asResult), resultApart),
	errorAtResult("result-unknown-400", "The result of a job that never began is answered 400.", "result.not-found", unknownResult, 400),
	fault("result-unknown-302", "The result of a job that never began redirects to the home page.",
		"result.not-found", on(unknownResult, redirect(302, "{base}/")), resultApart),
	fault("result-without-content-type", "A result has no Content-Type.", "result.content-type", on(served, suppress("Content-Type")), typedResult),
	fault("result-head-405", "HEAD on a result is answered 405.", "result.head", on(all(served, head), fail(405), set("Allow", "GET, OPTIONS")), resultApart),
	errorAtResult("result-head-404", "HEAD on a result is answered 404.", "result.head", all(served, head), 404),
}

// suppress leaves out a field that net/http would write by itself.
func suppress(name string) change {
	return func(_ *exchange, a *answer) { a.header[name] = nil }
}
