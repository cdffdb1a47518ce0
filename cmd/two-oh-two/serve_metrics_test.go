package main

import (
	"context"
	"io"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/two-oh-two/two-oh-two/reference"
)

func TestMetricsText(t *testing.T) {
	turn := 0
	server, err := reference.New(reference.Options{
		Duration: func() time.Duration { turn++; return []time.Duration{0, time.Hour, 0}[turn-1] },
		Fails:    func() bool { return turn == 3 },
	})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	m := newMetrics(server)
	for range 3 {
		server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/deferredjob", nil))
	}
	for _, seen := range []struct {
		resource string
		status   int
		took     time.Duration
	}{
		{"start", 202, 0}, {"start", 202, 50 * time.Microsecond}, {"start", 503, 51 * time.Microsecond},
		{"monitor", 200, time.Second}, {"result", 422, time.Minute}, {"", 404, 2 * time.Millisecond},
	} {
		m.count(seen.resource, seen.status, seen.took)
	}
	m.inFlight.Add(2)
	w := httptest.NewRecorder()
	m.pages(t.Context()).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	golden(t, "metrics.txt", strings.ReplaceAll(strings.ReplaceAll(w.Body.String(), runtime.Version(), "GO"), version(), "VERSION"))
	lint(t, w.Body)
}

// lint checks names, types and help texts as promtool does.
func lint(t *testing.T, text io.Reader) {
	t.Helper()
	problems, err := promlint.New(text).Lint()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	NewWithT(t).Expect(problems).To(BeEmpty())
}

// Prometheus asks for OpenMetrics, and for compressed answers.
func TestMetricsNegotiation(t *testing.T) {
	server, err := reference.New(reference.Options{})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	r, w := httptest.NewRequest("GET", "/metrics", nil), httptest.NewRecorder()
	r.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	r.Header.Set("Accept-Encoding", "gzip")
	newMetrics(server).pages(t.Context()).ServeHTTP(w, r)
	NewWithT(t).Expect(w.Header().Get("Content-Type")).To(HavePrefix("application/openmetrics-text; version=1.0.0"))
	NewWithT(t).Expect(w.Header().Get("Content-Encoding")).To(Equal("gzip"))
}

func TestHealth(t *testing.T) {
	g := NewWithT(t)
	server, err := reference.New(reference.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	pages := newMetrics(server).pages(ctx)
	for _, row := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/healthz", 200, "ok\n"}, {"POST", "/healthz", 405, ""}, {"GET", "/", 404, ""}, {"stop", "", 0, ""}, {"GET", "/healthz", 503, "stopping\n"},
		{"GET", "/metrics", 200, ""},
	} {
		if row.method == "stop" {
			cancel()
			continue
		}
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest(row.method, row.path, nil))
		g.Expect(w.Code).To(Equal(row.status), row.path)
		if row.body != "" {
			g.Expect(w.Body.String()).To(Equal(row.body))
		}
	}
}

// What is counted is what was asked, over HTTP.
func TestServeMetrics(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	s := serveWith(t, "--job-duration 0s --metrics-addr 127.0.0.1:0 --base-path /api")
	for range 3 {
		get(t, s.url+"/deferredjob")
	}
	get(t, s.url+"/monitor/nobody")
	get(t, strings.TrimSuffix(s.url, "/api")+"/elsewhere")
	status, text, header := get(t, s.metrics+"/metrics")
	g.Expect(status).To(Equal(200))
	g.Expect(header.Get("Content-Type")).To(HavePrefix("text/plain; version=0.0.4"))
	lint(t, strings.NewReader(text))
	for _, line := range []string{
		`two_oh_two_requests_total{resource="start",status="202"} 3`, `two_oh_two_requests_total{resource="monitor",status="404"} 1`,
		`two_oh_two_requests_total{resource="other",status="404"} 1`, `two_oh_two_request_duration_seconds_count{resource="start"} 3`,
		`two_oh_two_jobs_begun_total 3`, `two_oh_two_jobs{state="done"} 3`, `two_oh_two_jobs_held 3`, `two_oh_two_requests_in_flight 0`,
	} {
		g.Expect(text).To(ContainSubstring(line + "\n"))
	}
	_, body, _ := get(t, s.metrics+"/healthz")
	g.Expect(body).To(Equal("ok\n"))
}
