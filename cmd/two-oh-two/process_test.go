//go:build unix

package main

import (
	"bufio"
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
	"github.com/two-oh-two/two-oh-two/reference"
)

// process is the command as a process of its own.
func process(t *testing.T, args ...string) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	harness.Full(t)
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = []string{asCommand + "=1"}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	t.Cleanup(func() {
		if cmd.ProcessState == nil && cmd.Process != nil {
			_ = cmd.Process.Kill()
		}
	})
	return cmd, &stderr
}

func TestInterruptedCheckReports(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{0, syscall.SIGINT, syscall.SIGTERM} { // without a signal, the context ends
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			begun := make(chan struct{}, 1000)
			server, err := reference.New(reference.Options{Duration: func() time.Duration { begun <- struct{}{}; return time.Minute }})
			g.Expect(err).NotTo(HaveOccurred())
			s := httptest.NewServer(server)
			defer s.Close()
			folder := t.TempDir()
			file := filepath.Join(folder, "report.json")
			args := []string{"check", "--report=text=-", "--save=" + filepath.Join(folder, "run.har")}
			for _, format := range formats.All() {
				args = append(args, "--report="+format.Name+"="+filepath.Join(folder, "report."+format.Name))
			}
			got := interrupted(t, signal, begun, append(args, s.URL)...)
			g.Expect(got.Code).To(Equal(exitInterrupted), got.Stderr)
			g.Expect(got.Stdout).To(And(HavePrefix("? could not tell"), ContainSubstring("interrupted"), ContainSubstring("start     ✓")))
			g.Expect(os.ReadFile(file)).To(ContainSubstring(`"stopped": "interrupted`))
			g.Expect(got.Stderr).To(BeEmpty(), "no live line in a pipe")
			for _, format := range formats.All() {
				text, err := os.ReadFile(filepath.Join(folder, "report."+format.Name))
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(string(text)).To(MatchRegexp(wholes[format.Name]), format.Name)
			}
			g.Expect(call("replay", filepath.Join(folder, "run.har"))).To(HaveField("Code", exitInconclusive), "the record is whole too")
			g.Expect(os.ReadDir(folder)).To(HaveLen(len(formats.All())+1), "and nothing half-written is left")
		})
	}
}

// interrupted calls the command, and interrupts it when two jobs were begun: the second is begun once the first was accepted, so that something is there to be judged.
func interrupted(t *testing.T, signal syscall.Signal, begun <-chan struct{}, args ...string) result {
	if signal == 0 {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { <-begun; <-begun; cancel() }()
		return callWith(ctx, "", nil, args...)
	}
	cmd, stderr := process(t, args...)
	var stdout strings.Builder
	cmd.Stdout = &stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { <-begun; <-begun; _ = cmd.Process.Signal(signal) }()
	_ = cmd.Wait()
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// TestNobodyReads shows that reports in files are whole where standard output is closed, and that the exit code tells of it.
func TestNobodyReads(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "r.json")
	g.Expect(os.WriteFile(file, []byte("old"), 0o600)).To(Succeed())
	read, write, err := os.Pipe()
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(read.Close()).To(Succeed())
	cmd, stderr := process(t, "check", "--report=html=-", "--report=json="+file, "--no-probes", serve(t))
	cmd.Stdout = write
	_ = cmd.Run()
	g.Expect(write.Close()).To(Succeed())
	g.Expect(cmd.ProcessState.ExitCode()).To(Equal(exitBroken), stderr.String())
	g.Expect(stderr.String()).To(ContainSubstring("the html report could not be written"))
	g.Expect(os.ReadFile(file)).To(MatchRegexp(wholes["json"]))
}

// TestOneFileTwice shows that two reports can't go to one file by two names, and that nothing is sent or removed then.
func TestOneFileTwice(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "a")
	g.Expect(os.WriteFile(file, []byte("old"), 0o600)).To(Succeed())
	g.Expect(os.Symlink("a", filepath.Join(folder, "link"))).To(Succeed())
	g.Expect(os.Link(file, filepath.Join(folder, "hard"))).To(Succeed())
	g.Expect(os.Symlink(".", filepath.Join(folder, "same"))).To(Succeed())
	for _, other := range []string{"./a", "link", "hard", "same/a", "../" + filepath.Base(folder) + "/a"} {
		got := call("check", "--report=json="+file, "--report=html="+folder+"/"+other, "http://127.0.0.1:1")
		g.Expect(got.Code).To(Equal(exitUsage), other)
		g.Expect(got.Stderr).To(ContainSubstring("goes where another report goes already"), other)
		g.Expect(call("check", "--report=json="+file, "--save="+folder+"/"+other, "http://127.0.0.1:1").Code).To(Equal(exitUsage), other)
	}
	g.Expect(os.ReadFile(file)).To(Equal([]byte("old")))
}

// wholes are how reports begin and end that are whole.
var wholes = map[string]string{
	"text": `(?s)^\? could not tell.*before the run was complete\n$`, "json": `(?s)^\{.*\}\n$`, "sarif": `(?s)^\{.*\}\n$`, "html": `(?s)^<!DOCTYPE html>.*</html>\s*$`,
	"junit": `(?s)^<\?xml.*</testsuites>\s*$`, "badge": `(?s)^<svg.*</svg>\s*$`, "markdown": `(?s)^## \? could not tell.*\n$`, "github": `(?s)^::error.*\n$`,
}

func TestServeEndsWell(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			cmd, stderr := process(t, "serve", "--addr=127.0.0.1:0", "--base-path=/api/", "--job-duration=0s", "--fault="+shouldFault)
			stdout, err := cmd.StdoutPipe()
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(cmd.Start()).To(Succeed())
			var said strings.Builder
			for lines := bufio.NewScanner(stdout); lines.Scan(); {
				said.WriteString(lines.Text() + "\n")
				if strings.Contains(lines.Text(), "two-oh-two check") {
					break
				}
			}
			g.Expect(said.String()).To(And(ContainSubstring("Fault "+shouldFault), ContainSubstring("curl -i http://127.0.0.1:")))
			url := regexp.MustCompile(`http://\S+/api\b`).FindString(said.String())
			g.Expect(call("check", "--only=start", url).Code).To(Equal(exitConformant), said.String())
			g.Expect(cmd.Process.Signal(signal)).To(Succeed())
			_ = cmd.Wait()
			g.Expect(cmd.ProcessState.ExitCode()).To(Equal(exitConformant), stderr.String())
		})
	}
}
