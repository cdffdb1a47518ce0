package dialects

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestOthersClients has clients that others wrote wait for jobs of the served dialects: that they understand them shows that they are served
// as they are meant.
func TestOthersClients(t *testing.T) {
	harness.Full(t)
	const result, failure = "Result of long-running process", "JobFailed"
	azure := []waiting{
		{"arm-location", "POST", false, result},
		{"arm-location", "POST", true, failure},
		{"arm-async", "POST", false, result},
		{"arm-async", "POST", true, failure},
		{"arm-async", "PUT", false, result}, // it asks the URL that began the job for the result
		{"azure-operation-location", "POST", false, result},
		{"azure-operation-location", "POST", true, failure},
		{"azure-operation-location", "PUT", false, result},
	}
	for _, client := range []struct {
		name  string
		ready func(*testing.T) []string
		jobs  []waiting
	}{
		{"azcore of Go", azcore, azure},
		{"@azure/core-lro and @medplum/core of npm", npm, append(azure,
			waiting{"fhir-bulk", "POST", false, result},
			waiting{"fhir-bulk", "POST", true, `{"resourceType":"OperationOutcome"}`}, // and none that the client made
		)},
	} {
		t.Run(client.name, func(t *testing.T) {
			t.Parallel()
			command := client.ready(t)
			for _, job := range client.jobs {
				job.waitFor(t, command)
			}
		})
	}
}

// A waiting is a job that a client begins and waits for.
type waiting struct {
	dialect, method string
	fails           bool
	says            string // what the client prints in the end
}

func (w waiting) waitFor(t *testing.T, command []string) {
	name := w.dialect + " " + w.method
	if w.fails {
		name += ", failing"
	}
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		options := reference.Options{Dialect: named(t, w.dialect), JobDuration: jobs / 2}
		if w.method == "PUT" {
			options.StartPath = "/deferredjob/{uuid}"
		}
		if w.fails {
			options.Fails = func() bool { return true }
		}
		server, err := reference.New(options)
		if err != nil {
			t.Fatal(err)
		}
		url := harness.Loopback(t, server).BaseURL + strings.Replace(server.StartPath(), "{uuid}", "6f0b1c1e-5a52-4f6f-9d0e-4d0f7b1c0a11", 1)
		out, err := exec.CommandContext(t.Context(), command[0], append(command[1:], w.method, url, w.dialect)...).CombinedOutput()
		if (err != nil) != w.fails || !strings.Contains(string(out), w.says) {
			t.Errorf("%v: %s", err, out)
		}
	})
}

// azcore is Azure's own poller, built from a module of its own.
func azcore(t *testing.T) []string {
	poller := filepath.Join(t.TempDir(), "poller")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", poller, ".")
	build.Dir, build.Env = filepath.Join("testdata", "azcore"), append(build.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("its modules can't be fetched, or built: %v\n%s", err, out)
	}
	return []string{poller}
}

// npm has clients of npm's packages, those of the lock file. A registry that does not answer is not waited for.
func npm(t *testing.T) []string {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "npm"))); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	install := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=0", "--fetch-timeout=10000")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("node is not there, or npm's packages can't be fetched: %v\n%s", err, out)
	}
	return []string{"node", filepath.Join(dir, "poll.mjs")}
}
