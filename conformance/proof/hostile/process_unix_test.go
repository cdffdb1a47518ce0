//go:build unix

package hostile

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

const (
	mostMemory     = 300_000_000
	processTimeout = 4 * second
	atOnce         = 6         // processes: most of them wait most of the time
	noEnd          = time.Hour // what is interrupted would go on for so long
)

// ownCommand is how the annotations of the command itself begin.
var ownCommand = regexp.MustCompile(`^::(error|warning|notice) title=`)

// A process is one call of the command, in a folder of its own.
type process struct {
	*exec.Cmd
	folder         string
	stdout, stderr bytes.Buffer
	memory         chan int
}

// startCommand starts the command in a new folder.
func startCommand(t *testing.T, command string, args ...string) *process {
	t.Helper()
	return startIn(t, t.TempDir(), command, args...)
}

// startIn starts the command as a job of GitHub Actions does: what it prints goes to a runner that obeys it.
func startIn(t *testing.T, folder, command string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(command, args...), folder: folder, memory: make(chan int, 1)}
	p.Dir, p.Cmd.Stdout, p.Cmd.Stderr = p.folder, &p.stdout, &p.stderr
	p.Env = []string{"GITHUB_ACTIONS=true", "NO_COLOR=1", "HOME=" + p.folder, "TMPDIR=" + p.folder}
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that what it leaves behind can be found
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL) })
	go func() { p.memory <- harness.PeakMemory(p.Process.Pid) }()
	return p
}

// interrupt sends SIGINT.
func (p *process) interrupt(t *testing.T) {
	t.Helper()
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
}

// end waits for the end, which has to come by itself or with the interruption, and judges it: the memory, what is left behind. How soon
// a run ends is judged with fake time.
func (p *process) end(t *testing.T, files ...string) {
	t.Helper()
	limit := time.AfterFunc(2*time.Minute, func() { _ = p.Process.Kill() })
	_ = p.Wait()
	memory, code := <-p.memory<<10, p.ProcessState.ExitCode()
	t.Logf("exit %d, %d MB", code, memory/1e6)
	if !limit.Stop() {
		t.Errorf("it did not end\n%s", p.stderr.String())
	}
	if memory > mostMemory {
		t.Errorf("%d MB of memory, want %d at most", memory/1e6, mostMemory/1_000_000)
	}
	if err := syscall.Kill(-p.Process.Pid, 0); err != syscall.ESRCH {
		t.Errorf("a child of it is left: %v", err)
	}
	left := p.files(t)
	slices.Sort(files)
	missing := slices.DeleteFunc(slices.Clone(files), func(name string) bool { return slices.Contains(left, name) })
	if len(left)+len(missing) > len(files) || len(missing) > 0 && !p.gaveUp() {
		t.Errorf("it leaves the files %q, want %q\n%s", left, files, p.stderr.String())
	}
}

// gaveUp reports whether it was interrupted when it wrote its reports already, and said so: nothing else is to leave one out.
func (p *process) gaveUp() bool {
	return strings.Contains(p.stderr.String(), "interrupt signal received")
}

func (p *process) files(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(p.folder)
	if err != nil {
		t.Error(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// printed judges what came on the two streams, the format of a report among it.
func (p *process) printed(t *testing.T, format string) {
	t.Helper()
	judgeOutput(t, format, p.stdout.Bytes())
	judgeOutput(t, "standard error", p.stderr.Bytes())
	if format != "github" {
		noCommand(t, format, p.stdout.String())
	}
	for line := range strings.Lines(p.stderr.String()) {
		if !ownCommand.MatchString(line) {
			noCommand(t, "standard error", line)
		}
	}
}

// saved judges the reports in files and the record.
func (p *process) saved(t *testing.T) {
	t.Helper()
	for _, name := range p.files(t) {
		text, err := os.ReadFile(filepath.Join(p.folder, name))
		if err != nil {
			t.Error(err)
		}
		t.Logf("%s: %d kB", name, len(text)/1000)
		judgeOutput(t, strings.TrimPrefix(name, "r."), text)
	}
}

// checking are the arguments of a check of a row: one format is printed, and all others go to files.
func checking(r row, printed string, limit time.Duration, more ...string) (args, files []string) {
	args = []string{
		"check", "--timeout=" + limit.String(), "--job-timeout=" + (limit * 3 / 4).String(), "--request-timeout=" + (limit / 2).String(), "--max-body=4MiB", "--header=Authorization: Bearer " + token,
		"--start-path=/deferredjob?n={n}&api_key=" + keyInQuery, "--save=r.HAR", "--report=" + printed + "=-",
	}
	if r.h2 != nil {
		args = append(args, "--http2-prior-knowledge")
	}
	files = []string{"HAR"}
	for _, f := range formats.All() {
		if f.Name != printed {
			args, files = append(args, "--report="+f.Name+"=r."+f.Name), append(files, f.Name)
		}
	}
	return append(args, more...), files
}

func named(files []string) (names []string) {
	for _, f := range files {
		names = append(names, "r."+f)
	}
	return names
}

// TestProcesses shows that the laws hold for the command as a process: its memory, its files, its end and what it prints.
func TestProcesses(t *testing.T) {
	harness.Full(t)
	t.Parallel() // it waits most of the time
	command := harness.Build(t)
	t.Run("rows", func(t *testing.T) { eachProcess(t, command) })
	t.Run("together", func(t *testing.T) { together(t, command) })
	t.Run(streamWindow.name, func(t *testing.T) {
		lawfulProcess(t, command, streamWindow, "text", false)
		lawfulProcess(t, command, streamWindow, "text", true)
	})
	t.Run("pipes", func(t *testing.T) { pipes(t, command) })
}

// eachProcess has the command meet each row, a few at once: until it ends, and until it is interrupted.
func eachProcess(t *testing.T, command string) {
	places := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i, r := range slices.Concat(rows, rows2) {
		if !r.full {
			continue
		}
		for j, interrupt := range []bool{false, true} {
			if harness.RowsBeside(t) > 1 && (i+j)%2 > 0 {
				continue // CI tries each row in one of the two ways
			}
			format := formats.All()[(i+4*j)%len(formats.All())].Name
			places <- struct{}{}
			all.Go(func() {
				defer func() { <-places }()
				t.Run(r.name, func(t *testing.T) { lawfulProcess(t, command, r, format, interrupt) })
			})
		}
	}
	all.Wait()
}

func lawfulProcess(t *testing.T, command string, r row, format string, interrupt bool) {
	s, url := listening(t, r)
	limit := processTimeout
	if interrupt {
		limit = noEnd
	}
	args, files := checking(r, format, limit, url)
	p := startCommand(t, command, args...)
	if interrupt {
		soon(t, func() error { // it is there to be interrupted once it asks
			if s.odd.Load() == 0 {
				return errors.New("nothing is asked")
			}
			return nil
		})
		p.interrupt(t)
	}
	p.end(t, named(files)...)
	if code := p.ProcessState.ExitCode(); code < 0 || code == 2 || code == 4 && !p.gaveUp() {
		t.Errorf("exit %d\n%s", code, p.stderr.String())
	}
	p.saved(t)
	if !p.gaveUp() {
		p.printed(t, format)
	}
}

// streamWindow has net/http's client (Go 1.26.8, processWindowUpdate) wait for a mutex that it holds itself, and all who use the
// connection after it. Nothing ends that, and fake time stands still: only a process shows that the command ends all the same.
var streamWindow = row{name: "h2: the window of a stream overflows", role: jobs, h2: once2(func(c *call2, f *http2.Framer) error {
	return f.WriteWindowUpdate(c.stream, 1<<31-1)
})}

// manyURLs is the row whose record grows fastest: each reference is as long as one may be, and stands in it again and again.
var manyURLs = row{role: start, talk: made(func(c *call) talk {
	return accepted("/monitor/" + itoa(c.number) + "?" + strings.Repeat("abcdefg&=", 7_900/9))
})}

// together shows that the memory has its bound with several targets whose records are kept, and with thousands of jobs.
func together(t *testing.T, command string) {
	_, url := listening(t, manyURLs)
	for _, c := range []struct {
		name string
		args []string
	}{
		{"four targets", []string{"--jobs=700", url, url, url, url}},
		{"5,000 jobs", []string{"--jobs=5000", url}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args, files := checking(manyURLs, "text", 8*second, c.args...)
			startCommand(t, command, args...).end(t, named(files)...)
		})
	}
}
