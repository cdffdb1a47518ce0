package github_test

import (
	"os"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/github"
)

func ExampleWrite() {
	r := report.Report{ // as conformance.Check returns it; here it is written by hand
		Verdict: report.VerdictFail, Contract: report.ContractInfo{Name: "two-oh-two", Version: "1.0"},
		Targets: []report.Target{{
			BaseURL: "https://example.com", Verdict: report.VerdictFail,
			Requirements: []report.Requirement{{
				ID: "result.ok", Level: contract.Must, Outcome: contract.Fail,
				Says: "The result is answered 200.", Got: "404 Not Found", Want: "200 OK",
			}},
		}},
	}
	if err := github.Write(os.Stdout, r); err != nil {
		panic(err)
	}
	// Output:
	// ::error title=result.ok (MUST) at https%3A//example.com::The result is answered 200.%0Agot: 404 Not Found%0Awant: 200 OK
}
