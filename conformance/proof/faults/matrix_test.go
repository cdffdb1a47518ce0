package faults

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestMatrix holds every fault of the reference against the whole catalogue: each fails
// exactly what it lists, of every level, and changes no other MAY.
func TestMatrix(t *testing.T) { matrix(t, reference.Faults()) }

func matrix(t *testing.T, faults []reference.Fault, prepare ...func(*conformance.Target)) {
	goods := withoutFaults(t, faults, prepare)
	for i, fault := range faults {
		if harness.Raced && i%9 > 0 { // the race detector finds in a few of them what it finds in all
			continue
		}
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { holdAgainst(t, fault, goods[fmt.Sprint(fault.Needs)], prepare) })
		})
	}
}

// withoutFaults judges the reference without a fault, once for each thing that faults need to show, and returns the reports by that.
func withoutFaults(t *testing.T, faults []reference.Fault, also []func(*conformance.Target)) map[string]report.Report {
	goods := map[string]report.Report{}
	for _, fault := range faults {
		given := fmt.Sprint(fault.Needs)
		if _, known := goods[given]; known {
			continue
		}
		t.Run("none, "+given, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options, prepare := harness.ForFault(fault, also...)
				goods[given] = harness.CheckFault(t, fault, options, prepare)
			})
			for _, q := range goods[given].Targets[0].Requirements {
				if q.Outcome == contract.Fail {
					t.Errorf("without the fault, %s fails: %s", q.ID, q.Got)
				}
			}
		})
	}
	return goods
}

func holdAgainst(t *testing.T, fault reference.Fault, good report.Report, also []func(*conformance.Target)) {
	options, prepare := harness.ForFault(fault, also...)
	options.Faults = []string{fault.Name}
	bad := harness.CheckFault(t, fault, options, prepare)
	if !harness.Raced || len(fault.Name)%8 == 0 { // with the race detector one in eight
		agree(t, bad)
	}
	got := harness.Broken(bad, good)
	var want []string
	for _, q := range bad.Targets[0].Requirements {
		if slices.Contains(fault.Breaks, q.ID) {
			want = append(want, q.ID)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nfails %v\n want %v\n%s", fault.Says, got, want, harness.Explain(bad, got, want))
	}
}

// TestEveryRequirementBites shows that every requirement has a fault which, among MUSTs, it alone catches.
func TestEveryRequirementBites(t *testing.T) {
	must := map[string]bool{}
	for _, r := range contract.Catalogue() {
		must[r.ID] = r.Level == contract.Must
	}
	for _, r := range contract.Catalogue() {
		alone := slices.ContainsFunc(reference.Faults(), func(f reference.Fault) bool {
			others := slices.ContainsFunc(f.Breaks, func(id string) bool { return id != r.ID && must[id] })
			return slices.Contains(f.Breaks, r.ID) && !others
		})
		if !alone {
			t.Errorf("no fault shows %s alone", r.ID)
		}
	}
}
