package honest

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// oddSockets are oddities in which the sockets themselves play a part: real ones, and real time.
var oddSockets = []oddity{
	odd("nothing odd"),
	odd("Connection: close", everywhere("Connection", func() []string { return []string{"close"} })),
	odd("idle connections are closed at once", idle(time.Nanosecond)),
	odd("idle connections are closed soon", idle(20*ms)),
	odd("a POST, and idle connections are closed soon", posted, idle(20*ms)),
	odd("a POST, and idle connections are closed at once", posted, idle(time.Nanosecond)),
	odd("HTTP/2", func(s *oddServer) { s.tls = "h2" }),
	odd("TLS, and idle connections are closed at once", func(s *oddServer) { s.tls = "http/1.1" }, idle(time.Nanosecond)),
	odd("instant jobs", instant()),
	odd("two workers", workers(2)),
	odd("results of 2 MB, in chunks", body("application/octet-stream", noise(2<<20)), chunked),
	odd("a result larger than is read", body("text/plain", noise(300<<10)), asked(func(t *conformance.Target) { t.MaxBody = 64 << 10 }), unseen("result.complete")),
}

func idle(most time.Duration) trait {
	return func(s *oddServer) { s.server = append(s.server, func(h *http.Server) { h.IdleTimeout = most }) }
}

// posted begins jobs by POST with a JSON body.
func posted(s *oddServer) {
	s.method = "POST"
	s.unseen = append(s.unseen, "start.uncacheable")
	s.target = append(s.target, func(t *conformance.Target) { t.Body, t.BodyType = []byte(`{"n":{n}}`), "application/json" })
}

// TestHonestSockets shows that no honest server is bitten on real sockets either.
func TestHonestSockets(t *testing.T) {
	for _, o := range oddSockets {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			harness.Repeat(t, func(jobs time.Duration) (problem string, again bool) {
				real := odd(o.name, append([]trait{lasting(jobs), func(s *oddServer) { s.listen = onLoopback }, asked(patient)}, o.traits...)...)
				s, found := real.judged(t)
				s.alarms(t, found)
				return strings.Join(s.missed(found), "\n"), found.Verdict != report.VerdictFail
			})
		})
	}
}

// patient waits for answers as long as a busy machine may need.
func patient(t *conformance.Target) { t.RequestTimeout = time.Minute }

func onLoopback(t *testing.T, server *http.Server, protocol string) conformance.Target {
	s := httptest.NewUnstartedServer(nil)
	s.Config, s.EnableHTTP2 = server, protocol == "h2"
	t.Cleanup(s.Close)
	if protocol == "" {
		s.Start()
		return conformance.Target{BaseURL: s.URL}
	}
	s.StartTLS()
	authorities := x509.NewCertPool()
	authorities.AddCert(s.Certificate())
	return conformance.Target{BaseURL: s.URL, TLS: &tls.Config{RootCAs: authorities}}
}

// inMemory serves where time can be faked.
func inMemory(t *testing.T, server *http.Server, protocol string) conformance.Target {
	if protocol == "" {
		return harness.ServeWith(t, server)
	}
	return harness.ServeTLS(t, server, protocol == "h2")
}
