package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A lostMoment is a moment at which jobs were lost: after the last answer that knew each of them, and before the first that did not.
type lostMoment struct {
	known, at time.Duration // the last answer before it, and the first after it
	jobs      []loss
}

// lostInTurns finds jobs that were lost several at once, at a few moments, though others are known: instances that keep their jobs in memory are replaced one
// after another, or crash again and again. Age does not tell the lost jobs from the known ones, and running jobs are among the lost.
func lostInTurns(o *view, answers []answer) *explanation {
	list, covers := o.losses(answers)
	moments := lostMoments(list)
	lost, times := 0, []string{}
	for _, m := range moments {
		lost += len(m.jobs)
		times = append(times, record.Clock(m.at))
	}
	if len(moments) < 2 || lost < minLosses*len(moments) || !slices.ContainsFunc(moments, o.atRandom) { // single losses fit some moments too
		return nil
	}
	if _, fits := o.storeOf(list); fits { // they may have been dropped for others
		return nil
	}
	covers = append(covers, unservedAt(moments, answers)...)
	return &explanation{requirement: idJobsSurviveRestart, covers: covers, beside: o.oldestKnown(list),
		got:  fmt.Sprintf("%s were lost, several at once each time: at about %s", plural(len(list), "job"), strings.Join(times, " and ")),
		want: "jobs that go on, or begin again, and done ones that stay done",
		cause: cause{name: "rolling-restart", says: "instances are replaced, or crash, one after another or again and again, and jobs are kept in their memory",
			mend: "keep jobs in a store that survives the process, and let running ones end before it stops"}}
}

// unservedAt lists the requests that got no connection, or whose connection was closed, if one did when jobs were lost: who crashes answers none.
func unservedAt(moments []lostMoment, answers []answer) (list []*record.Exchange) {
	atMoment := false
	for _, a := range answers {
		if !unserved(a.Exchange) {
			continue
		}
		list = append(list, a.Exchange)
		for _, m := range moments {
			atMoment = atMoment || a.Sent >= m.known && a.Sent <= m.at
		}
	}
	if !atMoment {
		return nil
	}
	return list
}

// lostMoments are the fewest moments that explain all losses.
func lostMoments(list []loss) (moments []lostMoment) {
	var known []loss
	for _, l := range list {
		if l.known != nil {
			known = append(known, l)
		}
	}
	slices.SortStableFunc(known, func(a, b loss) int { return cmp.Compare(a.lost.Received, b.lost.Received) })
	for len(known) > 0 {
		m := lostMoment{at: known[0].lost.Received}
		rest := known[:0:0]
		for _, l := range known {
			if l.known.Sent <= m.at { // both may be one instant
				m.jobs, m.known = append(m.jobs, l), max(m.known, l.known.Sent)
			} else {
				rest = append(rest, l)
			}
		}
		moments, known = append(moments, m), rest
	}
	return moments
}

// atRandom reports whether several jobs were lost at a moment, and have nothing in common but that: one of them ran, and another job was known when it was
// older than one of them by far.
func (o *view) atRandom(m lostMoment) bool {
	running, youngest := false, expiry
	for _, l := range m.jobs {
		running = running || l.job.Done == nil
		youngest = min(youngest, l.lost.Received-l.job.Start.Received)
	}
	oldest := time.Duration(0)
	for _, j := range o.jobs {
		for _, e := range j.Reads {
			if o.Protocol.Pending.On(e) {
				oldest = max(oldest, e.Sent-j.Start.Received)
			}
		}
	}
	return len(m.jobs) >= minLosses && running && oldest > youngest+youngest/4+leastSpell
}

// oldestKnown is the last answer of a monitor that knew a job that was not lost; nothing where all were.
func (o *view) oldestKnown(list []loss) (beside []*record.Exchange) {
	for _, j := range o.jobs {
		if slices.ContainsFunc(list, func(l loss) bool { return l.job == j }) || j.Start == nil {
			continue
		}
		if e := j.lastKnownBefore(o, expiry*60); e != nil && (beside == nil || e.Sent > beside[0].Sent) {
			beside = []*record.Exchange{e}
		}
	}
	return beside
}
