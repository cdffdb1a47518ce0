package report

import (
	"fmt"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// markdownWidth is how many columns are seen of a code block in a comment.
const markdownWidth = 88

// markdown is what is told of one target.
func (t Target) markdown(r Report, title string) []passage {
	all := []passage{t.markdownVerdict(title)}
	if len(t.Requirements) == 0 {
		return all
	}
	all = append(all, passage{t.markdownCounts(r)})
	for _, q := range t.broken() {
		all = append(all, t.markdownFailure(q, true))
	}
	for _, q := range t.forgiven() {
		all = append(all, t.markdownFailure(q, false))
	}
	for _, q := range t.expected() {
		all = append(all, t.markdownFailure(q, false))
	}
	return append(all, t.markdownRest())
}

// markdownVerdict is the verdict, and what it rests on: in short too, as it is what has to be told.
func (t Target) markdownVerdict(title string) passage {
	sign := signs[t.Verdict]
	text := fmt.Sprintf("## %s %s: %s\n\n", sign.mark, sign.says, codeSpan(title))
	switch {
	case t.Verdict == VerdictFail:
		text += "Broken: " + listed(t.broken(), Requirement.against) + "\n\n"
	case t.Why != "":
		text += codeSpan(shortened(strings.TrimPrefix(t.Why, t.BaseURL+": "), longText)) + "\n\n"
	}
	if others := append(t.forgiven(), t.expected()...); len(others) > 0 {
		text += "Failed, and not held against it: " + listed(others, func(r Requirement) string { return r.ID }) + "\n\n"
	}
	if t.Stopped != "" && t.Stopped != t.Why {
		text += "Stopped early: " + codeSpan(shortened(t.Stopped, longText)) + "\n\n"
	}
	return passage{text}
}

// listed names requirements, each with what is said behind its id.
func listed(requirements []Requirement, says func(Requirement) string) string {
	var names []string
	for _, r := range requirements {
		names = append(names, codeSpan(r.ID)+plain(strings.TrimPrefix(says(r), r.ID)))
	}
	return strings.Join(names, ", ")
}

// markdownCounts is the run in numbers.
func (t Target) markdownCounts(r Report) string {
	columns := []contract.Outcome{contract.Fail, contract.Pass, contract.Blocked, contract.NotObserved, contract.NotApplicable}
	head, rule := "| level |", "| :-- |"
	for _, o := range columns {
		head += " " + saysOutcome(o) + " |"
		rule += " --: |"
	}
	text := head + "\n" + rule + "\n"
	for _, level := range []contract.Level{contract.Must, contract.Should} {
		text += fmt.Sprintf("| %s |", level)
		for _, o := range columns {
			text += fmt.Sprintf(" %d |", t.Counts[level][o])
		}
		text += "\n"
	}
	run := fmt.Sprintf("%s begun, %d followed to the end; %s in %s", counted(t.Jobs.Begun, "job"), t.Jobs.Done, counted(t.Jobs.Requests, "request"), span(t.Duration))
	if t.Run != "" {
		run += "; run " + codeSpan(t.Run)
	}
	return fmt.Sprintf("%s\n%s; contract %s\n\n", text, run, codeSpan(r.Contract.Name+" "+r.Contract.Version))
}

// markdownFailure is one failure: its headline, what was got, and the evidence folded; with less of it in each shorter length. Its id
// stands with the verdict anyway.
func (t Target) markdownFailure(r Requirement, full bool) passage {
	mark, _ := r.mark()
	head := fmt.Sprintf("### %s %s %s\n\n", mark, codeSpan(r.ID), r.Level)
	says := plain(r.Says) + "\n\n"
	switch {
	case r.Known != nil && r.Known.State == KnownPassed:
		return passage{head + codeSpan(r.Known.Says(r.ID)) + "\n\n", ""}
	case r.Outcome != contract.Fail: // a MUST that was not observed, where that counts
		return passage{head + says + codeSpan(r.sentence()) + "\n\n", ""}
	}
	const brief = 160
	words := fence(r.markdownWords(longText, full))
	return passage{
		head + says + words + t.markdownEvidence(r, full),
		head + says + words + t.markdownEvidence(r, false),
		head + says + words,
		head + says + fence(r.markdownWords(brief, false)),
		head,
		"",
	}
}

// markdownWords are what was got and wanted, so long at most; and why, and what that means.
func (r Requirement) markdownWords(long int, full bool) string {
	return printed(markdownWidth, func(p *printer) {
		if r.Known != nil {
			p.entry("known", shortened(r.Known.Says(r.ID), long))
		}
		p.entry("got", shortened(r.Got, long))
		p.entry("want", shortened(r.Want, long))
		if full {
			p.entry("likely", shortened(r.Likely, long))
			p.entry("fix", shortened(r.Mend, long))
			p.entry("means", r.Means)
		}
	})
}

// markdownEvidence is what a failure rests on, folded: the exchanges, or the telling one, and how to see it oneself.
func (t Target) markdownEvidence(r Requirement, full bool) string {
	return folded("evidence", fence(printed(markdownWidth, func(p *printer) {
		p.exchanges(t, r, full)
		p.gap()
		if r.Curl != "" {
			p.line(5, word{"", "try  " + shortened(r.Curl, longCommand)})
		}
		p.entry("source", r.Source)
	})))
}

// markdownRest is what was not judged, and what the MAYs answered, folded.
func (t Target) markdownRest() passage {
	rest := printed(markdownWidth, func(p *printer) { p.unjudged(t) })
	var answers []string
	for _, r := range t.Requirements {
		if r.Level == contract.May && r.Outcome.Judged() {
			answers = append(answers, fmt.Sprintf("%s: %s", r.ID, r.Outcome))
		}
	}
	text := ""
	if rest != "" {
		text += folded("not judged", fence(rest))
	}
	if len(answers) > 0 {
		text += folded("what is left to a server, and what this one does", fence(strings.Join(answers, "\n")))
	}
	return passage{text, ""}
}
