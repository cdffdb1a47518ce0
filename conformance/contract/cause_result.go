package contract

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// inVain says how a job ended that did not succeed.
var inVain = map[dialect.Phase]string{dialect.Failed: "failed", dialect.Cancelled: "was cancelled"}

const giveGoodJob = "give a job that succeeds, or --expect failure|either"

// whyNoResult explains a result that was not there when it was first asked for.
func whyNoResult(o *view, j *jobView, missing []*record.Exchange) cause {
	first := missing[0]
	if c := whyStoredAbsence(o, first); c.says != "" {
		return c
	}
	dates, holds := whyLinkDates(first)
	if dates.says != "" {
		return dates
	}
	notYet := saysNotYet(first)
	if there := j.firstResult(o); there != nil {
		if holds && !notYet {
			return cause{} // a store may refuse so what is not there yet, or whom it does not know yet
		}
		return o.whyResultLate(j, missing, there)
	}
	if c := whyWithoutID(o, j, record.RoleResult); c.says != "" {
		return c
	}
	switch {
	case notYet:
		return cause{name: "link-not-valid-yet", says: "the signed link is refused, and the answer says that it is not valid yet", mend: notYetMend}
	case first.Request.URL == j.MonitorURL && first != j.Done:
		return cause{name: "result-is-monitor", says: "the {result-field} of the {done} names the monitor itself, and not the result", mend: "name the result's own URL in the {result-field} of the {done}"}
	case first.Status == 204:
		return cause{name: "no-content", says: "204 says that there is nothing to read, which a client can't tell from a result that was lost", mend: "answer {success} with an empty body where the result is empty"}
	case first == j.Done && o.Protocol.Failed.On(first):
		phase, reply := o.Protocol.Dialect.Told(first.Answer())
		return cause{name: "job-failed", says: fmt.Sprintf("this job %s: %s says so, and the run expects jobs to succeed", inVain[phase], reply), mend: giveGoodJob}
	case o.Protocol.Failure.On(first) && allAnswered(o.probes(record.ProbeUnknown, record.RoleResult), o.Protocol.Failure.On) != nil:
		return cause{name: "failed-or-unknown", says: fmt.Sprintf("this job failed, and the run expects jobs to succeed; or its result is not known where it was asked for: results with made-up ids are answered %s too", o.Protocol.Failure),
			mend: giveGoodJob + "; where the job did succeed, look for its result"}
	case o.Protocol.Failure.On(first):
		return cause{name: "job-failed", says: fmt.Sprintf("this job failed: %s is the status of a failed job's result, and the run expects jobs to succeed", o.Protocol.Failure), mend: giveGoodJob}
	case o.Protocol.Success.On(first) || first == j.Done:
		return cause{name: "job-succeeded", says: "this job succeeded, and the run expects jobs to fail", mend: "give a job that fails, or --expect success|either"}
	}
	return cmp.Or(whyUnasked(first), whyOfAnother(o, j), whyFailedResult(o, first), whyRedirected(o, first), whyTooLarge(o, first), whyElsewhere(o, j.Done, o.Protocol.Product, first))
}

// whyResultLate explains a result that was there later.
func (o *view) whyResultLate(j *jobView, missing []*record.Exchange, there *record.Exchange) cause {
	after := span(there.Sent - j.Done.Received)
	if c := whyOfAnother(o, j); c.says != "" {
		return c
	}
	switch first := missing[0]; {
	case (first.Status == 401 || first.Status == 403) && signed(first.Request.URL) && there.Request.URL == first.Request.URL:
		return cause{name: "link-not-valid-yet", says: fmt.Sprintf("the signed link is refused at first and works %s after the {done} (#%d): it is not valid yet when it is handed out", after, there.Number),
			mend: notYetMend, shown: there}
	case !askedAlike(missing, there):
		return cause{}
	case first.Status == 401 || first.Status == 403:
		return o.whyGrantedLate(there, j.Done)
	case !first.NotFound() && !o.lateForSeveral(first.Status):
		return cause{}
	}
	return cause{name: "result-late", says: fmt.Sprintf("it was there %s after the {done} (#%d): the end is announced before the result is stored", after, there.Number),
		mend: "store the result first, and say {done} then", shown: there}
}

// lateForSeveral reports whether the results of several jobs were answered with a status more than once at first, and never after they had been there.
func (o *view) lateForSeveral(status int) bool {
	late := 0
	for _, j := range o.jobs {
		missing := j.attributedTo(idResultOK)
		if j.anyAttributedTo(idResultRepeatable) {
			return false
		}
		if len(missing) > 1 && j.firstResult(o) != nil && !slices.ContainsFunc(missing, func(e *record.Exchange) bool { return e.Status != status }) {
			late++
		}
	}
	return late >= minLosses
}

// whyGone explains a result that was there before.
func whyGone(o *view, gone []*record.Exchange) cause {
	kept := slices.ContainsFunc(o.jobs, func(other *jobView) bool { return len(other.ownResults(o)) > 1 })
	overKept := slices.ContainsFunc(o.jobs, func(other *jobView) bool {
		return slices.ContainsFunc(other.attributedTo(idResultRepeatable), func(e *record.Exchange) bool { return !e.Fresh })
	})
	for _, newer := range o.jobNumbered(gone[0].Job).Results {
		if newer.Sent >= gone[0].Received && newer.Request.URL != gone[0].Request.URL && o.Protocol.Success.On(newer) {
			return cited("link-replaced", "an older link to the result leads nowhere, and a newer one is answered: a link that was handed out is replaced by the next",
				"let a link hold for as long as the job is known: a client may have read the first one", newer)
		}
	}
	switch e := gone[0]; {
	case (e.Status == 401 || e.Status == 403) && !kept && signed(e.Request.URL):
		return cause{name: "link-used-up", says: "each link to a result was answered once, and is refused when it is asked again: it is good for one read",
			mend: "let the link hold for as long as the job is known: a client whose connection broke has to read it again"}
	case !e.NotFound():
	case !kept && overKept:
		return cause{name: "result-deleted", says: "it is deleted once it, or its monitor, was read, or is kept for a shorter time than this", mend: "keep results for some time, and announce how long with Expires"}
	case kept:
		return whyNotKept(o)
	}
	return cause{}
}

// whyNotKept shows results that are deleted some time after their jobs' ends: each was there before that, and none is after it.
func whyNotKept(o *view) cause {
	known, lost, jobs := time.Duration(0), mostKeptKnown, 0
	var there *record.Exchange
	for _, j := range o.jobs {
		for _, e := range j.ownResults(o) {
			if e.Sent-j.Done.Received > known {
				known, there = e.Sent-j.Done.Received, e
			}
		}
		gone := j.attributedTo(idResultRepeatable)
		if len(gone) > 0 {
			lost = min(lost, gone[0].Sent-j.Done.Received)
			jobs++
		}
	}
	if jobs < minLosses || there == nil || known >= lost || lost < leastKept {
		return cause{}
	}
	return cause{name: "short-retention", says: fmt.Sprintf("results were there until %s after the ends of their jobs (#%d), and are gone from %s on: they are deleted by then, or lost with their store",
		span(known), there.Number, span(lost)), mend: retentionMend, shown: there}
}
