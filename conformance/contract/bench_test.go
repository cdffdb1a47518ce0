package contract

import (
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// BenchmarkJudge judges a healthy run of 20 jobs and some 400 exchanges by the whole catalogue.
func BenchmarkJudge(b *testing.B) {
	r := healthy()
	for job := 15; job <= 20; job++ {
		r.life(job, record.WayAlone)
	}
	for _, job := range append([]int{15, 16, 17, 18, 19, 20}, watched...) {
		for age := 310 * ms; age < 600*ms; age += 20 * ms {
			r.read(job, 200, at(time.Duration(job)*5*ms+age))
		}
	}
	o, catalogue := r.arranged(), Catalogue()
	b.ReportAllocs()
	for b.Loop() {
		Judge(o, catalogue)
	}
	b.ReportMetric(float64(len(o.Exchanges)), "exchanges")
	b.ReportMetric(float64(len(catalogue)), "requirements")
}
