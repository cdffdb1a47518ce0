//go:build unix

package ways

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// What production does to jobs, by real processes: a supervisor starts a server again whenever it ends, as systemd and Kubernetes do.

// A supervised server is one process after another at one address.
type supervised struct {
	address string
	pid     string // the file with the id of the process that runs now
	group   int    // of the supervisor and all that it has started
}

func (s supervised) url() string { return "http://" + s.address }

// kill is the shell's command that ends the process that runs now: the supervisor starts the next one.
func (s supervised) kill(signal string) string {
	return fmt.Sprintf("kill -%s $(cat %s)", signal, s.pid)
}

// supervise serves by processes that follow each other a while apart.
func supervise(t *testing.T, apart string, flags ...string) supervised {
	t.Helper()
	s := supervised{address: freeAddress(t), pid: filepath.Join(t.TempDir(), "pid")}
	cmd := exec.Command("sh", append([]string{"-c", `trap : TERM; pid=$1 apart=$2; shift 2; while :; do "$@" & echo $! >$pid; wait $!; sleep $apart; done`, "supervisor", s.pid, apart,
		withStore(t), "serve", "--addr", s.address}, flags...)...)
	var said strings.Builder
	cmd.Stderr = &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.group = cmd.Process.Pid
	t.Cleanup(func() {
		_ = syscall.Kill(-s.group, syscall.SIGKILL)
		if _ = cmd.Wait(); t.Failed() && said.Len() > 0 {
			t.Log(said.String())
		}
	})
	awaitServer(t, s.address)
	return s
}

// nextPort is where free ports are looked for: below those that systems give to connections, and each once.
var nextPort atomic.Int32

func freeAddress(t *testing.T) string {
	t.Helper()
	for {
		address := fmt.Sprintf("127.0.0.1:%d", 10_000+(os.Getpid()+int(nextPort.Add(1)))%20_000)
		if l, err := net.Listen("tcp", address); err == nil {
			l.Close()
			return address
		}
	}
}

func awaitServer(t *testing.T, address string) {
	t.Helper()
	until(t, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// A checked run is what the command came to.
type checkedRun struct {
	exit           int
	failed         []string // MUSTs
	likely, output string
	took           time.Duration
}

func (c checkedRun) String() string {
	return fmt.Sprintf("exit %d, failed %v, after %v\n%s", c.exit, c.failed, c.took, c.output)
}

// fails reports whether the run failed exactly these MUSTs.
func (c checkedRun) fails(ids ...string) bool {
	return c.exit == min(len(ids), 1) && slices.Equal(c.failed, ids)
}

// check runs the command.
func check(t *testing.T, args ...string) (c checkedRun) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	cmd := exec.Command(withStore(t), append([]string{"check", "--report", "text=-", "--report", "json=" + file, "--request-timeout", "1m"}, args...)...)
	began := time.Now()
	out, err := cmd.CombinedOutput()
	c.took, c.output = time.Since(began), string(out)
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		c.exit = exit.ExitCode()
	}
	var r report.Report
	if text, err := os.ReadFile(file); err != nil || json.Unmarshal(text, &r) != nil {
		t.Fatalf("%v %s", err, out)
	}
	for _, q := range r.Targets[0].Requirements {
		if q.Outcome == contract.Fail && q.Level == contract.Must {
			c.failed, c.likely = append(c.failed, q.ID), q.Likely
		}
	}
	return c
}

// aFew is how often a run is made that has to come out the same each time: 100 times with 100 as the value of the switch.
func aFew(t *testing.T) int {
	if n := harness.RandomRuns(t); n > 40 {
		return n
	}
	return 1
}
