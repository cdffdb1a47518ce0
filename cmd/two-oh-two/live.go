package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A live line shows the progress of a run on a terminal, and is erased when the run ends. Elsewhere there is a line for each
// reason why a target is waited for, and one after each logInterval of a long run.
type live struct {
	out      io.Writer
	columns  int // zero where it is no terminal, or a dumb one
	title    string
	mu       sync.Mutex
	shown    time.Time
	logged   time.Duration // time of the run in the last line, where a line can't be replaced
	comingUp string
	ended    bool
}

// often is how often the line changes at most: faster can't be read.
const often = 100 * time.Millisecond

// logInterval is the time between lines where a line can't be replaced: a log of a long run stays short.
const logInterval = 30 * time.Second

func (k *reporting) newLive(title string) *live {
	if k.Quiet {
		return &live{}
	}
	columns, _ := terminalOf(k.stderr)
	if k.dumb() {
		columns = 0 // such a terminal can't replace a line
	}
	return &live{out: k.stderr, columns: columns, title: title}
}

func (l *live) show(p observe.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.out == nil || l.ended:
	case l.columns == 0:
		if p.ComingUp != "" && p.ComingUp != l.comingUp {
			l.comingUp = p.ComingUp
			fmt.Fprintf(l.out, "two-oh-two: %swaiting for the target: %s\n", l.title, report.EscapeUnsafe(p.ComingUp))
		}
		if p.ComingUp == "" && p.Elapsed-l.logged >= logInterval {
			l.logged = p.Elapsed
			fmt.Fprintf(l.out, "two-oh-two: %s%s\n", l.title, progress(p))
		}
	case time.Since(l.shown) >= often:
		l.shown = time.Now()
		runes := []rune(l.title + progress(p))
		fmt.Fprintf(l.out, "\r\x1b[K%s", string(runes[:min(len(runes), l.columns-1)]))
	}
}

func progress(p observe.Progress) string {
	if p.ComingUp != "" {
		return fmt.Sprintf("%.1f s: waiting for the target: %s", p.Elapsed.Seconds(), report.EscapeUnsafe(p.ComingUp))
	}
	text := fmt.Sprintf("%.1f s: jobs: %d pending, %d done; reads: %d", p.Elapsed.Seconds(), p.Pending, p.Done, p.Reads)
	if p.Awaiting != "" {
		text += "; awaiting " + p.Awaiting
	}
	return text
}

func (l *live) erase() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.out != nil && !l.shown.IsZero() {
		fmt.Fprint(l.out, "\r\x1b[K")
	}
	l.ended = true
}
