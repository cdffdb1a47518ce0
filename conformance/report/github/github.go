// Package github writes a report as annotations, as the runner of GitHub Actions reads them from a log.
package github

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// Write writes a report as commands that GitHub's runner reads from a log and shows as annotations: an error for
// each failure that counts and for each inconclusive target, a warning for each other failure, a
// notice for each known one. It shows ten errors and ten warnings a step, so what counts comes first. The errors are the writer's.
func Write(w io.Writer, r report.Report) error {
	out := bufio.NewWriter(w)
	annotate := func(kind, title, message string) {
		_, _ = fmt.Fprintf(out, "::%s title=%s::%s\n", kind, commandProperty(title), commandData(message))
	}
	if len(r.Targets) == 0 {
		annotate("error", "two-oh-two", report.NothingJudged)
	}
	for _, t := range r.Targets {
		if t.Verdict == report.VerdictInconclusive {
			annotate("error", "two-oh-two: "+t.Verdict.Says(), report.EscapeUnsafe(t.Inconclusive()))
		}
	}
	titles := r.Titles()
	for _, of := range []struct {
		kind   string
		states []report.State
	}{
		{"error", []report.State{report.Failed, report.Missing, report.Outdated}}, {"warning", []report.State{report.NonGating}}, {"notice", []report.State{report.Expected}},
	} {
		for i, t := range r.Targets {
			for _, q := range t.In(of.states...) {
				annotate(of.kind, fmt.Sprintf("%s (%s) at %s", q.ID, q.Level, titles[i]), q.Annotation())
			}
		}
	}
	return out.Flush()
}

// commandData and commandProperty escape texts as the runner unescapes them (ActionCommand.cs of actions/runner).
func commandData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", "##[", `##\x5b`).Replace(text)
}

func commandProperty(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandData(text))
}
