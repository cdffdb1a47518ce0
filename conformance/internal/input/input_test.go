package input

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := ReadFile(path, 5); err != nil || string(text) != "12345" {
		t.Errorf("%q, %v", text, err)
	}
	for _, c := range []struct{ path, says string }{{path, "is larger than"}, {filepath.Dir(path), "read " + filepath.Dir(path)}, {path + "2", "open " + path + "2: "}} {
		if _, err := ReadFile(c.path, 4); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.path, err, c.says)
		}
	}
}

func TestEndless(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("there is no endless file here")
	}
	if _, err := ReadFile("/dev/zero", 1<<20); err == nil || !strings.Contains(err.Error(), "/dev/zero is larger than a megabyte") {
		t.Errorf("%v", err)
	}
}

func TestPipeThatNobodyWrites(t *testing.T) {
	path := pipe(t)
	if _, err := readFile(path, 1<<20, time.Millisecond); err == nil || !strings.Contains(err.Error(), "did not end within") {
		t.Errorf("%v", err)
	}
	if f, err := os.OpenFile(path, os.O_RDWR, 0); err == nil { // lets the reader that waits go on
		f.Close()
	}
}
