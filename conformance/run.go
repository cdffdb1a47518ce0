package conformance

import (
	"fmt"
	"slices"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// Run judges a target as a plain go test: one subtest a requirement, below one for each
// group, so that -run 'TestMine/monitor' selects a part. A requirement that was not judged is skipped with its
// reason, and so is a failed SHOULD with its message, unless the run is strict. The test itself fails
// where too little was seen to tell anything. Any number of targets can be judged in one process, in parallel too.
func Run(t *testing.T, target Target, opts ...Option) {
	t.Helper()
	settings, _, err := evaluate(opts)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Check(t.Context(), target, slices.Concat([]Option{Deadline(t.Deadline())}, opts)...)
	if err != nil {
		t.Fatal(err)
	}
	found := r.Targets[0]
	t.Logf("%s: %s", found.Headline(), found.Title())
	for _, group := range groups(found) {
		t.Run(group[0].group(), func(t *testing.T) {
			for _, q := range group {
				t.Run(q.ID, func(t *testing.T) { reportTo(t, settings, found, q.Requirement) })
			}
		})
	}
	if found.Verdict == report.VerdictInconclusive {
		t.Error(Inconclusive(found))
	}
}

type judged struct{ report.Requirement }

func (j judged) group() string { return contract.Requirement{ID: j.ID}.Group() }

// groups are the requirements of a target, group by group, in the catalogue's order.
func groups(t report.Target) [][]judged {
	var all [][]judged
	for _, r := range t.Requirements {
		j := judged{r}
		if n := len(all); n > 0 && all[n-1][0].group() == j.group() {
			all[n-1] = append(all[n-1], j)
			continue
		}
		all = append(all, []judged{j})
	}
	return all
}

func reportTo(t *testing.T, settings options, found report.Target, r report.Requirement) {
	t.Helper()
	switch message := Message(found, r); r.Status(settings.strict).Count {
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
		return "\n" + inFields(text.Explain(t, r))
	case r.Known != nil && r.Known.State == report.KnownPassed:
		return r.Known.Says(r.ID)
	}
	return inFields(fmt.Sprintf("%s: %s", r.Outcome, r.Reason))
}

// Inconclusive says, in a test's words, why nothing is known of a target.
func Inconclusive(t report.Target) string { return inFields(t.Inconclusive()) }

// Requirements returns what the options leave to be judged, in the catalogue's order.
func Requirements(opts ...Option) ([]contract.Requirement, error) {
	_, requirements, err := evaluate(opts)
	return requirements, err
}

// IsStrict reports whether the options make failed SHOULDs and unobserved MUSTs count.
func IsStrict(opts ...Option) bool {
	settings, _, _ := evaluate(opts)
	return settings.strict
}
