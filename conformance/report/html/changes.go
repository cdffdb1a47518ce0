package html

import (
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/compare"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// A changesView is what changed since the baseline.
type changesView struct {
	Summary string
	Began   string // when the baseline's run began
	Targets []changedTarget
	Gone    []string // targets that the baseline has alone
}

// A changedTarget is what changed of one target.
type changedTarget struct {
	Title, Verdicts string
	Rows            []changeRow
	Times           []timesRow
}

// A changeRow is a requirement before and after.
type changeRow struct {
	What, ID      string
	Anchor        string // empty where it was not judged this time
	Level         contract.Level
	Before, After verdict
}

// A timesRow is how long the answers of a role took, before and after.
type timesRow struct {
	Role     string
	P50, P99 [2]string // before and after
	Slower   bool
}

func newChanges(r report.Report, targets []targetView) *changesView {
	c := compare.Of(*r.Baseline, r)
	view := &changesView{Summary: text.Summary(c), Began: page{Report: *r.Baseline}.Began()}
	for i, t := range c.Targets {
		shown := changedTarget{Title: t.After.Title(), Verdicts: text.Verdicts(t)}
		for _, part := range []struct {
			what    string
			changes []compare.Change
		}{{"newly fails", t.Failing}, {"mended", t.Mended}, {"changed otherwise", t.Others}} {
			for _, change := range part.changes {
				row := changeRow{What: part.what, ID: change.ID, Level: change.Level, Before: newStatus(change.Before), After: newStatus(change.After)}
				if change.After != report.NotSelected {
					row.Anchor = targets[i].Prefix + change.ID
				}
				shown.Rows = append(shown.Rows, row)
			}
		}
		for _, times := range t.Times {
			shown.Times = append(shown.Times, timesRow{
				times.Role, [2]string{report.Took(times.Before.P50), report.Took(times.After.P50)},
				[2]string{report.Took(times.Before.P99), report.Took(times.After.P99)}, times.Slower,
			})
		}
		view.Targets = append(view.Targets, shown)
	}
	for _, t := range c.Gone {
		view.Gone = append(view.Gone, t.Title())
	}
	return view
}
