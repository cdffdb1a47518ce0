package report_test

import (
	"bytes"
	"io"
	"regexp"
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

// judgedHow is what SARIF's rules quote from the catalogue: golden files stay what they are while that is bettered.
var judgedHow = regexp.MustCompile(`How it is judged: .*?( |\\n\\n)Source:`)

func TestGoldenFormats(t *testing.T) {
	for name, r := range reports() {
		for _, row := range []struct{ format, ending string }{
			{"junit", ".junit.xml"},
			{"markdown", ".md"},
			{"sarif", ".sarif"},
			{"badge", ".svg"},
			{"github", ".github.txt"},
		} {
			t.Run(name+row.ending, func(t *testing.T) {
				golden(t, name+row.ending, judgedHow.ReplaceAll(render(t, row.format, r), []byte("How it is judged: …${1}Source:")))
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
