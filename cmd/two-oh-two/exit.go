package main

import (
	"errors"
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// What the process exits with. Where several apply, the first in the order 2, 130, 4, 1, 3, 0.
const (
	exitConformant   = 0   // every MUST that could be judged was kept
	exitBreaks       = 1   // one at least was not
	exitUsage        = 2   // a flag, a file, an id, a URL is wrong; nothing was sent
	exitInconclusive = 3   // too little was seen to tell
	exitBroken       = 4   // the tool's own fault: a report could not be written, a bug
	exitInterrupted  = 130 // 128 and SIGINT's number, as shells have it
)

// A usageError is the caller's mistake. Its text is one sentence.
type usageError struct {
	text string
	help bool // the message names the help of the command
}

func (e *usageError) Error() string { return e.text }

func usagef(format string, values ...any) error {
	return &usageError{text: fmt.Sprintf(format, values...)}
}

// helpf is usagef for a malformed command line: the message names the help.
func helpf(format string, values ...any) error {
	return &usageError{text: fmt.Sprintf(format, values...), help: true}
}

// An exit is how a command ends that has said all it had to say.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// outcome is the result of a run, before it is a number.
type outcome struct {
	interrupted bool
	broken      bool // a report could not be written
	verdict     report.Verdict
}

func (o outcome) code() int {
	switch {
	case o.interrupted:
		return exitInterrupted
	case o.broken:
		return exitBroken
	case o.verdict == report.VerdictFail:
		return exitBreaks
	case o.verdict == report.VerdictPass:
		return exitConformant
	}
	return exitInconclusive
}

// wantsHelp reports whether help explains the error: it does not know values, files and servers.
func wantsHelp(err error) bool {
	usage, ok := errors.AsType[*usageError](err)
	return ok && usage.help
}

// codeOf is what an error exits with, and whether it has to be shown.
func codeOf(err error) (code int, show bool) {
	var done exit
	var usage *usageError
	var setting *settings.Error
	switch {
	case err == nil:
		return exitConformant, false
	case errors.As(err, &done):
		return int(done), false
	case errors.As(err, &usage), errors.As(err, &setting):
		return exitUsage, true
	}
	return exitBroken, true
}
