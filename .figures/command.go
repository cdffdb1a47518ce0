package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// many is how many jobs a large run begins, and manyTake how long each takes.
const (
	many     = 10_000
	manyTake = 2 * time.Second
)

// program is a command that ends with ctx, and all that it started with it: go test has a process of its own for the tests.
func program(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}

// commands measures the command from its process's start to its end: with jobs that take no time, and with very many.
func (m *measurement) commands(ctx context.Context) error {
	fmt.Fprintln(m.stderr, "\n== the command")
	fmt.Fprintln(m.raw, "pkg: github.com/two-oh-two/two-oh-two/.figures") // what follows is no package's before
	if out, err := program(ctx, "go", "build", "-o", m.command(), "./cmd/two-oh-two").CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	instant, err := served(reference.Options{JobDuration: -1}, false)
	if err != nil {
		return err
	}
	defer instant.Close()
	for range m.count {
		if err := m.check(ctx, "Command/instant", time.Minute, instant.URL); err != nil {
			return err
		}
	}
	large, err := served(reference.Options{JobDuration: manyTake, MaxJobs: 1 << 20}, false)
	if err != nil {
		return err
	}
	defer large.Close()
	for range min(3, m.count) {
		if err := m.check(ctx, "Command/many", 90*time.Second, large.URL, "--jobs", fmt.Sprint(many)); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (m *measurement) command() string { return filepath.Join(m.work, "two-oh-two") }

// check runs the command once, with nothing set but what args say. It has to pass.
func (m *measurement) check(ctx context.Context, name string, within time.Duration, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	file := filepath.Join(m.work, "report.json")
	cmd := program(ctx, m.command(), append([]string{"check", "--quiet", "--report", "json=" + file}, args...)...)
	cmd.Dir = m.work // where no configuration lies
	cmd.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TWO_OH_TWO_") || strings.HasPrefix(variable, "GITHUB_")
	})
	began := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(began)
	switch exit := (*exec.ExitError)(nil); {
	case ctx.Err() != nil:
		return fmt.Errorf("`two-oh-two check` did not end within %v", within)
	case errors.As(err, &exit):
		fmt.Fprintf(m.stderr, "%s", out)
		return fmt.Errorf("`two-oh-two check` ended with exit code %d", exit.ExitCode())
	case err != nil:
		return err
	}
	figures, err := found(file)
	if err != nil {
		return err
	}
	// On Linux what the parent had as it began the process counts too: it is an upper bound.
	if usage, is := cmd.ProcessState.SysUsage().(*syscall.Rusage); is {
		figures += fmt.Sprintf(" %.1f peak-MB", float64(usage.Maxrss)*maxrssUnit/1e6)
	}
	return m.tellRun(name, took, figures)
}

// found says what a report in JSON has: its size, and how many requirements were judged and failed.
func found(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	var r report.Report
	if err := json.Unmarshal(text, &r); err != nil {
		return "", err
	}
	judged, failed := 0, 0
	for _, q := range r.Targets[0].Requirements {
		if q.Outcome.Judged() {
			judged++
		}
		if q.Outcome == contract.Fail {
			failed++
		}
	}
	return fmt.Sprintf("%.3f report-MB %d cases %d failed", float64(len(text))/1e6, judged, failed), nil
}

// served is the reference on loopback, over HTTP/2 and TLS if so wanted.
func served(options reference.Options, http2 bool) (*httptest.Server, error) {
	handler, err := reference.New(options)
	if err != nil {
		return nil, err
	}
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = silent
	if server.EnableHTTP2 = http2; http2 {
		server.StartTLS()
	} else {
		server.Start()
	}
	return server, nil
}
