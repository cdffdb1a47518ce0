package contract

import (
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var monitorRetryAfter = require(Requirement{
	ID: "monitor.retry-after", Level: Must, Source: "RFC 9110 10.2.3",
	Says:  "Retry-After, where a start or a monitor sends it, is one field: a non-negative whole number of seconds or an HTTP-date (obsolete forms too).",
	Means: "Clients crash on it, ignore it, or hammer the server: it is a number to wait by.",
	How: `Starts and reads of monitors are looked at, but for 429 and 503. The form alone is judged: 0 is fine, and so are a date in the past and a
		time far longer than the job. A server that never sends it is not asked to.`,
	Needs: []string{"start.location"},
	judge: whereSent(everyJob(retryAfter, ""), "no start or monitor sent Retry-After"),
})

func retryAfter(o *view, j *jobView) Judgement {
	verdict := unjudged
	for _, e := range append([]*record.Exchange{j.Start}, j.Reads...) {
		if e == nil || !e.Answered() || !e.Has("Retry-After") {
			continue
		}
		if !hasRetryAfter(o, e) {
			return failed(fmt.Sprintf("job %d: %s", j.Number, fieldText(e, "Retry-After")), "one field, a whole number of seconds or an HTTP-date", e)
		}
		verdict = passed(e)
	}
	return verdict
}

// hasRetryAfter reports whether an answer has one Retry-After field, and one that can be read.
func hasRetryAfter(o *view, e *record.Exchange) bool {
	_, readable := RetryAfter(e, o.Began)
	return len(e.Values("Retry-After")) == 1 && readable
}

// whereSent makes a judgement of what applies only to targets that send something of their own choice: where a monitor was
// read and it was not seen, there is nothing to hold against them, nor to wait for.
func whereSent(judge func(*view) Judgement, unsent string) func(*view) Judgement {
	return func(o *view) Judgement {
		verdict := judge(o)
		if verdict.Outcome != NotObserved {
			return verdict
		}
		for _, j := range o.jobs {
			if j.firstGoodRead(o) != nil {
				return notApplicable(unsent)
			}
		}
		return notObserved(unsent)
	}
}

var monitorPendingLocation = require(Requirement{
	ID: "monitor.pending-location", Level: Should, Source: "seed 3",
	Says:  "A pending answer carries no {result-field}, or the monitor's own.",
	Means: "A client that looks for the {result-field}, and not for the status, thinks the job is done.",
	How: `A {result-field} that resolves to the monitor's own URL is fine. Where a {result-field} with {pending} announces the end, monitor.created fails
		and this is not judged.`,
	Needs:    []string{"monitor.pending"},
	DefersTo: []string{idMonitorCreated},
	judge:    everyJob(pendingLocation, "no job was seen pending"),
	applies:  namesResultAlone,
})

func pendingLocation(o *view, j *jobView) Judgement {
	return eachPending(o, j, func(e *record.Exchange) Judgement {
		for _, value := range o.Protocol.Product.In(e) {
			if uri.Resolve(e.Request.URL, value) != e.Request.URL {
				return failed(fmt.Sprintf("job %d: a pending answer with %s", j.Number, pointerText(e, o.Protocol.Product)), "no {result-field}, or the monitor's own", e)
			}
		}
		return passed(e)
	})
}
