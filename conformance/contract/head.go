package contract

import (
	"fmt"
	"slices"
	"time"
)

func startHead() Requirement {
	return Requirement{
		ID: "start.head", Level: Should, Source: "RFC 9110 9.2.1",
		Says:  "HEAD (and OPTIONS) on the start begin no job: neither is answered with the Location of a monitor that is alive.",
		Means: "Crawlers, previews and health checks begin jobs that nobody asked for.",
		How: "The start is asked by HEAD and by OPTIONS, and what a Location in the answer names is read. Fails only where that URL is shaped as the " +
			"jobs' monitors are, and is answered as a live one. A refusal, or a 202 that leads nowhere, is well; where made-up monitors are answered as " +
			"live ones, this can't be told.",
		Needs: []string{"start.accepted", "start.location", "monitor.ready", "monitor.unknown"},
		Judge: judgeStartHead,
	}
}

func judgeStartHead(o *Observation) Judgement {
	asked := append(o.probes(ProbeHead, RoleStart), o.probes(ProbeOptions, RoleStart)...)
	if len(asked) == 0 {
		return notObserved("neither was asked, or neither was answered")
	}
	for _, begun := range o.probes(ProbeBegun, RoleMonitor) {
		if phase := o.Protocol.Phase(begun); phase != PhasePending && phase != PhaseDone || !o.likeMonitors(begun.Request.URL) {
			continue
		}
		if unknown := o.probes(ProbeUnknown, RoleMonitor); allAnswered(unknown, func(e *Exchange) bool { return e.Status < 400 }) != nil {
			return notObserved("a monitor that never began is answered as if it were alive")
		}
		for _, e := range asked {
			if follow(o.Protocol.Monitor, e) == begun.Request.URL {
				got := fmt.Sprintf("%s is answered %s with %s, and that monitor is alive: %s", e.Request.Method, statusText(e), fieldText(e, o.Protocol.Monitor.Field), statusText(begun))
				return failed(got, "no job", e, begun)
			}
		}
	}
	return passed(asked...)
}

// likeMonitors reports whether a URL looks like those of the monitors: what a HEAD leads to may be a page of another kind.
func (o *Observation) likeMonitors(url string) bool {
	var monitors []string
	for _, j := range o.Jobs {
		if monitor := j.MonitorURL(); monitor != "" {
			monitors = append(monitors, monitor)
		}
	}
	shape, known := NewShape(monitors)
	_, fits := shape.Fit(url)
	return known && fits
}

func monitorHead() Requirement {
	return Requirement{
		ID: "monitor.head", Level: Should, Source: "RFC 9110 9.3.2",
		Says:  "HEAD on a monitor is answered as GET would be (status, Location), without a body.",
		Means: "A client that saves the body asks for the state, and is told something else or nothing.",
		How: "HEAD is asked of jobs that are pending and of jobs that are done, and compared with the GETs just before and after: to be like one of them " +
			"is enough, since the state may have changed. Only the status is compared, and whether a 201 has its Location. A job whose GETs fail now " +
			"and then is left out.",
		Needs: needsMonitor,
		Judge: everyJob(headAsGet(RoleMonitor), "HEAD was not asked, or not answered"),
	}
}

func resultHead() Requirement {
	return Requirement{
		ID: "result.head", Level: Should, Source: "RFC 9110 9.3.2",
		Says:  "HEAD on a result is answered as GET would be, without a body.",
		Means: "A client can't learn how large a result is, or whether it is there, without fetching it.",
		How: "HEAD is compared with the GETs of the same URL just before and after: to have the status of one of them is enough. A job whose GETs fail " +
			"now and then is left out, and so is a refusal (401, 403) by another origin.",
		Needs: needsResult,
		Judge: everyJob(headAsGet(RoleResult), "HEAD was not asked, or not answered"),
	}
}

// headAsGet judges the HEADs of a job's resource by the GETs around each: the state may change between them.
func headAsGet(role Role) jobRule {
	return func(o *Observation, j *Job) Judgement {
		verdict := notObserved("not asked")
		if j.charged(idMonitorReady, idMonitorStatus, idMonitorFinal, idResultOK, idResultRepeatable) {
			return verdict // GET itself is answered now so, now otherwise
		}
		for _, e := range o.probes(ProbeHead, role) {
			if e.Job != j.Number || o.refusedAbroad(e) || j.expired(o, e) || j.outdated(o, e) {
				continue
			}
			before, after := around(j, role, e)
			if before == nil && after == nil || verdict.Outcome == Fail {
				continue
			}
			if verdict = passed(e); !o.alike(e, before) && !o.alike(e, after) && !o.unsettled(e, before, after) {
				beside := before
				if beside == nil {
					beside = after
				}
				got := fmt.Sprintf("job %d: HEAD is answered %s, %s; GET %s, %s", j.Number, statusText(e), fieldText(e, "Location"), statusText(beside), fieldText(beside, "Location"))
				verdict = failed(got, "what GET is answered", e, beside)
			}
		}
		return verdict
	}
}

// around finds the last GET of the same URL that had been answered well when an exchange was sent, and the first sent after it.
func around(j *Job, role Role, e *Exchange) (before, after *Exchange) {
	reads := j.Reads
	if role == RoleResult {
		reads = j.Results
	}
	for _, get := range reads {
		switch {
		case get.Request.URL != e.Request.URL || get.Failed():
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
func (o *Observation) unsettled(head, before, after *Exchange) bool {
	phase := o.Protocol.Phase(head)
	return head.Role == RoleMonitor && (before == nil && phase == PhasePending || after == nil && phase == PhaseDone)
}

// alike reports whether two answers of one resource have the same status and, where that is
// done, both say where the result is: a Location may be signed anew.
func (o *Observation) alike(head, get *Exchange) bool {
	if get == nil || head.Status != get.Status {
		return false
	}
	return !o.Protocol.Done.On(get) || head.Has(o.Protocol.Product.Field) == get.Has(o.Protocol.Product.Field)
}

func monitorValidators() Requirement {
	return Requirement{
		ID: "monitor.validators", Level: Must, Source: "RFC 9110 8.8, 13",
		Says:  "A validator sent while pending does not turn a done job's monitor into 304. (Last-Modified only where it lies at least 2 s before the end.)",
		Means: "A client, or a cache, that asks with the validator it was given never learns that the job is done.",
		How: "Once a job is done, its monitor is asked with the ETag, and with the Last-Modified, of its last pending answer: 304 fails. A Last-Modified " +
			"counts only where the job was seen to run for 2 s after it was first met, since it is told in whole seconds. Does not apply to a server " +
			"that sends neither.",
		Needs: append(needsMonitor[:len(needsMonitor):len(needsMonitor)], idMonitorPending, "monitor.completes", idMonitorCreated),
		Judge: judgeValidators,
	}
}

func judgeValidators(o *Observation) Judgement {
	asked := o.probes(ProbeConditional, RoleMonitor)
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
		return failed(got, "201: the state is another, so is the representation", e, o.jobNumbered(e.Job).Done).
			because("the validator is made of something that does not change with the state")
	}
	if len(asked) == 0 {
		return o.unvalidated()
	}
	return passed(asked...)
}

// unvalidated says why no validator was sent back: there was none, or its job was not seen done, or too soon.
func (o *Observation) unvalidated() Judgement {
	verdict := notObserved("no job was seen pending")
	for _, j := range o.Jobs {
		for _, e := range j.Reads {
			switch {
			case o.Protocol.Phase(e) != PhasePending:
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
func ModifiedBefore(pending, done *Exchange) bool {
	modified, known := httpDate(pending.Value("Last-Modified"))
	date, dated := done.made()
	return known && dated && date.Sub(modified) >= oldEnough
}

// oneClock reports whether every Date of the target, but for those of stored answers, can have been told
// by one clock: those of replicas may differ by minutes.
func (o *Observation) oneClock() bool {
	least, most := time.Time{}, time.Time{} // of what that clock said when the observation began
	for _, e := range o.Exchanges {
		date, dated := e.made()
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
func (j *Job) unmodified(o *Observation, modified string) bool {
	for _, e := range o.Exchanges {
		if e.Role == RoleMonitor && e.Value("Last-Modified") == modified {
			return j.pendingAfter(o, e.Received+oldEnough)
		}
	}
	return false
}

func (o *Observation) jobNumbered(number int) *Job {
	i, found := slices.BinarySearchFunc(o.Jobs, number, func(j *Job, n int) int { return j.Number - n })
	if !found {
		return &Job{Number: number}
	}
	return o.Jobs[i]
}
