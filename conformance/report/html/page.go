package html

import (
	"html/template"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A page is what page.html shows. All its texts are safe to show already.
type page struct {
	report.Report
	verdict
	Title    string
	Headline string // of several targets
	Several  bool
	Targets  []targetView
	Rows     []rowView // side by side, where there are several
	Filters  []filter
	Changes  *changesView // since the baseline; nil where there is none
	Policy   string
	Style    template.CSS
	Script   template.JS
}

// A verdict is how a verdict is shown: a mark, words, a class.
type verdict struct{ Mark, Says, Class string }

// A rowView is one requirement, side by side for all targets.
type rowView struct {
	ID    string
	Level contract.Level
	Cells []cell
}

// A cell is one target's outcome of a row.
type cell struct {
	verdict
	Anchor string
}

// A filter is a set of boxes to choose by: outcomes or levels.
type filter struct {
	Name, Says string
	Choices    []choice
}

type choice struct {
	Value, Says string
	Count       int
}

func newPage(r report.Report) page {
	r = cleaned(r)
	p := page{Report: r, verdict: newVerdict(r.Verdict), Several: len(r.Targets) != 1}
	for i, t := range r.Targets {
		p.Targets = append(p.Targets, newTarget(t, i+1, p.Several))
	}
	if p.Several {
		p.Headline = r.Headline()
		p.Title = p.Mark + " " + p.Headline
		p.Rows = sideBySide(r, p.Targets)
	} else {
		p.Title = p.Mark + " " + r.Targets[0].Headline() + ": " + r.Targets[0].Title()
	}
	p.Filters = filters(r)
	if r.Baseline != nil {
		p.Changes = newChanges(r, p.Targets)
	}
	return p
}

func newVerdict(v report.Verdict) verdict {
	return verdict{Mark: v.Mark(), Says: v.Says(), Class: string(v)}
}

// Began is when the run began, for people.
func (p page) Began() string { return p.Started.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// Machine is when the run began, for machines.
func (p page) Machine() string { return p.Started.UTC().Format("2006-01-02T15:04:05Z") }

// sideBySide is the comparison of targets, each cell with a link.
func sideBySide(r report.Report, targets []targetView) []rowView {
	var rows []rowView
	for _, row := range r.SideBySide() {
		view := rowView{ID: row.ID, Level: row.Level}
		for i, status := range row.Cells {
			c := cell{verdict: newStatus(status)}
			if status != report.NotSelected {
				c.Anchor = targets[i].Prefix + row.ID
			}
			view.Cells = append(view.Cells, c)
		}
		rows = append(rows, view)
	}
	return rows
}

// newStatus is how a requirement's status is shown. Whatever fails the verdict looks like a failure, and a failure that
// does not has a style of its own.
func newStatus(s report.Status) verdict {
	v := verdict{Mark: s.Mark, Says: s.Says, Class: s.Class}
	switch s.State {
	case report.NonGating:
		v.Class += " should"
	case report.Missing, report.Outdated:
		v.Class += " fail"
	}
	return v
}

// filters are the levels and the outcomes that there are, with how often.
func filters(r report.Report) []filter {
	outcomes := filter{Name: "outcome", Says: "Outcome"}
	levels := filter{Name: "level", Says: "Level"}
	count, says := map[string]int{}, map[string]string{}
	for _, t := range r.Targets {
		for _, q := range t.Requirements {
			status := q.Status(t.Strict)
			count[status.Class]++
			says[status.Class] = status.Says
			count[string(q.Level)]++
		}
	}
	classes := []string{string(contract.Fail), "outdated", "known"}
	for _, o := range report.Outcomes[1:] {
		classes = append(classes, string(o))
	}
	for _, class := range classes {
		if count[class] > 0 {
			outcomes.Choices = append(outcomes.Choices, choice{class, says[class], count[class]})
		}
	}
	for _, l := range contract.Levels {
		if count[string(l)] > 0 {
			levels.Choices = append(levels.Choices, choice{string(l), string(l), count[string(l)]})
		}
	}
	return []filter{outcomes, levels}
}
