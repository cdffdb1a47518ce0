package contract

import (
	"fmt"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var monitorValidators = require(Requirement{
	ID: "monitor.validators", Level: Must, Source: "RFC 9110 8.8, 13",
	Says:  "A validator sent while pending does not turn a done job's monitor into 304. (Last-Modified only where it lies at least 2 s before the end.)",
	Means: "A client, or a cache, that asks with the validator it was given never learns that the job is done.",
	How: `Once a job is done, its monitor is asked with the ETag, and with the Last-Modified, of its last pending answer: 304 fails. A Last-Modified
		counts only where the job was seen to run for 2 s after it was first met, since it is told in whole seconds. Does not apply to a server
		that sends neither.`,
	Needs: []string{"monitor.created"},
	judge: judgeValidators,
})

func judgeValidators(o *view) Judgement {
	asked := o.probes(record.ProbeConditional, record.RoleMonitor)
	for _, e := range asked {
		if e.Status != 304 {
			continue
		}
		field := "If-None-Match"
		if e.Request.Value(field) == "" {
			field = "If-Modified-Since"
			if !o.oneClock() && !o.jobNumbered(e.Job).unmodified(o, e.Request.Value(field)) {
				continue // the end may lie in the same second
			}
		}
		got := fmt.Sprintf("job %d, which is done, asked with %s: %s from when it was pending, is answered 304", e.Job, field, e.Request.Value(field))
		return failed(got, "{done}: the state is another, so is the representation", e, o.jobNumbered(e.Job).Done).
			because(whyUnmodified(e, o.jobNumbered(e.Job).Done))
	}
	if len(asked) == 0 {
		return o.unvalidated()
	}
	return passed(asked...)
}

// whyUnmodified tells a validator that stays as it was from one that nobody compared.
func whyUnmodified(e, done *record.Exchange) cause {
	asked, now := e.Request.Value("If-None-Match"), ""
	if done != nil {
		now = done.Value("ETag")
	}
	if asked != "" && now != "" && strings.TrimPrefix(asked, "W/") != strings.TrimPrefix(now, "W/") {
		return cause{name: "validator-not-compared", says: fmt.Sprintf("the done monitor's ETag is another (%s): the request is answered without a look at it, or by a cache that has kept the pending answer", now),
			mend: "compare If-None-Match with the ETag of the present state, and let no cache answer for it (Cache-Control: no-store)"}
	}
	return cause{name: "stale-validator", says: "the validator is made of something that does not change with the state", mend: "make the validator from the state"}
}

// unvalidated says why no validator was sent back: there was none, or its job was not seen done, or too soon.
func (o *view) unvalidated() Judgement {
	verdict := notObserved("no job was seen pending")
	for _, j := range o.jobs {
		for _, e := range j.Reads {
			switch {
			case o.Protocol.Phase(e) != record.PhasePending:
			case e.Has("ETag") || e.Has("Last-Modified"):
				return notObserved("no pending answer had a validator old enough, whose job was then seen done")
			default:
				verdict = notApplicable("no pending answer had a validator")
			}
		}
	}
	return verdict
}

// oldEnough is how long before the end a Last-Modified has to lie: it is told in seconds.
const oldEnough = 2 * time.Second

// ModifiedBefore reports whether a pending answer's Last-Modified lies clearly before a done answer's Date.
func ModifiedBefore(pending, done *record.Exchange) bool {
	modified, known := httpDate(pending.Value("Last-Modified"))
	date, dated := httpDate(done.Value("Date"))
	return known && dated && date.Sub(modified) >= oldEnough
}

// oneClock reports whether every Date of the target, but for those of stored answers, can have been told
// by one clock: those of replicas may differ by minutes.
func (o *view) oneClock() bool {
	least, most := time.Time{}, time.Time{} // of what that clock said when the observation began
	for _, e := range o.Exchanges {
		date, dated := o.made(e)
		if !dated || !e.Answered() || !o.Home(e.Request.URL) || aged(e) > 0 {
			continue
		}
		if from := date.Add(-e.Received); least.IsZero() || from.After(least) {
			least = from
		}
		if to := date.Add(time.Second - e.Sent); most.IsZero() || to.Before(most) {
			most = to
		}
	}
	return !least.After(most)
}

// unmodified reports whether the job was seen to run on for so long after its Last-Modified was first met
// that its end can't lie in the same second, by our clock alone.
func (j *jobView) unmodified(o *view, modified string) bool {
	for _, e := range o.Exchanges {
		if e.Role == record.RoleMonitor && e.Value("Last-Modified") == modified {
			return j.pendingAfter(o, e.Received+oldEnough)
		}
	}
	return false
}
