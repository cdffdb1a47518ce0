//go:build unix

package report_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

// A pipe that nobody reads is given up, with a sentence.
func TestPipeThatNobodyReads(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	err := formats.Save(t.Context(), path, func(io.Writer) error { t.Error("it was written to"); return nil })
	if err == nil || !strings.Contains(err.Error(), "is a pipe that nobody reads") {
		t.Error(err)
	}
	if f, err := os.OpenFile(path, os.O_RDWR, 0); err == nil { // lets what waits go on
		f.Close()
	}
}
