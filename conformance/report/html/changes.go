package html

import (
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/compare"
)

// A changesView is what changed since the baseline.
type changesView struct {
	compare.Changes
	Began   string // when the baseline's run began
	Targets []changedTarget
}

// A changedTarget is what changed of one target.
type changedTarget struct {
	compare.Target
	Rows []changeRow
}

// A changeRow is a requirement before and after.
type changeRow struct {
	compare.Change
	What   string
	Anchor string // empty where it was not judged this time
}

func newChanges(r report.Report, targets []targetView) *changesView {
	view := &changesView{Changes: compare.Of(*r.Baseline, r), Began: page{Report: *r.Baseline}.Began()}
	for i, t := range view.Changes.Targets {
		shown := changedTarget{Target: t}
		for _, part := range t.Parts() {
			for _, change := range part.Changes {
				row := changeRow{Change: change, What: part.Says}
				if change.After != report.NotSelected {
					row.Anchor = targets[i].Prefix + change.ID
				}
				shown.Rows = append(shown.Rows, row)
			}
		}
		view.Targets = append(view.Targets, shown)
	}
	return view
}
