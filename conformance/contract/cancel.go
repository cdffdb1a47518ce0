package contract

import (
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var cancelGroup = []Requirement{cancelAccepted, cancelThen}

var cancelAccepted = require(Requirement{
	ID: "cancel.accepted", Level: Must, Source: "seed",
	Says:  "A job that runs can be cancelled in the way that the dialect says, and that is answered as it says.",
	Means: "A client can't stop what it began.",
	How:   "Asked for by --probe cancel alone: one more job is begun, and cancelled once it was seen pending.",
	Needs: []string{"monitor.pending"}, ofForm: true, applies: canCancel,
	judge: judgeCancelled,
})

func judgeCancelled(o *view) Judgement {
	_, verdict := o.cancellation()
	return verdict
}

// cancellation is the request that was to cancel a job, and whether it did; nil where none was answered.
func (o *view) cancellation() (sent *record.Exchange, verdict Judgement) {
	for _, e := range o.probes(record.ProbeCancel, record.RoleMonitor) {
		if e.Request.Method != "GET" {
			sent = e
			break
		}
	}
	switch reply := o.Protocol.Dialect.Cancel.Reply; {
	case len(o.probes(record.ProbeCancel, record.RoleStart)) == 0:
		return nil, notApplicable("not asked for (--probe cancel)")
	case sent == nil:
		return nil, notObserved("the job that was to be cancelled was not seen pending, or said nowhere how")
	case !reply.Signs(sent.Answer()):
		return sent, failed(sent.Request.Method+" is answered "+sent.StatusText(), reply.String(), sent)
	}
	return sent, passed(sent)
}

var cancelThen = require(Requirement{
	ID: "cancel.then", Level: Must, Source: "seed",
	Says:  "The monitor of a cancelled job is answered as the dialect says, within a second.",
	Means: "A client that cancelled a job waits for its end, or takes it for done.",
	How: `Asked for by --probe cancel alone. Until a second has passed the job may still be pending: to stop takes a moment; and it may have ended in the
		meantime.`,
	Needs: []string{"cancel.accepted"}, ofForm: true, applies: canCancel,
	judge: judgeAfterCancellation,
})

func judgeAfterCancellation(o *view) Judgement {
	sent, verdict := o.cancellation()
	switch verdict.Outcome {
	case NotApplicable:
		return verdict
	case NotObserved, Fail:
		return notObserved("no job was cancelled")
	}
	d := o.Protocol.Dialect
	var last *record.Exchange
	for _, e := range o.probes(record.ProbeCancel, record.RoleMonitor) {
		if e.Sent < sent.Received || e.Request.Method != "GET" {
			continue
		}
		last = e
		phase := d.Phase(e.Answer())
		switch {
		case d.Cancel.Then == dialect.ThenAny, phase == dialect.Done,
			d.Cancel.Then == dialect.ThenCancelled && phase == dialect.Cancelled,
			d.Cancel.Then == dialect.ThenUnknown && (phase == dialect.Unknown || d.Monitor.Unknown == nil && e.NotFound()):
			return passed(e, sent)
		}
	}
	if last == nil {
		return notObserved("the monitor of the cancelled job was not read")
	}
	want := "as a job that is not known is answered"
	if d.Cancel.Then == dialect.ThenCancelled {
		want = d.Monitor.Cancelled.String()
	}
	return failed(fmt.Sprintf("the monitor of a job, %s after it was cancelled, is answered %s", span(last.Sent-sent.Received), last.StatusText()), want, last, sent)
}
