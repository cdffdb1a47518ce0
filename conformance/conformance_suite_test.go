package conformance_test

import (
	"cmp"
	"flag"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/conformance/specs"
	"github.com/two-oh-two/two-oh-two/reference"
)

// told are the command's settings, under the same names: go test ./conformance -args -base-url=http://localhost:8080
var told = bound()

func bound() *settings.Run {
	run := &settings.Run{}
	for _, row := range run.Rows() {
		if !row.Command {
			f := run.Flag(row)
			flag.Var(f.Value, f.Name, f.Usage)
		}
	}
	return run
}

// TestConformance judges the target that the settings name, or the reference on a loopback port.
func TestConformance(t *testing.T) {
	targets, options, err := told.Targets()
	if err != nil {
		t.Fatal(err)
	}
	if err := notFromCache(); err != nil {
		t.Fatal(err)
	}
	options = append(options, conformance.Deadline(t.Deadline()))
	for i, target := range targets {
		name := cmp.Or(target.Name, target.BaseURL)
		if name == "" {
			name = "the reference"
			targets[i].BaseURL = serveReference(t)
		}
		specs.AddFunc(name, func() conformance.Target { return targets[i] }, options...)
	}
	specs.RequireEvidence()
	gomega.RegisterFailHandler(ginkgo.Fail)
	ginkgo.RunSpecs(t, "two-oh-two conformance")
}

// notFromCache refuses a target from the environment where go test may answer from its cache: it would be
// green with the server dead. The flag it looks at is the one by which go test collects what a result depends on.
func notFromCache() error {
	cached := flag.Lookup("test.testlogfile")
	if cached == nil || cached.Value.String() == "" {
		return nil
	}
	for _, row := range told.Rows() {
		if values, by := told.Given(row); !row.Command && len(values) > 0 && by == settings.Environment(row.Name) {
			return fmt.Errorf("%s is set, and go test would keep the result and give it again without asking the server: run it with -count=1", by)
		}
	}
	return nil
}

// serveReference serves the reference on a loopback port for as long as the test runs.
func serveReference(t *testing.T) string {
	t.Helper()
	server, err := reference.New(reference.Options{JobDuration: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	served := httptest.NewServer(server)
	t.Cleanup(served.Close)
	return served.URL
}
