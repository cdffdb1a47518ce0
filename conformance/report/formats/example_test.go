package formats_test

import (
	"os"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

// Each format is a function of a report.
func Example() {
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
	for _, name := range []string{"github", "text"} {
		format, err := formats.Named(name)
		if err != nil {
			panic(err)
		}
		if err := format.Write(os.Stdout, r); err != nil {
			panic(err)
		}
	}
	// Output:
	// ::error title=result.ok (MUST) at https%3A//example.com::The result is answered 200.%0Agot: 404 Not Found%0Awant: 200 OK
	// ✗ not conformant: https://example.com
	//
	//   MUST    none judged
	//   SHOULD  none judged
	//   0 jobs begun, 0 followed to the end; 0 requests in 0s
	//   contract two-oh-two 1.0
	//
	// ✗ result.ok  MUST
	//   The result is answered 200.
	//
	//      got  404 Not Found
	//     want  200 OK
	//
	//   result    ✗  0 of 1   1 failed
	//
	// ✗ not conformant: https://example.com
}
