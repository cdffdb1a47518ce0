package hostile

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// Locations that some readers of URLs take for one origin, and others for another.
var confusions = []string{
	"http://server.test@evil.test/m", "http://server.test:80@evil.test/m", "http://evil.test\\@server.test/m", "http://server.test\\.evil.test/m",
	"http://evil.test#@server.test/m", "http://evil.test?@server.test/m", "//evil.test/m", "///evil.test/m", "/\\evil.test/m", "\\\\evil.test\\m",
	"http:evil.test/m", "http:/evil.test/m", "HtTp://evil.test/m", "https://server.test/m", "http://server.test:8080/m", "http://server.test./m",
	"http://server.test.evil.test/m", "http://server%2etest/m", "http://server.test%2f@evil.test/m", "http://server.test%00.evil.test/m", "ht\ttp://evil.test/m",
	"\thttp://evil.test/m", "http://evil.test:80:80/m", "http://ser\u200bver.test/m", "http://\uff53erver.test/m", "http://[::ffff:192.0.2.1]/m", "http://3221225985/m",
	"http://0300.0.2.1/m", "/..//evil.test/m", "/%2e%2e//evil.test/m", "/.//evil.test/m", "http://server.test:080@evil.test:080/m", "http://u:p@server.test:81/m",
}

// TestCredentialsStayAtHome shows that no confusion of URLs brings the credentials to another origin.
func TestCredentialsStayAtHome(t *testing.T) {
	for _, location := range confusions {
		t.Run(location, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, target := inMemory(t, row{role: start, talk: accepted(location)})
				target.Header, target.Timeout = http.Header{"Authorization": {"Bearer " + token}}, timeout
				where := watch(t, &target)
				if found := harness.Check(t, target); s.odd.Load() == 0 {
					t.Fatalf("verdict %s", found.Verdict)
				}
				for _, at := range where() {
					t.Errorf("credentials reached %s", at)
				}
			})
		})
	}
}

// watch serves every other address too; what it returns lists those that credentials reached.
func watch(t *testing.T, target *conformance.Target) (where func() []string) {
	var mu sync.Mutex
	var reached []string
	_, foreign := inMemory(t, row{role: every, talk: func(c *call) bool {
		mu.Lock()
		defer mu.Unlock()
		if c.request.Header.Get("Authorization") != "" || strings.Contains(c.request.URL.String(), token) {
			reached = append(reached, c.request.Host)
		}
		return honest(c)
	}})
	home := target.Dial
	target.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == "server.test:80" {
			return home(ctx, network, address)
		}
		return foreign.Dial(ctx, network, address)
	}
	return func() []string { mu.Lock(); defer mu.Unlock(); return slices.Clone(reached) }
}

// Hosts that lead into a network, in the notations that systems understand (inet_aton, RFC 4291, RFC 6052).
var inside = []string{
	"169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "0xa9.254.0xa9fe", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]",
	"[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[fe80::1]", "[fd00:ec2::254]", "10.0.0.1", "0xa000001", "012.1", "127.0.0.1", "127.1", "2130706433", "0x7f.1",
	"0177.0.0.1", "[::1]", "[::]", "0.0.0.0", "0", "[::ffff:7f00:1]", "localhost", "a.localhost", "192.168.1.1", "[fc00::1]", "100.100.100.200",
}

// TestNotLedInside shows that a public target, that a proxy stands before, can't have the proxy asked for an address of another class.
func TestNotLedInside(t *testing.T) {
	for _, host := range inside {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			asked := map[string]bool{}
			_, proxyURL := listening(t, row{role: every, talk: func(c *call) bool {
				if roleOf(c.request) == start && c.request.URL.Host == "192.0.2.7" {
					return accepted("http://" + host + "/m")(c)
				}
				mu.Lock()
				asked[c.request.URL.Host] = true
				mu.Unlock()
				return honest(c)
			}})
			proxy := func(*http.Request) (*url.URL, error) { return url.Parse(proxyURL) }
			harness.Check(t, conformance.Target{
				BaseURL: "http://192.0.2.7", Reach: observe.Reach{Proxy: proxy}, NoProbes: true, MaxJobs: 1, Jobs: 1, JobTimeout: second, Timeout: timeout,
			})
			mu.Lock()
			defer mu.Unlock()
			delete(asked, "192.0.2.7")
			if len(asked) > 0 {
				t.Errorf("the proxy was asked for %v", asked)
			}
		})
	}
}
