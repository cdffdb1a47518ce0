package hostile

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// TestRowsRestarted shows that the laws hold for every row where the run restarts the server, or rolls it out, and asks it at another address too.
func TestRowsRestarted(t *testing.T) {
	oneIn := harness.RowsBeside(t)
	for i, r := range slices.Concat(rows, rows2) {
		if (i+1)%oneIn > 0 { // others than TestRows tries where not all are
			continue
		}
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			takesASecond := func(context.Context) error { time.Sleep(second); return nil }
			synctest.Test(t, func(t *testing.T) {
				lawful(t, r, 0, func(t *conformance.Target) {
					t.Replicas, t.Restart, t.RestartWait = []string{"other.test:80"}, takesASecond, 3*second
				})
			})
			synctest.Test(t, func(t *testing.T) {
				lawful(t, r, 0, func(t *conformance.Target) {
					t.Replicas, t.Rollout, t.RestartWait = []string{"other.test:80"}, takesASecond, 3*second
				})
			})
		})
	}
}
