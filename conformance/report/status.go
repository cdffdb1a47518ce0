package report

import (
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// A State is what became of a requirement. Every format, go test and Ginkgo classify by it.
type State string

// The states of a requirement.
const (
	Passed    State = "passed"     // it was judged, and nothing is wrong; a MAY was answered
	Failed    State = "failed"     // it failed, and the verdict with it
	Missing   State = "missing"    // a MUST was not observed, which fails a strict verdict
	Outdated  State = "outdated"   // a known failure passes: the verdict fails until its entry is removed
	NonGating State = "non-gating" // it failed, and the verdict does not depend on it
	Expected  State = "expected"   // it failed as the known failures say
	NotJudged State = "not judged" // it is blocked, not observed or not applicable
)

// Open reports whether somebody has to look at the requirement.
func (s State) Open() bool { return s != Passed && s != NotJudged }

// A Count is what a state means to a verdict, and to a test framework.
type Count string

// The ways in which a state counts.
const (
	CountsFor     Count = "for"     // it was judged, and nothing counts against the target
	CountsAgainst Count = "against" // it fails the verdict
	CountsNot     Count = "not"     // it says nothing for or against, and has a message
)

// A Status is a requirement's state, and how it is shown.
type Status struct {
	State State
	Count Count
	Mark  string // one sign
	Class string // for filters and styles: the outcome, "known" or "outdated"
	Says  string // in words
}

var states = map[State]struct {
	count       Count
	mark, class string // an empty class is the outcome
	says        string // empty for the outcome in words
}{
	Passed:    {CountsFor, "✓", "", ""},
	Failed:    {CountsAgainst, "✗", "", ""},
	Missing:   {CountsAgainst, "✗", "", ""},
	Outdated:  {CountsAgainst, "✗", "outdated", "passed, list out of date"},
	NonGating: {CountsNot, "!", "", ""},
	Expected:  {CountsNot, "~", "known", "known failure"},
	NotJudged: {CountsNot, "·", "", ""},
}

// Status classifies a requirement, for a verdict that is strict or not.
func (r Requirement) Status(strict bool) Status {
	state := r.state(strict)
	as := states[state]
	s := Status{State: state, Count: as.count, Mark: as.mark, Class: as.class, Says: as.says}
	if s.Class == "" {
		s.Class = string(r.Outcome)
	}
	if s.Says == "" {
		s.Says = OutcomeText(r.Outcome)
	}
	return s
}

func (r Requirement) state(strict bool) State {
	gating := strict || r.Level == contract.Must
	switch {
	case r.ExpectedFailure:
		return Expected
	case r.Known != nil && r.Known.State == KnownPassed:
		return Outdated
	case r.Outcome == contract.Fail && (gating || r.Known != nil && r.Known.State == KnownOtherwise):
		return Failed
	case r.Outcome == contract.Fail:
		return NonGating
	case r.Outcome == contract.NotObserved && strict && r.Level == contract.Must:
		return Missing
	case r.Outcome.Judged():
		return Passed
	}
	return NotJudged
}

// In returns the requirements in one of these states, the MUSTs first.
func (t Target) In(wanted ...State) []Requirement {
	var musts, others []Requirement
	for _, r := range t.Requirements {
		switch state := r.state(t.Strict); {
		case !slices.Contains(wanted, state):
		case r.Level == contract.Must:
			musts = append(musts, r)
		default:
			others = append(others, r)
		}
	}
	return append(musts, others...)
}

// Gating returns the requirements that fail the verdict.
func (t Target) Gating() []Requirement { return t.In(Failed, Missing, Outdated) }

// OutcomeText is an outcome in words: "not observed".
func OutcomeText(o contract.Outcome) string {
	switch o {
	case contract.Pass:
		return "passed"
	case contract.Fail:
		return "failed"
	}
	return strings.ReplaceAll(string(o), "-", " ")
}
