package ways

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/specs"
)

// targetVariable has this test's own binary run as a go test, or as a Ginkgo suite, of the target that it names.
const targetVariable = "PROOF_TARGET"

// TestWays shows that all four ways say the same of the same server.
func TestWays(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	if os.Getenv(targetVariable) != "" {
		t.Skip("this process is one of the ways")
	}
	command := harness.Build(t)
	for _, fault := range []string{"", "result-once-then-410", "pending-private", "start-answers-200", "location-internal-host"} {
		t.Run("fault="+fault, func(t *testing.T) {
			t.Parallel()
			harness.Repeat(t, func(jobs time.Duration) (problem string, again bool) {
				target := harness.Loopback(t, harness.FaultyFor(t, fault, jobs))
				want := summary(harness.Check(t, target))
				for way, got := range map[string]outcomes{
					"command": byCommand(t, command, target.BaseURL), "Run": byRun(t, target.BaseURL), "Ginkgo": byGinkgo(t, target.BaseURL),
				} {
					if !slices.Equal(got.failed, want.failed) || got.green != want.green {
						problem += fmt.Sprintf("%s says %+v, Check says %+v\n", way, got, want)
					}
				}
				return problem, fault != ""
			})
		})
	}
}

// outcomes is what a way says: the MUSTs that failed, and whether it passed.
type outcomes struct {
	failed []string
	green  bool
}

func summary(r report.Report) outcomes {
	var o outcomes
	for _, q := range r.Targets[0].Requirements {
		if q.Outcome == contract.Fail && q.Level == contract.Must {
			o.failed = append(o.failed, q.ID)
		}
	}
	slices.Sort(o.failed)
	o.green = r.Verdict == report.VerdictPass
	return o
}

func byCommand(t *testing.T, command, url string) outcomes {
	file := filepath.Join(t.TempDir(), "report.json")
	err := exec.Command(command, "check", "--report", "json="+file, url).Run()
	var r report.Report
	text, readErr := os.ReadFile(file)
	if readErr != nil {
		t.Fatal(readErr)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	o := summary(r)
	if (err == nil) != o.green {
		t.Errorf("the command's exit (%v) and its report (%s) disagree", err, r.Verdict)
	}
	return o
}

func byRun(t *testing.T, url string) outcomes {
	out, err := again(t, "TestOneTarget", url)
	var o outcomes
	for _, found := range regexp.MustCompile(`--- FAIL: TestOneTarget/[a-z]+/([a-z.-]+) `).FindAllStringSubmatch(out, -1) {
		o.failed = append(o.failed, found[1])
	}
	slices.Sort(o.failed)
	o.green = err == nil
	return o
}

func byGinkgo(t *testing.T, url string) outcomes {
	file := filepath.Join(t.TempDir(), "ginkgo.json")
	_, err := again(t, "TestOneSuite", url, "-ginkgo.json-report="+file)
	text, readErr := os.ReadFile(file)
	if readErr != nil {
		t.Fatal(readErr)
	}
	var suites []types.Report
	if err := json.Unmarshal(text, &suites); err != nil {
		t.Fatal(err)
	}
	var o outcomes
	for _, spec := range suites[0].SpecReports {
		if id, _, is := strings.Cut(spec.LeafNodeText, ":"); is && strings.Contains(id, ".") && spec.Failed() {
			o.failed = append(o.failed, id)
		}
	}
	slices.Sort(o.failed)
	o.green = err == nil
	return o
}

// again runs one test of this binary in a process of its own.
func again(t *testing.T, test, url string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"-test.run=^" + test + "$", "-test.v"}, args...)...)
	cmd.Env = append(os.Environ(), targetVariable+"="+url)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestOneTarget is one of the ways, in a process of its own.
func TestOneTarget(t *testing.T) {
	conformance.Run(t, conformance.Target{BaseURL: target(t)})
}

// TestOneSuite is another.
func TestOneSuite(t *testing.T) {
	specs.Add(conformance.Target{BaseURL: target(t)})
	gomega.RegisterFailHandler(ginkgo.Fail)
	ginkgo.RunSpecs(t, "one target")
}

func target(t *testing.T) string {
	url := os.Getenv(targetVariable)
	if url == "" {
		t.Skip("run by TestWays, in a process of its own")
	}
	return url
}
