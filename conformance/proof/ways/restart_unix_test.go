//go:build unix

package ways

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// A server that is killed in the middle of the run, in one way or another, has lost nothing where it keeps its jobs in files. One that keeps them in its
// memory fails jobs.survive-restart, and nothing else.
func TestRestartOfAProcess(t *testing.T) {
	harness.Full(t)
	for i := range aFew(t) {
		signal := []string{"TERM", "KILL"}[i%2]
		t.Run(fmt.Sprintf("%d, by SIG%s, jobs in files", i, signal), func(t *testing.T) {
			t.Parallel()
			s := supervise(t, "0.2", "--job-duration", "1s", "--store", t.TempDir())
			if got := check(t, "--restart", s.kill(signal), s.url()); !got.fails() {
				t.Error(got)
			}
		})
		t.Run(fmt.Sprintf("%d, by SIG%s, jobs in memory", i, signal), func(t *testing.T) {
			t.Parallel()
			s := supervise(t, "0.2", "--job-duration", "1s")
			if got := check(t, "--restart", s.kill(signal), s.url()); !got.fails("jobs.survive-restart") || !strings.Contains(got.likely, "memory") {
				t.Error(got)
			}
		})
	}
}

// A command that fails, hangs or never lets the server come back ends the run: nothing can be told, and one sentence says why, with the end of what the
// command printed and no secret in it. None of its processes is left. What else goes wrong with one is shown where settings are read.
func TestRestartCommandGoesWrong(t *testing.T) {
	harness.Full(t)
	const sleeps = "sleep 600 & echo $! >>$PIDS; "
	for _, row := range []struct{ name, command, why string }{
		{"fails", "false", "--restart: it failed (exit status 1)"},
		{"hangs", "echo $$ >>$PIDS; " + sleeps + "sleep 600", "--restart: it did not end in time"},
		{"prints megabytes and hangs", sleeps + "yes | head -c 10000000; echo the end; sleep 600", "--restart: it did not end in time; its output ends with: y"},
		{"prints a secret", `echo "token is $SECRET"; false`, "token is $AUTHORIZATION"},
		{"stops the server for good", "kill -KILL -$GROUP", "the target did not come back within 2s: the connection is refused"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s, pids := supervise(t, "0.2", "--job-duration", "500ms"), filepath.Join(t.TempDir(), "pids")
			set := fmt.Sprintf("PIDS='%s' GROUP=%d SECRET=%s; ", pids, s.group, secret)
			wait := "1m" // else a busy machine may not be done with what fails by itself
			if strings.Contains(row.name, "hangs") || strings.Contains(row.name, "for good") {
				wait = "2s"
			}
			got := check(t, "-H", "Authorization: Bearer "+secret, "--restart", set+row.command, "--restart-wait", wait, s.url())
			if got.exit != 3 || !strings.Contains(squeezed(got.output), row.why) || strings.Contains(got.output, secret) {
				t.Errorf("want %q\n%s", row.why, got)
			}
			t.Logf("it took %v", got.took)
			gone(t, pids)
		})
	}
}

// An interrupted run takes its command with it.
func TestInterruptedRestartCommand(t *testing.T) {
	harness.Full(t)
	s, pids := supervise(t, "0.2", "--job-duration", "200ms"), filepath.Join(t.TempDir(), "pids")
	cmd := exec.Command(withStore(t), "check", "--restart", "echo $$ >"+pids+"; sleep 600 & echo $! >>"+pids+"; wait", s.url())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, func() bool { text, _ := os.ReadFile(pids); return strings.Count(string(text), "\n") == 2 })
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if _ = cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
		t.Error(cmd.ProcessState)
	}
	gone(t, pids)
}

const secret = "c2VjcmV0LW9mLXRoaXMtdGVzdA"

// squeezed has a blank for each run of blanks: texts are wrapped.
func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

// gone waits until none of the processes is left that a file lists.
func gone(t *testing.T, pids string) {
	t.Helper()
	text, err := os.ReadFile(pids)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for word := range strings.FieldsSeq(string(text)) {
		pid, err := strconv.Atoi(word)
		if err != nil {
			t.Fatal(err)
		}
		until(t, func() bool { return syscall.Kill(pid, 0) != nil })
	}
}

func until(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not come true")
		}
	}
}
