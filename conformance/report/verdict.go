package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// A Verdict is what a run comes to.
type Verdict string

const (
	VerdictPass         Verdict = "pass"         // every MUST that could be judged was, and none failed but those known to
	VerdictFail         Verdict = "fail"         // one failed at least
	VerdictInconclusive Verdict = "inconclusive" // it can't be told: too little was seen
)

// verdict draws the conclusion from the judgements, and says why where it is not a plain pass.
func (t Target) verdict(unreachable string) (Verdict, string) {
	var broken, expected []string
	judged := map[contract.Level]int{}
	for _, r := range t.Requirements {
		if r.Outcome.Judged() {
			judged[r.Level]++
		}
		switch {
		case r.Counts(t.Strict) == CountsAgainst:
			broken = append(broken, r.against())
		case r.ExpectedFailure:
			expected = append(expected, r.ID)
		}
	}
	unjudged := t.unjudgedCore()
	switch {
	case unreachable != "":
		return VerdictInconclusive, unreachable
	case len(broken) > 0:
		return VerdictFail, "broken: " + strings.Join(broken, ", ")
	case t.Stopped != "":
		return VerdictInconclusive, t.Stopped
	case len(unjudged) > 0:
		return VerdictInconclusive, "not judged, though nothing is known of a server without them: " + strings.Join(unjudged, "; ")
	case len(judged) > 0 && judged[contract.Must] == 0 && t.has(contract.Must):
		return VerdictInconclusive, "none of the MUSTs that were selected could be judged"
	case len(judged) == 0:
		why := "no requirement could be judged"
		if len(t.Requirements) > 0 {
			why += ": " + t.Requirements[0].ID + " is " + string(t.Requirements[0].Outcome) + ", " + t.Requirements[0].Reason
		}
		return VerdictInconclusive, why
	case len(expected) > 0:
		return VerdictPass, fmt.Sprintf("but for %s: %s", counted(len(expected), "known failure"), strings.Join(expected, ", "))
	}
	if len(t.Requirements) > 0 && !t.has(contract.Must) && !t.has(contract.Should) {
		return VerdictPass, "only MAYs were selected: none of them can fail"
	}
	return VerdictPass, ""
}

// has reports whether a requirement of a level was selected.
func (t Target) has(level contract.Level) bool {
	return slices.ContainsFunc(t.Requirements, func(r Requirement) bool { return r.Level == level })
}

// against names what counts against a target, with a word where it is no plain failure.
func (r Requirement) against() string {
	switch {
	case r.Known != nil && r.Known.State == KnownPassed:
		return r.ID + " (a known failure that passes: remove it from the list)"
	case r.Known != nil && r.Known.State == KnownOtherwise:
		return r.ID + " (in another way than is known)"
	case r.Outcome == contract.NotObserved:
		return r.ID + " (not observed)"
	}
	return r.ID
}

// unjudgedCore names what has to be judged before anything is known of a server, and was not. What a known
// failure blocks is excused, as long as something of the core passed: that is the evidence.
func (t Target) unjudgedCore() []string {
	var unjudged, excused []string
	evidence := false
	for _, r := range t.Requirements {
		if !slices.Contains(contract.Core(), r.ID) {
			continue
		}
		evidence = evidence || r.Outcome == contract.Pass
		if r.Outcome == contract.Pass || r.Outcome == contract.Fail {
			continue
		}
		says := fmt.Sprintf("%s (%s)", r.ID, r.Reason)
		if cause, found := t.Find(r.BlockedBy); found && cause.ExpectedFailure {
			excused = append(excused, says)
		} else {
			unjudged = append(unjudged, says)
		}
	}
	if !evidence {
		return append(unjudged, excused...)
	}
	return unjudged
}

// overall is the verdict on several targets: one that failed fails all, one that can't be told leaves all untold.
func overall(targets []Target) Verdict {
	all := VerdictPass
	for _, t := range targets {
		switch {
		case t.Verdict == VerdictFail:
			return VerdictFail
		case t.Verdict == VerdictInconclusive:
			all = VerdictInconclusive
		}
	}
	if len(targets) == 0 {
		return VerdictInconclusive
	}
	return all
}
