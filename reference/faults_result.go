package reference

import (
	"fmt"
	"time"
)

// Faults of a done job's result.
var resultFaults = []Fault{
	errorAtResult("result-missing", "Every result is answered 404.", "result.ok", served, 404),
	errorAtResult("result-500", "Every result is answered 500.", "result.ok", served, 500),
	errorAtResult("result-late", "A result is not found until 100 ms after its job is done.",
		"result.ok", all(served, doneFor(100*time.Millisecond)), 404),
	errorAtResult("result-every-fourth-missing", "Every fourth job's result is answered 404.", "result.ok", all(served, every(4)), 404),
	errorAtResult("result-first-read-404-on-fresh-connection", "The first read of a result is answered 404 over a new connection.",
		"result.ok", all(served, nthResultRead(1), fresh), 404).with(NeedsConnections),
	fault("result-truncated", "A result's Content-Length is 100 bytes more than the body.",
		"result.complete", on(served, func(_ *exchange, a *answer) { a.missing = 100 }), typedResult),
	fault("result-truncated-when-read-again", "From the second read on, a result's Content-Length is 100 bytes more than the body.",
		"result.complete", on(all(served, resultRead), func(_ *exchange, a *answer) { a.missing = 100 }), resultApart),
	fault("result-cut-chunk", "The connection is closed in the middle of a chunked result.",
		"result.complete", on(served, func(_ *exchange, a *answer) { a.broken = true }), resultApart),
	fault("result-invalid-json", "A result declared as JSON lacks its last brace.",
		"result.complete", on(served, func(_ *exchange, a *answer) { a.body = a.body[:len(a.body)-1] }), typedResult),
	errorAtResult("result-once-then-410", "A result can be read once; after that it is answered 410.",
		"result.repeatable", all(served, resultRead), 410),
	errorAtResult("result-second-read-500", "The second read of a result is answered 500.", "result.repeatable", all(served, nthResultRead(2)), 500),
	errorAtResult("result-consumed-by-head", "A result, once read, is deleted by HEAD.",
		"result.repeatable", all(served, resultRead, func(x *exchange) bool { return x.seen.heads > 0 }), 404),
	errorAtResult("result-consumed-by-monitor", "A result, once read, is deleted when its monitor is read again.",
		"result.repeatable", all(served, func(x *exchange) bool { return x.seen.afterResult > 0 }), 404),
	errorAtResult("result-404-on-fresh-connection", "A result, once read, is answered 404 over a new connection.",
		"result.repeatable", all(served, resultRead, get, fresh), 404).with(NeedsConnections),
	errorAtResult("result-forgotten-for-newer-job", "A result, once read, is deleted when a newer job begins.",
		"result.repeatable", all(served, resultRead, func(x *exchange) bool { return x.newest.After(x.seen.firstResult) }), 404),
	fault("result-unstable", "A result contains the number of times it was read.", "result.stable", on(served, tally), anyResult),
	{
		Name: "result-swapped", Says: "Two jobs have each other's result.",
		Breaks:  []string{"result.own"},
		dialect: []trait{resultApart, serverIDs},
		begin:   pair,
		edit: on(served, func(x *exchange, a *answer) {
			a.write(resultBody{"Result of long-running process " + x.job.past.twin + "."})
		}),
	}, {
		Name: "result-shared-url", Says: "All jobs share one result URL, which serves the result of the job whose 201 was sent last.",
		Breaks:  []string{"result.own", "location.layout"},
		dialect: []trait{resultApart, namesResult, serverIDs},
		edit:    on(always, on(created, rememberLatest, locate("{base}{result}latest")), on(unknownLatest, respondLatest)),
	},
}

// tally writes the number of reads with a fixed width, so that lengths agree.
func tally(x *exchange, a *answer) {
	withResult(x, a, resultBody{fmt.Sprintf("Result of long-running process %s (read %06d).", x.job.id, x.seen.results+x.seen.created+1)})
}

func unknownLatest(x *exchange) bool {
	return x.role == result && unknown(x) && x.id == "latest"
}

func rememberLatest(x *exchange, _ *answer) {
	p := &x.server.past
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latestDone = x.job.id
}

func respondLatest(x *exchange, a *answer) {
	p := &x.server.past
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.latestDone != "" {
		respond(resultBody{"Result of long-running process " + p.latestDone + "."})(x, a)
	}
}
