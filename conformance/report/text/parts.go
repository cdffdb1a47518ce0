package text

import (
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// Explain tells one requirement's failure in plain text, as the text report does in full. It is empty for a
// requirement that did not fail.
func Explain(t report.Target, r report.Requirement) string {
	if r.Got == "" && r.Want == "" {
		return ""
	}
	return printed(defaultWidth, func(p *printer) {
		p.headline(r, r.Status(t.Strict))
		p.gap()
		p.entries(r, report.MaxText, true)
		p.gap()
		p.evidence(t, r, true)
	})
}

// Entries are what was got, wanted and so on, in so many columns, each with so many characters at most.
func Entries(r report.Requirement, columns, most int, full bool) string {
	return printed(columns, func(p *printer) { p.entries(r, most, full) })
}

// Evidence is what a failure rests on, in so many columns: all exchanges, or the telling one.
func Evidence(t report.Target, r report.Requirement, columns int, full bool) string {
	return printed(columns, func(p *printer) { p.evidence(t, r, full) })
}

// NotJudged tells what could not be judged and why, in so many columns.
func NotJudged(t report.Target, columns int) string {
	return printed(columns, func(p *printer) { p.notJudged(t) })
}

func printed(columns int, print func(*printer)) string {
	var text strings.Builder
	_ = Style{Width: columns}.print(&text, print) // a builder takes everything
	return strings.TrimRight(text.String(), "\n")
}
