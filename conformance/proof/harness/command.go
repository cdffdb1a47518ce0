package harness

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Module is the name of this module.
const Module = "github.com/two-oh-two/two-oh-two"

// BuildEnviron is the environment in which tests build the command: what one test compiled, no other compiles again.
func BuildEnviron() []string {
	return append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-trimpath -buildvcs=false")
}

// Build returns the path of the command. Go keeps what "go run" linked: tests of several packages link it once.
func Build(t testing.TB) string {
	t.Helper()
	command := filepath.Join(t.TempDir(), "two-oh-two")
	build := exec.Command("go", "run", "-exec", "cp", Module+"/cmd/two-oh-two", command)
	build.Env = BuildEnviron()
	if out, err := build.CombinedOutput(); err != nil {
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
