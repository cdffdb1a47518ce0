package contract

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A loss is a job whose monitor, or result, became unknown for good.
type loss struct {
	job   *jobView
	known *record.Exchange // the last answer that knew it; nil where none did
	lost  *record.Exchange // the first that did not
}

// losses lists the jobs that became unknown to their monitors for good, and all answers that don't know these jobs. So do answers that don't know the
// result of another, where it was had, and nothing that was asked for since is known.
func (o *view) losses(answers []answer) (list []loss, unknown []*record.Exchange) {
	list = lossesOf(o, record.RoleMonitor, answers)
	if len(list) == 0 {
		return nil, nil
	}
	gone := list
	for _, l := range lossesOf(o, record.RoleResult, answers) {
		if last := l.job.lastKnownBefore(o, ever); l.known != nil && last != nil && last.Sent < l.lost.Sent {
			gone = append(gone, l)
		}
	}
	return list, unknownOf(gone, answers)
}

// lossesOf lists the jobs whose monitors, or results, became unknown for good. There are none where one is known again.
func lossesOf(o *view, role record.Role, answers []answer) (list []loss) {
	index, known := map[int]int{}, map[int]*record.Exchange{}
	for _, a := range answers {
		at, isLost := index[a.Job]
		switch {
		case a.Job == 0 || a.Probe != "" || a.Role != role:
		case a.unknown() && !isLost:
			index[a.Job] = len(list)
			list = append(list, loss{o.jobNumbered(a.Job), known[a.Job], a.Exchange})
		case a.right && isLost && a.Sent > list[at].lost.Received:
			return nil // it is known again
		case a.right && !isLost:
			known[a.Job] = a.Exchange
		}
	}
	return list
}

// unknownOf lists the answers that don't know lost jobs.
func unknownOf(list []loss, answers []answer) (unknown []*record.Exchange) {
	lost := map[int]bool{}
	for _, l := range list {
		lost[l.job.Number] = true
	}
	for _, a := range answers {
		if a.unknown() && lost[a.Job] {
			unknown = append(unknown, a.Exchange)
		}
	}
	return unknown
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

// ever is later than any instant of a run.
const ever time.Duration = math.MaxInt64

const (
	minLosses     = 3                      // jobs that have to be lost in the same way: fewer may be by chance
	leastKept     = 100 * time.Millisecond // a job that is lost sooner after its end was lost with it, or by being read
	mostKeptKnown = expiry                 // and one that is known for longer may go
)

// keptBriefly finds jobs that are forgotten a fixed time after their ends, whether they were read before or not.
func keptBriefly(o *view, answers []answer) *explanation {
	list, covers := o.losses(answers)
	age, soonest := o.ages(list, atEnd), mostKeptKnown // how soon one was lost, at least
	var first *record.Exchange
	var moments []time.Duration
	for _, l := range list {
		switch {
		case l.job.Done != nil && l.known != nil:
			if l.lost.Received-l.job.lastPendingAt == age.lost {
				first = l.lost
			}
			soonest = min(soonest, l.lost.Sent-l.job.Done.Received)
			moments = append(moments, l.lost.Sent)
		case l.job.Way != record.WayUnread || l.known != nil:
			return nil
		}
	}
	known, lost, beside := age.known, age.lost, age.shown
	if known >= soonest && !slices.ContainsFunc(list, func(l loss) bool { return l.known != nil && l.job.Way != record.WayTogether }) {
		return nil // that they were begun together tells as much
	}
	if len(moments) < minLosses || soonest < leastKept || lost > soonest+soonest/2 || known >= lost || beside == nil || !o.knownAfter(slices.Min(moments)) {
		return nil
	}
	deleted := fmt.Sprintf("jobs are deleted between %s and %s after their ends, whether a client has read them or not", span(known), span(lost))
	if slices.Max(moments)-slices.Min(moments) < leastSpell { // at one moment those are gone that ended first, for whatever reason
		deleted = fmt.Sprintf("jobs that ended %s before or earlier are gone, and later ones are known: they are deleted after that time, or when others are done", span(lost))
	}
	return &explanation{requirement: idMonitorFinal, covers: covers, beside: []*record.Exchange{first, beside},
		got:  fmt.Sprintf("%s became unknown some time after their ends: known for %s at most (#%d), unknown from %s on (#%d)", plural(len(list), "job"), span(known), beside.Number, span(lost), first.Number),
		want: "{done}{of-same-result}, for good",
		cause: cause{name: "short-retention", says: deleted,
			mend: retentionMend}}
}

const retentionMend = "keep jobs and results for minutes after their ends, at least, and announce how long with Expires"

// knownAfter reports whether a job that was done was known after a moment: what was lost then was not all that there was.
func (o *view) knownAfter(moment time.Duration) bool {
	return slices.ContainsFunc(o.jobs, func(j *jobView) bool {
		return slices.ContainsFunc(j.Reads, func(e *record.Exchange) bool { return e.Sent > moment && o.Protocol.Done.On(e) })
	})
}

// lostTogether finds jobs that were lost because they were to end within one span of time: those that ended before or after it are known.
func lostTogether(o *view, answers []answer) *explanation {
	list, covers := o.losses(answers)
	from, until, running := whileRunning(list)
	if running < minLosses {
		return nil
	}
	before, after, through := 0, 0, false
	for _, j := range o.jobs {
		switch {
		case j.Done == nil:
		case j.Done.Received < from:
			before++
		case j.lastPendingAt > until:
			after++
			through = through || j.Start.Received < from // it ran all the while
		case j.lastPendingAt > from && j.Done.Received < until:
			return nil
		}
	}
	shortest := o.shortestLife()
	for _, l := range list {
		if l.known != nil && 2*(l.lost.Received-l.job.Start.Received) < shortest {
			return nil // it was lost long before it was to end
		}
	}
	if !through || !contrast(running, 0, 0, before+after, 1) {
		return nil
	}
	return &explanation{requirement: idMonitorStatus, covers: covers,
		got: fmt.Sprintf("%s became unknown when they were to end, between %s and %s; %d that ended before or after are known",
			plural(len(list), "job"), record.Clock(from), record.Clock(until), before+after),
		want: "{pending} while the job runs, {done} once it is done",
		cause: cause{name: "lost-together", says: "the store of the jobs was replaced, or out of reach, at that time (a failover): jobs that ended then are lost",
			mend: "store the end of a job before you announce it, in a store that survives a failover, and retry where that fails"}}
}

// whileRunning counts jobs that were lost while they ran, and gives the time between the first answer that did not know one and the last one that did,
// in whichever order these came. It counts none if a done job was lost too, or if none of them ran alone.
func whileRunning(list []loss) (from, until time.Duration, running int) {
	alone := false
	for _, l := range list {
		if l.job.Done != nil {
			return 0, 0, 0
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
	if !alone {
		return 0, 0, 0
	}
	return min(from, until), max(from, until), running
}
