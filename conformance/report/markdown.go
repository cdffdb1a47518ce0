package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// longMarkdown is how many bytes a Markdown report has at most. GitHub takes 65,536 characters for a comment, and a
// mebibyte for a job's summary.
const longMarkdown = 60_000

// A passage is a part of a document, in the lengths that it can be told in: the longest first.
type passage []string

// Markdown writes a report for a job's summary or a comment on a change: the verdict, the counts, every failure with its
// evidence folded. Whatever a server sent is in code, which nothing breaks out of. Where it would not fit into a
// comment it is shortened, evidence first, from the end, and says so; the verdict and the ids of what failed stay. The
// errors are the writer's.
func Markdown(w io.Writer, r Report) error {
	var all []passage
	titles := r.titles()
	if len(r.Targets) != 1 {
		all = append(all, passage{r.markdownOverall()}, r.markdownTargets(titles), r.markdownSideBySide())
	}
	for i, t := range r.Targets {
		all = append(all, t.markdown(r, titles[i])...)
	}
	_, err := io.WriteString(w, fit(all, longMarkdown))
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

func (r Report) markdownOverall() string {
	first := printed(1<<16, func(p *printer) { p.overall(r) })
	return "## " + first + "\n\n"
}

// markdownTargets is the table of several targets; in short, it does not say why.
func (r Report) markdownTargets(titles []string) passage {
	if len(r.Targets) == 0 {
		return passage{""}
	}
	long := "| # | verdict | target | why |\n| --: | :-- | :-- | :-- |\n"
	short := "| # | verdict | target |\n| --: | :-- | :-- |\n"
	for i, t := range r.Targets {
		sign := signs[t.Verdict]
		row := fmt.Sprintf("| %d | %s %s | %s |", i+1, sign.mark, sign.says, cell(titles[i]))
		why := ""
		if t.Why != "" {
			why = cell(shortened(strings.TrimPrefix(t.Why, t.BaseURL+": "), longText))
		}
		long += fmt.Sprintf("%s %s |\n", row, why)
		short += row + "\n"
	}
	return passage{long + "\n", short + "\n"}
}

// markdownSideBySide holds targets against each other, by the requirements that are not well everywhere.
func (r Report) markdownSideBySide() passage {
	head, rule := "| requirement |", "| :-- |"
	for i := range r.Targets {
		head += fmt.Sprintf(" %d |", i+1)
		rule += " :-- |"
	}
	rows := ""
	for _, id := range r.unwell() {
		rows += "| " + cell(id) + " |"
		for _, t := range r.Targets {
			rows += " " + t.markdownState(id) + " |"
		}
		rows += "\n"
	}
	if rows == "" {
		return passage{""}
	}
	return passage{head + "\n" + rule + "\n" + rows + "\n", ""}
}

// unwell are the ids of requirements that failed somewhere, or count against a target, in the catalogue's order.
func (r Report) unwell() []string {
	var ids []string
	bad := map[string]bool{}
	for _, t := range r.Targets {
		for _, q := range t.Requirements {
			if _, known := bad[q.ID]; !known {
				ids = append(ids, q.ID)
			}
			bad[q.ID] = bad[q.ID] || q.unwell(t)
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return !bad[id] })
}

func (r Requirement) unwell(t Target) bool {
	return r.Outcome == contract.Fail || r.Counts(t.Strict) == CountsAgainst
}

func (t Target) markdownState(id string) string {
	q, found := t.Find(id)
	if !found {
		return "–"
	}
	mark, _ := t.stateMark(q)
	return mark + " " + saysOutcome(q.Outcome)
}
