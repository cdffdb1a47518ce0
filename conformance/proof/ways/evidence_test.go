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
	server := httptest.NewServer(harness.Reference(t, reference.Options{JobDuration: 50 * time.Millisecond}, true))
	defer server.Close()
	suite := func(args ...string) (green bool, says string) {
		t.Helper()
		cmd := exec.Command("go", append([]string{"test", "github.com/two-oh-two/two-oh-two/conformance", "-run", "^TestConformance$"}, args...)...)
		cmd.Env = append(os.Environ(), "TWO_OH_TWO_BASE_URL="+server.URL)
		out, err := cmd.CombinedOutput()
		return err == nil, string(out)
	}
	expect := func(name string, wantGreen bool, wantSays string, args ...string) {
		t.Helper()
		if green, says := suite(args...); green != wantGreen || !strings.Contains(says, wantSays) {
			t.Errorf("%s: green %v, says\n%s", name, green, says)
		}
	}
	expect("a living server", true, "ok", "-count=1")
	expect("no word on caching", false, "run it with -count=1")
	expect("a filter that matches nothing", false, "no requirement was judged", "-count=1", "-args", "-ginkgo.label-filter=nothing")
	expect("a requirement that does not exist", false, `did you mean "monitor.ready"?`, "-count=1", "-args", "-only=monitor.redy")
	expect("one requirement", true, "ok", "-count=1", "-args", "-ginkgo.label-filter=monitor.ready")
	server.Close()
	expect("the same, with the server stopped", false, "refused", "-count=1")
	expect("and without a word on caching", false, "run it with -count=1")
}

// TestSuiteObeysTimeout shows that the suite ends by itself before go test would kill it: ten seconds are left for its report.
func TestSuiteObeysTimeout(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	server := httptest.NewServer(harness.Reference(t, reference.Options{JobDuration: time.Hour}, true))
	defer server.Close()
	out, err := exec.Command("go", "test", "github.com/two-oh-two/two-oh-two/conformance", "-run", "^TestConformance$", "-timeout", "25s",
		"-args", "-base-url="+server.URL).CombinedOutput()
	if err == nil || strings.Contains(string(out), "panic: test timed out") || !strings.Contains(string(out), "the time limit of") {
		t.Errorf("error %v\n%s", err, out)
	}
}
