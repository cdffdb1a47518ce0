package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/fatih/color"
	"golang.org/x/term"

	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// style is how the text report looks on standard output.
func (k *reporting) style() report.Style {
	style := report.Style{Verbose: k.verbose, Quiet: k.quiet}
	columns, terminal := terminalOf(k.stdout)
	if !terminal {
		return style
	}
	// Lines that are wider than this are hard to read; narrower ones break every URL.
	style.Width = min(max(columns-1, 60), 110)
	if !k.noColor && k.getenv("NO_COLOR") == "" && k.getenv("TERM") != "dumb" {
		style.Paint = paint
	}
	return style
}

// terminalOf says how wide a writer's terminal is, if it is one.
func terminalOf(w io.Writer) (columns int, terminal bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil || columns <= 0 {
		columns = 80
	}
	return columns, true
}

// paint colours a piece of the report. The colours are those of the terminal's own palette.
func paint(role report.Role, text string) string {
	attributes := map[report.Role][]color.Attribute{
		report.RoleGood:    {color.FgGreen},
		report.RoleBad:     {color.FgRed, color.Bold},
		report.RoleWarning: {color.FgYellow},
		report.RoleStrong:  {color.Bold},
		report.RoleFaint:   {color.Faint},
	}[role]
	if attributes == nil {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor() // whatever the library thinks of the process's own output
	return c.Sprint(text)
}

// A live line says on a terminal how far a run is, and is gone when it ends. Elsewhere it is silent.
type live struct {
	out     io.Writer
	columns int
	title   string

	mu    sync.Mutex
	shown time.Time
	ended bool
}

// often is how often the line changes at most: faster can't be read.
const often = 100 * time.Millisecond

func newLive(out io.Writer, quiet bool, title string) *live {
	columns, terminal := terminalOf(out)
	if quiet || !terminal {
		return &live{}
	}
	return &live{out: out, columns: columns, title: title}
}

func (l *live) show(p observe.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.out == nil || l.ended || time.Since(l.shown) < often {
		return
	}
	l.shown = time.Now()
	text := fmt.Sprintf("%s%.1f s: jobs: %d pending, %d done; reads: %d", l.title, p.Elapsed.Seconds(), p.Pending, p.Done, p.Reads)
	if p.Awaiting != "" {
		text += "; awaiting " + p.Awaiting
	}
	runes := []rune(text)
	fmt.Fprintf(l.out, "\r\x1b[K%s", string(runes[:min(len(runes), l.columns-1)]))
}

func (l *live) erase() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.out != nil && !l.shown.IsZero() {
		fmt.Fprint(l.out, "\r\x1b[K")
	}
	l.ended = true
}
