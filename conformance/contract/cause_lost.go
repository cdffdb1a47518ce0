package contract

import (
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// An age is for how long after a moment of their lives jobs were known at least, and how soon one was not.
type age struct {
	known, lost time.Duration
	shown       *record.Exchange // the answer that knew a job for longest
}

// A lifeMoment is a moment of a job's life, which lies between two instants; false where it did not come, or is not known.
type lifeMoment func(*jobView) (from, until time.Duration, known bool)

func atStart(j *jobView) (from, until time.Duration, known bool) {
	if j.Start == nil {
		return 0, 0, false
	}
	return j.Start.Sent, j.Start.Received, true
}

func atEnd(j *jobView) (from, until time.Duration, known bool) {
	if j.Done == nil {
		return 0, 0, false
	}
	return j.lastPendingAt, j.Done.Received, true
}

// ages compares lost jobs with known ones, from a moment of their lives on.
func (o *view) ages(list []loss, since lifeMoment) age {
	a := age{lost: expiry}
	for _, j := range o.jobs {
		_, until, known := since(j)
		if e := j.lastKnownBefore(o, ever); e != nil && known && e.Sent-until > a.known {
			a.known, a.shown = e.Sent-until, e
		}
	}
	for _, l := range list {
		if from, _, known := since(l.job); known {
			a.lost = min(a.lost, l.lost.Received-from)
		}
	}
	return a
}

// tellNothing reports whether jobs of one age are lost and others known: then age does not tell the lost from the known.
func (a age) tellNothing() bool { return a.known > a.lost+a.lost/4+leastSpell }

// lostAtAge finds jobs that are forgotten a fixed time after their starts, whether they still run or not.
func lostAtAge(o *view, answers []answer) *explanation {
	list, covers := o.losses(answers)
	a, running, done := o.ages(list, atStart), 0, 0
	for _, l := range list {
		switch {
		case l.known == nil:
		case l.job.Done == nil:
			running++
		default:
			done++
		}
	}
	byEnd := o.ages(list, atEnd)
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
	if !fits || found < minDropped || len(lostMoments(list)) < minMoments || !o.ages(list, atStart).tellNothing() {
		return nil
	}
	_, requirement := o.brokenBy(covers)
	return &explanation{requirement: requirement, covers: covers, beside: o.oldestKnown(list),
		got: fmt.Sprintf("%s became unknown after others had begun, whatever their age and state: of %s that were begun no more than %d were seen to be known at a time, and none was lost before as many were",
			plural(len(list), "job"), plural(len(o.begun()), "job"), most),
		want: knownThroughout,
		cause: cause{name: "small-store", says: fmt.Sprintf("about %s fit into the store: when another begins, one of them is dropped, though it may still run", plural(most, "job")),
			mend: "keep each job while it runs and for minutes after its end; where there is no room, refuse starts: 429 with Retry-After"}}
}

// storeOf is how many jobs were known at most, and whether losses are those of a store for so many: none is lost before more had begun, and as many are
// left.
func (o *view) storeOf(list []loss) (most int, fits bool) {
	most = o.mostKnown()
	begun, lost := o.begun(), []time.Duration{}
	for _, l := range list {
		lost = append(lost, l.lost.Received)
	}
	slices.Sort(lost)
	for _, l := range list {
		if before(begun, l.lost.Received+1)-before(lost, l.lost.Sent) <= most {
			return most, false
		}
	}
	return most, most <= len(begun)-len(list)
}

// minDropped is how many jobs have to be lost when others begin before it is no chance.
const minDropped = 4

// minMoments is at how many moments they have to be lost at least: at one, or at two, they may all have been.
const minMoments = 3

// mostKnown is how many jobs were known at the same time, at most: each from its start until the last answer that knew it.
func (o *view) mostKnown() (most int) {
	var from, until []time.Duration
	for _, j := range o.jobs {
		if last := j.lastKnownBefore(o, ever); last != nil && last.Sent > j.Start.Received {
			from, until = append(from, j.Start.Received), append(until, last.Sent)
		}
	}
	slices.Sort(from)
	slices.Sort(until)
	for i, at := range from {
		most = max(most, i+1-before(until, at+1))
	}
	return most
}

// begun lists when jobs were begun, those of probes too, in order.
func (o *view) begun() (list []time.Duration) {
	for _, e := range o.Exchanges {
		if e.Role == record.RoleStart && o.Protocol.Accepted.On(e) {
			list = append(list, e.Sent)
		}
	}
	slices.Sort(list)
	return list
}

// before is how many of some instants, in order, come before another.
func before(instants []time.Duration, at time.Duration) int {
	n, _ := slices.BinarySearch(instants, at)
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
