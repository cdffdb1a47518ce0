package report

import (
	"html/template"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// An htmlPage is what page.html shows. All its texts are harmless already.
type htmlPage struct {
	Report
	htmlVerdict
	Title   string
	Sum     string // of several targets, in words
	Several bool
	Targets []htmlTarget
	Rows    []htmlRow // side by side, where there are several
	Filters []htmlFilter
	Policy  string
	Style   template.CSS
	Script  template.JS
}

// An htmlVerdict is how a verdict is shown: a mark, words, a class.
type htmlVerdict struct{ Mark, Says, Class string }

// An htmlRow is one requirement, side by side for all targets.
type htmlRow struct {
	ID    string
	Level contract.Level
	Cells []htmlCell
}

// An htmlCell is one target's outcome of a row.
type htmlCell struct {
	htmlVerdict
	Anchor string
}

// An htmlFilter is a set of boxes to choose by: outcomes or levels.
type htmlFilter struct {
	Name, Says string
	Choices    []htmlChoice
}

type htmlChoice struct {
	Value, Says string
	Count       int
}

func newPage(r Report) htmlPage {
	r = cleaned(r)
	p := htmlPage{Report: r, htmlVerdict: newVerdict(r.Verdict), Several: len(r.Targets) != 1}
	for i, t := range r.Targets {
		p.Targets = append(p.Targets, newHTMLTarget(t, i+1, p.Several))
	}
	p.Title = p.Mark + " " + p.Says
	if !p.Several {
		p.Title += ": " + r.Targets[0].title()
	} else {
		p.Sum = sum(r)
		p.Title += ": " + p.Sum
		p.Rows = sideBySide(p.Targets)
	}
	p.Filters = filters(r)
	return p
}

func newVerdict(v Verdict) htmlVerdict {
	return htmlVerdict{Mark: signs[v].mark, Says: signs[v].says, Class: string(v)}
}

// Began is when the run began, for people.
func (p htmlPage) Began() string { return p.Started.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// Machine is when the run began, for machines.
func (p htmlPage) Machine() string { return p.Started.UTC().Format("2006-01-02T15:04:05Z") }

// Took is how long the run took.
func (p htmlPage) Took() string { return span(p.Duration) }

// sideBySide are the requirements that failed somewhere or did not come out the same everywhere, in the order in which they
// are first met. A target that was not judged at all differs from none.
func sideBySide(targets []htmlTarget) []htmlRow {
	var rows []htmlRow
	seen := map[string]bool{}
	for _, t := range targets {
		for _, r := range t.Target.Requirements {
			if seen[r.ID] {
				continue
			}
			seen[r.ID] = true
			if row, told := newRow(r, targets); told {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

func newRow(r Requirement, targets []htmlTarget) (row htmlRow, told bool) {
	row = htmlRow{ID: r.ID, Level: r.Level}
	for _, t := range targets {
		found, judged := t.Find(r.ID)
		if !judged {
			row.Cells = append(row.Cells, htmlCell{htmlVerdict: htmlVerdict{Mark: "·", Says: "not judged", Class: "none"}})
			told = told || len(t.Target.Requirements) > 0
			continue
		}
		told = told || found.Outcome != r.Outcome || found.class() == "fail" || found.class() == "known" || found.Known != nil
		row.Cells = append(row.Cells, htmlCell{found.shown(), t.Prefix + r.ID})
	}
	return row, told
}

// class is what a requirement came to, as a filter and the style know it: its outcome, or "known".
func (r Requirement) class() string {
	switch {
	case r.ExpectedFailure:
		return "known"
	case r.Known != nil && r.Known.State == KnownPassed:
		return string(contract.Fail) // of the list, which has to say what is so
	}
	return string(r.Outcome)
}

// shown is a requirement's outcome as a mark, in words, and as a class.
func (r Requirement) shown() htmlVerdict {
	v := htmlVerdict{Mark: "·", Says: saysOutcome(r.Outcome), Class: r.class()}
	switch class := r.class(); {
	case class == "known":
		v.Mark, v.Says = "~", "known failure"
	case r.Outcome == contract.Pass && class == "fail":
		v.Mark, v.Says = "✗", "passed, though known to fail"
	case r.Outcome == contract.Pass:
		v.Mark = "✓"
	case r.Outcome == contract.Fail:
		v.Mark, _ = r.mark()
		if v.Mark == "!" {
			v.Class = "fail should"
		}
	}
	return v
}

// filters are the levels and the outcomes that there are, with how often.
func filters(r Report) []htmlFilter {
	outcomes := htmlFilter{Name: "outcome", Says: "Outcome"}
	levels := htmlFilter{Name: "level", Says: "Level"}
	count := map[string]int{}
	for _, t := range r.Targets {
		for _, q := range t.Requirements {
			count[q.class()]++
			count[string(q.Level)]++
		}
	}
	for _, o := range []contract.Outcome{contract.Fail, "known", contract.Blocked, contract.NotObserved, contract.NotApplicable, contract.Pass, contract.Yes, contract.No} {
		if says := saysOutcome(o); count[string(o)] > 0 {
			if o == "known" {
				says = "known failure"
			}
			outcomes.Choices = append(outcomes.Choices, htmlChoice{string(o), says, count[string(o)]})
		}
	}
	for _, l := range []contract.Level{contract.Must, contract.Should, contract.May} {
		if count[string(l)] > 0 {
			levels.Choices = append(levels.Choices, htmlChoice{string(l), string(l), count[string(l)]})
		}
	}
	return []htmlFilter{outcomes, levels}
}
