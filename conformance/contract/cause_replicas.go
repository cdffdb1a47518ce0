package contract

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const idJobsReplicas = "jobs.replicas"

// replicas finds jobs that are unknown at a replica's address alone, that are known, unknown and known again, or as the connection or the URL is.
func replicas(o *view, answers []answer) *explanation {
	if x := elsewhere(o, answers); x != nil {
		return x
	}
	byJob, covers := o.knownOrNot(answers)
	turning, kept := o.turning(byJob), o.onlyFresh(byJob)
	if len(turning) < 2 {
		turning = o.turningResults(byJob)
	}
	known, unknown := o.byURL(byJob)
	if len(turning) < 2 && kept == nil && known == nil || len(covers) == 0 {
		return nil
	}
	covers = append(covers, o.asFailed(answers)...)
	x := &explanation{requirement: idJobsReplicas, covers: covers, want: "every job known to whoever is asked, from its {accepted} on",
		cause: cause{name: "replicas", says: "replicas behind a balancer do not share their jobs", mend: "keep jobs in a store that all replicas share"}}
	switch {
	case known != nil && len(turning) < 2:
		x.tellURL(known, unknown)
	case kept != nil && len(turning) < 2:
		x.beside = []*record.Exchange{kept}
		x.got = fmt.Sprintf("jobs are unknown over fresh connections only, %d times; over kept ones they are known (#%d)", len(covers), kept.Number)
	default:
		x.covers = slices.Concat([]*record.Exchange{turning[0].lost}, slices.DeleteFunc(covers, func(e *record.Exchange) bool { return e == turning[0].lost }))
		x.beside = turning[0].beside()
		x.got = turning[0].text(o, len(turning))
	}
	if slices.ContainsFunc(x.covers, o.takenBack) || !slices.ContainsFunc(x.covers, func(e *record.Exchange) bool { return e.Role == record.RoleMonitor }) {
		x.cause.says += ", or tell each other too late"
	}
	x.tellLag(o, byJob)
	x.nameCookie(o)
	if starts := throughout.startsLike(x.covers[0], answers); len(starts) > 0 {
		x.covers = append(x.covers, starts...)
		x.cause = cause{name: "replicas", says: fmt.Sprintf("some requests, starts too (#%d), come to a server that has none of these resources", starts[0].Number), shown: starts[0],
			mend: "compare the servers behind the balancer (versions, paths, configurations): one of them does not serve this API"}
	}
	return x
}

// knownOrNot lists, by job, the answers that know it and those that do not, or that take back its end; and the latter of all jobs.
func (o *view) knownOrNot(answers []answer) (byJob map[int][]answer, unknown []*record.Exchange) {
	byJob = map[int][]answer{}
	for _, a := range answers {
		a.right = a.right && !o.takenBack(a.Exchange)
		if a.Probe != "" || a.Role == record.RoleStart || !a.right && !a.unknown() && !o.takenBack(a.Exchange) {
			continue
		}
		byJob[a.Job] = append(byJob[a.Job], a)
		if !a.right {
			unknown = append(unknown, a.Exchange)
		}
	}
	return byJob, unknown
}

// nameCookie adds the cookie by which a balancer may tie its clients to a replica.
func (x *explanation) nameCookie(o *view) {
	if name, by := o.stickyCookie(); by != nil {
		x.cause.says += fmt.Sprintf("; the {accepted} sets the cookie %s (#%d), which a client without a cookie jar does not send back", name, by.Number)
		x.beside = append(x.beside, by)
		x.cause.shown = by
	}
}

// asFailed are the answers for a result as for that of a job that failed, where who does not know a job answers so.
func (o *view) asFailed(answers []answer) (list []*record.Exchange) {
	asUnknown := allAnswered(o.probes(record.ProbeUnknown, record.RoleResult), o.Protocol.Failure.On) != nil
	for _, a := range answers {
		asUnknown = asUnknown || a.deniesJob(o) && o.hadResult(a.Exchange)
	}
	for _, a := range answers {
		if a.right && a.deniesJob(o) && asUnknown {
			list = append(list, a.Exchange)
		}
	}
	return list
}

func are(n int, noun string) string {
	if n == 1 {
		return "1 " + noun + " is"
	}
	return plural(n, noun) + " are"
}

// A turn is where a job was known, unknown and known again.
type turn struct{ before, lost, after *record.Exchange }

// beside are the right answers about it.
func (t turn) beside() (list []*record.Exchange) {
	for _, e := range []*record.Exchange{t.before, t.after} {
		if e != nil {
			list = append(list, e)
		}
	}
	return list
}

func (t turn) text(o *view, jobs int) string {
	switch {
	case t.after == nil:
		return fmt.Sprintf("the results of %s are known and then unknown, those of others unknown and then known: that of job %d is known in #%d and unknown in #%d", plural(jobs, "job"), t.lost.Job, t.before.Number, t.lost.Number)
	case o.takenBack(t.lost) && t.before.Role == record.RoleMonitor && t.after.Role == record.RoleMonitor:
		return fmt.Sprintf("%s done, pending and done again: job %d is done in #%d, pending in #%d and done in #%d", are(jobs, "job"), t.lost.Job, t.before.Number, t.lost.Number, t.after.Number)
	}
	return fmt.Sprintf("%s known, unknown and known again: job %d is known in #%d, unknown in #%d and known in #%d", are(jobs, "job"), t.lost.Job, t.before.Number, t.lost.Number, t.after.Number)
}

// turningResults lists a turn of each job whose result was known and then unknown, where others' were unknown and then known, and not for their
// age: what comes late is unknown while it is young, and what is forgotten once it is old.
func (o *view) turningResults(byJob map[int][]answer) (list []turn) {
	var came int                                // jobs whose result was unknown, and then known
	var oldest, youngest time.Duration = -1, -1 // of what was known, or unknown before it was; and of what was unknown after it was known
	for _, j := range o.jobs {
		if j.Done == nil {
			continue
		}
		answers := slices.DeleteFunc(ofRole(byJob[j.Number], record.RoleResult), func(a answer) bool {
			return o.Protocol.Expect != record.ExpectSuccess && o.Protocol.Failure.On(a.Exchange) // it is a result too
		})
		first := slices.IndexFunc(answers, func(a answer) bool { return a.right })
		if first > 0 {
			came++
		}
		for i, a := range answers {
			if a.right || i < first {
				oldest = max(oldest, a.Sent-j.Done.Received)
			}
		}
		if t, _ := turnsOf(answers); t.lost != nil {
			list = append(list, t)
			if age := t.lost.Sent - j.Done.Received; youngest < 0 || age < youngest {
				youngest = age
			}
		}
	}
	if len(list) < 2 || came < 2 || len(list)+came < minTurns || oldest <= youngest {
		return nil
	}
	return list
}

// minTurns is how many results have to be known once and unknown once before it is no chance.
const minTurns = 6

// takenBack reports whether a monitor says pending after it said done.
func (o *view) takenBack(e *record.Exchange) bool {
	j := o.jobNumbered(e.Job)
	return e.Role == record.RoleMonitor && e.Probe == "" && j.Done != nil && e.Sent >= j.Done.Received && o.Protocol.Pending.On(e) && !j.lags(o, e)
}

// turning lists a turn of each job whose resource was known and unknown in turns, more than once: once may be a state that is being rewritten.
func (o *view) turning(byJob map[int][]answer) []turn {
	var list []turn
	for _, j := range o.jobs {
		answers := byJob[j.Number]
		for _, sequence := range [][]answer{ofRole(answers, record.RoleMonitor), ofRole(answers, record.RoleResult), j.onceDone(answers)} {
			if t, turns := turnsOf(sequence); turns >= 3 && t.after != nil {
				list = append(list, t)
				break
			}
		}
	}
	return list
}

// onceDone are the answers about a done job, if both its monitor and its result were denied, and one of them was known again: they are then known or
// unknown together.
func (j *jobView) onceDone(answers []answer) []answer {
	list := slices.DeleteFunc(slices.Clone(answers), func(a answer) bool { return j.Done == nil || a.Sent < j.Done.Sent })
	_, monitor := turnsOf(ofRole(list, record.RoleMonitor))
	_, result := turnsOf(ofRole(list, record.RoleResult))
	if monitor < 1 || result < 1 || monitor+result < 3 {
		return nil
	}
	return list
}

func ofRole(answers []answer, role record.Role) []answer {
	return slices.DeleteFunc(slices.Clone(answers), func(a answer) bool { return a.Role != role })
}

func turnsOf(answers []answer) (first turn, turns int) {
	var last *answer
	for _, a := range answers {
		if last != nil && a.Role == last.Role && a.Request.URL != last.Request.URL {
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
	Means: "A client is told that its job does not exist, and gives it up.",
	How: `Monitors and results are read over kept and over fresh connections. It fails where two jobs at least are known, unknown (404, 410) and known
		again, more than once, or where jobs are unknown over fresh connections alone. What stays unknown is asked for with one more query parameter, too, and
		with a letter escaped, which changes nothing: it fails where it is known by some of these URLs and unknown by others, since the URL chooses the replica then. With --replica some reads go to other
		addresses. It fails where only those are wrong, of two jobs at least, and what they break does not fail. A cookie that the 202 sets is named with the cause:
		a balancer may tie clients to a replica by it. It fails too where no job is known without that cookie, and all are with it. Jobs that stay unknown are
		reported under monitor.status, monitor.final or jobs.survive-restart. A server with one replica passes.`,
	Needs: []string{"monitor.ready"},
	judge: func(o *view) Judgement {
		if o.ready == nil {
			return notObserved("no monitor of a job was answered")
		}
		return passed(o.ready)
	},
})
