package report

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"
)

// GitHub writes a report as commands that GitHub's runner reads from a log and shows as annotations: an error for
// each failure that counts and for each target of which nothing can be told, a warning for each other failure, a
// notice for each known one. It shows ten errors and ten warnings a step, so what counts comes first. The errors are the writer's.
func GitHub(w io.Writer, r Report) error {
	out := bufio.NewWriter(w)
	annotate := func(kind, title, message string) {
		_, _ = fmt.Fprintf(out, "::%s title=%s::%s\n", kind, commandProperty(title), commandData(message))
	}
	if len(r.Targets) == 0 {
		annotate("error", "two-oh-two", nothingJudged)
	}
	for _, t := range r.Targets {
		if t.Verdict == VerdictInconclusive {
			annotate("error", "two-oh-two: "+signs[t.Verdict].says, harmless(t.inconclusive()))
		}
	}
	titles := r.titles()
	for _, of := range []struct {
		kind string
		list func(Target) []Requirement
	}{{"error", Target.broken}, {"warning", Target.forgiven}, {"notice", Target.expected}} {
		for i, t := range r.Targets {
			for _, q := range of.list(t) {
				annotate(of.kind, fmt.Sprintf("%s (%s) at %s", q.ID, q.Level, titles[i]), q.annotation())
			}
		}
	}
	return out.Flush()
}

// annotation is what is to be known of a failure where there is no room for its exchanges.
func (r Requirement) annotation() string {
	lines := []string{r.Says}
	for _, part := range []struct{ label, text string }{{"got", r.Got}, {"want", r.Want}, {"likely", r.Likely}, {"fix", r.Mend}, {"means", r.Means}} {
		if part.text != "" {
			lines = append(lines, part.label+": "+shortened(part.text, longText))
		}
	}
	if r.Got == "" {
		lines = []string{r.Says, r.sentence()}
	} else if r.Known != nil {
		lines = append(lines, r.Known.Says(r.ID))
	}
	for i, line := range lines {
		lines[i] = harmless(line)
	}
	return strings.Join(lines, "\n")
}

// commandData and commandProperty escape texts as the runner unescapes them (ActionCommand.cs of actions/runner).
func commandData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", "##[", `##\x5b`).Replace(text)
}

func commandProperty(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandData(text))
}

// GitHubLog makes a format's output safe to be printed in a job of GitHub Actions. Its runner takes a line that begins with ::name::, behind
// blanks too, for a command, and ##[name] wherever it stands: such text, which can only be a server's, is written out
// (\x3a:name::). Nothing is left to obey then, so that commands of one's own work beside it, on the same stream or on another.
func GitHubLog(write func(io.Writer, Report) error) func(io.Writer, Report) error {
	return func(w io.Writer, r Report) error {
		var text bytes.Buffer
		if err := write(&text, r); err != nil {
			return err
		}
		_, err := io.WriteString(w, WithoutCommands(text.String()))
		return err
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
	quiet := WithoutCommands(text)
	if q.inLine { // the beginning of the text is no beginning of a line
		first, rest, more := strings.Cut(text, "\n")
		quiet = strings.ReplaceAll(first, "##[", `##\x5b`)
		if more {
			quiet += "\n" + WithoutCommands(rest)
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

// WithoutCommands returns a text in which nothing is a command of GitHub's runner, as [GitHubLog] does.
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
