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
	VerdictPass         Verdict = "pass"         // every MUST that could be judged was, and none failed
	VerdictFail         Verdict = "fail"         // one failed at least
	VerdictInconclusive Verdict = "inconclusive" // it can't be told: too little was seen
)

// verdict draws the conclusion from the judgements, and says why where it is not a pass.
func verdict(options Options, finding Finding) (Verdict, string) {
	var broken, unjudged []string
	judged := 0
	for _, r := range finding.Rulings {
		if r.Outcome.Judged() {
			judged++
		}
		switch {
		case r.Outcome == contract.Fail && (r.Level == contract.Must || options.Strict):
			broken = append(broken, r.ID)
		case r.Outcome == contract.NotObserved && r.Level == contract.Must && options.Strict:
			broken = append(broken, r.ID+" (not observed)")
		}
		if slices.Contains(contract.Core(), r.ID) && r.Outcome != contract.Pass && r.Outcome != contract.Fail {
			unjudged = append(unjudged, fmt.Sprintf("%s (%s)", r.ID, r.Reason))
		}
	}
	switch {
	case finding.Observation.Unreachable != "":
		return VerdictInconclusive, finding.Observation.Unreachable
	case len(broken) > 0:
		return VerdictFail, "broken: " + strings.Join(broken, ", ")
	case finding.Observation.Stopped != "":
		return VerdictInconclusive, finding.Observation.Stopped
	case len(unjudged) > 0:
		return VerdictInconclusive, "not judged, though nothing is known of a server without them: " + strings.Join(unjudged, "; ")
	case judged == 0:
		why := "no requirement could be judged"
		if len(finding.Rulings) > 0 {
			why += ": " + finding.Rulings[0].ID + " is " + string(finding.Rulings[0].Outcome) + ", " + finding.Rulings[0].Reason
		}
		return VerdictInconclusive, why
	}
	return VerdictPass, ""
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
