package contract

import (
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A loss is where a job that was known came to be unknown for good.
type loss struct {
	job   *jobView
	known *record.Exchange // the last answer of its monitor that knew it; nil where none was asked for
	lost  *record.Exchange // the first that did not
}

// losses lists the jobs whose monitors came not to know them and stayed so, and all answers that don't know these jobs.
func (o *view) losses(answers []answer) (list []loss, unknown []*record.Exchange) {
	index := map[int]int{}
	for _, a := range answers {
		at, isLost := index[a.Job]
		switch {
		case a.Job == 0 || a.Probe != "" || a.Role != record.RoleMonitor:
		case a.unknown() && !isLost:
			index[a.Job] = len(list)
			list = append(list, loss{o.jobNumbered(a.Job), o.jobNumbered(a.Job).lastKnownBefore(o, a.Sent), a.Exchange})
		case a.right && isLost && a.Sent > list[at].lost.Received:
			return nil, nil // it is known again
		}
	}
	for _, a := range answers {
		if _, isLost := index[a.Job]; isLost && a.unknown() {
			unknown = append(unknown, a.Exchange)
		}
	}
	return list, unknown
}

// lastKnownBefore is the last answer of a job's monitor before an instant that knew the job.
func (j *jobView) lastKnownBefore(o *view, at time.Duration) (last *record.Exchange) {
	for _, e := range j.Reads {
		if phase := o.Protocol.Phase(e); e.Received <= at && (phase == record.PhasePending || phase == record.PhaseDone) {
			last = e
		}
	}
	return last
}

const (
	minLosses     = 3                      // jobs that have to be lost in the same way: fewer may be by chance
	leastKept     = 100 * time.Millisecond // a job that is lost sooner after its end was lost with it, or by being read
	mostKeptKnown = expiry                 // and one that is known for longer may go
)

// keptBriefly finds jobs that are forgotten some time after their ends, each as long after its own: also those that nobody had read until then.
func keptBriefly(o *view, answers []answer) *explanation {
	list, covers := o.losses(answers)
	var known time.Duration // how long after its end a job was still known
	lost := mostKeptKnown   // and how soon one was not
	var first, beside *record.Exchange
	var moments []time.Duration
	for _, l := range list {
		switch since := time.Duration(0); {
		case l.job.Done != nil && l.known != nil:
			if since = l.lost.Sent - l.job.Done.Received; since < lost {
				lost, first = since, l.lost
			}
			moments = append(moments, l.lost.Sent)
		case l.job.Way != record.WayUnread || l.known != nil:
			return nil
		}
	}
	for _, j := range o.jobs {
		for _, e := range j.Reads {
			if j.Done != nil && o.Protocol.Done.On(e) && e.Sent-j.Done.Received > known {
				known, beside = e.Sent-j.Done.Received, e
			}
		}
	}
	if len(moments) < minLosses || lost < leastKept || known >= lost || beside == nil || !o.knownAfter(slices.Min(moments)) {
		return nil
	}
	return &explanation{requirement: idMonitorFinal, covers: covers, beside: []*record.Exchange{first, beside},
		got:  fmt.Sprintf("jobs are unknown once they have been done for a while (%s): none was known later than %s after its end (#%d), and none longer than %s (#%d)", plural(len(list), "job"), span(known), beside.Number, span(lost), first.Number),
		want: "201 with the Location of the same result, for good",
		cause: cause{name: "short-retention", says: fmt.Sprintf("jobs are kept for a moment after their ends: for more than %s and less than %s; who asks later, or reads for the first time then, is told that there is no such job", span(known), span(lost)),
			mend: retentionMend}}
}

const retentionMend = "keep jobs and results for minutes at least after their ends, and announce how long with Expires"

// knownAfter reports whether a job that was done was known after a moment: what was lost then was not all that there was.
func (o *view) knownAfter(moment time.Duration) bool {
	return slices.ContainsFunc(o.jobs, func(j *jobView) bool {
		return slices.ContainsFunc(j.Reads, func(e *record.Exchange) bool { return e.Sent > moment && o.Protocol.Done.On(e) })
	})
}

// lostTogether finds jobs that were all lost in one span of time in which they were to end, while those that ended before or after it are known.
func lostTogether(o *view, answers []answer) *explanation {
	list, covers := o.losses(answers)
	var from, until time.Duration // whatever happened lies between the first that was unknown and the last that was known
	running, alone := 0, false
	for _, l := range list {
		if l.job.Done != nil {
			return nil
		}
		if l.known == nil {
			continue
		}
		if running == 0 || l.lost.Received < from {
			from = l.lost.Received
		}
		until = max(until, l.known.Sent)
		running++
		alone = alone || l.job.Way == record.WayAlone
	}
	if running < minLosses || !alone {
		return nil
	}
	from, until = min(from, until), max(from, until)
	before, after, shortest := 0, 0, expiry
	for _, j := range o.jobs {
		if j.Done != nil {
			shortest = min(shortest, j.lastPendingAt-j.Start.Received)
		}
		switch {
		case j.Done == nil:
		case j.Done.Received < from:
			before++
		case j.lastPendingAt > until:
			after++
		case j.lastPendingAt > from && j.Done.Received < until:
			return nil
		}
	}
	for _, l := range list {
		if l.known != nil && l.lost.Received-l.job.Start.Received < shortest {
			return nil // it was lost long before it was to end
		}
	}
	if after == 0 || !contrast(running, 0, 0, before+after, 1) {
		return nil
	}
	return &explanation{requirement: idMonitorStatus, covers: covers,
		got: fmt.Sprintf("%s are unknown from the moment on when they were to end: all were lost between %s and %s, and %d that ended before or after that are known",
			plural(len(list), "job"), record.Clock(from), record.Clock(until), before+after),
		want: "200 while the job runs, 201 once it is done",
		cause: cause{name: "lost-together", says: "what keeps the jobs was replaced, or not to be reached, in that moment (a failover): the ends that fell into it are lost",
			mend: "store the end of a job before it is told, in a store that survives a failover, and try again where it can't be stored"}}
}
