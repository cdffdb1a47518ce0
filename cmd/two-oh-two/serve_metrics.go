package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/two-oh-two/two-oh-two/reference"
)

// metrics count requests. All that a request touches is an atomic number: requests do not wait for each other.
type metrics struct {
	server   *reference.Server
	inFlight atomic.Int64
	requests map[string]*requestMetrics // by resource; never changes
}

// resources are what requests are counted by; the last is for paths at which there is nothing.
var resources = []string{"start", "monitor", "result", "other"}

// requestMetrics are of one resource.
type requestMetrics struct {
	statuses [600]atomic.Int64
	buckets  [len(bounds) + 1]atomic.Int64 // not cumulative; the last is beyond all bounds
	took     atomic.Int64                  // nanoseconds in all
}

// bounds are the upper bounds of the histogram, from what an answer takes without latency to what few would wait for.
var bounds = [...]time.Duration{
	50 * time.Microsecond, 100 * time.Microsecond, 250 * time.Microsecond, 500 * time.Microsecond,
	time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second,
}

func newMetrics(server *reference.Server) *metrics {
	m := &metrics{server: server, requests: map[string]*requestMetrics{}}
	for _, resource := range resources {
		m.requests[resource] = new(requestMetrics)
	}
	return m
}

func (m *metrics) count(resource string, status int, took time.Duration) {
	of := m.requests[resource]
	if of == nil {
		of = m.requests["other"]
	}
	if status >= 0 && status < len(of.statuses) {
		of.statuses[status].Add(1)
	}
	at := 0
	for at < len(bounds) && took > bounds[at] {
		at++
	}
	of.buckets[at].Add(1)
	of.took.Add(int64(took))
}

// pages are /metrics, and /healthz, which is well until the server is told to stop.
func (m *metrics) pages(ctx context.Context) http.Handler {
	pages := http.NewServeMux()
	pages.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_, _ = io.WriteString(w, m.text())
	})
	pages.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if ctx.Err() != nil {
			http.Error(w, "stopping", http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ok\n")
	})
	return pages
}

// text is the metrics in Prometheus's text format, version 0.0.4.
func (m *metrics) text() string {
	var b strings.Builder
	family := func(name, kind, help string) {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
	}
	family("two_oh_two_requests_total", "counter", "Requests that were answered.")
	for _, resource := range resources {
		statuses := &m.requests[resource].statuses
		for status := range statuses {
			if n := statuses[status].Load(); n > 0 {
				fmt.Fprintf(&b, "two_oh_two_requests_total{resource=%q,status=\"%d\"} %d\n", resource, status, n)
			}
		}
	}
	family("two_oh_two_requests_in_flight", "gauge", "Requests that are being answered.")
	fmt.Fprintf(&b, "two_oh_two_requests_in_flight %d\n", m.inFlight.Load())
	family("two_oh_two_request_duration_seconds", "histogram", "How long answers took.")
	for _, resource := range resources {
		m.requests[resource].histogram(&b, resource)
	}
	jobs := m.server.Jobs()
	family("two_oh_two_jobs_begun_total", "counter", "Jobs that were begun.")
	fmt.Fprintf(&b, "two_oh_two_jobs_begun_total %d\n", jobs.Begun)
	family("two_oh_two_jobs", "gauge", "Jobs that are held, by what has become of them.")
	fmt.Fprintf(&b, "two_oh_two_jobs{state=\"running\"} %d\ntwo_oh_two_jobs{state=\"done\"} %d\ntwo_oh_two_jobs{state=\"failed\"} %d\n",
		jobs.Running, jobs.Done, jobs.Failed)
	family("two_oh_two_jobs_held", "gauge", "Jobs that are held in all.")
	fmt.Fprintf(&b, "two_oh_two_jobs_held %d\n", jobs.Held())
	family("two_oh_two_build_info", "gauge", "What this is: always 1.")
	fmt.Fprintf(&b, "two_oh_two_build_info{version=%q,goversion=%q} 1\n", version(), runtime.Version())
	return b.String()
}

func (of *requestMetrics) histogram(b *strings.Builder, resource string) {
	const name = "two_oh_two_request_duration_seconds"
	var sum int64
	for i := range of.buckets {
		sum += of.buckets[i].Load()
		bound := "+Inf"
		if i < len(bounds) {
			bound = strconv.FormatFloat(bounds[i].Seconds(), 'g', -1, 64)
		}
		fmt.Fprintf(b, "%s_bucket{resource=%q,le=%q} %d\n", name, resource, bound, sum)
	}
	fmt.Fprintf(b, "%s_sum{resource=%q} %g\n", name, resource, time.Duration(of.took.Load()).Seconds())
	fmt.Fprintf(b, "%s_count{resource=%q} %d\n", name, resource, sum)
}
