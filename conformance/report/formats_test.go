package report_test

import (
	"bytes"
	"io"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

// reports are what every format has to tell: a run that fails, one that fails strictly, several targets, known failures in every state, and nothing.
func reports() map[string]report.Report {
	none := report.Combine()
	none.Contract = written(report.Options{}).Contract
	return map[string]report.Report{
		"run":     written(report.Options{Version: "1.0.0"}),
		"strict":  written(report.Options{Version: "1.0.0", Strict: true}),
		"several": several(),
		"known":   written(report.Options{Version: "1.0.0", Known: known()}),
		"none":    none,
	}
}

func TestGoldenFormats(t *testing.T) {
	for name, r := range reports() {
		for _, t := range r.Targets {
			for i := range t.Requirements {
				t.Requirements[i].How = "…"
			}
		}
		for _, row := range []struct{ format, ending string }{
			{"junit", ".junit.xml"},
			{"markdown", ".md"},
			{"sarif", ".sarif"},
			{"badge", ".svg"},
			{"github", ".github.txt"},
		} {
			t.Run(name+row.ending, func(t *testing.T) {
				golden(t, name+row.ending, render(t, row.format, r))
			})
		}
	}
}

// tell is a report in the format of that name.
func render(t *testing.T, format string, r report.Report) []byte {
	t.Helper()
	g := NewWithT(t)
	f, err := formats.Named(format)
	g.Expect(err).NotTo(HaveOccurred())
	var out bytes.Buffer
	g.Expect(f.Write(&out, r)).To(Succeed())
	return out.Bytes()
}

func writeJSON(w io.Writer, r report.Report) error { return report.WriteJSON(w, r) }
