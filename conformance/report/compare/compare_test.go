package compare

import (
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// target is a target at a URL, with an outcome for each id: "monitor.ready=fail".
func target(url string, outcomes ...string) report.Target {
	t := report.Target{BaseURL: url, Verdict: report.VerdictPass}
	for _, text := range outcomes {
		id, outcome, _ := strings.Cut(text, "=")
		level := contract.Must
		if strings.HasPrefix(id, "should.") {
			level = contract.Should
		}
		t.Requirements = append(t.Requirements, report.Requirement{ID: id, Level: level, Outcome: contract.Outcome(outcome)})
	}
	return t
}

func of(targets ...report.Target) report.Report {
	return report.Report{Schema: report.Schema, Targets: targets}
}

func ids(changes []Change) string {
	var names []string
	for _, c := range changes {
		names = append(names, c.ID)
	}
	return strings.Join(names, " ")
}

func TestChanges(t *testing.T) {
	known := target("u", "a=fail")
	known.Requirements[0].ExpectedFailure = true
	strict := target("u", "should.a=fail")
	strict.Strict = true
	for _, row := range []struct {
		name                    string
		before, after           report.Target
		failing, mended, others string
	}{
		{"nothing", target("u", "a=pass", "b=fail"), target("u", "a=pass", "b=fail"), "", "", ""},
		{"newly fails", target("u", "a=pass", "b=pass"), target("u", "a=fail", "b=pass"), "a", "", ""},
		{"mended", target("u", "a=fail"), target("u", "a=pass"), "", "a", ""},
		{"no longer judged", target("u", "a=fail", "b=pass"), target("u", "a=blocked", "b=not-observed"), "", "", "a b"},
		{"judged now", target("u", "a=blocked", "b=not-observed"), target("u", "a=fail", "b=pass"), "a", "", "b"},
		{"a SHOULD", target("u", "should.a=pass"), target("u", "should.a=fail"), "", "", "should.a"},
		{"a SHOULD, strictly", target("u", "should.a=pass"), strict, "should.a", "", ""},
		{"a known failure is none", target("u", "a=pass"), known, "", "", "a"},
		{"a known failure is listed no more", known, target("u", "a=fail"), "a", "", ""},
		{"a new requirement", target("u", "a=pass"), target("u", "a=pass", "b=fail", "c=pass"), "b", "", "c"},
		{"one that is not judged any more", target("u", "a=pass", "b=fail"), target("u", "a=pass"), "", "", "b"},
		{"another URL", target("u", "a=pass"), target("v", "a=fail"), "a", "", ""},
		{"unreachable before", target("u"), target("u", "a=fail", "b=pass"), "a", "", ""},
		{"unreachable now", target("u", "a=pass", "b=fail"), target("u"), "", "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := Of(of(row.before), of(row.after))
			got := c.Targets[0]
			NewWithT(t).Expect([]string{ids(got.Failing), ids(got.Mended), ids(got.Others)}).To(Equal([]string{row.failing, row.mended, row.others}))
			NewWithT(t).Expect(c.Failing()).To(Equal(row.failing != ""))
		})
	}
}

// Several targets are the same by name or URL, whatever their order; what is new is judged as it stands, and what is gone is told.
func TestTargetsAreMatched(t *testing.T) {
	g := NewWithT(t)
	named := func(name string, t report.Target) report.Target { t.Name = name; return t }
	c := Of(
		of(target("u", "a=pass"), target("v", "a=fail"), named("n", target("w", "a=pass")), target("x", "a=pass")),
		of(named("n", target("moved", "a=fail")), target("v", "a=pass"), target("u", "a=pass"), target("new", "a=fail", "b=pass")),
	)
	g.Expect(c.Targets).To(HaveLen(4))
	g.Expect(c.Targets[0].Before.BaseURL).To(Equal("w"))
	g.Expect(ids(c.Targets[0].Failing)).To(Equal("a"))
	g.Expect(ids(c.Targets[1].Mended)).To(Equal("a"))
	g.Expect(c.Targets[2].Failing).To(BeEmpty())
	g.Expect(c.Targets[3].Before).To(BeNil())
	g.Expect([]string{ids(c.Targets[3].Failing), ids(c.Targets[3].Others)}).To(Equal([]string{"a", ""}))
	g.Expect(c.Gone).To(HaveLen(1))
	g.Expect(c.Gone[0].BaseURL).To(Equal("x"))
}

// Slower is what chance does not explain.
func TestSlower(t *testing.T) {
	spread := func(count int, p50, p99 report.Seconds) report.Spread {
		return report.Spread{Count: count, P50: p50, P99: p99}
	}
	for _, row := range []struct {
		before, after report.Spread
		slower        bool
	}{
		{spread(50, 0.001, 0.01), spread(50, 0.005, 0.1), false},
		{spread(50, 0.010, 0.01), spread(50, 0.100, 0.1), true},
		{spread(5, 0.010, 0.01), spread(50, 0.100, 0.1), false},
		{spread(50, 0.100, 0.1), spread(50, 0.010, 0.01), false},
		{spread(50, 0.100, 0.1), spread(50, 0.120, 2), false},
		{spread(500, 0.100, 0.1), spread(500, 0.120, 2), true},
		{spread(500, 1, 1), spread(500, 1.2, 1.5), false},
	} {
		times := newTimes(&report.Distribution{Reads: &row.before}, &report.Distribution{Reads: &row.after})
		NewWithT(t).Expect(times).To(HaveLen(1))
		NewWithT(t).Expect(times[0].Slower).To(Equal(row.slower), "%+v", row)
	}
	NewWithT(t).Expect(newTimes(nil, &report.Distribution{})).To(BeEmpty())
}

// What is read is what was written; what no run wrote is refused.
func TestRead(t *testing.T) {
	g := NewWithT(t)
	r := of(target("u", "a=pass", "should.b=fail"))
	var text strings.Builder
	g.Expect(report.WriteJSON(&text, r)).To(Succeed())
	g.Expect(Read(strings.NewReader(text.String()))).To(Equal(r))
	for _, wrong := range []struct{ text, says string }{
		{"", "it is no JSON report"}, {"[]", "it is no JSON report"}, {"{}", "its schema is"}, {`{"schema": "two-oh-two/report/9"}`, "its schema is"},
		{strings.ReplaceAll(text.String(), `"fail"`, `"fial|"`), "that there is not"}, {strings.ReplaceAll(text.String(), `"SHOULD"`, `"<b>"`), "that there is not"},
		{fmt.Sprintf(`{"schema": %q, "targets": [{"verdict": "x"}]}`, report.Schema), "there is no verdict"},
	} {
		_, err := Read(strings.NewReader(wrong.text))
		g.Expect(err).To(MatchError(ContainSubstring(wrong.says)), wrong.text)
	}
}
