package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// A KnownFailure is one that is expected: it is shown, and does not count against a target. The tags are for the list of them, in YAML, and
// for the report in JSON, which has the id beside.
type KnownFailure struct {
	ID      string `json:"-" yaml:"id"`                                // of the requirement
	Reason  string `json:"reason" yaml:"reason"`                       // why it is accepted, in words
	Link    string `json:"link,omitempty" yaml:"link,omitempty"`       // where that is followed up
	Until   string `json:"until,omitempty" yaml:"until,omitempty"`     // the last day on which it is accepted, as 2006-01-02; empty for no end
	Message string `json:"message,omitempty" yaml:"message,omitempty"` // a part that what was got has to contain; empty where any failure of the requirement is meant
	Target  string `json:"target,omitempty" yaml:"target,omitempty"`   // the base URL, or the name, of the target that is meant; empty for all
	Where   string `json:"where,omitempty" yaml:"-"`                   // file and line of the entry, such as known-failures.yaml:3; empty where it is in no file
}

// A KnownState is what became of a failure that was expected.
type KnownState string

const (
	KnownFailed    KnownState = "failed"    // as expected: it does not fail the verdict
	KnownPassed    KnownState = "passed"    // it passes: the verdict fails until the entry is removed
	KnownOtherwise KnownState = "otherwise" // it failed, but not with the message of the entry
	KnownUnjudged  KnownState = "unjudged"  // it was not judged
)

// Known is what the list of known failures says of a requirement, and what became of that.
type Known struct {
	KnownFailure
	State KnownState `json:"state"`
}

// Says tells in one sentence what became of the expected failure of the requirement of that id.
func (k Known) Says(id string) string {
	because := "a known failure: " + k.Reason
	if k.Link != "" {
		because += " (" + k.Link + ")"
	}
	switch k.State {
	case KnownPassed:
		return fmt.Sprintf("%s passes, and the list of known failures is out of date: remove %s", id, k.entry(id))
	case KnownOtherwise:
		return fmt.Sprintf("it fails differently than its known failure: %q is not in what was got", k.Message)
	case KnownUnjudged:
		return because + "; it was not judged this time"
	}
	if k.Until != "" {
		because += "; until " + k.Until
	}
	return because
}

// entry is where the entry of the requirement of that id stands.
func (k Known) entry(id string) string { return cmp.Or(k.Where, "its entry, "+id) }

// know notes on a requirement of a target what the known failures say of it.
func (r *Requirement) know(t Target, all []KnownFailure) {
	i := slices.IndexFunc(all, func(k KnownFailure) bool {
		return k.ID == r.ID && (k.Target == "" || k.Target == t.BaseURL || k.Target == t.Name)
	})
	if i < 0 {
		return
	}
	r.Known = &Known{all[i], KnownFailed}
	switch {
	case r.Outcome == contract.Pass || r.Outcome == contract.Yes || r.Outcome == contract.No:
		r.Known.State = KnownPassed
	case r.Outcome != contract.Fail:
		r.Known.State = KnownUnjudged
	case !strings.Contains(r.Got, r.Known.Message):
		r.Known.State = KnownOtherwise
	}
	r.ExpectedFailure = r.Known.State == KnownFailed
}
