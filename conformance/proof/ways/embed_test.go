package ways

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/specs"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestEmbedded shows that specs live in somebody's own suite, for two targets, beside its own specs and
// its own BeforeSuite, and are selected by labels without taking the suite over.
func TestEmbedded(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	all := len(contract.Catalogue()) + 1 // and the evidence
	for _, c := range []struct {
		filter              string
		theirs, first, rest int // specs that were run or skipped by themselves: the suite's own, of the first target, of the second
	}{
		{"", 1, all, all},
		{"theirs", 1, 0, 0},
		{"two-oh-two && monitor.ready", 0, 1, 1},
	} {
		t.Run("filter="+c.filter, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "ginkgo.json")
			out, err := again(t, "TestSomebodysSuite", "their own", "-ginkgo.json-report="+file, "-ginkgo.label-filter="+c.filter)
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var suites []types.Report
			if err := json.Unmarshal(text, &suites); err != nil {
				t.Fatal(err)
			}
			ran := map[string]int{}
			for _, spec := range suites[0].SpecReports {
				if spec.LeafNodeType == types.NodeTypeIt && !spec.StartTime.IsZero() && spec.State != types.SpecStatePending && spec.NumAttempts > 0 {
					name, _, _ := strings.Cut(strings.Join(spec.ContainerHierarchyTexts, " "), " server")
					ran[name]++
				}
			}
			if ran["theirs"] != c.theirs || ran["two-oh-two first"] != c.first || ran["two-oh-two second"] != c.rest {
				t.Errorf("ran %v", ran)
			}
		})
	}
}

// TestSomebodysSuite is a suite of somebody's own, in a process of its own.
func TestSomebodysSuite(t *testing.T) {
	target(t)
	var first, second *httptest.Server
	ginkgo.BeforeSuite(func() {
		first, second = referenceServer(), referenceServer()
		ginkgo.DeferCleanup(first.Close)
		ginkgo.DeferCleanup(second.Close)
	})
	ginkgo.Describe("theirs", ginkgo.Label("theirs"), func() {
		ginkgo.It("has a spec of its own", func() { gomega.Expect(first.URL).NotTo(gomega.BeEmpty()) })
	})
	specs.AddFunc("first server", func() conformance.Target { return conformance.Target{BaseURL: first.URL} })
	specs.AddFunc("second server", func() conformance.Target { return conformance.Target{BaseURL: second.URL} })
	gomega.RegisterFailHandler(ginkgo.Fail)
	ginkgo.RunSpecs(t, "somebody's suite")
}

func referenceServer() *httptest.Server {
	handler, err := reference.New(reference.Options{JobDuration: 50 * time.Millisecond})
	if err != nil {
		ginkgo.Fail(err.Error())
	}
	return httptest.NewServer(handler)
}
