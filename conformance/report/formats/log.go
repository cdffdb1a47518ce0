package formats

import (
	"bytes"
	"io"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// ForLog makes a format's output safe to be printed in a job of GitHub Actions. Its runner takes a line that begins with ::name::, behind
// blanks too, for a command, and ##[name] wherever it stands: such text, which can only be a server's, is written out
// (\x3a:name::). Nothing is left to obey then, so that commands of one's own work beside it, on the same stream or on another.
func ForLog(write func(io.Writer, report.Report) error) func(io.Writer, report.Report) error {
	return func(w io.Writer, r report.Report) error {
		var text bytes.Buffer
		if err := write(&text, r); err != nil {
			return err
		}
		_, err := io.WriteString(w, WithoutCommands(text.String()))
		return err
	}
}

// WithoutCommands returns a text in which nothing is a command of GitHub's runner, as [ForLog] does.
func WithoutCommands(text string) string {
	text = strings.ReplaceAll(text, "##[", `##\x5b`)
	if !strings.Contains(text, "::") {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		rest := strings.TrimSpace(line)
		if strings.HasPrefix(rest, "::") {
			lines[i] = strings.Replace(line, "::", `\x3a:`, 1)
		}
	}
	return strings.Join(lines, "")
}
