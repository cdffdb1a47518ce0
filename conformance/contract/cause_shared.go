package contract

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	idJobsReplicas       = "jobs.replicas"
	idJobsSurviveRestart = "jobs.survive-restart"
)

// lostAtOnce finds a moment from which on every older job is unknown, while younger ones are known.
func lostAtOnce(o *view, answers []answer) *explanation {
	lost := map[int]*record.Exchange{} // the first answer that does not know a job
	lastKnown := map[int]*record.Exchange{}
	var covers []*record.Exchange
	for _, a := range answers {
		switch {
		case a.Job == 0 || a.Probe != "" || a.Role == record.RoleStart:
		case a.right:
			lastKnown[a.Job] = a.Exchange
		case a.unknown():
			if lost[a.Job] == nil {
				lost[a.Job] = a.Exchange
			}
			covers = append(covers, a.Exchange)
		}
	}
	knownUntil, lostFrom, known := o.moment(lost, lastKnown)
	if known < 2 || knownUntil > lostFrom {
		return nil
	}
	younger := o.younger(lost, lastKnown, knownUntil, lostFrom)
	if younger == nil {
		return nil
	}
	for _, a := range answers { // who asked just then was refused, or got no answer
		if !a.right && !a.unknown() && mayBeInFront(a) && a.Ended >= knownUntil && a.Sent <= lostFrom {
			covers = append(covers, a.Exchange)
		}
	}
	covers = append(covers, o.asIfFailed(answers, covers, knownUntil)...)
	return &explanation{requirement: idJobsSurviveRestart, covers: covers, beside: []*record.Exchange{younger},
		got: fmt.Sprintf("every job begun before %s is unknown from %s on (%s), and jobs begun later are known (#%d)", record.Clock(knownUntil), record.Clock(lostFrom),
			plural(len(lost), "job"), younger.Number),
		want: "jobs that go on, or begin again, and done ones that stay done",
		cause: cause{name: "restart", says: "the server was restarted, or replaced by a new version, and jobs are kept in its memory",
			mend: "keep jobs in a store that survives the process, and let running ones end before it stops"}}
}

// moment gives the time between which jobs were lost: the last request that they were known to, and the first answer that does not know one. It counts
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
// longer done, than one that was lost. It is nil where there is none, and where a job is known after the moment that had begun before it.
func (o *view) younger(lost, lastKnown map[int]*record.Exchange, knownUntil, lostFrom time.Duration) *record.Exchange {
	var shown *record.Exchange
	for _, y := range o.jobs {
		last := lastKnown[y.Number]
		if lost[y.Number] != nil || last == nil || y.Start == nil || last.Received < knownUntil {
			continue
		}
		if y.Start.Received < knownUntil {
			if last.Sent > lostFrom {
				return nil
			}
			continue
		}
		for job, e := range lost {
			l := o.jobNumbered(job)
			switch {
			case l.Start == nil || l.Start.Sent > knownUntil:
				return nil
			case l.Done == nil && last.Sent-y.Start.Received >= e.Sent-l.Start.Received,
				l.Done != nil && y.Done != nil && last.Sent-y.Done.Received >= e.Sent-l.Done.Received:
				shown = last
			}
		}
	}
	return shown
}

// replicas finds jobs that are unknown at a replica's address alone, that are known, unknown and known again, or as the connection is.
func replicas(o *view, answers []answer) *explanation {
	if x := elsewhere(o, answers); x != nil {
		return x
	}
	byJob := map[int][]answer{}
	var covers []*record.Exchange
	for _, a := range answers {
		if a.Probe != "" || a.Role == record.RoleStart || !a.right && !a.unknown() {
			continue
		}
		byJob[a.Job] = append(byJob[a.Job], a)
		if !a.right {
			covers = append(covers, a.Exchange)
		}
	}
	turning, kept := o.turning(byJob), o.onlyFresh(byJob)
	if len(turning) < 2 && kept == nil || len(covers) == 0 {
		return nil
	}
	asUnknown := allAnswered(o.probes(record.ProbeUnknown, record.RoleResult), o.Protocol.Failure.On) != nil
	for _, a := range answers { // who does not know a job answers for its result as for that of a job that failed
		if a.right && a.deniesJob(o) && (asUnknown || o.jobNumbered(a.Job).firstResult(o) != nil) {
			covers = append(covers, a.Exchange)
		}
	}
	x := &explanation{requirement: idJobsReplicas, covers: covers, want: "every job known to whoever is asked, from its 202 on",
		cause: cause{name: "replicas", says: "replicas behind a balancer do not share their jobs", mend: "keep jobs in a store that all replicas share"}}
	if kept != nil && len(turning) < 2 {
		x.beside = []*record.Exchange{kept}
		x.got = fmt.Sprintf("jobs are unknown over fresh connections only, %d times; over kept ones they are known (#%d)", len(covers), kept.Number)
	} else {
		x.covers = slices.Concat([]*record.Exchange{turning[0].lost}, slices.DeleteFunc(covers, func(e *record.Exchange) bool { return e == turning[0].lost }))
		x.beside = []*record.Exchange{turning[0].before, turning[0].after}
		x.got = fmt.Sprintf("%s known, unknown and known again: job %d is known in #%d, unknown in #%d and known in #%d", are(len(turning), "job"), turning[0].lost.Job,
			turning[0].before.Number, turning[0].lost.Number, turning[0].after.Number)
	}
	if name, by := o.stickyCookie(); by != nil {
		x.cause.says += fmt.Sprintf("; the 202 sets the cookie %s (#%d), which a client without a cookie jar does not send back", name, by.Number)
		x.beside = append(x.beside, by)
		x.cause.shown = by
	}
	return x
}

func are(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return plural(n, noun) + " are"
}

// A turn is where a job was known, unknown and known again.
type turn struct{ before, lost, after *record.Exchange }

// turning lists a turn of each job whose resource was known and unknown in turns, more than once: once may be a state that is being rewritten.
func (o *view) turning(byJob map[int][]answer) []turn {
	var list []turn
	for _, j := range o.jobs {
		for _, role := range []record.Role{record.RoleMonitor, record.RoleResult} {
			if t, turns := turnsOf(byJob[j.Number], role); turns >= 3 && t.after != nil {
				list = append(list, t)
				break
			}
		}
	}
	return list
}

func turnsOf(answers []answer, role record.Role) (first turn, turns int) {
	var last *answer
	for _, a := range answers {
		if a.Role != role || last != nil && a.Request.URL != last.Request.URL {
			continue
		}
		if last != nil && a.right != last.right {
			turns++
			switch {
			case !a.right && first.lost == nil:
				first.before, first.lost = last.Exchange, a.Exchange
			case a.right && first.lost != nil && first.after == nil:
				first.after = a.Exchange
			}
		}
		last = &a
	}
	return first, turns
}

// onlyFresh returns an answer over a kept connection where, of one kind of question, what was unknown came over a fresh connection each time,
// and what came over one was hardly ever known.
func (o *view) onlyFresh(byJob map[int][]answer) *record.Exchange {
	type tally struct {
		with, without, rightWith, rightWithout int
		kept                                   *record.Exchange
	}
	var tallies [5]tally
	for _, answers := range byJob {
		for _, a := range answers {
			switch t := &tallies[o.jobNumbered(a.Job).question(a)]; {
			case !a.right && a.Fresh:
				t.with++
			case !a.right:
				t.without++
			case a.Fresh:
				t.rightWith++
			default:
				t.rightWithout++
				if t.kept == nil || a.Number < t.kept.Number {
					t.kept = a.Exchange
				}
			}
		}
	}
	without := 0 // over other connections
	for _, t := range tallies {
		without += t.without
	}
	for _, t := range tallies {
		if without == 0 && contrast(t.with, t.without, t.rightWith, t.rightWithout, len(tallies)) {
			return t.kept
		}
	}
	return nil
}

// question numbers what is asked in a job's life: its monitor for the first time, while it runs, and once it is done; its result for the first
// time, and again. Answers to one question can be compared.
func (j *jobView) question(a answer) int {
	switch {
	case a.Role == record.RoleResult && slices.Index(j.Results, a.Exchange) == 0:
		return 3
	case a.Role == record.RoleResult:
		return 4
	case slices.Index(j.Reads, a.Exchange) == 0:
		return 0
	case j.Done == nil || a.Exchange == j.Done || a.Sent < j.Done.Received:
		return 1
	}
	return 2
}

// stickyCookie is a cookie that a 202 set: a balancer may tie its clients to a replica by it.
func (o *view) stickyCookie() (string, *record.Exchange) {
	for _, j := range o.jobs {
		if !j.Accepted(o.Protocol) {
			continue
		}
		for _, value := range j.Start.Values("Set-Cookie") {
			if name, _, found := strings.Cut(value, "="); found {
				return strings.TrimSpace(name), j.Start
			}
		}
	}
	return "", nil
}

var jobsReplicas = require(Requirement{
	ID: idJobsReplicas, Level: Must, Source: "seed 3, 5",
	Says: `Whichever connection or replica is asked knows every job from its 202 on, without a cookie. No replica says less than another has said
		before.`,
	Means: "A client is told now and then that its job does not exist, and gives it up.",
	How: `Monitors and results are read over kept and over fresh connections. It fails where two jobs at least are known, unknown (404, 410) and known
		again, more than once, or where jobs are unknown over fresh connections alone. With --replica some reads go to other addresses. It fails where only
		those are wrong, of two jobs at least, and what they break does not fail. A cookie that the 202 sets is named with the cause: a balancer may tie
		clients to a replica by it. Jobs that stay unknown are reported under monitor.status, monitor.final or jobs.survive-restart. A server with
		one replica passes.`,
	Needs: []string{"monitor.ready"},
	judge: func(o *view) Judgement {
		if o.ready == nil {
			return notObserved("no monitor of a job was answered")
		}
		return passed(o.ready)
	},
})

var jobsSurviveRestart = require(Requirement{
	ID: idJobsSurviveRestart, Level: Must, Source: "RFC 9110 15.3.3; seed 3, 5",
	Says: `What was promised before a restart is kept after it: running jobs go on, begin again, or are reported as failed; done ones stay done, with
		the same result.`,
	Means: "With each deployment, clients lose the jobs that they were promised.",
	How: `With --restart it fails where answers about jobs begun before the restart are wrong after it, and nothing else is. A done job that is pending
		again is wrong, and so is a running one that never ends. Without --restart it fails where, from one moment on, every older job is unknown (404,
		410), two at least. Refused or reset connections show that moment, or a younger job does, which is known at an age at which older ones were
		not. A server that was not seen to restart has nothing to keep.`,
	Needs:    []string{"monitor.ready"},
	DefersTo: []string{idJobsReplicas}, // which jobs a replica knows has to be right before it can be told what a restart takes from it
	judge:    judgeRestart,
})
