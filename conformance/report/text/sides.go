package text

import (
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// sideBySide shows several targets: a line each, and then a table of what failed or differs, with a column for each.
func (p *printer) sideBySide(r report.Report) {
	for i, t := range r.Targets {
		p.line(2, word{"", fmt.Sprintf("%2d  ", i+1)}, marked(t.Verdict.Mark(), " "+t.Headline()), word{"", "  " + t.Title()})
	}
	if len(r.Targets) > 0 {
		defer p.gap()
	}
	rows := r.SideBySide()
	if len(rows) == 0 {
		return
	}
	const fits = 12 // columns beside the ids; of more targets than that the reports for programs have the table
	columns := min(len(r.Targets), fits)
	heading := []word{{RoleFaint, fmt.Sprintf("%-26s", "")}}
	for i := range columns {
		heading = append(heading, word{RoleFaint, fmt.Sprintf("%3d", i+1)})
	}
	p.gap()
	p.line(2, heading...)
	for _, row := range rows {
		line := []word{{"", fmt.Sprintf("%-26s", row.ID)}}
		for _, status := range row.Cells[:columns] {
			line = append(line, word{"", "  "}, marked(status.Mark, ""))
		}
		p.line(2, line...)
	}
}
