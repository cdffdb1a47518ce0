package dialects

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestMatrix holds the faults that apply to a dialect against its whole catalogue: each fails exactly what it lists, so far as the dialect asks
// for it. Least is how many have to apply.
func TestMatrix(t *testing.T) {
	for _, row := range []struct {
		name  string
		least int
	}{
		{"json-api", 165},
		{"google-aip-151", 90},
		{"azure-operation-location", 110},
		{"odata-4.01", 115},
		{"ogc-processes-1.0", 140},
	} {
		t.Run(row.name, func(t *testing.T) { matrix(t, named(t, row.name), row.least) })
	}
}

func named(t *testing.T, name string) dialect.Dialect {
	t.Helper()
	all := settings.Dialects()
	at := slices.IndexFunc(all, func(d dialect.Dialect) bool { return d.Name == name })
	if at < 0 {
		t.Fatalf("there is no dialect %s", name)
	}
	return all[at]
}

func matrix(t *testing.T, d dialect.Dialect, least int) {
	applying := slices.DeleteFunc(reference.Faults(), func(f reference.Fault) bool {
		return f.Applies(d) != nil
	})
	if len(applying) < least {
		t.Errorf("%d faults apply, want %d at least", len(applying), least)
	}
	goods := map[string]report.Report{}
	for i, fault := range applying {
		if i%harness.RowsBeside(t) > 0 {
			continue
		}
		given := fmt.Sprint(fault.Needs)
		if _, known := goods[given]; !known {
			t.Run("none, "+given, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { goods[given] = checkFault(t, d, fault) })
				if failing := harness.Failing(goods[given]); failing != nil {
					t.Errorf("without the fault: %v%s", failing, harness.Unexpected(goods[given], nil))
				}
			})
		}
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			problem := ""
			for range 2 { // which connection carries what differs from run to run, and a run may show too little
				synctest.Test(t, func(t *testing.T) { problem = holdAgainst(fault, goods[given], checkFault(t, d, fault, fault.Name)) })
				if problem == "" {
					return
				}
			}
			t.Error(problem)
		})
	}
}

// checkFault judges the dialect, served with what a fault needs to show, and with these faults.
func checkFault(t *testing.T, d dialect.Dialect, fault reference.Fault, faults ...string) report.Report {
	t.Helper()
	options, prepare := harness.ForFault(fault)
	options.Dialect, options.StartPath, options.Faults = d, startPath(d), faults
	if _, required := d.Monitor.Pending.Headers["Retry-After"]; required {
		options.RetryAfter = "0" // or a job would be read once a second
	}
	return harness.CheckFault(t, fault, options, func(target *conformance.Target) {
		prepare(target)
		target.Dialect, target.Dialects, target.StartPath = d, settings.Dialects(), startPath(d)
	})
}

// holdAgainst says what a run shows of a fault that it should not, or what it does not; empty where all is as it should be.
func holdAgainst(fault reference.Fault, good, bad report.Report) string {
	got := harness.Broken(bad, good)
	var want []string
	for _, q := range bad.Targets[0].Requirements {
		if slices.Contains(fault.Breaks, q.ID) && q.Outcome != contract.NotApplicable {
			want = append(want, q.ID)
		}
	}
	switch {
	case len(want) == 0:
		return fmt.Sprintf("%s\nthe dialect asks for none of %v; it fails %v", fault.Says, fault.Breaks, got)
	case !slices.Equal(got, want):
		return fmt.Sprintf("%s\nfails %v\n want %v\n%s", fault.Says, got, want, harness.Explain(bad, got, want))
	}
	return ""
}
