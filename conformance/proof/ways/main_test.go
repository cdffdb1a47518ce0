package ways

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

func TestMain(m *testing.M) {
	if os.Getenv(targetVariable) == "" { // else it is one of the ways: Ginkgo wants no such flag
		harness.SideBySide()
	}
	code := m.Run()
	_ = os.RemoveAll(shared())
	os.Exit(code)
}

// shared is a folder for what several tests run: each is built once.
var shared = sync.OnceValue(func() string {
	folder, err := os.MkdirTemp("", "ways")
	if err != nil {
		panic(err)
	}
	return folder
})

// built returns the path of a binary in the folder that tests share. The first who asks for it runs the go command that builds it; the path is its last word.
func built(t *testing.T, environ []string, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(shared(), name)
	build, _ := builds.LoadOrStore(name, sync.OnceValue(func() error {
		cmd := exec.Command("go", append(args, path)...)
		cmd.Env = environ
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		return nil
	}))
	if err := build.(func() error)(); err != nil {
		t.Fatal(err)
	}
	return path
}

var builds sync.Map // of names to functions

// withStore is the path of the command with the store in it.
func withStore(t *testing.T) string {
	t.Helper()
	return built(t, harness.BuildEnviron(), "two-oh-two", "run", "-exec", "cp", "-tags", "store", harness.Module+"/cmd/two-oh-two") // what go run links it keeps
}

// suite is the path of the suite's binary, as go test compiles it.
func suite(t *testing.T) string {
	t.Helper()
	return built(t, nil, "suite.test", "test", "-c", harness.Module+"/conformance", "-o")
}
