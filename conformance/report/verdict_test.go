package report_test

import (
	"strings"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// TestVerdictOfAPart shows that what was selected has to be judged before a verdict is green, and that one which could not
// have been red says so.
func TestVerdictOfAPart(t *testing.T) {
	must, should, may := "location.syntax", "location.no-fragment", "location.layout"
	for _, c := range []struct {
		name    string
		rulings map[string]contract.Outcome
		verdict report.Verdict
		why     string
	}{
		{"a MAY alone", map[string]contract.Outcome{may: contract.Yes}, report.VerdictPass, "none of them can fail"},
		{"a MAY that was not judged", map[string]contract.Outcome{may: contract.NotObserved}, report.VerdictInconclusive, "no requirement could be judged"},
		{"a MUST that was not judged", map[string]contract.Outcome{must: contract.NotObserved, may: contract.Yes}, report.VerdictInconclusive, "none of the MUSTs"},
		{"a SHOULD in its place", map[string]contract.Outcome{must: contract.NotApplicable, should: contract.Pass}, report.VerdictInconclusive, "none of the MUSTs"},
		{"a SHOULD alone", map[string]contract.Outcome{should: contract.Pass}, report.VerdictPass, ""},
		{"a MUST", map[string]contract.Outcome{must: contract.Pass, may: contract.NotObserved}, report.VerdictPass, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var rulings []contract.Ruling
			for _, id := range []string{must, should, may} {
				if outcome, chosen := c.rulings[id]; chosen {
					r, _ := contract.Find(id)
					rulings = append(rulings, contract.Ruling{Requirement: r, Judgement: contract.Judgement{Outcome: outcome, Reason: "so"}})
				}
			}
			got := report.New(report.Options{}, report.Finding{Observation: &record.Observation{}, Rulings: rulings}).Targets[0]
			if got.Verdict != c.verdict || !strings.Contains(got.Why, c.why) || c.why == "" && got.Why != "" {
				t.Errorf("%s, %q", got.Verdict, got.Why)
			}
		})
	}
}
