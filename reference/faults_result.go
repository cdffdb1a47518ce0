package reference

import (
	"fmt"
	"time"
)

// Faults of a done job's result.
var resultFaults = []Fault{
	{
		Name: "result-missing", Says: "Every result is answered 404.",
		Breaks:  []string{"result.ok"},
		dialect: []trait{resultApart},
		edit:    on(served, fail(404)),
	}, {
		Name: "result-500", Says: "Every result is answered 500.",
		Breaks:  []string{"result.ok"},
		dialect: []trait{resultApart},
		edit:    on(served, fail(500)),
	}, {
		Name: "result-late", Says: "A result is not found until 100 ms after its job is done.",
		Breaks:  []string{"result.ok"},
		dialect: []trait{resultApart},
		edit:    on(all(served, doneFor(100*time.Millisecond)), fail(404)),
	}, {
		Name: "result-every-fourth-missing", Says: "Every fourth job's result is answered 404.",
		Breaks:  []string{"result.ok"},
		dialect: []trait{resultApart},
		edit:    on(all(served, every(4)), fail(404)),
	}, {
		Name: "result-first-read-404-on-fresh-connection", Says: "The first read of a result is answered 404 over a new connection.",
		Breaks: []string{"result.ok"}, Needs: []Need{NeedsConnections},
		dialect: []trait{resultApart},
		edit:    on(all(served, nthResultRead(1), fresh), fail(404)),
	}, {
		Name: "result-truncated", Says: "A result's Content-Length is 100 bytes more than the body.",
		Breaks:  []string{"result.complete"},
		dialect: []trait{typedResult},
		edit:    on(served, func(_ *exchange, a *answer) { a.missing = 100 }),
	}, {
		Name: "result-truncated-when-read-again", Says: "From the second read on, a result's Content-Length is 100 bytes more than the body.",
		Breaks:  []string{"result.complete"},
		dialect: []trait{resultApart},
		edit:    on(all(served, resultRead), func(_ *exchange, a *answer) { a.missing = 100 }),
	}, {
		Name: "result-cut-chunk", Says: "The connection is closed in the middle of a chunked result.",
		Breaks:  []string{"result.complete"},
		dialect: []trait{resultApart},
		edit:    on(served, func(_ *exchange, a *answer) { a.broken = true }),
	}, {
		Name: "result-invalid-json", Says: "A result declared as JSON lacks its last brace.",
		Breaks:  []string{"result.complete"},
		dialect: []trait{typedResult},
		edit:    on(served, func(_ *exchange, a *answer) { a.body = a.body[:len(a.body)-1] }),
	}, {
		Name: "result-once-then-410", Says: "A result can be read once; after that it is answered 410.",
		Breaks:  []string{"result.repeatable"},
		dialect: []trait{resultApart},
		edit:    on(all(served, resultRead), fail(410)),
	}, {
		Name: "result-second-read-500", Says: "The second read of a result is answered 500.",
		Breaks:  []string{"result.repeatable"},
		dialect: []trait{resultApart},
		edit:    on(all(served, nthResultRead(2)), fail(500)),
	}, {
		Name: "result-consumed-by-head", Says: "A result, once read, is deleted by HEAD.",
		Breaks:  []string{"result.repeatable"},
		dialect: []trait{resultApart},
		edit:    on(all(served, resultRead, func(x *exchange) bool { return x.seen.heads > 0 }), fail(404)),
	}, {
		Name: "result-consumed-by-monitor", Says: "A result, once read, is deleted when its monitor is read again.",
		Breaks:  []string{"result.repeatable"},
		dialect: []trait{resultApart},
		edit:    on(all(served, func(x *exchange) bool { return x.seen.afterResult > 0 }), fail(404)),
	}, {
		Name: "result-404-on-fresh-connection", Says: "A result, once read, is answered 404 over a new connection.",
		Breaks: []string{"result.repeatable"}, Needs: []Need{NeedsConnections},
		dialect: []trait{resultApart},
		edit:    on(all(served, resultRead, get, fresh), fail(404)),
	}, {
		Name: "result-forgotten-for-newer-job", Says: "A result, once read, is deleted when a newer job begins.",
		Breaks:  []string{"result.repeatable"},
		dialect: []trait{resultApart},
		edit:    on(all(served, resultRead, func(x *exchange) bool { return x.newest.After(x.seen.firstResult) }), fail(404)),
	}, {
		Name: "result-unstable", Says: "A result contains the number of times it was read.",
		Breaks:  []string{"result.stable"},
		dialect: []trait{anyResult},
		edit:    on(served, tally),
	}, {
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
		edit:    onEither(on(created, rememberLatest, locate("{base}{result}latest")), on(all(unknownLatest), respondLatest)),
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
		respond(200, func(*exchange) any { return resultBody{"Result of long-running process " + p.latestDone + "."} })(x, a)
	}
}
