package report

import (
	"bufio"
	"fmt"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// broken are the requirements that count against a target, the MUSTs first.
func (t Target) broken() []Requirement {
	return t.weightyFirst(func(r Requirement) bool { return r.Counts(t.Strict) == CountsAgainst })
}

// forgiven are those that failed and do not count, though nobody expected them to fail.
func (t Target) forgiven() []Requirement {
	return t.weightyFirst(func(r Requirement) bool {
		return r.Outcome == contract.Fail && !r.ExpectedFailure && r.Counts(t.Strict) == CountsNot
	})
}

// expected are those that failed as the known failures say.
func (t Target) expected() []Requirement {
	return t.weightyFirst(func(r Requirement) bool { return r.ExpectedFailure })
}

func (t Target) weightyFirst(chosen func(Requirement) bool) []Requirement {
	var musts, others []Requirement
	for _, r := range t.Requirements {
		switch {
		case !chosen(r):
		case r.Level == contract.Must:
			musts = append(musts, r)
		default:
			others = append(others, r)
		}
	}
	return append(musts, others...)
}

// titles are what targets are called, each by another name.
func (r Report) titles() []string {
	var titles []string
	seen := map[string]int{}
	for _, t := range r.Targets {
		title := shortened(harmless(t.title()), longTitle)
		seen[title]++
		if n := seen[title]; n > 1 {
			title = fmt.Sprintf("%s (%d)", title, n)
		}
		titles = append(titles, title)
	}
	return titles
}

// inconclusive says why nothing can be told of a target.
func (t Target) inconclusive() string {
	return "nothing can be told of " + abridged(t.title(), longTitle) + ": " + shortened(strings.TrimPrefix(t.Why, t.BaseURL+": "), longText)
}

// nothingJudged is what a report without targets has to say.
const nothingJudged = "nothing was judged: there is no target"

// sentence tells in one line what became of a requirement that does not count for its target.
func (r Requirement) sentence() string {
	switch {
	case r.Known != nil && r.Known.State == KnownPassed:
		return r.Known.Says(r.ID)
	case r.ExpectedFailure:
		return r.Known.Says(r.ID) + ": got " + shortened(r.Got, longText)
	case r.Outcome == contract.Fail:
		text := "got " + shortened(r.Got, longText)
		if r.Want != "" {
			text += "; want " + shortened(r.Want, longText)
		}
		return text
	}
	if r.Outcome == contract.Blocked && r.Reason != "" { // it says so itself
		return shortened(r.Reason, longText)
	}
	return saysOutcome(r.Outcome) + ": " + shortened(r.Reason, longText)
}

// printed is what a printer makes of a target, for a place of so many columns.
func printed(width int, tell func(*printer)) string {
	var text strings.Builder
	p := &printer{style: Style{Width: width}, out: bufio.NewWriter(&text)}
	tell(p)
	p.out.Flush()
	return strings.TrimRight(text.String(), "\n")
}
