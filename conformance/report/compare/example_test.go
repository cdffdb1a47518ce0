package compare_test

import (
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/compare"
)

func ExampleOf() {
	run := func(outcome contract.Outcome) report.Report {
		return report.Report{Targets: []report.Target{{
			BaseURL: "https://example.com", Requirements: []report.Requirement{{ID: "result.ok", Level: contract.Must, Outcome: outcome}},
		}}}
	}
	changes := compare.Of(run(contract.Pass), run(contract.Fail))
	for _, change := range changes.Targets[0].Failing {
		fmt.Println(change.ID, "newly fails")
	}
	// Output:
	// result.ok newly fails
}
