//go:build unix

package hostile

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pipes shows that SIGINT ends the command while it reads a pipe that does not end, or writes to one that nobody reads.
func pipes(t *testing.T, command string) {
	for _, c := range []struct {
		name string
		args []string
	}{
		{"data", []string{"check", "--data=@pipe", "http://127.0.0.1:1"}},
		{"configuration", []string{"check", "--config=pipe", "http://127.0.0.1:1"}},
		{"record", []string{"replay", "pipe"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			path := pipe(t, folder)
			p := startIn(t, folder, command, c.args...)
			var writer *os.File
			soon(t, func() (err error) { // it can be opened so once there is a reader
				writer, err = os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
				return err
			})
			defer writer.Close()
			p.interrupt(t)
			p.end(t, "pipe")
			if by := p.ProcessState.Sys().(syscall.WaitStatus); by.Signal() != syscall.SIGINT {
				t.Errorf("not SIGINT ended it: %v\n%s", p.ProcessState, p.stderr.String())
			}
		})
	}
	t.Run("report", func(t *testing.T) {
		_, url := listening(t, row{role: preflight, talk: honest})
		folder := t.TempDir()
		pipe(t, folder)
		p := startIn(t, folder, command, "check", "--jobs=1", "--no-probes", "--report=json=first", "--report=html=pipe", url)
		soon(t, func() error { _, err := os.Stat(filepath.Join(folder, "first")); return err })
		p.interrupt(t)
		p.end(t, "first", "pipe")
		if !strings.Contains(p.stderr.String(), "pipe that nobody reads") {
			t.Errorf("exit %d\n%s", p.ProcessState.ExitCode(), p.stderr.String())
		}
	})
}

// pipe makes a pipe in a folder.
func pipe(t *testing.T, folder string) (path string) {
	t.Helper()
	path = filepath.Join(folder, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// soon waits until something succeeds.
func soon(t *testing.T, try func() error) {
	t.Helper()
	err := try()
	for began := time.Now(); err != nil && time.Since(began) < time.Minute; err = try() {
		time.Sleep(5 * time.Millisecond)
	}
	if err != nil {
		t.Fatal(err)
	}
}
