package markdown_test

import (
	"bytes"
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/markdown"
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
	var file bytes.Buffer
	if err := markdown.Write(&file, r); err != nil {
		panic(err)
	}
	verdict, _, _ := bytes.Cut(file.Bytes(), []byte("\n\n| level |"))
	fmt.Printf("%s\n", verdict)
	// Output:
	// ## ✗ not conformant: `https://example.com`
	//
	// Failed: `result.ok`
}
