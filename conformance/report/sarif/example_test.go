package sarif_test

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/sarif"
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
	if err := sarif.Write(&file, r); err != nil {
		panic(err)
	}
	var log struct {
		Runs []struct {
			Results []struct{ RuleID, Level string }
		}
	}
	if err := json.Unmarshal(file.Bytes(), &log); err != nil {
		panic(err)
	}
	fmt.Println(log.Runs[0].Results[0])
	// Output:
	// {result.ok error}
}
