package contract

import (
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// An attribution names the one requirement that an exchange of a job breaks. The contract's table "Who is charged" is
// attributeReads and attributeResults. Each exchange is attributed once at most: one cause is one failure.
type attribution struct {
	id       string
	exchange *record.Exchange
}

// The requirements that the exchanges of a job's life are attributed to.
const (
	idStartAccepted    = "start.accepted"
	idMonitorReady     = "monitor.ready"
	idMonitorStatus    = "monitor.status"
	idMonitorPending   = "monitor.pending"
	idMonitorCreated   = "monitor.created"
	idMonitorFinal     = "monitor.final"
	idResultOK         = "result.ok"
	idResultComplete   = "result.complete"
	idResultRepeatable = "result.repeatable"
)

// attribute attributes the job's exchanges. Where a Location fails a MUST of its own, what follows it counts only if it can be followed.
func (j *jobView) attribute(o *view) {
	if j.Start == nil || o.hasInvalidLocation(o.Protocol.Monitor, j.Start) && j.firstGoodRead(o) == nil {
		return
	}
	j.attributeReads(o)
	if j.Done != nil && (!o.hasInvalidLocation(o.Protocol.Product, j.Done) || j.firstResult(o) != nil) {
		j.attributeResults(o)
	}
}

func (j *jobView) attributeReads(o *view) {
	ready, pending, done := false, false, false
	j.lastPendingAt = j.Start.Sent
	for _, e := range j.Reads {
		if o.refusedCrossOrigin(e) {
			continue
		}
		if done && e.Sent >= j.Done.Received {
			if !j.stillDone(o, e) && !j.lags(o, e) {
				j.attributeTo(idMonitorFinal, e)
			}
			continue
		}
		switch phase := o.Protocol.Phase(e); {
		case phase == record.PhaseFailed && j.expired(o, e):
			// It may have ended, and been forgotten since, while nobody looked.
		case phase == record.PhaseFailed && !ready:
			j.attributeTo(idMonitorReady, e)
		case phase == record.PhaseFailed:
			j.attributeTo(idMonitorStatus, e)
		case phase == record.PhaseUnknown && !pending:
			j.attributeTo(idMonitorPending, e)
			ready = true
		case phase == record.PhaseUnknown:
			j.attributeTo(idMonitorCreated, e)
		case phase == record.PhasePending:
			ready, pending, j.lastPendingAt = true, true, e.Sent
		case e == j.Done:
			ready, done = true, true
			if _, one := o.Protocol.Product.One(e); !one && o.Protocol.NamesResult() && !o.Protocol.Failed.On(e) {
				j.attributeTo(idMonitorCreated, e)
			}
		}
	}
	if told := j.toldWithPending(o); told != nil {
		j.attributeTo(idMonitorCreated, told)
	}
}

// probedFirst is the answer to a probe that came to have the first good read of the job's result; nil where none had.
func (j *jobView) probedFirst(o *view) *record.Exchange {
	for _, e := range j.Early {
		if o.Protocol.Success.On(e) && e.Request.URL == j.ResultURL {
			return e
		}
	}
	return nil
}

func (j *jobView) attributeResults(o *view) {
	if o.Protocol.HasResult(j.Done) {
		j.attributeEnds(o)
		return
	}
	url := j.ResultURL
	found, came := j.probedFirst(o) != nil, 0
	for _, e := range j.Results {
		if !j.own(url, e) || o.refusedCrossOrigin(e) {
			continue
		}
		switch good := o.Protocol.Result.On(e); {
		case good && came != 0 && e.Status != came: // where either is expected, it is the one or the other
			j.attributeTo(idResultRepeatable, e)
		case good && (e.Body.Cut != "" || e.Body.NotJSON != ""):
			j.attributeTo(idResultComplete, e)
			found, came = true, e.Status
		case good:
			found, came = true, e.Status
		case j.expired(o, e), j.outdated(o, e):
		case !found:
			j.attributeTo(idResultOK, e)
		case !j.anyAttributedTo(idMonitorFinal):
			j.attributeTo(idResultRepeatable, e)
		}
	}
}

// attributeEnds attributes the answers of a done monitor that stand for the result too.
func (j *jobView) attributeEnds(o *view) {
	for _, e := range j.Reads {
		switch {
		case e.Sent < j.Done.Sent || !o.Protocol.Done.On(e):
		case e == j.Done && !o.Protocol.EndsAsExpected(e):
			j.attributeTo(idResultOK, e)
		case e.Body.Cut != "" || e.Body.NotJSON != "":
			j.attributeTo(idResultComplete, e)
		}
	}
}

// own reports whether an exchange asked for the URL that the job's done monitor named, after it had.
func (j *jobView) own(url string, e *record.Exchange) bool {
	return j.Done != nil && e.Sent >= j.Done.Received && e.Request.URL == url
}

func (j *jobView) attributeTo(id string, e *record.Exchange) {
	j.attributions = append(j.attributions, attribution{id, e})
}

// attributedTo lists the exchanges of the job that are attributed to a requirement.
func (j *jobView) attributedTo(id string) []*record.Exchange {
	var list []*record.Exchange
	for _, c := range j.attributions {
		if c.id == id {
			list = append(list, c.exchange)
		}
	}
	return list
}

func (j *jobView) anyAttributedTo(ids ...string) bool {
	return slices.ContainsFunc(j.attributions, func(a attribution) bool { return slices.Contains(ids, a.id) })
}

// stillDone judges a read that began after the job was seen done: it says
// done again, with a Location that leads to the same thing, or the job has expired.
func (j *jobView) stillDone(o *view, e *record.Exchange) bool {
	if o.Protocol.Phase(e) != record.PhaseDone {
		return j.expired(o, e)
	}
	if o.Protocol.HasResult(j.Done) && (e.Status != j.Done.Status || o.Protocol.Failed.On(e) != o.Protocol.Failed.On(j.Done)) {
		return false
	}
	return j.leadsElsewhere(o, e) == ""
}

// leadsElsewhere says how a repeated done answer leads to something else than the
// first; empty where it does not, or where the record can't tell.
func (j *jobView) leadsElsewhere(o *view, e *record.Exchange) string {
	first, again := j.ResultURL, o.Protocol.Product.Follow(e, j.Start)
	switch {
	case first == "" || first == again:
		return ""
	case again == "":
		return "it no longer names the result"
	}
	before, after := j.lastRead(first), j.lastRead(again)
	switch {
	case before == nil || after == nil || !o.Protocol.Result.On(before):
		return ""
	case o.refusedCrossOrigin(after) || j.expired(o, after) || j.outdated(o, after):
		return ""
	case !o.Protocol.Result.On(after):
		return "what it names now is answered " + after.StatusText()
	case before.Body.Whole() && after.Body.Whole() && before.Body.Hash != after.Body.Hash && j.stable(o, first) && j.encloses(o, first, after):
		return "what it names now has another content"
	}
	return ""
}

// encloses reports whether a result was read before an exchange and again after it: only then
// can't its content have changed meanwhile, as that of a result that says when it was served does.
func (j *jobView) encloses(o *view, url string, e *record.Exchange) bool {
	before, after := false, false
	for _, read := range j.Results {
		if read.Request.URL == url && o.Protocol.Result.On(read) && read.Body.Whole() {
			before = before || read.Ended <= e.Sent
			after = after || read.Sent >= e.Ended
		}
	}
	return before && after
}

func (j *jobView) lastRead(url string) *record.Exchange {
	for i := len(j.Results) - 1; i >= 0; i-- {
		if j.Results[i].Request.URL == url {
			return j.Results[i]
		}
	}
	return nil
}

// stable reports whether a result was read twice at least and each time brought the same bytes.
func (j *jobView) stable(o *view, url string) bool {
	hash, reads := "", 0
	for _, e := range j.Results {
		if e.Request.URL != url || !o.Protocol.Result.On(e) || !e.Body.Whole() {
			continue
		}
		if reads > 0 && e.Body.Hash != hash {
			return false
		}
		hash = e.Body.Hash
		reads++
	}
	return reads > 1
}

// toldWithPending finds a pending answer that began to name the result while
// the monitor never said done: the first pending answer named nothing, a later
// one does, what it names is answered as a result is, and a read after that is
// pending all the same.
func (j *jobView) toldWithPending(o *view) *record.Exchange {
	if j.Done != nil {
		return nil
	}
	var first *record.Exchange
	for _, e := range j.Reads {
		if o.Protocol.Phase(e) != record.PhasePending {
			continue
		}
		if first == nil {
			first = e
		}
		url := o.Protocol.Product.Follow(e, j.Start)
		if url == "" || url == e.Request.URL || o.Protocol.Product.In(first) != nil {
			continue
		}
		if result := j.lastRead(url); result != nil && o.Protocol.Success.On(result) && j.pendingAfter(o, result.Received+doneStatusGrace) {
			return e
		}
	}
	return nil
}

// doneStatusGrace is how long a server may take from storing a result to saying so.
const doneStatusGrace = time.Second

// pendingAfter reports whether the job was seen pending by a read that was sent no earlier, and whose answer no cache had leave to store.
func (j *jobView) pendingAfter(o *view, at time.Duration) bool {
	return slices.ContainsFunc(j.Reads, func(e *record.Exchange) bool {
		lifetime, _ := freshness(e, o.age(e))
		return e.Sent >= at && o.Protocol.Phase(e) == record.PhasePending && lifetime <= 0
	})
}
