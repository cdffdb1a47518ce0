package honest

import (
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// TestFarAway shows that a slow network costs a run so many times its round trip, and a job its time once.
func TestFarAway(t *testing.T) {
	const trip, trips = 150 * ms, 25
	for _, d := range []time.Duration{-1, 100 * ms, second, 2 * second, 5 * second} {
		harness.InFakeTime(t, d.String(), func(t *testing.T) {
			s, found := odd("", latency(trip, trip), lasting(max(d, 0))).judged(t)
			if s.alarms(t, found); found.Verdict != report.VerdictPass {
				t.Errorf("verdict %s (%s)", found.Verdict, found.Why)
			}
			took, most := found.Duration.Duration(), max(d, 0)*11/10+trips*trip
			t.Logf("%v, %.1f round trips beside 1.1 times the job", took, float64(took-max(d, 0)*11/10)/float64(trip))
			if took > most {
				t.Errorf("a run took %v, want %v at most", took, most)
				for _, p := range found.Phases {
					t.Logf("%-12s from %.3f to %.3f", p.Name, float64(p.From), float64(p.To))
				}
			}
		})
	}
}
