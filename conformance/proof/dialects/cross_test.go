package dialects

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

// likeAnother are the pairs, served and judged, in which one dialect keeps the other's rules too, and why.
var likeAnother = map[[2]string]string{
	{"arm-location", "redfish"}:             "redfish asks for a part of it: 202 until the task is done, then what the operation would have answered",
	{"odata-4.01", "redfish"}:               "likewise; that the result's own status is in AsyncResult is no rule of redfish",
	{"durable-functions", "redfish"}:        "likewise; the state in the body is beside its rules",
	{"fabric", "azure-architecture-status"}: "it is one, with more fields",
	{"fhir-r5-bundle", "fhir-bulk"}:         "202 until the export is done, then 200 and JSON: which JSON is beside its rules",
}

// TestCross judges each dialect by every other: one that is taken for another would be a green that says nothing.
func TestCross(t *testing.T) {
	harness.Full(t)
	seen, names, pairs := map[[2]string]bool{}, 0, 0
	for _, served := range settings.Dialects() {
		if reference.Serves(served) != nil {
			continue
		}
		for _, judged := range settings.Dialects() {
			if served.Name == judged.Name {
				continue
			}
			pair := [2]string{served.Name, judged.Name}
			if pairs++; pairs%harness.RowsBeside(t) > 0 && likeAnother[pair] == "" {
				continue
			}
			t.Run(served.Name+" as "+judged.Name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					served := served
					served.Start.Methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
					target := serve(t, served, false)
					target.Dialect, target.Dialects = judged, settings.Dialects()
					r := harness.Check(t, target)
					if r.Verdict != report.VerdictPass {
						names += told(t, served.Name, r)
						return
					}
					seen[pair] = true
					if likeAnother[pair] == "" {
						t.Errorf("%s served and judged as %s is conformant", served.Name, judged.Name)
					}
				})
			})
		}
	}
	t.Logf("the dialect was named in %d pairs", names)
	for pair := range likeAnother {
		if !seen[pair] {
			t.Errorf("%s served is no longer conformant as %s", pair[0], pair[1])
		}
	}
}

// told reports, as 1, whether a report names the dialect that was served. To name others alone would be wrong.
func told(t *testing.T, served string, r report.Report) int {
	for _, q := range r.Targets[0].Requirements {
		says := q.Mend + q.Reason
		if !strings.Contains(says, "--dialect ") {
			continue
		}
		if !strings.Contains(says+",", "--dialect "+served+",") {
			t.Errorf("%s served, and %s says %s", served, q.ID, says)
		}
		return 1
	}
	return 0
}
