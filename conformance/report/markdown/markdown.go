// Package markdown writes a report for a job's summary, or a comment on a change.
package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// maxBytes is how many bytes a Markdown report has at most. GitHub takes 65,536 characters for a comment, and a
// mebibyte for a job's summary.
const maxBytes = 60_000

// A passage is a part of a document, in the lengths that it can have: the longest first.
type passage []string

// Write writes a report for a job's summary or a comment on a change: the verdict, the counts, every failure with its
// evidence folded. Whatever a server sent is in code, which nothing breaks out of. Where it would not fit into a
// comment it is shortened, evidence first, from the end, and says so; the verdict and the ids of what failed stay. The
// errors are the writer's.
func Write(w io.Writer, r report.Report) error {
	var all []passage
	titles := r.Titles()
	if len(r.Targets) != 1 {
		overall := fmt.Sprintf("## %s %s\n\n", r.Verdict.Mark(), r.Headline())
		all = append(all, passage{overall}, targets(r, titles), sideBySide(r))
	}
	for i, t := range r.Targets {
		all = append(all, target(r, t, titles[i])...)
	}
	_, err := io.WriteString(w, fit(all, maxBytes))
	return err
}

// fit joins passages, shortening them, the last first, until they fit: every one a little before any of them more.
func fit(all []passage, most int) string {
	shortest, size := 1, 0
	for _, p := range all {
		shortest, size = max(shortest, len(p)), size+len(p[0])
	}
	note := ""
	if size > most {
		note = "*Shortened to fit into a comment: the text and the JSON report have the rest.*\n"
	}
	level := make([]int, len(all))
	for to := 1; to < shortest; to++ {
		for i := len(all) - 1; i >= 0 && size+len(note) > most; i-- {
			if to < len(all[i]) {
				size += len(all[i][to]) - len(all[i][level[i]])
				level[i] = to
			}
		}
	}
	var text strings.Builder
	for i, p := range all {
		text.WriteString(p[level[i]])
	}
	return text.String() + note
}

// targets is the table of several targets; in short, it does not say why.
func targets(r report.Report, titles []string) passage {
	if len(r.Targets) == 0 {
		return passage{""}
	}
	long := "| # | verdict | target | why |\n| --: | :-- | :-- | :-- |\n"
	short := "| # | verdict | target |\n| --: | :-- | :-- |\n"
	for i, t := range r.Targets {
		row := fmt.Sprintf("| %d | %s %s | %s |", i+1, t.Verdict.Mark(), t.Headline(), cell(titles[i]))
		why := ""
		if t.Why != "" {
			why = cell(report.Truncate(t.Reason(), report.MaxText))
		}
		long += fmt.Sprintf("%s %s |\n", row, why)
		short += row + "\n"
	}
	return passage{long + "\n", short + "\n"}
}

// sideBySide is the table of what failed for a target, or differs between them.
func sideBySide(r report.Report) passage {
	rows := r.SideBySide()
	if len(rows) == 0 {
		return passage{""}
	}
	head, rule, body := "| requirement |", "| :-- |", ""
	for i := range r.Targets {
		head += fmt.Sprintf(" %d |", i+1)
		rule += " :-- |"
	}
	for _, row := range rows {
		body += "| " + cell(row.ID) + " |"
		for _, status := range row.Cells {
			body += " " + status.Mark + " " + status.Says + " |"
		}
		body += "\n"
	}
	return passage{head + "\n" + rule + "\n" + body + "\n", ""}
}
