package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// groups tells what passed, a line a group: "monitor    ✓ 9 of 11  2 not observed".
func (p *printer) groups(t Target) {
	var names []string
	members := map[string][]Requirement{}
	for _, r := range t.Requirements {
		name, _, _ := strings.Cut(r.ID, ".")
		if members[name] == nil {
			names = append(names, name)
		}
		members[name] = append(members[name], r)
	}
	for _, name := range names {
		p.group(name, members[name])
	}
}

func (p *printer) group(name string, members []Requirement) {
	counts := map[contract.Outcome]int{}
	mark, role, judged := "✓", RoleGood, 0
	var answers []string
	for _, r := range members {
		switch {
		case r.Level == contract.May:
			if r.Outcome.Judged() {
				answers = append(answers, fmt.Sprintf("%s: %s", r.ID, r.Outcome))
			}
			continue
		case r.Outcome == contract.Fail && (r.Level == contract.Must || mark == "✓"):
			mark, role = "✗", roleOf(r.Level)
		}
		counts[r.Outcome]++
		judged++
	}
	passed := counts[contract.Pass]
	delete(counts, contract.Pass)
	if passed == 0 && counts[contract.Fail] == 0 {
		mark, role = "·", RoleFaint
	}
	says := fmt.Sprintf("%2d of %-2d", passed, judged)
	rest := slices.Clone(answers)
	if passed < judged {
		rest = append([]string{outcomes(counts)}, rest...)
	}
	p.line(2, word{"", fmt.Sprintf("%-9s ", name)}, word{role, mark}, word{"", " " + strings.TrimRight(says+"  "+strings.Join(rest, "; "), " ")})
}

// unjudged tells what could not be judged and why, a line a reason.
func (p *printer) unjudged(t Target) {
	for _, outcome := range []contract.Outcome{contract.Blocked, contract.NotObserved, contract.NotApplicable} {
		var reasons []string
		ids := map[string][]string{}
		for _, r := range t.Requirements {
			if r.Outcome != outcome {
				continue
			}
			why := r.Reason
			if r.BlockedBy != "" {
				why = "by " + r.BlockedBy
			}
			if ids[why] == nil {
				reasons = append(reasons, why)
			}
			ids[why] = append(ids[why], r.ID)
		}
		if len(reasons) == 0 {
			continue
		}
		p.gap()
		p.line(2, word{RoleStrong, saysOutcome(outcome)})
		for _, why := range reasons {
			p.wrap("", "    ", "      ", why+": "+strings.Join(ids[why], ", "))
		}
	}
}

// everything is what -v adds: every requirement and every exchange.
func (p *printer) everything(t Target) {
	p.gap()
	p.line(2, word{RoleStrong, "every requirement"})
	for _, r := range t.Requirements {
		mark, role := "·", RoleFaint
		switch r.Outcome {
		case contract.Pass, contract.Yes, contract.No:
			mark, role = "✓", RoleGood
		case contract.Fail:
			mark, role = "✗", roleOf(r.Level)
		}
		p.line(4, word{role, mark}, word{"", fmt.Sprintf(" %-25s %-6s  %s", r.ID, r.Level, saysOutcome(r.Outcome))},
			word{RoleFaint, evidence(r)})
	}
	p.gap()
	p.line(2, word{RoleStrong, "every exchange"})
	for _, e := range t.Exchanges {
		p.line(4, word{"", t.headingText(e)})
	}
}

// evidence names the first exchanges that a judgement rests on.
func evidence(r Requirement) string {
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
