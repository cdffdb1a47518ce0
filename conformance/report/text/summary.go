package text

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// byWeight are the marks that a group can have: it has the weightiest of its requirements.
var byWeight = []string{"·", "✓", "~", "!", "✗"}

// group tells what passed of a group, in a line: "monitor    ✓ 9 of 11  2 not observed".
func (p *printer) group(members []report.Requirement, strict bool) {
	counts := map[contract.Outcome]int{}
	mark, judged := "·", 0
	var answers []string
	for _, r := range members {
		if r.Level == contract.May {
			if r.Outcome.Judged() {
				answers = append(answers, fmt.Sprintf("%s: %s", r.ID, r.Outcome))
			}
			continue
		}
		if m := r.Status(strict).Mark; slices.Index(byWeight, m) > slices.Index(byWeight, mark) {
			mark = m
		}
		counts[r.Outcome]++
		judged++
	}
	passed := counts[contract.Pass]
	delete(counts, contract.Pass)
	says := fmt.Sprintf("%2d of %-2d", passed, judged)
	if judged == 0 {
		says = strings.Repeat(" ", len(says))
	}
	rest := answers
	if passed < judged {
		rest = append([]string{outcomes(counts)}, answers...)
	}
	p.line(2, word{"", fmt.Sprintf("%-9s ", members[0].Group())}, marked(mark, ""), word{"", " " + strings.TrimRight(says+"  "+strings.Join(rest, "; "), " ")})
}

// notJudged tells what could not be judged and why, a line a reason.
func (p *printer) notJudged(t report.Target) {
	for _, outcome := range []contract.Outcome{contract.Blocked, contract.NotObserved, contract.NotApplicable} {
		var reasons []string
		byReason := map[string][]report.Requirement{}
		for _, r := range t.Requirements {
			if r.Outcome != outcome {
				continue
			}
			why := r.Reason
			if r.BlockedBy != "" {
				why = "by " + r.BlockedBy
			}
			if byReason[why] == nil {
				reasons = append(reasons, why)
			}
			byReason[why] = append(byReason[why], r)
		}
		if len(reasons) == 0 {
			continue
		}
		p.gap()
		p.line(2, word{RoleStrong, report.OutcomeText(outcome)})
		for _, why := range reasons {
			p.wrap("", "    ", "      ", why+": "+strings.Join(names(t, byReason[why]), ", "))
		}
	}
}

// names lists requirements: by group where a whole group is among them.
func names(t report.Target, requirements []report.Requirement) []string {
	size := map[string]int{}
	for _, r := range t.Requirements {
		size[r.Group()]++
	}
	var names []string
	for _, group := range contract.ByGroup(requirements) {
		if name := group[0].Group(); len(group) > 1 && len(group) == size[name] {
			names = append(names, "all of "+name)
			continue
		}
		for _, r := range group {
			names = append(names, r.ID)
		}
	}
	return names
}

// everything is what -v adds: every requirement and every exchange.
func (p *printer) everything(t report.Target) {
	p.gap()
	p.line(2, word{RoleStrong, "every requirement"})
	for _, r := range t.Requirements {
		status := r.Status(t.Strict)
		p.line(4, marked(status.Mark, ""), word{"", fmt.Sprintf(" %-25s %-6s  %s", r.ID, r.Level, status.Says)},
			word{RoleFaint, numbers(r)})
	}
	p.phases(t)
	p.gap()
	title := "all requests"
	if t.Omitted != nil {
		title = fmt.Sprintf("%d of %d requests: what judgements rest on, and examples", len(t.Exchanges), t.Omitted.Of)
	}
	p.line(2, word{RoleStrong, title})
	for _, e := range t.Exchanges {
		p.line(4, word{"", asked(t, e) + " → " + e.Answer(true)})
	}
	p.omitted(t)
}

// numbers names the first exchanges that a judgement rests on.
func numbers(r report.Requirement) string {
	const few = 3
	var names []string
	for _, number := range r.Exchanges[:min(few, len(r.Exchanges))] {
		names = append(names, fmt.Sprintf("#%d", number))
	}
	if len(names) == 0 {
		return ""
	}
	return "  " + strings.Join(names, " ")
}
