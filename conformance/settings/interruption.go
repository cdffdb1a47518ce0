package settings

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/observe"
)

// outputKept is how much of a command's output is shown where it fails: its end, which says why.
const outputKept = 2 << 10

// interruptions refuses what a run has no room for, of the commands that restart the target or roll it out.
func (p *plan) interruptions() error {
	one := p.restart
	if one.line == "" {
		one = p.rollout
	}
	switch most := p.target.MaxJobs; {
	case one.line == "" && p.target.RestartWait > 0:
		return &Error{"--restart-wait", "it is the time limit of --restart or --rollout, and neither is given"}
	case p.restart.line != "" && p.rollout.line != "":
		return &Error{one.by, "a run has room for --restart or for --rollout, and not for both: leave one of them out"}
	case one.line != "" && most > 0 && most < observe.MinInterruptedJobs:
		return &Error{one.by, fmt.Sprintf("it needs --max-jobs %d or more: one job that is done, one that runs, and one after it", observe.MinInterruptedJobs)}
	}
	return nil
}

// at makes a command that interrupts the target a function for the target at a base URL; nil where there is none.
func (c command) at(base string) func(context.Context) error {
	if c.line == "" {
		return nil
	}
	return func(ctx context.Context) error { return c.run(ctx, base) }
}

// run runs the command in a process group of its own, which is killed where it fails or its time is up. One that succeeds may leave processes
// behind, the new server perhaps, that do not hold its output open.
func (c command) run(ctx context.Context, base string) error {
	var output ending
	cmd := shell(ctx, c.line)
	cmd.Env = append(os.Environ(), "TWO_OH_TWO_BASE_URL="+base, "TWO_OH_TWO_RUN="+observe.RunName(ctx))
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &output, &output, commandGrace
	err := cmd.Run()
	if err == nil {
		return nil
	}
	if cmd.Process != nil {
		_ = cmd.Cancel() // what it started and did not wait for
	}
	why := fmt.Sprintf("it failed (%v)", err)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		why = "it did not end in time"
	case errors.Is(err, exec.ErrWaitDelay):
		why = "it ended, and left processes that hold its output open: have those write elsewhere (command >/dev/null 2>&1 &)"
	}
	if said := strings.TrimSpace(output.String()); said != "" {
		why += "; its output ends with: " + said
	}
	return fmt.Errorf("%s: %s", c.by, why)
}

// An ending keeps the end of what is written to it.
type ending struct{ text []byte }

func (e *ending) Write(p []byte) (int, error) {
	e.text = append(e.text, p[max(0, len(p)-outputKept):]...)
	e.text = e.text[max(0, len(e.text)-outputKept):]
	return len(p), nil
}

func (e *ending) String() string { return strings.ToValidUTF8(string(e.text), "…") }
