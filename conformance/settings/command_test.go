package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A configuration that lies in the working directory, and was not named, runs no command.
func TestUnnamedFileRunsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "two-oh-two.yaml")
	if err := os.WriteFile(path, []byte("base-url: http://127.0.0.1:1\nheader-command: 'echo Authorization: x'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	silent := func(string) string { return "" }
	if _, err := (&Run{Sources: Sources{Getenv: silent}}).ReadConfig(at(path)); err == nil || !strings.Contains(err.Error(), "name it with --config") {
		t.Errorf("not named: %v", err)
	}
	named := &Run{Sources: Sources{Getenv: silent}}
	named.Set("config", path)
	if _, err := named.ReadConfig(nil); err != nil {
		t.Errorf("named: %v", err)
	}
}

// Nor does a list of targets that such a configuration names.
func TestUnnamedFileNamesNothingToRun(t *testing.T) {
	folder := t.TempDir()
	path, list := filepath.Join(folder, "two-oh-two.yaml"), filepath.Join(folder, "targets.yaml")
	for file, text := range map[string]string{path: "targets: " + list + "\n", list: "- base-url: http://127.0.0.1:1\n  header-command: 'echo Authorization: x'\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, named := range []bool{true, false} {
		r := &Run{Sources: Sources{Getenv: func(string) string { return "" }}}
		if named {
			r.Set("config", path)
		}
		if _, err := r.ReadConfig(at(path)); err != nil {
			t.Fatal(err)
		}
		_, _, err := r.Targets()
		if refused := err != nil && strings.Contains(err.Error(), "runs no command"); refused == named {
			t.Errorf("named %v: %v", named, err)
		}
	}
}
