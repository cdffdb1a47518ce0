package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// A Role is what a piece of the text report is, for whoever gives it a colour.
type Role string

const (
	RoleGood    Role = "good"    // it is as it should be
	RoleBad     Role = "bad"     // a MUST failed
	RoleWarning Role = "warning" // a SHOULD failed, or nothing can be told
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

// Text returns the format for people: the verdict first and last, every failure with what showed it between them.
// What servers sent is shown escaped where a terminal would obey it. The errors are the writer's.
func Text(style Style) func(io.Writer, Report) error {
	if style.Width <= 0 {
		style.Width = 96
	}
	return func(w io.Writer, r Report) error {
		p := &printer{style: style, out: bufio.NewWriter(w)}
		p.report(r)
		return p.out.Flush()
	}
}

func (p *printer) report(r Report) {
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
		p.sides(r)
		p.overall(r)
	}
}

// signs are how verdicts are shown.
var signs = map[Verdict]struct {
	mark, says string
	role       Role
}{
	VerdictPass:         {"✓", "conformant", RoleGood},
	VerdictFail:         {"✗", "not conformant", RoleBad},
	VerdictInconclusive: {"?", "could not tell", RoleWarning},
}

// verdict is the line on one target: the first thing said, and the last.
func (p *printer) verdict(t Target) {
	sign := signs[t.Verdict]
	text := fmt.Sprintf("%s %s: %s", sign.mark, sign.says, t.title())
	if why := strings.TrimPrefix(t.Why, t.BaseURL+": "); why != "" {
		text += "\n" + shortened(why, 600)
	}
	first, rest, _ := strings.Cut(text, "\n")
	p.wrap(sign.role, "", "  ", first)
	if rest != "" {
		p.wrap("", "  ", "  ", rest)
	}
}

func (t Target) title() string {
	if t.Name != "" {
		return fmt.Sprintf("%s (%s)", t.Name, t.BaseURL)
	}
	return t.BaseURL
}

// overall is the line on several targets together.
func (p *printer) overall(r Report) {
	sign := signs[r.Verdict]
	p.wrap(sign.role, "", "  ", sign.mark+" "+sum(r))
}

// sum says what several targets came to: "2 targets: 1 not conformant, 1 conformant".
func sum(r Report) string {
	count := map[Verdict]int{}
	for _, t := range r.Targets {
		count[t.Verdict]++
	}
	var parts []string
	for _, v := range []Verdict{VerdictFail, VerdictInconclusive, VerdictPass} {
		if count[v] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[v], signs[v].says))
		}
	}
	if len(parts) == 0 {
		parts = []string{"nothing was judged"}
	}
	return counted(len(r.Targets), "target") + ": " + strings.Join(parts, ", ")
}

// target tells of one target, all but the last line.
func (p *printer) target(r Report, t Target) {
	p.verdict(t)
	musts, shoulds, known := t.failures(contract.Must), t.failures(contract.Should), t.known()
	if p.style.Quiet {
		for _, f := range slices.Concat(musts, shoulds, known) {
			p.headline(f)
		}
		return
	}
	if len(t.Requirements) == 0 {
		return
	}
	p.gap()
	p.tally(r, t)
	for _, f := range musts {
		p.failure(t, f, true)
	}
	for _, f := range shoulds {
		p.failure(t, f, t.Strict)
	}
	for _, r := range known {
		p.expected(t, r)
	}
	p.gap()
	p.groups(t)
	p.unjudged(t)
	if p.style.Verbose {
		p.everything(t)
	}
}

// tally is the run in numbers.
func (p *printer) tally(r Report, t Target) {
	for _, level := range []contract.Level{contract.Must, contract.Should} {
		p.line(2, word{"", fmt.Sprintf("%-6s  ", level)}, word{"", outcomes(t.Counts[level])})
	}
	run := fmt.Sprintf("%s begun, %d followed to the end; %s in %s", counted(t.Jobs.Begun, "job"), t.Jobs.Done,
		counted(t.Jobs.Requests, "request"), span(t.Duration))
	if t.Run != "" {
		run += fmt.Sprintf("; run %s", t.Run)
	}
	p.wrap(RoleFaint, "  ", "  ", fmt.Sprintf("%s; contract %s %s", run, r.Contract.Name, r.Contract.Version))
	p.distribution(t)
	if t.Stopped != "" {
		p.wrap(RoleWarning, "  ", "  ", "stopped early: "+t.Stopped)
	}
}

// failures are the requirements of a level that failed and were not expected to, in the catalogue's order.
func (t Target) failures(level contract.Level) []Requirement {
	var failed []Requirement
	for _, r := range t.Requirements {
		if r.Outcome == contract.Fail && r.Level == level && !r.ExpectedFailure {
			failed = append(failed, r)
		}
	}
	return failed
}

// known are the requirements that failed as expected, and those that were expected to and passed.
func (t Target) known() []Requirement {
	var known []Requirement
	for _, r := range t.Requirements {
		if r.ExpectedFailure || r.Known != nil && r.Known.State == KnownPassed {
			known = append(known, r)
		}
	}
	return known
}

// outcomes writes counts in words, the weighty ones first: "2 failed, 18 passed".
func outcomes(counts map[contract.Outcome]int) string {
	var parts []string
	for _, o := range []contract.Outcome{contract.Fail, contract.Pass, contract.Blocked, contract.NotObserved, contract.NotApplicable} {
		if counts[o] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[o], saysOutcome(o)))
		}
	}
	if len(parts) == 0 {
		return "none judged"
	}
	return strings.Join(parts, ", ")
}

func saysOutcome(o contract.Outcome) string {
	switch o {
	case contract.Pass:
		return "passed"
	case contract.Fail:
		return "failed"
	}
	return strings.ReplaceAll(string(o), "-", " ")
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
