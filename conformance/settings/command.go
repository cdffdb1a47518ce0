package settings

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

const (
	commandTime   = 30 * time.Second // for a command to end, where --wait does not say
	commandOutput = 64 << 10         // bytes: servers take no larger header
	commandGrace  = time.Second      // for its output to be closed once it was ended
)

// A command is one for the system's shell, and what gave it.
type command struct{ line, by string }

// setCommand reads a command; such is what an empty one lacks.
func (p *plan) setCommand(to *command, such string) func(string) error {
	return func(value string) error {
		if strings.TrimSpace(value) == "" {
			return errors.New("it is empty: a command is needed" + such)
		}
		*to = command{value, p.run.applying}
		return nil
	}
}

// credentials sets what --header-command says, once all is known.
func (p *plan) credentials() {
	if c, limit := p.headerCommand, cmp.Or(p.target.Wait, commandTime); c.line != "" {
		p.target.Credentials = func(ctx context.Context) (http.Header, error) { return c.fields(ctx, limit) }
	}
}

// fields runs the command, and reads header lines from its output. Its errors show nothing of what it wrote: that is a secret.
func (c command) fields(ctx context.Context, limit time.Duration) (http.Header, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	output := limitedOutput{cancel: cancel}
	cmd := shell(limited, c.line)
	cmd.Stdout, cmd.WaitDelay = &output, commandGrace
	err := cmd.Run()
	switch {
	case output.tooMuch:
		return nil, c.wrong("its output is longer than 64 KiB: only header lines are needed")
	case ctx.Err() != nil:
		return nil, c.wrong("it was interrupted")
	case limited.Err() != nil:
		return nil, c.wrong(fmt.Sprintf("it did not end within %v", limit))
	case err != nil:
		return nil, c.wrong(fmt.Sprintf("it failed (%v): run it in a shell to see why", err))
	}
	return c.read(output.text.String())
}

func (c command) read(output string) (http.Header, error) {
	header := http.Header{}
	number := 0
	for line := range strings.Lines(output) {
		number++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, content, err := field(line)
		if err != nil {
			return nil, c.wrong(fmt.Sprintf("line %d of its output is no header that can be sent: 'Name: value' is needed", number))
		}
		header.Add(name, content)
	}
	if len(header) == 0 {
		return nil, c.wrong("its output is empty: a line such as 'Authorization: Bearer 1234' is needed")
	}
	return header, nil
}

func (c command) wrong(problem string) error { return &Error{c.by, problem} }

// limitedOutput keeps what is written to it, and ends the writer where that is too much.
type limitedOutput struct {
	text    bytes.Buffer // not embedded: its ReadFrom would be taken in place of Write
	cancel  context.CancelFunc
	tooMuch bool
}

func (l *limitedOutput) Write(p []byte) (int, error) {
	if l.tooMuch = l.tooMuch || l.text.Len()+len(p) > commandOutput; l.tooMuch {
		l.cancel()
		return len(p), nil
	}
	return l.text.Write(p)
}

// shell is a command line as the system's shell runs it.
func shell(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sh", "-c", line)
	setShell(cmd, line)
	return cmd
}
