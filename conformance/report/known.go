package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// A KnownFailure is one that is expected: it is shown, and does not count against a target.
type KnownFailure struct {
	ID      string // of the requirement
	Reason  string // why it is put up with, in words
	Link    string // where that is followed up; may be empty
	Until   string // the last day on which it is put up with, as 2006-01-02; empty for no end
	Target  string // the base URL, or the name, of the target that is meant; empty for all
	Message string // a part that what was got has to contain; empty where any failure of the requirement is meant
}

// A KnownState is what became of a failure that was expected.
type KnownState string

const (
	KnownFailed    KnownState = "failed"    // as expected: it is not held against the target
	KnownPassed    KnownState = "passed"    // it is no failure any more: its line has to go, and until then the target fails
	KnownOtherwise KnownState = "otherwise" // it failed, and not in the way that is known
	KnownUnjudged  KnownState = "unjudged"  // it was not judged, and so nothing is known
)

// Known is what the list of known failures says of a requirement, and what became of that.
type Known struct {
	Reason  string     `json:"reason"`
	Link    string     `json:"link,omitempty"`
	Until   string     `json:"until,omitempty"`
	Message string     `json:"message,omitempty"`
	Target  string     `json:"target,omitempty"` // as the list names it; empty where it means all
	State   KnownState `json:"state"`
}

// Says tells in one sentence what became of an expected failure of the requirement of that id.
func (k Known) Says(id string) string {
	because := "a known failure: " + k.Reason
	if k.Link != "" {
		because += " (" + k.Link + ")"
	}
	switch k.State {
	case KnownPassed:
		return fmt.Sprintf("%s is among the known failures and passes: remove it from them", id)
	case KnownOtherwise:
		return fmt.Sprintf("it fails in another way than is known: %q is not in what was got", k.Message)
	case KnownUnjudged:
		return because + "; it was not judged this time"
	}
	if k.Until != "" {
		because += "; until " + k.Until
	}
	return because
}

// know notes on a requirement of a target what the known failures say of it.
func (r *Requirement) know(t Target, all []KnownFailure) {
	i := slices.IndexFunc(all, func(k KnownFailure) bool {
		return k.ID == r.ID && (k.Target == "" || k.Target == t.BaseURL || k.Target == t.Name)
	})
	if i < 0 {
		return
	}
	k := all[i]
	state := KnownFailed
	switch {
	case r.Outcome == contract.Pass || r.Outcome == contract.Yes || r.Outcome == contract.No:
		state = KnownPassed
	case r.Outcome != contract.Fail:
		state = KnownUnjudged
	case !strings.Contains(r.Got, k.Message):
		state = KnownOtherwise
	}
	r.Known = &Known{Reason: k.Reason, Link: k.Link, Until: k.Until, Message: k.Message, Target: k.Target, State: state}
	r.ExpectedFailure = state == KnownFailed
}

// A Count is what an outcome is to a verdict, and to a test framework.
type Count string

const (
	CountsFor     Count = "for"     // it was judged, and nothing is held against the target
	CountsAgainst Count = "against" // it fails the verdict
	CountsNot     Count = "not"     // it says nothing for or against, and has a message
)

// Counts tells how a requirement counts: the one rule for the verdict, go test and Ginkgo.
func (r Requirement) Counts(strict bool) Count {
	weighty := strict || r.Level == contract.Must
	switch {
	case r.Known != nil && r.Known.State == KnownPassed, r.Known != nil && r.Known.State == KnownOtherwise:
		return CountsAgainst
	case r.ExpectedFailure:
		return CountsNot
	case r.Outcome == contract.Fail && weighty:
		return CountsAgainst
	case r.Outcome == contract.NotObserved && strict && r.Level == contract.Must:
		return CountsAgainst
	case r.Outcome == contract.Fail || !r.Outcome.Judged():
		return CountsNot
	}
	return CountsFor
}
