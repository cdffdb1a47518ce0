package markdown

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// columns is how many of a code block are seen in a comment.
const columns = 88

// target is the part on one target.
func target(r report.Report, t report.Target, title string) []passage {
	all := []passage{verdict(t, title)}
	if len(t.Requirements) == 0 {
		return all
	}
	all = append(all, passage{counts(r, t)})
	for _, q := range t.Gating() {
		all = append(all, failure(t, q, true))
	}
	for _, q := range slices.Concat(t.In(report.NonGating), t.In(report.Expected)) {
		all = append(all, failure(t, q, false))
	}
	return append(all, rest(t))
}

// verdict is the verdict, and what it rests on: in short too, as nobody must miss it.
func verdict(t report.Target, title string) passage {
	b := fmt.Sprintf("## %s %s: %s\n\n", t.Verdict.Mark(), t.Headline(), codeSpan(title))
	switch {
	case t.Verdict == report.VerdictFail:
		for _, gating := range []struct {
			says  string
			state report.State
		}{{"Failed", report.Failed}, {"Not observed", report.Missing}, {"Passed, though listed as known failures", report.Outdated}} {
			if list := t.In(gating.state); len(list) > 0 {
				b += gating.says + ": " + ids(list) + "\n\n"
			}
		}
	case t.Why != "":
		b += codeSpan(report.Truncate(t.Reason(), report.MaxText)) + "\n\n"
	}
	if others := t.In(report.NonGating, report.Expected); len(others) > 0 {
		b += "Failures that do not fail the verdict: " + ids(others) + "\n\n"
	}
	if t.Stopped != "" && t.Stopped != t.Why {
		b += "Stopped early: " + codeSpan(report.Truncate(t.Stopped, report.MaxText)) + "\n\n"
	}
	return passage{b}
}

func ids(requirements []report.Requirement) string {
	var names []string
	for _, r := range requirements {
		names = append(names, codeSpan(r.ID))
	}
	return strings.Join(names, ", ")
}

// counts is the run in numbers.
func counts(r report.Report, t report.Target) string {
	outcomes := report.Outcomes[:5] // those of MUSTs and SHOULDs
	head, rule := "| level |", "| :-- |"
	for _, o := range outcomes {
		head += " " + report.OutcomeText(o) + " |"
		rule += " --: |"
	}
	b := head + "\n" + rule + "\n"
	for _, level := range []contract.Level{contract.Must, contract.Should} {
		b += fmt.Sprintf("| %s |", level)
		for _, o := range outcomes {
			b += fmt.Sprintf(" %d |", t.Counts[level][o])
		}
		b += "\n"
	}
	run := t.Ran()
	if t.Run != "" {
		run += "; run " + codeSpan(t.Run)
	}
	b += fmt.Sprintf("\n%s; contract %s\n\n", run, codeSpan(r.Contract.Name+" "+r.Contract.Version))
	for _, note := range append([]string{t.Interrupted()}, t.Notes...) {
		if note != "" {
			b += report.EscapeMarkdown(note) + "\n\n"
		}
	}
	return b
}

// failure is one failure: its headline, what was got, and the evidence folded; with less of it in each shorter length. Its id
// stands with the verdict anyway.
func failure(t report.Target, r report.Requirement, full bool) passage {
	status := r.Status(t.Strict)
	head := fmt.Sprintf("### %s %s %s\n\n", status.Mark, codeSpan(r.ID), r.Level)
	says := report.EscapeMarkdown(r.Says) + "\n\n"
	switch status.State {
	case report.Outdated:
		return passage{head + codeSpan(r.Known.Says(r.ID)) + "\n\n", ""}
	case report.Missing:
		return passage{head + says + codeSpan(r.Sentence()) + "\n\n", ""}
	}
	const brief = 160
	entries := fence(text.Entries(r, columns, report.MaxText, full))
	return passage{
		head + says + entries + evidence(t, r, full),
		head + says + entries + evidence(t, r, false),
		head + says + entries,
		head + says + fence(text.Entries(r, columns, brief, false)),
		head,
		"",
	}
}

// evidence is what a failure rests on, folded: the exchanges, or the telling one, and how to see it oneself.
func evidence(t report.Target, r report.Requirement, full bool) string {
	return folded("evidence", fence(text.Evidence(t, r, columns, full)))
}

// rest is what was not judged, and what the MAYs answered, folded.
func rest(t report.Target) passage {
	var answers []string
	for _, r := range t.Requirements {
		if r.Level == contract.May && r.Outcome.Judged() {
			answers = append(answers, fmt.Sprintf("%s: %s", r.ID, r.Outcome))
		}
	}
	b := ""
	if unjudged := text.NotJudged(t, columns); unjudged != "" {
		b += folded("not judged", fence(unjudged))
	}
	if len(answers) > 0 {
		b += folded("what is left to a server, and what this one does", fence(strings.Join(answers, "\n")))
	}
	return passage{b, ""}
}
