package specs_test

import (
	"fmt"
	"net/http/httptest"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/specs"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A server whose URL is known before the suite runs. Labels choose among the specs.
func ExampleAdd() {
	var _ = specs.Add(conformance.Target{BaseURL: "http://localhost:8080"}, conformance.Strict())

	suite, _ := ginkgo.GinkgoConfiguration()
	suite.LabelFilter = "result && MUST && !result.own"
	for _, spec := range ginkgo.PreviewSpecs("my suite", suite).SpecReports {
		if spec.State != types.SpecStateSkipped {
			fmt.Println(spec.LeafNodeLabels)
		}
	}
	// Output:
	// [result.ok MUST]
	// [result.complete MUST]
	// [result.repeatable MUST]
	// [result.not-early MUST]
	// [result.unknown MUST]
}

// A server that the suite itself starts.
func ExampleAddFunc() {
	var server *httptest.Server

	var _ = ginkgo.BeforeSuite(func() {
		handler, err := reference.New(reference.Options{}) // yours
		if err != nil {
			ginkgo.Fail(err.Error())
		}
		server = httptest.NewServer(handler)
		ginkgo.DeferCleanup(server.Close)
	})

	var _ = specs.AddFunc("my server", func() conformance.Target {
		return conformance.Target{BaseURL: server.URL}
	})
}
