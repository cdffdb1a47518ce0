package report_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// What a known failure does to the verdict, in each state.
func TestKnownFailures(t *testing.T) {
	must := func(id string, j contract.Judgement) contract.Ruling {
		return contract.Ruling{Requirement: contract.Requirement{ID: id, Level: contract.Must}, Judgement: j}
	}
	failed := func(got string) contract.Judgement { return contract.Judgement{Outcome: contract.Fail, Got: got} }
	passed := contract.Judgement{Outcome: contract.Pass}
	blocked := func(by string) contract.Judgement {
		return contract.Judgement{Outcome: contract.Blocked, BlockedBy: by}
	}
	unseen := contract.Judgement{Outcome: contract.NotObserved, Reason: "it was not seen"}
	for _, row := range []struct {
		name    string
		rulings []contract.Ruling
		known   report.KnownFailure
		verdict report.Verdict
		why     string
	}{
		{"as expected", []contract.Ruling{must("start.accepted", passed), must("x.y", failed("404 Not Found"))},
			report.KnownFailure{ID: "x.y", Message: "404"}, report.VerdictPass, "failed as known: x.y"},
		{"in another way", []contract.Ruling{must("x.y", failed("500 Internal Server Error"))},
			report.KnownFailure{ID: "x.y", Message: "404"}, report.VerdictFail, "failed: x.y (differently than known)"},
		{"mended", []contract.Ruling{must("x.y", passed)},
			report.KnownFailure{ID: "x.y", Where: "known-failures.yaml:3"}, report.VerdictFail, "the list of known failures is out of date: remove known-failures.yaml:3 (x.y passes)"},
		{"not judged", []contract.Ruling{must("x.y", unseen), must("x.z", passed)},
			report.KnownFailure{ID: "x.y"}, report.VerdictPass, ""},
		{"another one failed", []contract.Ruling{must("x.y", failed("404")), must("x.z", failed("404"))},
			report.KnownFailure{ID: "x.y"}, report.VerdictFail, "failed: x.z"},
		{"what it blocks of the core is excused", []contract.Ruling{must("start.accepted", passed), must("monitor.created", failed("303")), must("result.ok", blocked("monitor.created"))},
			report.KnownFailure{ID: "monitor.created"}, report.VerdictPass, "failed as known: monitor.created"},
		{"what another failure blocks is not", []contract.Ruling{must("start.accepted", passed), must("x.y", failed("303")), must("result.ok", blocked("x.z"))},
			report.KnownFailure{ID: "x.y"}, report.VerdictInconclusive, "the most important requirements were not judged: result.ok ()"},
		{"nor is anything without evidence", []contract.Ruling{must("start.accepted", failed("200")), must("monitor.ready", blocked("start.accepted"))},
			report.KnownFailure{ID: "start.accepted"}, report.VerdictInconclusive, "the most important requirements were not judged: monitor.ready ()"},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := NewWithT(t)
			r := report.New(report.Options{Known: []report.KnownFailure{row.known}}, report.Finding{Observation: &record.Observation{}, Rulings: row.rulings})
			g.Expect(r.Targets[0].Why).To(Equal(row.why))
			g.Expect(r.Verdict).To(Equal(row.verdict))
		})
	}
}

// A SHOULD that is known to fail and passes fails the verdict too: the list has to say what is so.
func TestKnownFailureOfAShould(t *testing.T) {
	r := report.Requirement{Level: contract.Should, Outcome: contract.Pass, Known: &report.Known{State: report.KnownPassed}}
	NewWithT(t).Expect(r.Status(false).Count).To(Equal(report.CountsAgainst))
	r = report.Requirement{Level: contract.Must, Outcome: contract.Fail, ExpectedFailure: true, Known: &report.Known{State: report.KnownFailed}}
	NewWithT(t).Expect(r.Status(true).Count).To(Equal(report.CountsNot))
}
