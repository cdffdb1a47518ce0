package conformance_test

import (
	"fmt"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/reference"
)

var manyJobs = []int{100, 1000, 10_000}

// BenchmarkJobs measures what one of many jobs costs to live through, over loopback and with its server in the same
// process, and what its record weighs. It takes the job's own time off, and should be as much for ten thousand as for a hundred:
//
//	go test ./conformance -run '^$' -bench Jobs -benchtime 3x
func BenchmarkJobs(b *testing.B) {
	const duration = 200 * time.Millisecond
	for _, n := range manyJobs {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			target := referenceWith(b, duration)
			target.Jobs = n
			b.ReportAllocs()
			var weight float64
			for b.Loop() {
				before := heap()
				o := lived(b, target)
				weight += heap() - before
				runtime.KeepAlive(o)
			}
			perRun := b.Elapsed() / time.Duration(b.N)
			b.ReportMetric((perRun-duration).Seconds()*1000/float64(n), "ms/job")
			b.ReportMetric(weight/float64(b.N)/float64(n)/(1<<20), "MB/job")
		})
	}
}

// BenchmarkJobsJudged measures what one of many jobs costs to judge.
func BenchmarkJobsJudged(b *testing.B) {
	for _, n := range manyJobs {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			target := referenceWith(b, 200*time.Millisecond)
			target.Jobs = n
			o, catalogue := lived(b, target), contract.Catalogue()
			b.ReportAllocs()
			for b.Loop() {
				o.Arrange()
				contract.Judge(o, catalogue)
			}
			b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N)/float64(n), "ms/job")
			b.ReportMetric(float64(len(o.Exchanges))/float64(n), "exchanges/job")
		})
	}
}

func referenceWith(b *testing.B, duration time.Duration) observe.Target {
	b.Helper()
	handler, err := reference.New(reference.Options{JobDuration: duration})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(handler)
	b.Cleanup(server.Close)
	return observe.Target{BaseURL: server.URL}
}

func lived(b *testing.B, target observe.Target) *record.Observation {
	b.Helper()
	o, err := observe.Observe(b.Context(), target)
	if err != nil || o.Stopped != "" {
		b.Fatal(o.Stopped, err)
	}
	return o
}

// heap is what is reachable, in bytes.
func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
