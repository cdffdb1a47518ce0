package report

import "fmt"

// sides holds several targets against each other: a line each, and then what is not well everywhere, a column a target.
func (p *printer) sides(r Report) {
	for i, t := range r.Targets {
		sign := signs[t.Verdict]
		p.line(2, word{"", fmt.Sprintf("%2d  ", i+1)}, word{sign.role, sign.mark + " " + sign.says}, word{"", "  " + t.title()})
	}
	rows := r.unwell()
	if len(r.Targets) > 0 {
		defer p.gap()
	}
	if len(rows) == 0 {
		return
	}
	const fits = 12 // columns beside the ids; of more targets than that the reports for programs have the table
	shown := r.Targets[:min(len(r.Targets), fits)]
	heading := []word{{RoleFaint, fmt.Sprintf("%-26s", "")}}
	for i := range shown {
		heading = append(heading, word{RoleFaint, fmt.Sprintf("%3d", i+1)})
	}
	p.gap()
	p.line(2, heading...)
	for _, id := range rows {
		row := []word{{"", fmt.Sprintf("%-26s", id)}}
		for _, t := range shown {
			mark, role := "–", RoleFaint
			if q, found := t.Find(id); found {
				mark, role = t.stateMark(q)
			}
			row = append(row, word{"", "  "}, word{role, mark})
		}
		p.line(2, row...)
	}
}

// stateMark is what a requirement of a target came to, in one sign.
func (t Target) stateMark(q Requirement) (mark string, role Role) {
	switch {
	case q.unwell(t):
		return q.mark()
	case q.Outcome.Judged():
		return "✓", RoleGood
	}
	return "·", RoleFaint
}
