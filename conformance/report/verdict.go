package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// A Verdict is the result of a run.
type Verdict string

const (
	VerdictPass         Verdict = "pass"         // every MUST that could be judged was, and none failed but those known to
	VerdictFail         Verdict = "fail"         // one failed at least
	VerdictInconclusive Verdict = "inconclusive" // too little was seen to decide
)

// verdict draws the conclusion from the judgements, and says why where it is not a plain pass.
func (t Target) verdict(unreachable string) (Verdict, string) {
	judged := map[contract.Level]int{}
	for _, r := range t.Requirements {
		if r.Outcome.Judged() {
			judged[r.Level]++
		}
	}
	gating, unjudged := t.whyFailed(), t.unjudgedCore()
	switch {
	case unreachable != "":
		return VerdictInconclusive, unreachable
	case gating != "":
		return VerdictFail, gating
	case t.Stopped != "":
		return VerdictInconclusive, t.Stopped
	case len(unjudged) > 0:
		return VerdictInconclusive, "the most important requirements were not judged: " + strings.Join(unjudged, "; ")
	case len(judged) > 0 && judged[contract.Must] == 0 && t.has(contract.Must):
		return VerdictInconclusive, "none of the MUSTs that were selected could be judged"
	case len(judged) == 0:
		why := "no requirement could be judged"
		if len(t.Requirements) > 0 {
			why += ": " + t.Requirements[0].ID + " is " + string(t.Requirements[0].Outcome) + ", " + t.Requirements[0].Reason
		}
		return VerdictInconclusive, why
	}
	if expected := t.In(Expected); len(expected) > 0 {
		return VerdictPass, "failed as known: " + joinIDs(expected)
	}
	if len(t.Requirements) > 0 && !t.has(contract.Must) && !t.has(contract.Should) {
		return VerdictPass, "only MAYs were selected: none of them can fail"
	}
	return VerdictPass, ""
}

// whyFailed names what fails the verdict; empty where nothing does.
func (t Target) whyFailed() string {
	var parts, outdated []string
	if failed := t.In(Failed); len(failed) > 0 {
		parts = append(parts, "failed: "+joinIDs(failed))
	}
	if missing := t.In(Missing); len(missing) > 0 {
		parts = append(parts, "not observed: "+joinIDs(missing))
	}
	for _, r := range t.In(Outdated) {
		outdated = append(outdated, r.Known.entry(r.ID)+" ("+r.ID+" passes)")
	}
	if len(outdated) > 0 {
		parts = append(parts, "the list of known failures is out of date: remove "+strings.Join(outdated, ", "))
	}
	return strings.Join(parts, "; ")
}

// joinIDs names requirements, and says of which the failure is not the known one.
func joinIDs(requirements []Requirement) string {
	var ids []string
	for _, r := range requirements {
		id := r.ID
		if r.Known != nil && r.Known.State == KnownOtherwise {
			id += " (differently than known)"
		}
		ids = append(ids, id)
	}
	return strings.Join(ids, ", ")
}

// Headline is the verdict in words, with what a reader must not miss:
// "conformant, but 6 MUSTs were not observed and 1 SHOULD failed".
func (t Target) Headline() string {
	if t.Verdict != VerdictPass {
		return t.Verdict.Says()
	}
	var but []string
	for _, caveat := range []struct {
		n              int
		noun, one, all string
	}{
		{len(t.In(Expected)), "known failure", "remains", "remain"},
		{t.Counts[contract.Must][contract.Blocked], "MUST", "was blocked", "were blocked"},
		{t.Counts[contract.Must][contract.NotObserved], "MUST", "was not observed", "were not observed"},
		{len(t.In(NonGating)), "SHOULD", "failed", "failed"},
	} {
		verb := caveat.all
		if caveat.n == 1 {
			verb = caveat.one
		}
		if caveat.n > 0 {
			but = append(but, Counted(caveat.n, caveat.noun)+" "+verb)
		}
	}
	if len(but) == 0 {
		return t.Verdict.Says()
	}
	last := but[len(but)-1]
	if rest := but[:len(but)-1]; len(rest) > 0 {
		last = strings.Join(rest, ", ") + " and " + last
	}
	return t.Verdict.Says() + ", but " + last
}

// has reports whether a requirement of a level was selected.
func (t Target) has(level contract.Level) bool {
	return slices.ContainsFunc(t.Requirements, func(r Requirement) bool { return r.Level == level })
}

// unjudgedCore names what has to be judged before anything is known of a server, and was not. What a known
// failure blocks is excused, as long as something of the core passed: that is the evidence.
func (t Target) unjudgedCore() []string {
	var unjudged, excused []string
	evidence := false
	core := t.Core
	if core == nil {
		core = contract.Core()
	}
	for _, r := range t.Requirements {
		if !slices.Contains(core, r.ID) {
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

// overall is the verdict on several targets: one that failed fails all, and one that is inconclusive makes all inconclusive.
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
