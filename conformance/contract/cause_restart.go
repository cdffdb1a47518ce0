package contract

import (
	"cmp"
	"fmt"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const idJobsSurviveRestart = "jobs.survive-restart"

// lostAtOnce finds a moment from which on every older job is unknown, while younger ones are known.
func lostAtOnce(o *view, answers []answer) *explanation {
	lost, lastKnown, covers := lostAndKnown(answers)
	knownUntil, lostFrom, known := o.moment(lost, lastKnown)
	if known < 2 || knownUntil > lostFrom {
		return nil
	}
	younger, kept := o.younger(lost, lastKnown, knownUntil, lostFrom)
	if younger == nil || kept != nil && !o.lostRunning(lost) {
		return nil
	}
	for _, a := range answers { // who asked just then was refused, or got no answer
		if !a.right && !a.unknown() && mayBeInFront(a) && a.Ended >= knownUntil && a.Sent <= lostFrom {
			covers = append(covers, a.Exchange)
		}
	}
	covers = append(covers, o.asIfFailed(answers, covers, knownUntil)...)
	x := &explanation{requirement: idJobsSurviveRestart, covers: covers, beside: []*record.Exchange{younger},
		got: fmt.Sprintf("every job begun before %s is unknown from %s on (%s), and jobs begun later are known (#%d)", record.Clock(knownUntil), record.Clock(lostFrom),
			plural(len(lost), "job"), younger.Number),
		want: "jobs that go on, or begin again, and done ones that stay done",
		cause: cause{name: "restart", says: "the server was restarted, or replaced by a new version, and jobs are kept in its memory",
			mend: "keep jobs in a store that survives the process, and let running ones end before it stops"}}
	if kept != nil {
		x.beside = append(x.beside, kept)
		x.got = fmt.Sprintf("every job that ran at %s is unknown from %s on (%s); those that were done before (#%d), or begun later (#%d), are known", record.Clock(knownUntil), record.Clock(lostFrom),
			plural(len(lost), "job"), kept.Number, younger.Number)
		x.cause.says = "the server was restarted, or replaced by a new version, and running jobs are kept in its memory"
	}
	return x
}

// whyStuck shows a moment at which all jobs ran that never end, and none that did.
func whyStuck(o *view) cause {
	var stuck, ended []*jobView
	begun := time.Duration(0) // when the last of those began
	for _, j := range o.jobs {
		switch {
		case j.Done != nil:
			ended = append(ended, j)
		case completes(o, j).Outcome == Fail:
			stuck = append(stuck, j)
			begun = max(begun, j.Start.Received)
		}
	}
	done, later := time.Duration(0), (*jobView)(nil) // when the last one ended of those that began before, and the first that began after
	for _, j := range ended {
		switch {
		case j.Start.Sent <= begun:
			done = max(done, j.Done.Received)
		case later == nil || j.Start.Sent < later.Start.Sent:
			later = j
		}
	}
	if later == nil || done > later.Start.Sent || !contrast(len(stuck), 0, 0, len(ended), 1) {
		return cause{}
	}
	return cause{name: "restart", says: fmt.Sprintf("every job that ran between %s and %s never ends, and %s that ended before or began later did (#%d): as where a server was restarted, and the work on running jobs ended with it",
		record.Clock(max(begun, done)), record.Clock(later.Start.Sent), plural(len(ended), "job"), later.Done.Number),
		mend: "when the server starts, take up what ran again, or report it as failed", shown: later.Done}
}

// lostAndKnown lists, by job, the first answer that does not know it and the last one that does; and all that don't know theirs.
func lostAndKnown(answers []answer) (lost, lastKnown map[int]*record.Exchange, unknown []*record.Exchange) {
	lost, lastKnown = map[int]*record.Exchange{}, map[int]*record.Exchange{}
	for _, a := range answers {
		switch {
		case a.Job == 0 || a.Probe != "" || a.Role == record.RoleStart:
		case a.right:
			lastKnown[a.Job] = a.Exchange
		case a.unknown():
			lost[a.Job] = cmp.Or(lost[a.Job], a.Exchange)
			unknown = append(unknown, a.Exchange)
		}
	}
	return lost, lastKnown, unknown
}

// lostRunning reports whether lost jobs all ran, three at least, and one of them was too young to be about to end.
func (o *view) lostRunning(lost map[int]*record.Exchange) bool {
	youngest, shortest := expiry, o.shortestLife()
	for job, e := range lost {
		l := o.jobNumbered(job)
		if l.Done != nil {
			return false
		}
		youngest = min(youngest, e.Received-l.Start.Received)
	}
	return len(lost) >= minLosses && youngest+youngest/4+leastSpell < shortest
}

// shortestLife is how long the job that ended first after its start may have run.
func (o *view) shortestLife() time.Duration {
	shortest := expiry
	for _, j := range o.jobs {
		if j.Done != nil {
			shortest = min(shortest, j.Done.Received-j.Start.Received)
		}
	}
	return shortest
}

// moment gives the last request that lost jobs were known to, and the first answer that does not know one: they were lost between the two. Known
// counts the lost jobs that were known before; others may never have been there.
func (o *view) moment(lost, lastKnown map[int]*record.Exchange) (knownUntil, lostFrom time.Duration, known int) {
	lostFrom = -1
	for job, e := range lost {
		if lostFrom < 0 || e.Received < lostFrom {
			lostFrom = e.Received
		}
		if last := lastKnown[job]; last != nil {
			known++
			knownUntil = max(knownUntil, last.Sent)
		} else if start := o.jobNumbered(job).Start; start != nil {
			knownUntil = max(knownUntil, start.Sent)
		}
	}
	return knownUntil, lostFrom, known
}

// younger is an answer that shows that jobs are not forgotten by their age or state: a job begun after the moment was known when it was older, or
// longer done, than one that was lost. It is nil where there is none, and where a job is known after the moment that had begun before it: one that may
// have been done by then is returned as kept.
func (o *view) younger(lost, lastKnown map[int]*record.Exchange, knownUntil, lostFrom time.Duration) (shown, kept *record.Exchange) {
	for _, y := range o.jobs {
		last := lastKnown[y.Number]
		if lost[y.Number] != nil || last == nil || y.Start == nil || last.Received < knownUntil {
			continue
		}
		if y.Start.Received < knownUntil {
			switch mayBeDone := y.Done != nil && y.lastPendingAt < lostFrom; {
			case last.Sent > lostFrom && !mayBeDone:
				return nil, nil
			case last.Sent > lostFrom:
				kept = last
			}
			continue
		}
		for job, e := range lost {
			l := o.jobNumbered(job)
			switch {
			case l.Start == nil || l.Start.Sent > knownUntil:
				return nil, nil
			case l.Done == nil && last.Sent-y.Start.Received >= e.Sent-l.Start.Received,
				l.Done != nil && y.Done != nil && last.Sent-y.Done.Received >= e.Sent-l.Done.Received:
				shown = last
			}
		}
	}
	return shown, kept
}

var jobsSurviveRestart = require(Requirement{
	ID: idJobsSurviveRestart, Level: Must, Source: "RFC 9110 15.3.3; seed 3, 5",
	Says: `What was promised before a restart is kept after it: running jobs go on, begin again, or are reported as failed; done ones stay done, with
		the same result.`,
	Means: "With each deployment, clients lose the jobs that they were promised.",
	How: `With --restart it fails where answers about jobs begun before the restart are wrong after it, and nothing else is. A done job that is pending
		again is wrong, and so is a running one that never ends. Without --restart it fails where, from one moment on, every older job is unknown (404,
		410), two at least. Refused or reset connections show that moment, or a younger job does, which is known at an age at which older ones were
		not. It fails too where two jobs at least that ran while connections were refused or reset never end, and a later one does. A server that was
		not seen to restart has nothing to keep.`,
	Needs:    []string{"monitor.ready"},
	DefersTo: []string{idJobsReplicas}, // which jobs a replica knows has to be right before it can be told what a restart takes from it
	judge:    judgeRestart,
})
