// Package text writes a report for people: on a terminal, in a log, in a test's output.
package text

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A Role is what a piece of the text report is, for whoever gives it a colour.
type Role string

// The roles of pieces.
const (
	RoleGood    Role = "good"    // it is as it should be
	RoleBad     Role = "bad"     // it fails the verdict
	RoleWarning Role = "warning" // a failure that does not fail the verdict, or an inconclusive verdict
	RoleStrong  Role = "strong"  // what the eye should find first
	RoleFaint   Role = "faint"   // what is there to be looked up
)

// A Style is how the text report looks. The zero value is plain, 96 columns wide, and tells
// failures in full and the rest in short.
type Style struct {
	Paint   func(role Role, text string) string // colours a piece; nil for no colours
	Width   int                                 // columns; 96 where zero. URLs and commands are never broken
	Verbose bool                                // a line for every requirement and every exchange too
	Quiet   bool                                // verdict and headlines of failures only
}

// defaultWidth is how many columns a report has: it fits into most windows, and most URLs into a line.
const defaultWidth = 96

// Write writes a report in the style that needs nothing of a terminal.
func Write(w io.Writer, r report.Report) error { return Styled(Style{})(w, r) }

// Styled returns the format in a style: the verdict first and last, every failure with what showed it between them.
// What servers sent is shown escaped where a terminal would obey it. The errors are the writer's.
func Styled(style Style) func(io.Writer, report.Report) error {
	return func(w io.Writer, r report.Report) error {
		return style.print(w, func(p *printer) { p.report(r) })
	}
}

func (p *printer) report(r report.Report) {
	if len(r.Targets) != 1 {
		p.overall(r)
	}
	for _, t := range r.Targets {
		if len(r.Targets) > 1 && !p.style.Quiet {
			p.rule()
		}
		p.target(r, t)
	}
	switch {
	case p.style.Quiet:
	case len(r.Targets) == 1 && len(r.Targets[0].Requirements) == 0: // it was all that there is to say
	case len(r.Targets) == 1:
		p.gap()
		p.verdict(r.Targets[0])
	default:
		p.rule()
		p.sideBySide(r)
		p.overall(r)
	}
}

// verdict is the line on one target: the first thing said, and the last.
func (p *printer) verdict(t report.Target) {
	mark := t.Verdict.Mark()
	p.wrap(roles[mark], "", "  ", fmt.Sprintf("%s %s: %s", mark, t.Headline(), t.Title()))
	if why := t.Reason(); why != "" {
		p.wrap("", "  ", "  ", report.Truncate(why, maxReason))
	}
}

// maxReason is how many characters are shown of why a verdict is what it is: in both places that is a few lines.
const maxReason = 600

// overall is the line on several targets together.
func (p *printer) overall(r report.Report) {
	mark := r.Verdict.Mark()
	p.wrap(roles[mark], "", "  ", mark+" "+r.Headline())
}

// target tells of one target, all but the last line.
func (p *printer) target(r report.Report, t report.Target) {
	p.verdict(t)
	failures := slices.Concat(t.Gating(), t.In(report.NonGating), t.In(report.Expected))
	if p.style.Quiet {
		for _, f := range failures {
			p.headline(f, f.Status(t.Strict))
		}
		return
	}
	if len(t.Requirements) == 0 {
		return
	}
	p.gap()
	p.tally(r, t)
	for _, f := range failures {
		p.requirement(t, f, f.Status(t.Strict))
	}
	p.gap()
	for _, group := range contract.ByGroup(t.Requirements) {
		p.group(group, t.Strict)
	}
	p.notJudged(t)
	if p.style.Verbose {
		p.everything(t)
	}
}

// tally is the run in numbers.
func (p *printer) tally(r report.Report, t report.Target) {
	for _, level := range []contract.Level{contract.Must, contract.Should} {
		p.line(2, word{"", fmt.Sprintf("%-6s  ", level)}, word{"", outcomes(t.Counts[level])})
	}
	p.wrap(RoleFaint, "  ", "  ", t.Ran())
	by := fmt.Sprintf("contract %s %s", r.Contract.Name, r.Contract.Version)
	if t.Run != "" {
		by = fmt.Sprintf("run %s; %s", t.Run, by)
	}
	p.wrap(RoleFaint, "  ", "  ", by)
	if interrupted := t.Interrupted(); interrupted != "" {
		p.line(2, word{"", interrupted})
	}
	for _, note := range t.Notes {
		p.wrap(RoleFaint, "  ", "  ", note)
	}
	p.distribution(t)
	if t.Stopped != "" && t.Stopped != t.Why {
		p.wrap(RoleWarning, "  ", "  ", "stopped early: "+t.Stopped)
	}
}

// outcomes writes counts in words, the weighty ones first: "2 failed, 18 passed".
func outcomes(counts map[contract.Outcome]int) string {
	var parts []string
	for _, o := range report.Outcomes {
		if counts[o] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[o], report.OutcomeText(o)))
		}
	}
	if len(parts) == 0 {
		return "none judged"
	}
	return strings.Join(parts, ", ")
}
