package conformance_test

import (
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// BenchmarkCheck measures what a run costs, in seconds and in lifetimes of one of its jobs (jobs/op), and how much of
// the aim that is, 1.1 lifetimes and 0.4 s (aim/op: 1 at most):
//
//	go test ./conformance -run '^$' -bench Check -benchtime 3x
func BenchmarkCheck(b *testing.B) {
	for _, d := range []time.Duration{-1, 100 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second} {
		name := d.String()
		if d < 0 {
			name = "instant"
		}
		b.Run(name, func(b *testing.B) {
			target, requests := conformance.Target(referenceWith(b, d)), 0
			for b.Loop() {
				r, err := conformance.Check(b.Context(), target)
				if err != nil || r.Verdict != report.VerdictPass {
					b.Fatal(r.Verdict, err)
				}
				requests += r.Targets[0].Jobs.Requests
			}
			perRun := b.Elapsed().Seconds() / float64(b.N)
			b.ReportMetric(perRun, "s/op")
			b.ReportMetric(float64(requests)/float64(b.N), "requests/op")
			if d > 0 {
				b.ReportMetric(perRun/d.Seconds(), "jobs/op")
			}
			b.ReportMetric(perRun/(1.1*max(0, d.Seconds())+0.4), "aim/op")
		})
	}
}
