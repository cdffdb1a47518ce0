package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A spell is a span of time in which every request was answered wrongly in one way, and outside of which none was. It is known to have begun when the first
// wrong answer was received, and not to have ended before the last was sent.
type spell struct{ from, to time.Duration }

// spellOf is the spell of wrong answers, given in the order sent; false where one of the same kinds was answered right in the midst of it.
func spellOf(covers []*record.Exchange, answers []answer, comparable func(answer) bool) (spell, bool) {
	s := spell{covers[0].Received, covers[0].Sent}
	for _, e := range covers {
		s.from, s.to = min(s.from, e.Received), max(s.to, e.Sent)
	}
	outside := 0
	for _, a := range answers {
		switch {
		case !a.right || !comparable(a):
		case a.Sent > s.from && a.Received < s.to:
			return s, false
		default:
			outside++
		}
	}
	return s, contrast(len(covers), 0, 0, outside, len(answers))
}

// leastSpell is how long a spell has to be: in a shorter one, chance may have left the others unasked.
const leastSpell = 50 * time.Millisecond

// unknownAWhile finds jobs that were all unknown for a while and are known again: failed look-ups were answered as if there were no such job.
func unknownAWhile(o *view, answers []answer) *explanation {
	var covers []*record.Exchange
	lost, known, alone := map[int]bool{}, map[int]bool{}, false // lost, known again; and whether it met others than those begun together
	before := map[int]*record.Exchange{}
	var beside []*record.Exchange
	comparable := func(a answer) bool { return a.Probe == "" && a.Role != record.RoleStart && a.Job != 0 }
	for _, a := range answers {
		switch {
		case !comparable(a):
		case a.unknown():
			covers = append(covers, a.Exchange)
			lost[a.Job] = true
			alone = alone || o.jobNumbered(a.Job).Way != record.WayTogether
		case a.right && lost[a.Job]:
			if !known[a.Job] && before[a.Job] != nil && beside == nil {
				beside = []*record.Exchange{before[a.Job], a.Exchange}
			}
			known[a.Job] = true
		case a.right:
			before[a.Job] = a.Exchange
		}
	}
	if len(lost) < minLosses || len(known) < len(lost) || beside == nil || !alone {
		return nil
	}
	s, whole := spellOf(covers, answers, comparable)
	if !whole || s.to-s.from < leastSpell {
		return nil
	}
	for _, a := range answers { // a start that nothing answers for either
		if !a.right && a.Role == record.RoleStart && a.Received >= s.from-lateness && a.Sent <= s.to+lateness && refusalOf(a.Exchange).like(refusalOf(covers[0])) {
			covers = append(covers, a.Exchange)
		}
	}
	return &explanation{requirement: idMonitorStatus, covers: covers, beside: beside,
		got: fmt.Sprintf("from %s to %s every job that was asked about was unknown (%s), and all of them are known again after that (#%d)", record.Clock(s.from), record.Clock(s.to),
			plural(len(lost), "job"), beside[1].Number),
		want: "{pending} while the job runs, {done} once it is done; and 503 with Retry-After while nothing can be looked up",
		cause: cause{name: "outage-as-unknown", says: "jobs could not be looked up in that time, and the server answered as if they did not exist",
			mend: "answer 503 with Retry-After where a look-up fails, and 404 only where it found nothing"}}
}

// erringNowAndThen finds errors that the application answers now and then, whatever a job does: they are one fault, though they meet jobs in
// different states. Where they meet several resources in the same way, that is one fault too.
func erringNowAndThen(o *view, answers []answer) *explanation {
	if x := o.erringEverywhere(answers); x != nil {
		return x
	}
	for _, role := range []record.Role{record.RoleMonitor, record.RoleResult} {
		var covers, right []*record.Exchange
		for _, a := range answers {
			switch {
			case a.Role != role || a.Probe != "":
			case a.right:
				right = append(right, a.Exchange)
			case errs(a):
				covers = append(covers, a.Exchange)
			}
		}
		broken, requirement := o.brokenBy(covers)
		if beside := bracket(covers, right); beside != nil && broken > 1 {
			return erring(requirement, covers, right, beside, fmt.Sprintf("reads of a %s", role))
		}
	}
	return nil
}

// erringEverywhere finds one error that is answered to starts, monitors and results, two of them at least. Each request that met it was answered right
// at another time.
func (o *view) erringEverywhere(answers []answer) *explanation {
	rightAt, byError := map[string]bool{}, map[refusal][]*record.Exchange{}
	var right []*record.Exchange
	var order []refusal
	for _, a := range answers {
		if a.right && a.Probe == "" {
			rightAt[a.Request.URL] = true
			right = append(right, a.Exchange)
		}
	}
	for _, a := range answers {
		if r := refusalOf(a.Exchange); !a.right && a.Probe == "" && errs(a) && rightAt[a.Request.URL] {
			if byError[r] == nil {
				order = append(order, r)
			}
			byError[r] = append(byError[r], a.Exchange)
		}
	}
	for _, r := range order {
		covers := byError[r]
		_, one := oneRole(covers)
		broken, requirement := o.brokenBy(covers)
		if beside := bracket(covers, right); beside != nil && broken > 1 && !one {
			x := erring(requirement, covers, right, beside, "requests")
			x.covers = append(x.covers, erringProbes(r, len(covers), len(right), answers)...)
			return x
		}
	}
	return nil
}

// erringProbes are the probes that met an error too, if that may be by chance: it would be held against the server that all of a kind did.
func erringProbes(r refusal, wrong, right int, answers []answer) (list []*record.Exchange) {
	share := float64(wrong) / float64(wrong+right)
	chances := map[string]float64{}
	for _, a := range answers {
		if a.Probe != "" && refusalOf(a.Exchange) == r {
			chances[kindOf(a)] = cmp.Or(chances[kindOf(a)], 1) * share
		}
	}
	for _, a := range answers {
		if a.Probe != "" && refusalOf(a.Exchange) == r && chances[kindOf(a)] >= leastChance {
			list = append(list, a.Exchange)
		}
	}
	return list
}

// leastChance is how likely chance has to be to have brought a few errors, if these are taken for some of many.
const leastChance = 0.05

// brokenBy counts the requirements that exchanges break, and names the one that most of them do.
func (o *view) brokenBy(exchanges []*record.Exchange) (n int, most string) {
	counts := map[string]int{}
	count := func(id string) {
		if counts[id]++; counts[id] > counts[most] {
			most = id
		}
	}
	for _, e := range exchanges {
		if e.Role == record.RoleStart {
			count(idStartAccepted)
			continue
		}
		for _, at := range o.jobNumbered(e.Job).attributions {
			if at.exchange == e {
				count(at.id)
			}
		}
	}
	return len(counts), most
}

func erring(requirement string, covers, right, beside []*record.Exchange, what string) *explanation {
	x := &explanation{requirement: requirement, covers: covers, beside: beside,
		got: fmt.Sprintf("%d of %d %s met an error, a refusal or no answer, now and then (#%d: %s); the same %s succeeded before and after", len(covers), len(covers)+len(right), what,
			covers[0].Number, covers[0].StatusText(), strings.Fields(what)[0]),
		want: "an answer that tells the state, each time"}
	if slices.ContainsFunc(covers, (*record.Exchange).Answered) { // without one, it may be somebody else who fails
		x.cause = cause{name: "error-now-and-then", says: "the server fails now and then, whatever the state of the job",
			mend: "look for these requests in the server's log: their User-Agent names the run, the job and the read"}
	}
	return x
}

// errs reports whether a wrong answer tells nothing of a job: it is an error, or the application's refusal, and does not say that there is none; or none came.
func errs(a answer) bool {
	refuses := a.Status >= 400 && !a.unknown() && !isHTML(a.Exchange) // a page may be that of a wall in front
	return a.Status >= 500 || refuses || a.Failure.Kind == record.FailureBroken
}

// bracket returns right answers just before and after wrong ones, for the same URL, where wrong ones about two jobs have some each. Of the second job a
// single wrong one will do that has a right one on one side alone: it may have been asked for first, or last.
func bracket(covers, right []*record.Exchange) []*record.Exchange {
	byURL, wrong := map[string][]*record.Exchange{}, map[int]int{}
	for _, e := range right {
		byURL[e.Request.URL] = append(byURL[e.Request.URL], e)
	}
	for _, e := range covers {
		wrong[e.Job]++
	}
	jobs, others := map[int]bool{}, 0
	var beside []*record.Exchange
	for _, e := range covers {
		switch before, after := neighbours(byURL[e.Request.URL], e); {
		case before != nil && after != nil:
			jobs[e.Job] = true
			beside = append(beside, before, after)
		case (before != nil || after != nil) && wrong[e.Job] == 1:
			others++
		}
	}
	if len(jobs) == 0 || len(jobs)+others < 2 {
		return nil
	}
	return beside
}
