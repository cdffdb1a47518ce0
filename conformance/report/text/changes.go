package text

import (
	"fmt"
	"io"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/compare"
)

// Changes returns the way to write what changed between two reports, in a style. The errors are the writer's.
func Changes(style Style) func(io.Writer, compare.Changes) error {
	return func(w io.Writer, c compare.Changes) error {
		return style.print(w, func(p *printer) { p.changes(c) })
	}
}

func (p *printer) changes(c compare.Changes) {
	p.line(0, marked(c.Mark(), " "+c.Summary()))
	for _, t := range c.Targets {
		p.gap()
		p.changed(t)
	}
	for _, t := range c.Gone {
		p.gap()
		p.wrap(RoleWarning, "", "  ", t.Title()+": is not in the second report")
	}
}

func (p *printer) changed(t compare.Target) {
	p.wrap(RoleStrong, "", "  ", t.After.Title())
	p.wrap("", "  ", "  ", t.Verdicts())
	for _, part := range t.Parts() {
		p.gap()
		p.line(2, word{RoleStrong, part.Says})
		for _, change := range part.Changes {
			p.line(4, marked(change.After.Mark, " "+change.ID), word{RoleFaint, fmt.Sprintf("  %s  %s → %s", change.Level, change.Before.Says, change.After.Says)})
			p.entry("got", report.Truncate(change.Got, report.MaxText))
		}
	}
	p.times(t.Times)
}

// times are how long answers took, before and after.
func (p *printer) times(all []compare.Times) {
	if len(all) == 0 {
		return
	}
	p.gap()
	p.line(2, word{RoleStrong, "time to answer"}, word{RoleFaint, "  p50, p99"})
	for _, t := range all {
		role, note := RoleFaint, ""
		if t.Slower {
			role, note = RoleWarning, "  slower"
		}
		times := fmt.Sprintf("%-8s  %s, %s → %s, %s", t.Role, report.Took(t.Before.P50), report.Took(t.Before.P99), report.Took(t.After.P50), report.Took(t.After.P99))
		p.line(4, word{role, strings.TrimRight(times, " ") + note})
	}
}
