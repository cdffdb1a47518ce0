package fronts

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// A seen server remembers by which versions of HTTP, and under which names, it was asked.
type seen struct {
	mu        sync.Mutex
	protocols map[string]bool
	hosts     map[string]bool
}

func (s *seen) around(handler http.Handler) http.Handler {
	s.protocols, s.hosts = map[string]bool{}, map[string]bool{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.protocols[r.Proto], s.hosts[r.Host] = true, true
		s.mu.Unlock()
		handler.ServeHTTP(w, r)
	})
}

// TestReach shows that a server passes whichever way it is reached, and that it is reached that way.
func TestReach(t *testing.T) {
	for _, row := range []struct {
		name, scheme   string
		reach          observe.Reach
		protocol, host string
	}{
		{name: "resolved", scheme: "http", reach: observe.Reach{Resolve: map[string][]string{"jobs.test:8080": {"127.0.0.1"}}}, protocol: "HTTP/1.1", host: "jobs.test:8080"},
		{name: "resolved, the second address answers", scheme: "http", reach: observe.Reach{Resolve: map[string][]string{"jobs.test:8080": {"127.255.255.254", "127.0.0.1"}}}, protocol: "HTTP/1.1", host: "jobs.test:8080"},
		{name: "every host resolved", scheme: "http", reach: observe.Reach{Resolve: map[string][]string{"*:8080": {"127.0.0.1"}}}, protocol: "HTTP/1.1", host: "jobs.test:8080"},
		{name: "HTTP/2 in clear text", scheme: "http", reach: observe.Reach{HTTP: observe.HTTP2WithoutAsking}, protocol: "HTTP/2.0"},
		{name: "HTTP/2 asked for, without TLS", scheme: "http", reach: observe.Reach{HTTP: observe.HTTP2}, protocol: "HTTP/1.1"},
		{name: "HTTP/2 by TLS", scheme: "https", protocol: "HTTP/2.0"},
		{name: "HTTP/1.1 alone", scheme: "https", reach: observe.Reach{HTTP: observe.HTTP11}, protocol: "HTTP/1.1"},
		{name: "HTTP/2 alone", scheme: "https", reach: observe.Reach{HTTP: observe.HTTP2WithoutAsking}, protocol: "HTTP/2.0"},
		{name: "a socket", scheme: "http", reach: observe.Reach{UnixSocket: "yes"}, protocol: "HTTP/1.1", host: "jobs.test:8080"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var by seen
			server := httptest.NewUnstartedServer(by.around(harness.Faulty(t, "")))
			server.Config.Protocols = new(http.Protocols)
			server.Config.Protocols.SetHTTP1(true)
			server.Config.Protocols.SetUnencryptedHTTP2(true)
			target := conformance.Target{Reach: row.reach, RequestTimeout: time.Minute}
			if row.reach.UnixSocket != "" {
				target.Reach.UnixSocket = filepath.Join(t.TempDir(), "s")
				server.Listener.Close()
				listener, err := net.Listen("unix", target.Reach.UnixSocket)
				if err != nil {
					t.Fatal(err)
				}
				server.Listener = listener
			}
			if row.scheme == "https" {
				server.EnableHTTP2 = true
				server.Config.Protocols = nil
				server.StartTLS()
				authorities := x509.NewCertPool()
				authorities.AddCert(server.Certificate())
				target.TLS = &tls.Config{RootCAs: authorities}
			} else {
				server.Start()
			}
			defer server.Close()
			target.BaseURL = server.URL
			_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
			if row.host != "" {
				target.BaseURL = "http://" + row.host
			}
			if at := row.reach.Resolve; at != nil { // the port is the listener's own
				target.Reach.Resolve = map[string][]string{}
				for name, addresses := range at {
					target.Reach.Resolve[strings.ReplaceAll(name, "8080", port)] = addresses
				}
				row.host = strings.ReplaceAll(row.host, "8080", port)
				target.BaseURL = "http://" + row.host
			}
			harness.Passes(t, harness.Check(t, target))
			if !by.protocols[row.protocol] || len(by.protocols) != 1 || row.host != "" && (!by.hosts[row.host] || len(by.hosts) != 1) {
				t.Errorf("asked by %v as %v", by.protocols, by.hosts)
			}
		})
	}
}

// A proxy forwards what it is asked for to one address, whatever the name, and counts.
type proxy struct {
	mu    sync.Mutex
	to    string
	asked map[string]int // by host
}

func (p *proxy) rewrite(r *httputil.ProxyRequest) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[r.In.URL.Hostname()]++
	r.Out.URL.Host, r.Out.Host = p.to, r.In.Host
}

// TestProxy shows that a server passes behind the proxy that the environment names, though that is on a private
// address, and that a Location does not lead through the proxy to where it must not lead.
func TestProxy(t *testing.T) {
	for name, location := range map[string]string{"": "", "by number": "http://127.0.0.1:9/monitor/1", "by name": "http://metadata.localhost/monitor/1"} {
		t.Run("location "+name, func(t *testing.T) {
			t.Parallel()
			handler := http.Handler(harness.Faulty(t, ""))
			if location != "" {
				handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Location", location)
					w.WriteHeader(202)
				})
			}
			p := &proxy{to: strings.TrimPrefix(harness.Loopback(t, handler).BaseURL, "http://"), asked: map[string]int{}}
			through, _ := url.Parse(harness.Loopback(t, &httputil.ReverseProxy{Rewrite: p.rewrite}).BaseURL)
			r := harness.Check(t, conformance.Target{BaseURL: "http://192.0.2.7", Reach: observe.Reach{Proxy: http.ProxyURL(through)}, RequestTimeout: time.Minute})
			if location == "" {
				harness.Passes(t, r)
				return
			}
			if p.asked["127.0.0.1"]+p.asked["metadata.localhost"] > 0 {
				t.Errorf("the proxy was asked for %v", p.asked)
			}
			if found, _ := r.Targets[0].Find("monitor.ready"); found.Outcome != contract.NotObserved {
				t.Errorf("monitor.ready is %s: %s", found.Outcome, found.Got)
			}
		})
	}
}

func TestProxyIsDead(t *testing.T) {
	nowhere := &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	r := harness.Check(t, conformance.Target{BaseURL: "http://192.0.2.7", Reach: observe.Reach{Proxy: http.ProxyURL(nowhere)}})
	if why := r.Targets[0].Why; !strings.Contains(why, "the proxy that the environment names can't be used: the connection is refused") {
		t.Error(why)
	}
}
