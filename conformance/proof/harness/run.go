package harness

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// InFakeTime runs a subtest in a bubble of fake time.
func InFakeTime(t *testing.T, name string, test func(*testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

// Check makes a run, which has to be possible.
func Check(t *testing.T, target conformance.Target, how ...conformance.Option) report.Report {
	t.Helper()
	r, err := conformance.Check(t.Context(), target, how...)
	if err != nil {
		t.Fatal(err)
	}
	knowsCauses(t, r)
	return r
}

// knowsCauses shows that each cause that a report tells is listed as one of its requirement's.
func knowsCauses(t *testing.T, r report.Report) {
	t.Helper()
	known := contract.CausesOf(dialect.TwoOhTwo)
	for _, q := range r.Targets[0].Requirements {
		if q.Cause == "" || q.ID == "jobs.concurrent" || q.ID == "jobs.survive-disconnect" {
			continue
		}
		if !slices.ContainsFunc(known, func(c contract.KnownCause) bool { return c.Name == q.Cause && slices.Contains(c.Of, q.ID) }) {
			t.Errorf("causes.json does not have %s for %s", q.Cause, q.ID)
		}
	}
}

// Passes shows that a target passes, and that no SHOULD fails either.
func Passes(t testing.TB, r report.Report) {
	t.Helper()
	if failed := Failures(r); failed != "" || r.Verdict != report.VerdictPass {
		t.Errorf("verdict %s (%s), fails %q", r.Verdict, r.Targets[0].Why, failed)
	}
}

// Failures lists the requirements that failed, with a blank between them.
func Failures(r report.Report) string { return strings.Join(Failing(r), " ") }

// Failing lists the requirements that failed, in the catalogue's order.
func Failing(r report.Report) []string {
	var list []string
	for _, q := range r.Targets[0].Requirements {
		if q.Outcome == contract.Fail {
			list = append(list, q.ID)
		}
	}
	return list
}

// Unexpected explains the failures that nobody wanted.
func Unexpected(r report.Report, want []string) string {
	var b strings.Builder
	for _, q := range r.Targets[0].Requirements {
		if q.Outcome == contract.Fail && !slices.Contains(want, q.ID) {
			b.WriteString("\n" + text.Explain(r.Targets[0], q))
		}
	}
	return b.String()
}

// Watched lists what has to be judged, and passed, on every row that does not say why not: a test must not be blind.
func Watched() []string {
	return append(contract.Core(), "monitor.pending", "monitor.final", "start.own-job", "start.uncacheable",
		"location.syntax", "result.complete", "result.repeatable", "jobs.concurrent")
}

// Repeat makes a run again, with longer jobs each time, for as long as it says that the machine may have been too busy to see
// all. What an honest server is never failed for, and what is true of every run, is a problem that is not tried again.
func Repeat(t testing.TB, run func(jobs time.Duration) (problem string, again bool)) {
	t.Helper()
	jobs := 300 * time.Millisecond
	for {
		problem, again := run(jobs)
		if problem == "" {
			return
		}
		if jobs *= 2; !again || jobs > 10*time.Second {
			t.Error(problem)
			return
		}
		t.Logf("again, with jobs of %v: %s", jobs, problem)
	}
}
