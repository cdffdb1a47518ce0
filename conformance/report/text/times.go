package text

import (
	"fmt"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// distribution is the line on latency, where jobs are many, or in the verbose style.
func (p *printer) distribution(t report.Target) {
	if t.Distribution == nil || !t.Many() && !p.style.Verbose {
		return
	}
	var parts []string
	for _, s := range t.Distribution.Spreads() {
		parts = append(parts, fmt.Sprintf("%s %s, %s, %s", s.Name, report.Took(s.P50), report.Took(s.P99), report.Took(s.Max)))
	}
	p.wrap(RoleFaint, "  ", "  ", "latency (p50, p99, max): "+strings.Join(parts, "; "))
}

// phases tells where the time went.
func (p *printer) phases(t report.Target) {
	if len(t.Phases) == 0 {
		return
	}
	p.gap()
	p.line(2, word{RoleStrong, "timeline"})
	for _, phase := range t.Phases {
		p.line(4, word{"", fmt.Sprintf("%-12s %8.3f s", report.Truncate(report.EscapeUnsafe(phase.Name), report.MaxMethod), float64(phase.To-phase.From))},
			word{RoleFaint, fmt.Sprintf("  from %.3f s to %.3f s", float64(phase.From), float64(phase.To))})
	}
}

// omitted counts what a large run's report leaves out.
func (p *printer) omitted(t report.Target) {
	if t.Omitted == nil {
		return
	}
	for _, a := range t.Omitted.Answers {
		p.line(4, word{RoleFaint, fmt.Sprintf("and %d more: %s → %s", a.Count, a.What(), a.Answer())})
	}
}
