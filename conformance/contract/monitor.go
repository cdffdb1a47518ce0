package contract

import (
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var monitorGroup = []Requirement{
	monitorReady, monitorStatus, monitorPending, monitorPendingPointer, monitorCompletes, monitorCreated, monitorFinal, monitorForm, monitorHints, monitorUnwatched,
	monitorUncacheable, monitorNotCached, monitorNoStore, monitorRetryAfter, monitorValidators, monitorPendingLocation,
	monitorNeverCreated, monitorUnknown, monitorHostileID, monitorHead,
}

// What is wanted of monitors.
const (
	whileItRuns = "{pending} while the job runs, {done} once it is done"
	doneForGood = "{done}{of-same-result}, for good"
)

var monitorReady = require(Requirement{
	ID: idMonitorReady, Level: Must, Source: "seed 3",
	Says:  "The monitor is there as soon as the {accepted} is received: its first read does not fail.",
	Means: "A client that asks at once thinks the job is lost, and gives up or starts it again.",
	How: `The first read is sent the instant the {accepted} is in, for every second job on a connection of its own. 429, and 503 with Retry-After, are
		waited out; another 2xx or a 3xx shows that it is there, and is reported under monitor.pending. Not held against a server: a refusal (401,
		403) by another origin, where no credentials are sent, and a 404 or 410 to a first read more than a minute after the start.`,
	Needs: []string{"location.no-downgrade"},
	judge: eachJob(ready, "no monitor was read"),
})

func ready(o *view, j *jobView) Judgement {
	late := j.attributedTo(idMonitorReady)
	switch {
	case len(late) == 0 && len(j.Reads) > 0 && !j.Reads[0].Failed():
		return passed(j.Reads[0])
	case len(late) == 0:
		return unjudged
	}
	got := fmt.Sprintf("job %d: the first read of its monitor, %s after the %d, %s",
		j.Number, span(late[0].Sent-j.Start.Received), j.Start.Status, wasAnswered(late[0]))
	if len(late) > 1 {
		got += ", and so " + readsAfter(late[0], len(late)-1)
	}
	return failed(got, whileItRuns, withStart(j, late)...).explained(func() cause { return whyNotReady(o, j, late) })
}

// withStart puts the telling exchanges first, and the start that they go back to behind the first.
func withStart(j *jobView, telling []*record.Exchange) []*record.Exchange {
	list := append([]*record.Exchange{telling[0], j.Start}, telling[1:]...)
	return list[:min(len(list), 6)]
}

// readsAfter says that so many reads went as one did, which wasAnswered tells.
func readsAfter(first *record.Exchange, n int) string {
	switch {
	case !first.Answered():
		return "did " + plural(n, "read") + " after it"
	case n == 1:
		return "was the next read"
	}
	return fmt.Sprintf("were %d reads after it", n)
}

var monitorStatus = require(Requirement{
	ID: idMonitorStatus, Level: Must, Source: "seed 3",
	Says:  "The monitor stays there: no later read fails as long as the job is not done.",
	Means: "A client that meets the failure thinks a running job is lost.",
	How: `All reads up to the {done} are judged, over kept and fresh connections, without cookies, densely around the expected end; one 4xx, 5xx or
		missing answer is enough. Flow control (429, 503 with Retry-After) is not a failure. Failures before any read succeeded are reported under
		monitor.ready, those after the {done} under monitor.final. Where only jobs that were to end at one time are lost, the likely cause is a
		failover of their store; where every job is unknown for a while and known again, look-ups that failed. Jobs that switch between known
		and unknown are reported under jobs.replicas, random refusals under http.available.`,
	Needs: []string{"monitor.ready"},
	judge: eachJob(steady, "no monitor was read twice before its job was done"),
})

func steady(o *view, j *jobView) Judgement {
	broken := j.attributedTo(idMonitorStatus)
	if len(broken) == 0 {
		for i, e := range j.Reads {
			if i > 0 && !e.Failed() && (j.Done == nil || e.Sent <= j.Done.Sent) {
				return passed(e)
			}
		}
		return unjudged
	}
	got := fmt.Sprintf("job %d: read %d of its monitor, %s after the %d, %s", j.Number,
		readNumber(j, broken[0]), span(broken[0].Sent-j.Start.Received), j.Start.Status, wasAnswered(broken[0]))
	return failed(got, whileItRuns, withStart(j, broken)...).explained(func() cause { return whyUnsteady(o, j, broken) })
}

func readNumber(j *jobView, e *record.Exchange) int {
	for i, read := range j.Reads {
		if read == e {
			return i + 1
		}
	}
	return 0
}

var monitorPending = require(Requirement{
	ID: idMonitorPending, Level: Must, Source: "seed 3",
	Says:  "A job that is not done is answered {pending}.",
	Means: "A client can't tell a running job from a finished, moved or unknown one.",
	How: `The status alone tells the state: before the first {pending}, any other 2xx or a 3xx than {done} fails. Bodies are not looked at, and the same
		answer after a {pending} is reported under monitor.created. Where every job is done at its first read, this is not observed.`,
	Needs: []string{"monitor.ready"},
	judge: eachJob(pending, "no job was seen pending"),
})

func pending(o *view, j *jobView) Judgement {
	wrong := j.attributedTo(idMonitorPending)
	if len(wrong) == 0 {
		for _, e := range j.Reads {
			if o.Protocol.Phase(e) == record.PhasePending {
				return passed(e)
			}
		}
		return unjudged
	}
	got := fmt.Sprintf("job %d: read %d of its monitor %s", j.Number, readNumber(j, wrong[0]), wasAnswered(wrong[0]))
	return failed(got, whileItRuns, withStart(j, wrong)...).explained(func() cause { return whyNotPending(o, wrong[0]) })
}

var monitorCompletes = require(Requirement{
	ID: "monitor.completes", Level: Must, Source: "seed 3, 4",
	Says:  "Every job is done within the job timeout, counted from its start or from the latest end of another job, so that a queue may be long.",
	Means: "A client polls for ever.",
	How: `The clock begins anew whenever another job ends, so a long queue is fine. Only jobs that were waited for all that time count; one whose
		Retry-After is longer than the job timeout is not observed, and an end that is told otherwise than by {done} is reported under
		monitor.created.`,
	Needs:    []string{"monitor.status", "monitor.pending", "start.own-job"},
	DefersTo: []string{"monitor.not-cached"},
	judge:    judgeCompletes,
})

// judgeCompletes says by itself that it is blocked by monitor.created, which in turn needs it: an end
// that is told wrongly is no end to wait for, and without any end nothing is told.
func judgeCompletes(o *view) Judgement {
	starts := map[string]int{} // that were given a monitor
	for _, j := range o.jobs {
		if j.MonitorURL != "" {
			starts[j.MonitorURL]++
		}
	}
	verdict := eachJob(func(o *view, j *jobView) Judgement {
		if starts[j.MonitorURL] > 1 && j.Done == nil && choosesMonitor(&o.Protocol) {
			return notObserved("several starts were given one monitor, which start.own-job judges")
		}
		return completes(o, j)
	}, "no job was waited for to its end")(o)
	if verdict.Outcome == NotObserved || verdict.Outcome == Fail && o.endsByLocation() {
		if monitorCreated.judge(o).Outcome == Fail {
			return blocked(idMonitorCreated)
		}
	}
	return verdict
}

// endsByLocation reports whether every job that never ended was pending in the end with a Location, which names the result where an end is told so.
func (o *view) endsByLocation() bool {
	return !slices.ContainsFunc(o.jobs, func(j *jobView) bool {
		return completes(o, j).Outcome == Fail && o.Protocol.Product.In(j.Reads[len(j.Reads)-1]) == nil
	})
}

func completes(o *view, j *jobView) Judgement {
	if j.Done != nil {
		return passed(j.Done)
	}
	n := len(j.Reads)
	if n == 0 || o.Protocol.Phase(j.Reads[n-1]) != record.PhasePending || j.anyAttributedTo(idMonitorCreated, idMonitorPending) {
		return unjudged
	}
	last := j.Reads[n-1]
	if there := o.doneBelowBase(j, last); there != nil {
		got := fmt.Sprintf("job %d: its monitor still answers {pending}, %s after the same path below the base path was answered %s (#%d)", j.Number, span(last.Sent-there.Received),
			there.StatusText(), there.Number)
		return failed(got, "{done} from the monitor that the {accepted} names", last, there, j.Start).explained(func() cause { return whyEndless(o, j) })
	}
	since := o.waitedSince(j, last.Sent)
	if last.Sent-since < o.Target.JobTimeout {
		return unjudged
	}
	if n > 1 {
		if wait, told := RetryAfter(j.Reads[n-2], o.Began.Add(j.Reads[n-2].Received)); told && wait > o.Target.JobTimeout && j.Reads[n-2].Received+wait > last.Sent {
			return notObserved(fmt.Sprintf("the Retry-After of job %d is longer than the job timeout", j.Number))
		}
	}
	got := fmt.Sprintf("job %d: its monitor was read %d times and still answers {pending}, %s after its start", j.Number, n, span(last.Sent-j.Start.Received))
	if since > j.Start.Received {
		got += fmt.Sprintf(" and %s after the latest end of another job", span(last.Sent-since))
	}
	return failed(got, fmt.Sprintf("{done} within the job timeout of %s (--job-timeout: longer where jobs take longer)", span(o.Target.JobTimeout)), last, j.Start).explained(func() cause { return whyEndless(o, j) })
}

// waitedSince is the instant from which the job timeout is counted for a job that
// had not ended: its start, or the latest end of another job that was seen until then.
func (o *view) waitedSince(j *jobView, until time.Duration) time.Duration {
	i, _ := slices.BinarySearch(o.ends, until+1)
	if i == 0 {
		return j.Start.Received
	}
	return max(j.Start.Received, o.ends[i-1])
}

var monitorCreated = require(Requirement{
	ID: idMonitorCreated, Level: Must, Source: "seed 3; RFC 9110 15.3.2",
	Says:  "A done job's monitor is answered {done}{naming-result}.",
	Means: "A client does not learn that the job is done, or not where its result is.",
	How: `Fails where a {pending} is followed by another 2xx or a 3xx, where a {done} has no {result-field}, an empty one or two, and where a {pending} begins to name a
		result that is there while later reads, a second on, still say {pending}. Where the {result-field} leads is judged by the location group and by
		result.ok.`,
	Needs: []string{"monitor.completes"},
	judge: eachJob(created, "no job was seen to end"),
})

func created(o *view, j *jobView) Judgement {
	wrong := j.attributedTo(idMonitorCreated)
	if len(wrong) == 0 {
		if j.Done == nil {
			return unjudged
		}
		return passed(j.Done)
	}
	e := wrong[0]
	want := "{done}{naming-field}"
	if o.Protocol.Done.On(e) {
		return failed(fmt.Sprintf("job %d: {done} with %s", j.Number, pointerText(e, o.Protocol.Product)), want, e).because(whyNotLocated(o.Protocol.Product, e, "{result-field}"))
	}
	got := fmt.Sprintf("job %d: after {pending} its monitor was answered %s%s", j.Number, e.StatusText(), o.withResult(e, " with "))
	if o.Protocol.Pending.On(e) {
		got += ", and what that names is answered {success} while the monitor stays at {pending}"
	}
	return failed(got, want, withStart(j, wrong)...).explained(func() cause { return whyNotCreated(o, e) })
}

var monitorFinal = require(Requirement{
	ID: idMonitorFinal, Level: Must, Source: "seed 3",
	Says: `Done stays done, to the end of the run and while newer jobs begin: no read that begins after a {done} was received, on any connection, is
		answered otherwise{or-elsewhere}.`,
	Means: "A client that missed the one {done}, or asks again, loses a result that it was promised.",
	How: `Reads are ordered by time: only a GET sent after a {done} was received counts, with the same credentials and no conditions, at once and at
		the very end of the run. A {result-field} that is signed anew is fine as long as what it names is there and has the same content. A 404 or 410
		more than a minute after the end, or after an Expires that the {done} announced, is expiry. Where every job is forgotten at the same
		age after its end, read before or not, the likely cause is a short retention.`,
	Needs: []string{"monitor.created"},
	judge: eachJob(final, "no monitor was read again after its job was done"),
})

func final(o *view, j *jobView) Judgement {
	wrong := j.attributedTo(idMonitorFinal)
	if len(wrong) == 0 {
		if again := j.readAfter(j.Done); again != nil {
			return passed(again, j.Done)
		}
		return unjudged
	}
	e := wrong[0]
	what := e.StatusText()
	if elsewhere := j.leadsElsewhere(o, e); o.Protocol.Done.On(e) && elsewhere != "" {
		what += fmt.Sprintf("%s, and %s", o.withResult(e, " with "), elsewhere)
	}
	told := o.withResult(j.Done, "")
	if told == "" {
		told = j.Done.StatusText()
	}
	got := fmt.Sprintf("job %d: done at %s (%s), then, asked again %s later: %s", j.Number, record.Clock(j.Done.Received), told, span(e.Sent-j.Done.Received), what)
	return failed(got, doneForGood, e, j.Done, j.Start).explained(func() cause { return whyNotFinal(o, j, wrong) })
}

// withResult says where an answer names the result, with a word before; nothing in a dialect whose done answers need not.
func (o *view) withResult(e *record.Exchange, before string) string {
	if !o.Protocol.NamesResult() {
		return ""
	}
	return before + pointerText(e, o.Protocol.Product)
}

func (j *jobView) readAfter(done *record.Exchange) *record.Exchange {
	if done == nil {
		return nil
	}
	for _, e := range j.Reads {
		if e.Sent >= done.Received && e != done {
			return e
		}
	}
	return nil
}
