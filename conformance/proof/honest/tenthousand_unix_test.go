//go:build unix

package honest

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"syscall"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// TestTenThousandJobs has the command check the reference with ten thousand jobs of 2 s, each in a process of its own: done within
// its own bounds, within 500 MB, with a report of 10 MB at most, and all judged that is judged with 8 jobs. How long that takes is
// logged: on an idle machine of two cores 3 lifetimes and 10 s at most.
func TestTenThousandJobs(t *testing.T) {
	harness.Full(t)
	command := harness.Build(t)
	url := serving(t, command)
	few, _, _ := lots(t, command, url, "8")
	many, size, state := lots(t, command, url, "10000")
	for i, q := range many.Targets[0].Requirements {
		if was := few.Targets[0].Requirements[i]; was.Outcome.Judged() && !q.Outcome.Judged() && q.Level != contract.May {
			t.Errorf("%s is %s (%s), and was judged with 8 jobs", q.ID, q.Outcome, q.Reason)
		}
	}
	peak := state.SysUsage().(*syscall.Rusage).Maxrss
	if runtime.GOOS != "darwin" {
		peak <<= 10 // in kilobytes there, in bytes here
	}
	took := many.Duration.Duration()
	t.Logf("%v, %d MB, a report of %d kB", took, peak>>20, size>>10)
	if peak > 500_000_000 || size > 10_000_000 || many.Verdict != report.VerdictPass {
		t.Errorf("%v, %d bytes of memory, a report of %d bytes, verdict %s", took, peak, size, many.Verdict)
	}
}

// serving has the command serve the reference until the test is over, and returns where.
func serving(t *testing.T, command string) (url string) {
	t.Helper()
	cmd := exec.Command(command, "serve", "--addr", "127.0.0.1:0", "--job-duration", "2s")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for url == "" && lines.Scan() {
		url = regexp.MustCompile(`http://[0-9.:]+`).FindString(lines.Text())
	}
	return url
}

func lots(t *testing.T, command, url, jobs string) (r report.Report, size int, state *os.ProcessState) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	cmd := exec.Command(command, "check", "-q", "--jobs", jobs, "--report", "json="+file, url)
	out, err := cmd.CombinedOutput()
	text, readErr := os.ReadFile(file)
	if err != nil || readErr != nil {
		t.Fatalf("%v %v\n%s", err, readErr, out)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r, len(text), cmd.ProcessState
}
