package report_test

import (
	"io"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/html"
	"github.com/two-oh-two/two-oh-two/conformance/report/markdown"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// TestInterrupted shows what a report says of a restart or a rollout, beside the notes, and that one which failed is not said to have come back.
func TestInterrupted(t *testing.T) {
	formats := map[string]func(io.Writer, report.Report) error{"text": text.Write, "markdown": markdown.Write, "html": html.Write}
	for _, row := range []struct {
		part, stopped string
		across        int
		want          string
	}{
		{record.PartRestart, "", 3, "restarted at 2.3 s, back after 0.50 s; 3 jobs known before and after it"},
		{record.PartRestart, "", 0, "restarted at 2.3 s, back after 0.50 s; 0 jobs known before and after it"},
		{record.PartRollout, "", 1, "rolled out at 2.3 s, done after 0.50 s; 1 job known before and after it"},
		{record.PartRestart, "the restart failed", 0, "restarted at 2.3 s"},
		{"jobs", "", 0, ""},
	} {
		r := written(report.Options{})
		target := &r.Targets[0]
		target.Phases, target.Stopped, target.Jobs.Across = []report.Phase{{Name: row.part, From: 2.3, To: 2.8}}, row.stopped, row.across
		target.Notes = []string{"a note"}
		g := NewWithT(t)
		g.Expect(target.Interrupted()).To(Equal(row.want))
		for name, write := range formats {
			var b strings.Builder
			g.Expect(write(&b, r)).To(Succeed())
			g.Expect(b.String()).To(And(ContainSubstring(row.want), ContainSubstring("a note")), name)
			g.Expect(strings.Contains(b.String(), "back after")).To(Equal(strings.Contains(row.want, "back after")), name)
		}
	}
}
