package formats

import (
	"errors"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// ForLog makes a format's output safe to be printed in a job of GitHub Actions. Its runner takes a line that begins with ::name::, behind
// blanks too, for a command, and ##[name] wherever it stands: such text, which can only be a server's, is written out
// (\x3a:name::). Nothing is left to obey then, so that commands of one's own work beside it, on the same stream or on another.
func ForLog(write func(io.Writer, report.Report) error) func(io.Writer, report.Report) error {
	return func(w io.Writer, r report.Report) error {
		quiet := QuietLog(w)
		return errors.Join(write(quiet, r), quiet.Flush())
	}
}

// QuietLog returns a writer that does the same to all that is written through it, however it is split into writes. A line, and what
// may begin a command, is kept until it is known to be none; Flush writes what is left.
func QuietLog(w io.Writer) *Quiet { return &Quiet{to: w} }

// A Quiet is what [QuietLog] returns. It may be used by several at once.
type Quiet struct {
	mu     sync.Mutex
	to     io.Writer
	inLine bool // something other than blanks was written of this line
	kept   string
}

func (q *Quiet) Write(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	text := q.kept + string(p)
	q.kept = text[settled(text, q.inLine):]
	if err := q.write(strings.TrimSuffix(text, q.kept)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes what may have begun a command, now that nothing follows.
func (q *Quiet) Flush() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	kept := q.kept
	q.kept = ""
	return q.write(kept)
}

func (q *Quiet) write(text string) error {
	if text == "" {
		return nil
	}
	quiet := withoutCommands(text)
	if q.inLine { // the beginning of the text is no beginning of a line
		first, rest, more := strings.Cut(text, "\n")
		quiet = strings.ReplaceAll(first, "##[", `##\x5b`)
		if more {
			quiet += "\n" + withoutCommands(rest)
		}
	}
	last := text[strings.LastIndexByte(text, '\n')+1:]
	q.inLine = strings.TrimSpace(last) != "" || last == text && q.inLine
	_, err := io.WriteString(q.to, quiet)
	return err
}

// settled is how much of a text means the same whatever follows: not a # or ## at its end, nor a line of which only blanks and
// colons are known.
func settled(text string, inLine bool) int {
	start := strings.LastIndexByte(text, '\n') + 1
	if rest := strings.TrimSpace(text[start:]); (start > 0 || !inLine) && (rest == "" || rest == ":" || !utf8.FullRuneInString(rest)) {
		return start
	}
	hashes := len(text) - len(strings.TrimRight(text, "#"))
	return len(text) - min(hashes, 2)
}

// withoutCommands returns a text in which nothing is a command of GitHub's runner, as [ForLog] does.
func withoutCommands(text string) string {
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
