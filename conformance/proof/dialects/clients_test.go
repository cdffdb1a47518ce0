package dialects

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestAzureClient has Azure's own poller wait for jobs of the served dialects: that it understands them shows that they are served as they are meant.
func TestAzureClient(t *testing.T) {
	harness.Full(t)
	poller := filepath.Join(t.TempDir(), "poller")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", poller, ".")
	build.Dir, build.Env = filepath.Join("testdata", "azcore"), append(build.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("its modules can't be fetched, or built: %v\n%s", err, out)
	}
	for _, row := range []struct {
		dialect, method string
		fails           bool
		says            string // what the poller prints in the end
	}{
		{"arm-location", "POST", false, "Result of long-running process"},
		{"arm-location", "POST", true, "ERROR CODE: JobFailed"},
		{"arm-async", "POST", false, "Result of long-running process"},
		{"arm-async", "POST", true, "ERROR CODE: JobFailed"},
		{"azure-operation-location", "POST", false, "Result of long-running process"},
		{"azure-operation-location", "POST", true, "ERROR CODE: JobFailed"},
	} {
		name := row.dialect + " " + row.method
		if row.fails {
			name += ", failing"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := named(t, row.dialect)
			options := reference.Options{Dialect: d, JobDuration: jobs / 2}
			if row.fails {
				options.Fails = func() bool { return true }
			}
			server, err := reference.New(options)
			if err != nil {
				t.Fatal(err)
			}
			url := harness.Loopback(t, server).BaseURL + server.StartPath()
			out, err := exec.CommandContext(t.Context(), poller, row.method, url).CombinedOutput()
			if (err != nil) != row.fails || !strings.Contains(string(out), row.says) {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}
