// Package compare says what changed between two reports: what newly fails, what is mended, and how the times of answers changed.
package compare

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// Changes are what changed from a report to a later one.
type Changes struct {
	Before, After report.Report
	Targets       []Target        // those of After, in its order
	Gone          []report.Target // targets of Before that After does not have
}

// A Target is what changed of one target.
type Target struct {
	Before *report.Target // nil where it was not judged before
	After  report.Target

	Failing []Change // what fails the verdict, and did not before
	Mended  []Change // what failed the verdict, and passes
	Others  []Change // what came out otherwise in another way
	Times   []Times
}

// A Change is a requirement that came out otherwise than before.
type Change struct {
	ID            string
	Level         contract.Level
	Before, After report.Status // [report.NotSelected] where it was not judged at all
	Got           string        // what was got, where it fails
}

// Of compares two reports. Targets are the same by their names, or else by their URLs; where each report has one target alone, these are compared
// whatever their URLs.
func Of(before, after report.Report) Changes {
	c := Changes{Before: before, After: after}
	left := slices.Clone(before.Targets)
	for _, t := range after.Targets {
		i := slices.IndexFunc(left, func(b report.Target) bool { return b.Name == t.Name && (t.Name != "" || b.BaseURL == t.BaseURL) })
		if i < 0 && len(before.Targets) == 1 && len(after.Targets) == 1 {
			i = 0
		}
		if i < 0 {
			c.Targets = append(c.Targets, newTarget(nil, t))
			continue
		}
		was := left[i]
		left = slices.Delete(left, i, i+1)
		c.Targets = append(c.Targets, newTarget(&was, t))
	}
	c.Gone = left
	return c
}

// Failing reports whether something newly fails.
func (c Changes) Failing() bool {
	return slices.ContainsFunc(c.Targets, func(t Target) bool { return len(t.Failing) > 0 })
}

// Mark is one sign for all changes: a failure's where something newly fails.
func (c Changes) Mark() string {
	if c.Failing() {
		return report.VerdictFail.Mark()
	}
	return report.VerdictPass.Mark()
}

// Summary is what changed, in numbers.
func (c Changes) Summary() string {
	failing, mended, others, verb := 0, 0, 0, "fail"
	for _, t := range c.Targets {
		failing, mended, others = failing+len(t.Failing), mended+len(t.Mended), others+len(t.Others)
	}
	if failing == 1 {
		verb = "fails"
	}
	return fmt.Sprintf("%s newly %s, %d mended, %d changed otherwise", report.Counted(failing, "requirement"), verb, mended, others)
}

// Verdicts are the verdicts on the target, before and after.
func (t Target) Verdicts() string {
	if t.Before == nil {
		return "not in the first report → " + t.After.Headline()
	}
	was := t.Before.Headline()
	if t.Before.BaseURL != t.After.BaseURL {
		was += " (" + report.TruncateMiddle(t.Before.BaseURL, report.MaxURL) + ")"
	}
	return was + " → " + t.After.Headline()
}

// A Part is changes of one kind, and which these are.
type Part struct {
	Says    string
	Changes []Change
}

// Parts are the changes, kind by kind.
func (t Target) Parts() []Part {
	return slices.DeleteFunc([]Part{{"newly fails", t.Failing}, {"mended", t.Mended}, {"changed otherwise", t.Others}},
		func(p Part) bool { return len(p.Changes) == 0 })
}

func newTarget(before *report.Target, after report.Target) Target {
	t := Target{Before: before, After: after}
	if before == nil {
		before = &report.Target{}
	} else {
		t.Times = newTimes(before.Distribution, after.Distribution)
	}
	for _, r := range after.Requirements {
		was := report.NotSelected
		if q, judged := before.Find(r.ID); judged {
			was = q.Status(before.Strict)
		}
		t.add(r, was, r.Status(after.Strict))
	}
	for _, q := range before.Requirements {
		if _, judged := after.Find(q.ID); !judged && len(after.Requirements) > 0 {
			t.add(q, q.Status(before.Strict), report.NotSelected)
		}
	}
	return t
}

// add adds a requirement where it came out otherwise.
func (t *Target) add(r report.Requirement, was, is report.Status) {
	change := Change{ID: r.ID, Level: r.Level, Before: was, After: is}
	failed, fails := was.Count == report.CountsAgainst, is.Count == report.CountsAgainst
	if fails || is.State == report.NonGating {
		change.Got = cmp.Or(r.Got, r.Reason)
	}
	switch {
	case fails && !failed:
		t.Failing = append(t.Failing, change)
	case failed && is.State == report.Passed:
		t.Mended = append(t.Mended, change)
	case t.Before != nil && len(t.Before.Requirements) > 0 && was.Says != is.Says:
		t.Others = append(t.Others, change)
	}
}

// maxReport is how many bytes are read of a report: those that we write have 20 MB at most.
const maxReport = 64 << 20

// Read reads a JSON report, as --report json wrote it.
func Read(in io.Reader) (report.Report, error) {
	var r report.Report
	text, err := io.ReadAll(io.LimitReader(in, maxReport+1))
	switch {
	case err != nil:
		return r, err
	case len(text) > maxReport:
		return r, errors.New("it is larger than 64 MiB, as no report is")
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("it is no JSON report, as --report json=FILE writes it: %w", err)
	}
	if r.Schema != report.Schema {
		return r, fmt.Errorf("its schema is %q, and %q is needed: is it a report that --report json=FILE wrote?",
			report.EscapeUnsafe(report.Truncate(r.Schema, report.MaxURL)), report.Schema)
	}
	return r, possible(r)
}

// possible refuses outcomes, levels and verdicts that no report of ours has: formats rely on them.
func possible(r report.Report) error {
	for _, t := range r.Targets {
		if t.Verdict.Mark() == "" {
			return fmt.Errorf("there is no verdict %q", report.EscapeUnsafe(string(t.Verdict)))
		}
		for _, q := range t.Requirements {
			if !slices.Contains(report.Outcomes, q.Outcome) || !slices.Contains(contract.Levels, q.Level) {
				return fmt.Errorf("%q has an outcome or a level that there is not", report.EscapeUnsafe(report.Truncate(q.ID, report.MaxURL)))
			}
		}
		slices.SortFunc(t.Exchanges, func(a, b report.Exchange) int { return a.Number - b.Number })
	}
	return nil
}
