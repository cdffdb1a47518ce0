package contract

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// An age is for how long after a moment of their lives jobs were known at least, and how soon one was not.
type age struct {
	known, lost time.Duration
	shown       *record.Exchange // the answer that knew a job for longest
}

// ages compares lost jobs with known ones, from their starts on.
func (o *view) ages(list []loss) age {
	a := age{lost: expiry}
	for _, j := range o.jobs {
		if e := j.lastKnownBefore(o, 60*expiry); e != nil && e.Sent-j.Start.Received > a.known {
			a.known, a.shown = e.Sent-j.Start.Received, e
		}
	}
	for _, l := range list {
		a.lost = min(a.lost, l.lost.Received-l.job.Start.Sent)
	}
	return a
}

// tellNothing reports whether jobs of one age are lost and others known: then age does not tell the lost from the known.
func (a age) tellNothing() bool { return a.known > a.lost+a.lost/4+leastSpell }

// endAges compares lost jobs with known ones likewise, from their ends on.
func (o *view) endAges(list []loss) age {
	a := age{lost: expiry}
	for _, j := range o.jobs {
		if e := j.lastKnownBefore(o, 60*expiry); e != nil && j.Done != nil && e.Sent-j.Done.Received > a.known {
			a.known, a.shown = e.Sent-j.Done.Received, e
		}
	}
	for _, l := range list {
		if l.job.Done != nil {
			a.lost = min(a.lost, l.lost.Received-l.job.lastPendingAt)
		}
	}
	return a
}

// lostAtAge finds jobs that are forgotten a fixed time after their starts, whether they still run or not.
func lostAtAge(o *view, answers []answer) *explanation {
	list, covers := o.losses(answers)
	a, running, done := o.ages(list), 0, 0
	for _, l := range list {
		switch {
		case l.known == nil:
		case l.job.Done == nil:
			running++
		default:
			done++
		}
	}
	byEnd := o.endAges(list)
	if a.shown == nil || a.known >= a.lost || done == 0 || running == 0 && byEnd.known < byEnd.lost || running+done < minLosses || len(lostMoments(list)) == 1 {
		return nil
	}
	_, requirement := o.brokenBy(covers)
	return &explanation{requirement: requirement, covers: covers, beside: []*record.Exchange{a.shown},
		got: fmt.Sprintf("%s became unknown some time after their starts, %d while they ran and %d once they were done: known for %s at most (#%d), unknown from %s on (#%d)",
			plural(len(list), "job"), running, done, span(a.known), a.shown.Number, span(a.lost), covers[0].Number),
		want: knownThroughout,
		cause: cause{name: "expires-from-start", says: fmt.Sprintf("what is known of a job is deleted between %s and %s after its start, though it may still wait or run", span(a.known), span(a.lost)),
			mend: "count the time for which a job is kept from its end, and make it minutes at least"}}
}

const knownThroughout = "jobs that are known from the {accepted} on, and for some time after their ends"

// smallStore finds jobs that were dropped when others began: so many were known at most at any time, and none was lost before as many had begun.
func smallStore(o *view, answers []answer) *explanation {
	list, covers := o.losses(answers)
	most, fits := o.storeOf(list)
	found := 0
	for _, l := range list {
		if l.known != nil || l.lost.Received-l.job.Start.Received < leastSpell { // else it was lost at any time
			found++
		}
	}
	if !fits || found < minDropped || len(lostMoments(list)) < minMoments || !o.ages(list).tellNothing() {
		return nil
	}
	_, requirement := o.brokenBy(covers)
	return &explanation{requirement: requirement, covers: covers, beside: o.oldestKnown(list),
		got: fmt.Sprintf("%s became unknown after others had begun, whatever their age and state: of %s that were begun no more than %d were seen to be known at a time, and none was lost before as many were",
			plural(len(list), "job"), plural(o.begunBy(math.MaxInt64), "job"), most),
		want: knownThroughout,
		cause: cause{name: "small-store", says: fmt.Sprintf("about %s fit into the store: when another begins, one of them is dropped, though it may still run", plural(most, "job")),
			mend: "keep each job while it runs and for minutes after its end; where there is no room, refuse starts: 429 with Retry-After"}}
}

// storeOf is how many jobs were known at most, and whether losses are those of a store for so many: none is lost before more had begun, and as many are
// left.
func (o *view) storeOf(list []loss) (most int, fits bool) {
	most = o.mostKnown()
	for _, l := range list {
		if o.begunBy(l.lost.Received)-lostBy(list, l.lost.Sent) <= most {
			return most, false
		}
	}
	return most, most <= o.begunBy(math.MaxInt64)-len(list)
}

// minDropped is how many jobs have to be lost when others begin before it is no chance.
const minDropped = 4

// minMoments is at how many moments they have to be lost at least: at one, or at two, they may all have been.
const minMoments = 3

// mostKnown is how many jobs were known at the same time, at most: each from its start until the last answer that knew it.
func (o *view) mostKnown() (most int) {
	for _, at := range o.jobs {
		if !at.Accepted(o.Protocol) {
			continue
		}
		known := 0
		for _, j := range o.jobs {
			if last := j.lastKnownBefore(o, 60*expiry); last != nil && j.Start.Received <= at.Start.Received && last.Sent > at.Start.Received {
				known++
			}
		}
		most = max(most, known)
	}
	return most
}

// begunBy is how many jobs may have begun by an instant, those of probes too.
func (o *view) begunBy(at time.Duration) (n int) {
	for _, e := range o.Exchanges {
		if e.Role == record.RoleStart && o.Protocol.Accepted.On(e) && e.Sent <= at {
			n++
		}
	}
	return n
}

// lostBy is how many jobs were surely lost before an instant.
func lostBy(list []loss, at time.Duration) (n int) {
	for _, l := range list {
		if l.lost.Received < at {
			n++
		}
	}
	return n
}

// lostInStates finds monitors, or results, that became unknown for good in several states of their jobs: that is one fault, though its reason is not seen.
func lostInStates(o *view, answers []answer) *explanation {
	for _, role := range []record.Role{record.RoleMonitor, record.RoleResult} {
		list, covers := o.losses(answers)
		if role == record.RoleResult {
			list = lossesOf(o, role, answers)
			covers = unknownOf(list, answers)
		}
		broken, requirement := o.brokenBy(covers)
		if len(list) < 2 || broken < 2 || !slices.ContainsFunc(list, func(l loss) bool { return l.job.Way != record.WayDropped }) {
			continue
		}
		return &explanation{requirement: requirement, covers: covers, beside: o.oldestKnown(list), got: lostText(role, list, len(o.jobs)), want: knownThroughout}
	}
	return nil
}

// lostText tells in which states of their jobs monitors, or results, were lost.
func lostText(role record.Role, list []loss, of int) string {
	unseen, running, done, together := 0, 0, 0, true
	for _, l := range list {
		switch {
		case l.known == nil:
			unseen++
		case l.job.Done == nil:
			running++
		default:
			done++
		}
		together = together && l.job.Way == record.WayTogether
	}
	text := fmt.Sprintf("the %ss of %d of %s became unknown for good: %d by their first read, ", role, len(list), plural(of, "job"), unseen)
	if role == record.RoleMonitor {
		text += fmt.Sprintf("%d while the job ran, %d after its end", running, done)
	} else {
		text += fmt.Sprintf("%d later", running+done)
	}
	if together {
		text += "; these jobs were all begun at the same instant as others"
	}
	return fmt.Sprintf("%s (first in #%d)", text, list[0].lost.Number)
}

// keptLonger reports whether another job was known for longer after its end than one that is lost, though its result had been read too.
func (o *view) keptLonger(j *jobView, lost *record.Exchange) bool {
	had := func(j *jobView, by time.Duration) bool {
		return slices.ContainsFunc(j.Results, func(e *record.Exchange) bool { return e.Sent <= by && o.Protocol.Result.On(e) })
	}
	return slices.ContainsFunc(o.jobs, func(other *jobView) bool {
		return other.Done != nil && slices.ContainsFunc(other.Reads, func(e *record.Exchange) bool {
			return o.Protocol.Done.On(e) && e.Sent-other.Done.Received > lost.Received-j.lastPendingAt && (had(other, e.Sent) || !had(j, lost.Sent))
		})
	})
}
