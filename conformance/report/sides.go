package report

import "github.com/two-oh-two/two-oh-two/conformance/contract"

// A Row is one requirement, compared between targets.
type Row struct {
	ID    string
	Level contract.Level
	Cells []Status // a target each; [NotSelected] where a target has no such requirement
}

// NotSelected is the status of a requirement that was not judged for a target at all.
var NotSelected = Status{Count: CountsNot, Mark: "–", Class: "none", Says: "not judged"}

// SideBySide returns the requirements that failed for a target, or did not come out the same for all of them, in the order
// in which they are first met. A target of which nothing was judged differs from none.
func (r Report) SideBySide() []Row {
	var rows []Row
	seen := map[string]bool{}
	for _, t := range r.Targets {
		for _, q := range t.Requirements {
			if seen[q.ID] {
				continue
			}
			seen[q.ID] = true
			if row, worth := r.row(q); worth {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

func (r Report) row(q Requirement) (row Row, worth bool) {
	row = Row{ID: q.ID, Level: q.Level}
	for _, t := range r.Targets {
		found, judged := t.Find(q.ID)
		if !judged {
			row.Cells = append(row.Cells, NotSelected)
			worth = worth || len(t.Requirements) > 0
			continue
		}
		status := found.Status(t.Strict)
		row.Cells = append(row.Cells, status)
		worth = worth || found.Outcome != q.Outcome || found.Outcome == contract.Fail || status.Count == CountsAgainst || found.Known != nil
	}
	return row, worth
}
