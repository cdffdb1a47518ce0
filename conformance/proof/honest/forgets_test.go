package honest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestForgets shows that jobs which are lost a moment after their ends are missed, later ones with Target.Retention, and that a server
// which keeps them for that long passes.
func TestForgets(t *testing.T) {
	for _, row := range []struct {
		name                    string
		lasts, after, retention time.Duration
		outcome                 contract.Outcome
	}{
		{"after 200 ms", second, 200 * ms, 0, contract.Fail},
		{"after 200 ms, jobs without a length", 0, 200 * ms, 0, contract.Fail},
		{"after 10 s, nobody looks", second, 10 * second, 0, contract.Pass},
		{"after 10 s", second, 10 * second, 20 * second, contract.Fail},
		{"kept as promised", second, 30 * second, 20 * second, contract.Pass},
	} {
		harness.InFakeTime(t, row.name, func(t *testing.T) {
			_, found := odd(row.name, lasting(row.lasts), set(func(s *honest) { s.expiry = row.after }),
				asked(func(t *conformance.Target) { t.Retention = row.retention })).judged(t)
			if final, _ := found.Find("monitor.final"); final.Outcome != row.outcome {
				t.Errorf("monitor.final: %s (%s)", final.Outcome, found.Why)
			}
		})
	}
}

// TestLateReads shows when the last reads come: no earlier than a moment after the last end, and the run still ends in time.
func TestLateReads(t *testing.T) {
	for _, lasts := range []time.Duration{time.Nanosecond, 500 * ms, 2 * second, 20 * second} {
		synctest.Test(t, func(t *testing.T) {
			var asked harness.Asks
			began := time.Now()
			r := harness.Check(t, harness.Serve(t, asked.Around(harness.New(t, reference.Options{JobDuration: lasts, RetryAfter: reference.NoRetryAfter}))))
			if took, most := r.Duration.Duration(), max(lasts*11/10+400*ms, 500*ms); r.Verdict != report.VerdictPass || took > most {
				t.Errorf("%v: %s after %v, want it within %v", lasts, r.Verdict, took, most)
			}
			if last := asked.At[len(asked.At)-1].Sub(began); last < lasts+250*ms {
				t.Errorf("%v: the last request came after %v", lasts, last)
			}
		})
	}
}
