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
		name := r.group()
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
		case r.ExpectedFailure && mark != "✓": // something weightier is marked already
		case r.Known != nil && r.Known.State == KnownPassed, r.Outcome == contract.Fail && mark != "✗":
			mark, role = r.mark()
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
	if judged == 0 {
		says = strings.Repeat(" ", len(says))
	}
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
		byReason := map[string][]Requirement{}
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
		p.line(2, word{RoleStrong, saysOutcome(outcome)})
		for _, why := range reasons {
			p.wrap("", "    ", "      ", why+": "+strings.Join(t.namesOf(byReason[why]), ", "))
		}
	}
}

// namesOf names requirements: by group where a whole group is among them.
func (t Target) namesOf(requirements []Requirement) []string {
	size := func(list []Requirement, group string) (n int) {
		for _, r := range list {
			if r.group() == group {
				n++
			}
		}
		return n
	}
	var names []string
	for i, r := range requirements {
		n := size(requirements, r.group())
		switch whole := n > 1 && n == size(t.Requirements, r.group()); {
		case !whole:
			names = append(names, r.ID)
		case i == 0 || requirements[i-1].group() != r.group():
			names = append(names, "all of "+r.group())
		}
	}
	return names
}

func (r Requirement) group() string {
	group, _, _ := strings.Cut(r.ID, ".")
	return group
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
			mark, role = r.mark()
		}
		p.line(4, word{role, mark}, word{"", fmt.Sprintf(" %-25s %-6s  %s", r.ID, r.Level, saysOutcome(r.Outcome))},
			word{RoleFaint, evidence(r)})
	}
	p.phases(t)
	p.gap()
	title := "every exchange"
	if t.Omitted != nil {
		title = fmt.Sprintf("%d of %d exchanges: what judgements rest on, and examples", len(t.Exchanges), t.Omitted.Of)
	}
	p.line(2, word{RoleStrong, title})
	for _, e := range t.Exchanges {
		p.line(4, word{"", t.asked(e) + " → " + e.answer(true)})
	}
	p.omitted(t)
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
