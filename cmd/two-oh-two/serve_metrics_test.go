package main

import (
	"context"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

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
		{"monitor", 200, time.Second}, {"result", 422, time.Minute}, {"", 404, 2 * time.Millisecond}, {"start", 70000, 0},
	} {
		m.count(seen.resource, seen.status, seen.took)
	}
	m.inFlight.Add(2)
	text := strings.ReplaceAll(strings.ReplaceAll(m.text(), runtime.Version(), "GO"), version(), "VERSION")
	golden(t, "metrics.txt", text)
	wellFormed(t, text)
}

// wellFormed holds a text against the rules of Prometheus's format: HELP and TYPE come before a family's samples,
// which stand together, and a histogram's buckets only grow.
func wellFormed(t *testing.T, text string) {
	t.Helper()
	g := NewWithT(t)
	sample := regexp.MustCompile(`^([a-z_]+?)(_bucket|_sum|_count)?(\{[a-z]+="[^"\\\n]*"(,[a-z]+="[^"\\\n]*")*\})? [0-9.e+-]+$`)
	bucket := regexp.MustCompile(`^two_oh_two_request_duration_seconds_(?:bucket|count)\{resource="([a-z]+)".*\} (\d+)$`)
	family, families, last := "", map[string]bool{}, map[string]int{}
	g.Expect(text).To(HaveSuffix("\n"))
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "# HELP "); ok {
			family, _, _ = strings.Cut(name, " ")
			g.Expect(families[family]).To(BeFalse(), "twice: "+family)
			families[family] = true
			continue
		}
		if strings.HasPrefix(line, "# TYPE ") {
			g.Expect(line).To(MatchRegexp(`^# TYPE ` + family + ` (counter|gauge|histogram)$`))
			continue
		}
		parts := sample.FindStringSubmatch(line)
		g.Expect(parts).NotTo(BeNil(), line)
		g.Expect(parts[1]).To(Equal(family), line)
		if b := bucket.FindStringSubmatch(line); b != nil {
			n, err := strconv.Atoi(b[2])
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(n).To(BeNumerically(">=", last[b[1]]), line)
			last[b[1]] = n
		}
	}
	g.Expect(families).To(HaveLen(7))
	g.Expect(last).To(HaveLen(len(resources)))
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
	wellFormed(t, text)
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
