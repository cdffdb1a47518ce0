package main

import (
	"context"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/two-oh-two/two-oh-two/reference"
)

// metrics are what /metrics offers to Prometheus.
type metrics struct {
	registry *prometheus.Registry
	check    func(context.Context) error // whether the jobs' store answers
	inFlight prometheus.Gauge
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// resources are the values of the label resource; the last one is for paths at which there is nothing.
var resources = []string{"start", "monitor", "result", "other"}

// durationBuckets are in seconds: from an answer without latency to the longest that most clients wait.
var durationBuckets = []float64{5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

func newMetrics(server *reference.Server) *metrics {
	m := &metrics{
		check:    server.Check,
		registry: prometheus.NewRegistry(),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "two_oh_two_requests_in_flight", Help: "Requests that are being answered."}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "two_oh_two_requests_total", Help: "Requests that were answered."}, []string{"resource", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "two_oh_two_request_duration_seconds", Help: "Time taken to answer a request.", Buckets: durationBuckets}, []string{"resource"}),
	}
	for _, resource := range resources { // so that a resource nobody has asked for is shown as zero
		m.duration.WithLabelValues(resource)
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "two_oh_two_build_info", Help: "Version of the command and of Go; the value is always 1.",
		ConstLabels: prometheus.Labels{"version": version(), "goversion": runtime.Version()},
	})
	build.Set(1)
	m.registry.MustRegister(m.inFlight, m.requests, m.duration, jobsCollector{server}, build)
	return m
}

func (m *metrics) count(resource string, status int, took time.Duration) {
	if resource == "" {
		resource = "other"
	}
	m.requests.WithLabelValues(resource, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(resource).Observe(took.Seconds())
}

// A jobsCollector counts the server's jobs once for each scrape: [reference.Server.Jobs] visits every job.
type jobsCollector struct{ server *reference.Server }

var (
	jobsBegun = prometheus.NewDesc("two_oh_two_jobs_begun_total", "Jobs that were begun.", nil, nil)
	jobsState = prometheus.NewDesc("two_oh_two_jobs", "Jobs that the server holds, by state.", []string{"state"}, nil)
	jobsHeld  = prometheus.NewDesc("two_oh_two_jobs_held", "Jobs that the server holds.", nil, nil)
)

func (c jobsCollector) Describe(descriptions chan<- *prometheus.Desc) {
	prometheus.DescribeByCollect(c, descriptions)
}

func (c jobsCollector) Collect(samples chan<- prometheus.Metric) {
	jobs := c.server.Jobs()
	samples <- prometheus.MustNewConstMetric(jobsBegun, prometheus.CounterValue, float64(jobs.Begun))
	for state, n := range map[string]int{"running": jobs.Running, "done": jobs.Done, "failed": jobs.Failed} {
		samples <- prometheus.MustNewConstMetric(jobsState, prometheus.GaugeValue, float64(n), state)
	}
	samples <- prometheus.MustNewConstMetric(jobsHeld, prometheus.GaugeValue, float64(jobs.Held()))
}

// pages are /metrics, and /healthz, which answers 200 until the context is done, where the jobs' store answers.
func (m *metrics) pages(ctx context.Context) http.Handler {
	pages := http.NewServeMux()
	pages.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	pages.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if ctx.Err() != nil {
			http.Error(w, "stopping", http.StatusServiceUnavailable)
			return
		}
		if m.check(r.Context()) != nil { // the reason is not shown: it may have addresses
			http.Error(w, "the jobs' store does not answer", http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ok\n")
	})
	return pages
}
