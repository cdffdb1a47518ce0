package conformance

import (
	"fmt"
	"slices"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// Run judges a target as a plain go test: one subtest a requirement, below one for each
// group, so that -run 'TestMine/monitor' selects a part. A requirement that was not judged is skipped with its
// reason, and so is a failed SHOULD with its message, unless the run is strict. The test itself fails
// where too little was seen to tell anything. Any number of targets can be judged in one process, in parallel too.
func Run(t *testing.T, target Target, opts ...Option) {
	t.Helper()
	r, err := Check(t.Context(), target, slices.Concat([]Option{Deadline(t.Deadline())}, opts)...)
	if err != nil {
		t.Fatal(InFields(err.Error()))
	}
	found := r.Targets[0]
	t.Logf("%s: %s", found.Headline(), found.Title())
	for _, group := range contract.ByGroup(found.Requirements) {
		t.Run(group[0].Group(), func(t *testing.T) {
			for _, q := range group {
				t.Run(q.ID, func(t *testing.T) { reportTo(t, found, q) })
			}
		})
	}
	if found.Verdict == report.VerdictInconclusive {
		t.Error(InFields(found.Inconclusive()))
	}
}

func reportTo(t *testing.T, found report.Target, r report.Requirement) {
	t.Helper()
	switch message := Message(found, r); r.Status(found.Strict).Count {
	case report.CountsAgainst:
		t.Error(message)
	case report.CountsNot:
		t.Skip(message)
	}
}

// Message is what is to be said of a requirement: its failure in full, why it was not judged, or that it is no failure any more.
func Message(t report.Target, r report.Requirement) string {
	switch {
	case r.Outcome == contract.Fail:
		return "\n" + InFields(text.Explain(t, r))
	case r.Known != nil && r.Known.State == report.KnownPassed:
		return r.Known.Says(r.ID)
	}
	return InFields(fmt.Sprintf("%s: %s", r.Outcome, r.Reason))
}

// Requirements returns what the options leave to be judged, in the catalogue's order: of the dialect that [InDialect] names.
func Requirements(opts ...Option) ([]contract.Requirement, error) {
	_, requirements, err := evaluate(opts, dialect.Dialect{})
	return requirements, err
}
