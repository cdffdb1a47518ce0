package markdown

import (
	"fmt"
	"io"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/compare"
)

// Changes writes what changed between two reports, for a comment on a change: what newly fails with what was got, what is mended, and the times of
// answers. It is shortened as [Write] shortens. The errors are the writer's.
func Changes(w io.Writer, c compare.Changes) error {
	all := []passage{{fmt.Sprintf("## %s %s\n\n", c.Mark(), c.Summary())}}
	for _, t := range c.Targets {
		all = append(all, passage{codeSpan(report.Truncate(t.After.Title(), report.MaxTitle)) + ": " + codeSpan(t.Verdicts()) + "\n\n"})
		for _, part := range t.Parts() {
			all = append(all, changed(strings.ToUpper(part.Says[:1])+part.Says[1:], part.Changes))
		}
		all = append(all, times(t.Times))
	}
	for _, t := range c.Gone {
		all = append(all, passage{codeSpan(report.Truncate(t.Title(), report.MaxTitle)) + " is not in the second report.\n\n"})
	}
	_, err := io.WriteString(w, fit(all, maxBytes))
	return err
}

// changed is a table of requirements; in short, it does not say what was got.
func changed(says string, changes []compare.Change) passage {
	long := "### " + says + "\n\n| requirement | level | before | after | got |\n| :-- | :-- | :-- | :-- | :-- |\n"
	short := "### " + says + "\n\n| requirement | level | before | after |\n| :-- | :-- | :-- | :-- |\n"
	for _, c := range changes {
		row := fmt.Sprintf("| %s | %s | %s %s | %s %s |", cell(c.ID), c.Level, c.Before.Mark, c.Before.Says, c.After.Mark, c.After.Says)
		got := ""
		if c.Got != "" {
			got = cell(report.Truncate(c.Got, report.MaxText))
		}
		long += row + " " + got + " |\n"
		short += row + "\n"
	}
	return passage{long + "\n", short + "\n", ""}
}

// times is a table of how long answers took.
func times(all []compare.Times) passage {
	if len(all) == 0 {
		return passage{""}
	}
	table := "### Time to answer\n\n| | p50 before | p50 after | p99 before | p99 after | |\n| :-- | --: | --: | --: | --: | :-- |\n"
	for _, t := range all {
		note := ""
		if t.Slower {
			note = "slower"
		}
		table += fmt.Sprintf("| %s | %s | %s | %s | %s | %s |\n", t.Role, report.Took(t.Before.P50), report.Took(t.After.P50), report.Took(t.Before.P99), report.Took(t.After.P99), note)
	}
	return passage{table + "\n", ""}
}
