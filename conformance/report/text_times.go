package report

import (
	"fmt"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// manyJobs is from how many on it is worth saying how their times were spread.
const manyJobs = 50

// distribution is the line on how times were spread, where jobs are many or everything is to be told.
func (p *printer) distribution(t Target) {
	d := t.Distribution
	if d == nil || t.Jobs.Begun < manyJobs && !p.style.Verbose {
		return
	}
	var parts []string
	for _, s := range []struct {
		name   string
		spread *Spread
	}{{"202 after", d.Starts}, {"monitors read in", d.Reads}, {"seen done after", d.Ends}, {"results in", d.Results}} {
		if s.spread != nil {
			parts = append(parts, fmt.Sprintf("%s %s, %s, %s", s.name, span(s.spread.P50), span(s.spread.P99), span(s.spread.Max)))
		}
	}
	p.wrap(RoleFaint, "  ", "  ", "times (p50, p99, max): "+strings.Join(parts, "; "))
}

// phases tells where the time went.
func (p *printer) phases(t Target) {
	if len(t.Phases) == 0 {
		return
	}
	p.gap()
	p.line(2, word{RoleStrong, "where the time went"})
	for _, phase := range t.Phases {
		p.line(4, word{"", fmt.Sprintf("%-12s %8.3f s", shortened(harmless(phase.Name), longMethod), float64(phase.To-phase.From))},
			word{RoleFaint, fmt.Sprintf("  from %.3f s to %.3f s", float64(phase.From), float64(phase.To))})
	}
}

// omitted counts what a large run's report leaves out.
func (p *printer) omitted(t Target) {
	if t.Omitted == nil {
		return
	}
	for _, a := range t.Omitted.Answers {
		who := a.Role
		if a.Probe != "" {
			who += ", probe " + a.Probe
		}
		answer := "no answer"
		if a.Status != 0 {
			answer = (&contract.Exchange{Status: a.Status}).StatusText()
		}
		p.line(4, word{RoleFaint, fmt.Sprintf("and %d more: %s → %s", a.Count, who, answer)})
	}
}
