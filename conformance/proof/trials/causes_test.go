package trials

import (
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
)

// causes are trials of the causes that no report above has, each beside an honest neighbour where there is one.
var causes = []trial{
	{name: "a limit that says 403, in a window", change: window(40, 403), fails: "http.available", cause: "rate-limit", mend: "--rate "},
	{name: "a sign-in page now and then", change: signIn(60, 40), fails: "http.available", cause: "wall", mend: "let API clients pass"},
	{name: "answers that the gateway did not wait for", change: everyNth(9, 504, "504 Gateway Time-out"), fails: "http.available", cause: "gateway-timeout", mend: "raise the gateway's timeout"},
	{name: "connections that end before the answer", change: resets(11), fails: "http.available", cause: "connection-reset", mend: "workers"},
	{name: "one connection at a time", change: oneConnection, fails: "http.available", cause: "one-connection", mend: "side by side", orSilent: true},
	{name: "a restart, with a gap", change: restart, fails: "jobs.survive-restart", cause: "restart", mend: "store that survives"},

	{name: "an id that is cut", change: namedBy(func(id string) string { return id[:24] }), fails: "monitor.ready", cause: "cut-id", mend: "full length"},
	{name: "an id in another case", change: namedBy(strings.ToUpper), fails: "monitor.ready", cause: "case-of-id", mend: "in the case"},
	{name: "an id that is rounded", change: rounded, fails: "monitor.ready", cause: "rounded-id", mend: "as text"},
	{name: "a short id beside a long one", change: shortAndLong},
	{name: "%2F is read as a slash", after: "ckan/ckan#3500", change: slash, fails: "monitor.ready", cause: "decoded-slash", mend: "pass paths on as they are"},
	{name: "a link that is not valid yet", change: notYet(300 * time.Millisecond), fails: "result.ok", cause: "link-not-valid-yet", mend: "earlier"},
	{name: "a link that is valid at once", change: notYet(-time.Minute)},
	{name: "a session that knows the job", change: session, fails: "jobs.replicas", cause: "session-cookie", mend: "not by a session"},

	{name: "one job at a time, by 409", change: oneAtATime(409, ""), fails: "start.accepted", cause: "one-at-a-time", mend: "--max-jobs 1"},
	{name: "one job at a time, by 429", change: oneAtATime(429, "1"), ask: func(target *conformance.Target) { target.Timeout = 5 * time.Minute }},
	{name: "work that ends with its connection", after: "mlrun/mlrun#2618", change: cancelled, fails: "jobs.survive-disconnect", cause: "cancelled-with-connection", mend: "detach"},
	{name: "jobs kept for a moment", change: keptFor(600 * time.Millisecond), fails: "monitor.final", cause: "short-retention", mend: "for minutes"},
	{name: "reads held back for longer than a request may take", change: held(3 * time.Second), fails: "monitor.ready", cause: "read-held", mend: "--request-timeout "},
	{name: "reads held back for less", change: held(time.Second)},
	{name: "the end told by the body alone", after: "letsencrypt/boulder#1220", change: endsBy(`{"status": "Succeeded"}`), fails: "monitor.completes", cause: "end-in-body", mend: "answer 201"},
	{name: "a failure told by the body alone", change: endsBy(`{"status": "FAILED"}`), fails: "monitor.completes", cause: "failure-in-body", mend: "422"},
	{name: "a body that is ready from the first read on", change: says(`{"api": "ready"}`)},
	{name: "ends that fall into a failover", change: failover, ask: func(target *conformance.Target) { target.Jobs = 20 }, fails: "monitor.status", cause: "lost-together", mend: "failover"},

	{name: "a monitor that only the body names", after: "bmc-toolbox/bmclib#399", change: bodyOnly, fails: "start.location", cause: "location-in-body", mend: "as the Location field"},
	{name: "400 until the job is done", after: "FlexMeasures/flexmeasures#2171", change: pendingAs(400), fails: "monitor.ready", cause: "error-while-it-runs", mend: "answer 200 from the 202 on"},
	{name: "a look-up that fails for a while, told as 404", after: "gitroomhq/agent-media-app#6", change: unknownFrom(150*time.Millisecond, 300*time.Millisecond), fails: "monitor.status", cause: "outage-as-unknown", mend: "503 with Retry-After"},
	{name: "errors of the monitor now and then", change: erring(7), fails: "monitor.status", cause: "error-now-and-then", mend: "log"},
	{name: "an application that is away for a while", change: away(200*time.Millisecond, 400*time.Millisecond), fails: "http.available", cause: "outage-or-limit", mend: "ready"},
	{name: "room for four jobs, by 409", change: roomFor(4, 409), fails: "start.accepted", cause: "one-at-a-time", mend: "--max-jobs 4"},

	{name: "a stored answer without Age", change: storedFor(time.Minute), fails: "monitor.completes", cause: "monitor-cached", mend: "no-store"},
	{name: "a cache that asks nobody who they are", change: sharedCache, ask: twoIdentities, fails: "access.others", cause: "cache-ignores-credentials", mend: "private"},
	{name: "owners that are asked who they are", change: owned, ask: twoIdentities},

	{name: "NaN in JSON", change: content(`[1, NaN]`), fails: "result.complete", cause: "not-a-json-number", mend: "write null"},
	{name: "NaN in a text in JSON", change: content(`{"name": "NaN: not a number"}`)},
	{name: "lines of JSON", change: content("{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3}\n"), fails: "result.complete", cause: "json-lines", mend: "ndjson"},
	{name: "a list of objects without a list", change: content(`{"a": 1}{"a": 2}`), fails: "result.complete", cause: "json-joined", mend: "one array"},
	{name: "a line end in a text", change: content("{\"text\": \"a\nb\"}"), fails: "result.complete", cause: "json-control-character", mend: "escaped"},
	{name: "JSON of which a column kept a part", change: content(`{"rows": [1, 2, 3, `), fails: "result.complete", cause: "json-cut", mend: "a limit of its size"},
	{name: "JSON with line ends between values, escaped ones in texts, and texts in UTF-8", change: content("{\n\t\"city\": \"K\u00f6ln\",\n\t\"text\": \"a\\nb {}{}\"\n}\n")},
	{name: "gzip that is not declared", change: content(zipped(`{"a": 1}`)), fails: "result.complete", cause: "gzip-undeclared", mend: "Content-Encoding: gzip"},
	{name: "a gateway that lets no large result pass", change: tooLarge(8000), fails: "result.ok", cause: "result-too-large", mend: "gateway's limit"},
	{name: "a result that is still written", change: growing(300 * time.Millisecond), should: "result.stable", cause: "result-grows", mend: "once the result is whole"},
	{name: "work done before the 202", after: "Kludex/starlette#919", change: workFirst, should: "start.prompt", cause: "work-in-start", mend: "answer 202"},
}
