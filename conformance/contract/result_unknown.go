package contract

import "github.com/two-oh-two/two-oh-two/conformance/record"

var resultUnknown = require(Requirement{
	ID: "result.unknown", Level: Must, Source: "RFC 9110 15.5.5",
	Says:  "The result of a job that never began is not answered 2xx.",
	Means: "A client can't tell a result from the lack of one.",
	How: `Three ids are made up, of the same length and alphabet as the results' and far outside any counter; all of them have to be answered 2xx
		for this to fail. Not observed where the results' URLs do not show where their ids are, or are signed.`,
	Needs:   []string{"result.ok"},
	judge:   ofResultURLs(unlessShared(judgeUnknown(record.RoleResult, "no 2xx", isSuccess, noExchange), swappedResults)),
	applies: hasResultURL,
})

func isSuccess(_ *view, e *record.Exchange) bool { return e.Status >= 200 && e.Status <= 299 }

var resultNotFound = require(Requirement{
	ID: "result.not-found", Level: Should, Source: "RFC 9110 15.5.5",
	Says:  "The result of a job that never began is answered {result-unknown} (the seed's own server says 422).",
	Means: "A client can't tell a result that will never be there from a passing trouble.",
	How: `Asked with the same made-up ids as result.unknown, and failed only by all of them. 2xx is reported under result.unknown, 5xx under
		http.no-server-error; a refusal (401, 403) by another origin is not held against the server.`,
	Needs: []string{"result.unknown", "http.no-server-error"},
	judge: ofResultURLs(judgeUnknown(record.RoleResult, "{result-unknown}", func(o *view, e *record.Exchange) bool {
		unknown := o.Protocol.Dialect.Result.Unknown
		return !e.NotFound() && (unknown == nil || !unknown.Signs(e.Answer()))
	}, func(_ *view, e *record.Exchange) bool { return e.Status < 300 || e.Status >= 500 })),
	applies: hasResultURL,
})
