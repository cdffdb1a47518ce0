package contract

import (
	"fmt"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var monitorHead = require(Requirement{
	ID: "monitor.head", Level: Should, Source: "RFC 9110 9.3.2",
	Says:  "HEAD on a monitor is answered as GET would be (status{and-result-field}), without a body.",
	Means: "A client that saves the body asks for the state, and is told something else or nothing.",
	How: `HEAD is asked of jobs that are pending and of jobs that are done, and compared with the GETs just before and after: to be like one of them
		is enough, since the state may have changed. Only the status is compared, and whether a {done} has its {result-field}. A job whose GETs fail now
		and then is left out.`,
	Needs: []string{"monitor.ready"},
	judge: everyJob(headAsGet(record.RoleMonitor), "HEAD was not asked, or not answered"),
})

// headAsGet judges the HEADs of a job's resource by the GETs around each: the state may change between them.
func headAsGet(role record.Role) jobRule {
	return func(o *view, j *jobView) Judgement {
		verdict := unjudged
		if e := o.failedGet(j, role); e != nil {
			return notObserved(fmt.Sprintf("GET itself fails, or did (#%d)", e.Number))
		}
		for _, e := range o.probes(record.ProbeHead, role) {
			if e.Job != j.Number || o.refusedCrossOrigin(e) || j.expired(o, e) || j.outdated(o, e) {
				continue
			}
			before, after := o.around(j, role, e)
			if before == nil && after == nil || verdict.Outcome == Fail {
				continue
			}
			if verdict = passed(e); !o.alike(e, before) && !o.alike(e, after) && !o.unsettled(e, before, after) {
				beside := before
				if beside == nil {
					beside = after
				}
				got := fmt.Sprintf("job %d: HEAD is answered %s; GET %s", j.Number, o.headText(e), o.headText(beside))
				verdict = failed(got, "what GET is answered", e, beside)
			}
		}
		return verdict
	}
}

// failedGet is a GET of a job's resource that failed, if one did.
func (o *view) failedGet(j *jobView, role record.Role) *record.Exchange {
	for _, at := range j.attributions {
		if at.exchange.Role == role && slices.Contains([]string{idMonitorReady, idMonitorStatus, idMonitorFinal, idResultOK, idResultRepeatable}, at.id) && at.exchange != j.Done {
			return at.exchange
		}
	}
	return nil
}

// headText is what is compared of an answer: its status, and the field that names the result, where it is one that has to.
func (o *view) headText(e *record.Exchange) string {
	if !o.Protocol.Product.InField() || !o.Protocol.Done.On(e) {
		return e.StatusText()
	}
	return e.StatusText() + ", " + pointerText(e, o.Protocol.Product)
}

// around finds the last GET of the same URL that had been answered well when an exchange was sent, and the first sent after it.
func (o *view) around(j *jobView, role record.Role, e *record.Exchange) (before, after *record.Exchange) {
	reads := j.Reads
	if role == record.RoleResult {
		reads = j.Results
	}
	for _, get := range reads {
		switch {
		case get.Request.URL != e.Request.URL || get.Failed() && !o.Protocol.Done.On(get):
		case get.Received <= e.Sent:
			before = get
		case get.Sent >= e.Received && after == nil:
			after = get
		}
	}
	return before, after
}

// unsettled reports whether a monitor may have been in the state that HEAD tells, since no GET on
// that side of it says otherwise: pending, with none before, or done, with none after.
func (o *view) unsettled(head, before, after *record.Exchange) bool {
	phase := o.Protocol.Phase(head)
	return head.Role == record.RoleMonitor && (before == nil && phase == record.PhasePending || after == nil && phase == record.PhaseDone)
}

// alike reports whether two answers of one resource have the same status and, where that is
// done, both say where the result is: a Location may be signed anew.
func (o *view) alike(head, get *record.Exchange) bool {
	if get == nil || head.Status != get.Status {
		return false
	}
	return !o.Protocol.Done.On(get) || !o.Protocol.Product.InField() || (o.Protocol.Product.In(head) != nil) == (o.Protocol.Product.In(get) != nil)
}
