package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Judge judges an observation by the requirements given, in their order. A requirement
// that had nothing to be judged on, while one that it needs failed, is blocked by
// that one, and so is one that defers to another which failed. What it needs or
// defers to is judged for this even where it is not asked for.
//
// Wrong answers that have one cause in common are reported under the requirement of that cause; one that would have failed by
// them alone is blocked by it.
func Judge(o *record.Observation, requirements []Requirement) []Ruling {
	seen := arrange(o)
	all := newEvaluator(seen, requirements)
	rest := all
	explained := seen.explain()
	if len(explained) > 0 {
		rest = newEvaluator(seen.without(explained), requirements)
		for _, x := range explained {
			if _, said := rest.evaluated[x.requirement]; x.requirement != "" && !said { // of several, the first tells
				rest.evaluated[x.requirement] = x.judgement()
			}
		}
	}
	rulings := make([]Ruling, 0, len(requirements))
	for _, r := range requirements {
		j := rest.evaluate(r.ID)
		switch whole := all.evaluate(r.ID); {
		case whole.Outcome == Fail && j.Outcome != Fail:
			j = blameFor(whole, explained).blocks()
		case whole.Outcome == Pass && (j.Outcome == NotObserved || j.Outcome == Blocked):
			j = whole // what is explained did not stand in its way
		}
		rulings = append(rulings, Ruling{r, seen.inWords(j)})
	}
	seen.tellDialect(rulings)
	return rulings
}

// blameFor is the explanation that covers what a failure rests on.
func blameFor(j Judgement, explained []*explanation) *explanation {
	for _, x := range explained {
		for _, e := range x.covers {
			if slices.Contains(j.Exchanges, e.Number) {
				return x
			}
		}
	}
	return explained[0]
}

type evaluator struct {
	o         *view
	known     map[string]Requirement
	evaluated map[string]Judgement
}

func newEvaluator(o *view, requirements []Requirement) *evaluator {
	v := &evaluator{o: o, known: map[string]Requirement{}, evaluated: map[string]Judgement{}}
	for _, r := range slices.Concat(Of(o.Protocol.Dialect), requirements) {
		v.known[r.ID] = r
	}
	return v
}

func (v *evaluator) evaluate(id string) Judgement {
	if j, done := v.evaluated[id]; done {
		return j
	}
	r := v.known[id]
	v.evaluated[id] = notObserved("it needs itself") // ends a circle of needs; a test forbids them
	j := v.judge(r)
	if j.Outcome == NotObserved {
		if id := v.blocker(r); id != "" {
			j = blocked(id)
		}
	}
	v.evaluated[id] = j
	return j
}

func (v *evaluator) judge(r Requirement) Judgement {
	for _, id := range r.DefersTo {
		if v.evaluate(id).Outcome == Fail {
			return blocked(id)
		}
	}
	return r.judge(v.o).told()
}

// blocker finds the failure that a requirement's lack of evidence goes back to.
func (v *evaluator) blocker(r Requirement) string {
	for _, id := range r.Needs {
		switch need := v.evaluate(id); need.Outcome {
		case Fail:
			return id
		case Blocked:
			return need.BlockedBy
		}
	}
	return ""
}

// A jobRule judges one job.
type jobRule func(*view, *jobView) Judgement

// eachJob makes a judgement of a rule that every job has to keep. Jobs that
// break it only because they were begun together, or because the connection
// that began them was closed, are left to jobs.concurrent and
// jobs.survive-disconnect.
func eachJob(rule jobRule, unseen string) func(*view) Judgement {
	return func(o *view) Judgement {
		t := applyToJobs(o, rule)
		return t.verdict(t.failsOnlyConcurrently() || all(t.failed, record.WayDropped) && o.cancelled.failsOnlyDisconnected(), unseen)
	}
}

// everyJob makes a judgement of a rule that no way of beginning a job excuses: it is none of
// those that jobs.concurrent and jobs.survive-disconnect look after.
func everyJob(rule jobRule, unseen string) func(*view) Judgement {
	return func(o *view) Judgement { return applyToJobs(o, rule).verdict(false, unseen) }
}

// where makes a judgement of what applies to some targets only; otherwise says why it does not to the others.
func where(applies func(record.Target) bool, otherwise string, judge func(*view) Judgement) func(*view) Judgement {
	return func(o *view) Judgement {
		if !applies(o.Target) {
			return notApplicable(otherwise)
		}
		return judge(o)
	}
}

// eachExchange judges what each exchange of a list has to keep. The rule says what is wrong with one and what is wanted, or nothing.
func eachExchange(list []*record.Exchange, rule func(*record.Exchange) (got, want string), unseen Judgement) Judgement {
	for _, e := range list {
		if got, want := rule(e); got != "" {
			return failed(got, want, e)
		}
	}
	if len(list) == 0 {
		return unseen
	}
	return passed(list[:min(len(list), 3)]...)
}

func (t jobResults) verdict(excused bool, unseen string) Judgement {
	switch {
	case len(t.failed) > 0 && !excused:
		return t.failure()
	case len(t.passed) > 0:
		return Judgement{Outcome: Pass, Exchanges: t.passedOn}
	}
	return notObserved(cmp.Or(t.reason, unseen))
}

// A jobResults is what a rule said of every job.
type jobResults struct {
	failed, passed []*jobView
	failures       []Judgement // of the failed, in their order
	passedOn       []int       // an exchange for each that passed, the first few
	reason         string      // the first that was given for a job that could not be judged
}

func applyToJobs(o *view, rule jobRule) jobResults {
	var t jobResults
	for _, job := range o.jobs {
		switch j := rule(o, job); j.Outcome {
		case Fail:
			t.failed = append(t.failed, job)
			t.failures = append(t.failures, j)
		case Pass:
			t.passed = append(t.passed, job)
			if len(t.passedOn) < 5 && len(j.Exchanges) > 0 {
				t.passedOn = append(t.passedOn, j.Exchanges[0])
			}
		case NotObserved:
			t.reason = cmp.Or(t.reason, j.Reason)
		}
	}
	return t
}

// minControlJobs is how many jobs begun alone have to do right before the fault of others is laid
// on their having been begun together: fewer could be luck.
const minControlJobs = 3

// failsOnlyConcurrently rules out chance, with one vote for each job: one or two of eight that were begun together may have met what any would.
func (t jobResults) failsOnlyConcurrently() bool {
	alone := count(t.passed, record.WayTogether, false)
	return t.allFailedTogether() && alone >= minControlJobs && fisher(len(t.failed), 0, len(t.passed)-alone, alone) < significance
}

// allFailedTogether reports whether all that failed were begun together with others.
func (t jobResults) allFailedTogether() bool { return all(t.failed, record.WayTogether) }

// minDisconnected is how many jobs whose connections were closed have to be lost, and none of them kept, before that is laid on the closing.
const minDisconnected = 3

// failsOnlyDisconnected is about jobs that do not end, or are never known: not about one wrong answer after the end.
func (t jobResults) failsOnlyDisconnected() bool {
	return len(t.failed) >= minDisconnected && all(t.failed, record.WayDropped) && count(t.passed, record.WayDropped, true) == 0 &&
		count(t.passed, record.WayDropped, false) >= minControlJobs && !slices.ContainsFunc(t.failed, func(j *jobView) bool { return j.Done != nil })
}

func all(jobs []*jobView, way record.Way) bool {
	return len(jobs) > 0 && count(jobs, way, true) == len(jobs)
}

func count(jobs []*jobView, way record.Way, is bool) int {
	n := 0
	for _, job := range jobs {
		if (job.Way == way) == is {
			n++
		}
	}
	return n
}

// failure tells of the first job that failed, and how many did.
func (t jobResults) failure() Judgement {
	j := t.failures[0].told()
	j.Jobs = nil
	for _, job := range t.failed {
		j.Jobs = append(j.Jobs, job.Number)
	}
	if len(t.failed) > 1 || len(t.passed) > 0 {
		j.Got += fmt.Sprintf(" (%s)", t.proportion())
	}
	for _, other := range t.failures[1:] {
		if len(j.Exchanges) >= 8 {
			break
		}
		if len(other.Exchanges) > 0 {
			j.Exchanges = append(j.Exchanges, other.Exchanges[0])
		}
	}
	return j
}

func (t jobResults) proportion() string {
	names := make([]string, 0, len(t.failed))
	for _, job := range t.failed {
		if len(names) == 6 {
			names = append(names, "…")
			break
		}
		names = append(names, fmt.Sprint(job.Number))
	}
	way := ""
	if t.allFailedTogether() && count(t.passed, record.WayTogether, false) >= minControlJobs {
		way = ", all of them begun at the same instant as others"
	}
	return fmt.Sprintf("%d of %s failed this way%s: job %s", len(t.failed),
		plural(len(t.failed)+len(t.passed), "job"), way, strings.Join(names, ", "))
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
