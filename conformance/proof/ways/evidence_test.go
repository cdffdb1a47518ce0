package ways

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestGreenIsEvidence shows that go test of the suite is green where it judged a server, and nowhere else: not
// with the server stopped, not from go's cache, not where a filter matches nothing.
func TestGreenIsEvidence(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	server := httptest.NewServer(harness.New(t, reference.Options{JobDuration: 50 * time.Millisecond}))
	defer server.Close()
	expect := func(name string, wantGreen bool, wantSays, command string, args ...string) {
		t.Helper()
		cmd := exec.Command(command, args...)
		cmd.Env = append(os.Environ(), "TWO_OH_TWO_BASE_URL="+server.URL)
		if out, err := cmd.CombinedOutput(); (err == nil) != wantGreen || !strings.Contains(string(out), wantSays) {
			t.Errorf("%s: %v, says\n%s", name, err, out)
		}
	}
	suite := suite(t)
	expect("a living server", true, "PASS", suite, "-test.run", only, "-test.count=1")
	expect("a filter that matches nothing", false, "no requirement was judged", suite, "-test.run", only, "-ginkgo.label-filter=nothing")
	expect("a requirement that does not exist", false, `did you mean "monitor.ready"?`, suite, "-test.run", only, "-only=monitor.redy")
	expect("one requirement", true, "PASS", suite, "-test.run", only, "-ginkgo.label-filter=monitor.ready")
	expect("no word on caching", false, "run it with -count=1", "go", "test", harness.Module+"/conformance", "-run", only)
	server.Close()
	expect("a stopped server", false, "refused", suite, "-test.run", only)
}

// only is the one test that suite is built for.
const only = "^TestConformance$"

// TestSuiteObeysTimeout shows that the suite ends by itself before go test would kill it: ten seconds are left for its report.
func TestSuiteObeysTimeout(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	server := httptest.NewServer(harness.New(t, reference.Options{JobDuration: time.Hour}))
	defer server.Close()
	out, err := exec.Command(suite(t), "-test.run", only, "-test.timeout=25s", "-base-url="+server.URL).CombinedOutput()
	if err == nil || strings.Contains(string(out), "panic: test timed out") || !strings.Contains(string(out), "the time limit of") {
		t.Errorf("error %v\n%s", err, out)
	}
}
