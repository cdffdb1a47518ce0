package faults

import (
	"slices"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestMatrixOfMany shows that a fault is caught in the middle of many jobs as it is among a few.
func TestMatrixOfMany(t *testing.T) {
	harness.Full(t)
	faults := slices.DeleteFunc(reference.Faults(), func(f reference.Fault) bool { return !slices.Contains(oftenLost, f.Name) })
	matrix(t, faults, func(t *conformance.Target) { t.Jobs = 300 })
}

// TestMatrixByReplica shows that a fault is caught, and reported as it is, where half of the reads go to another address of the same server.
func TestMatrixByReplica(t *testing.T) {
	harness.Full(t)
	n := -1
	faults := slices.DeleteFunc(reference.Faults(), func(f reference.Fault) bool {
		n++
		return n%harness.RowsBeside(t) > 0 || slices.Contains(f.Needs, reference.NeedsAddresses)
	})
	matrix(t, faults, func(t *conformance.Target) { t.Replicas = []string{"other.test:443"} })
}

// oftenLost are faults that many jobs could hide, one of each kind.
var oftenLost = []string{
	"start-one-job-an-instant", "monitor-late", "monitor-500-near-end", "monitor-every-fourth-never-done", "monitor-forgotten-for-newer-job",
	"monitor-runs-when-read", "result-late", "result-early", "result-swapped", "result-forgotten-for-newer-job", "jobs-concurrent-result-missing",
	"jobs-end-with-connection", "jobs-end-together", "result-pending-500",
}
