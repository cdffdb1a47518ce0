package report_test

import (
	"bytes"
	"cmp"
	"io"
	"slices"
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

// endings are those of golden files that are not called as their format is.
var endings = map[string]string{"junit": ".junit.xml", "markdown": ".md", "badge": ".svg", "github": ".github.txt"}

// TestGoldenFormats holds every format against golden files, but for those that have tests of their own.
func TestGoldenFormats(t *testing.T) {
	for name, r := range reports() {
		for _, t := range r.Targets {
			for i := range t.Requirements {
				t.Requirements[i].How = "…"
			}
		}
		for _, f := range formats.All() {
			if slices.Contains([]string{"text", "json", "html"}, f.Name) {
				continue
			}
			file := name + cmp.Or(endings[f.Name], "."+f.Name)
			t.Run(file, func(t *testing.T) {
				golden(t, file, render(t, f.Name, r))
			})
		}
	}
}

// render is a report in the format of that name.
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
