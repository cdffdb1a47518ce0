package harness

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Module is the name of this module.
const Module = "github.com/two-oh-two/two-oh-two"

// Build builds the command, and returns its path.
func Build(t testing.TB) string {
	t.Helper()
	command := filepath.Join(t.TempDir(), "two-oh-two")
	if out, err := exec.Command("go", "build", "-o", command, Module+"/cmd/two-oh-two").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return command
}

// Root is the folder of the module.
func Root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(folder, "go.mod")); missing == nil {
			return folder
		}
		if filepath.Dir(folder) == folder {
			break
		}
		folder = filepath.Dir(folder)
	}
	t.Fatal("there is no go.mod above the folder of the tests")
	return ""
}
