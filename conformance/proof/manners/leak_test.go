package manners

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/reference"
)

// Servers that a client may well leave something behind at.
var clinging = []struct {
	name  string
	front func(next http.Handler) http.Handler
}{
	{"keeps the contract", func(next http.Handler) http.Handler { return next }},
	{"hangs once a job is begun", afterStart(keepWaiting)},
	{"floods", afterStart(harness.Pour(make([]byte, 64<<10), 0))},
	{"never ends a body", afterStart(harness.Pour([]byte("."), 20*time.Millisecond))},
	{"resets connections", afterStart(slam)},
	{"closes connections in the middle of a body", afterStart(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "the beginning")
	})},
	{"storms of 429", func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) })
	}},
	{"hangs at the start", func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodHead {
				keepWaiting(w, r)
			}
		})
	}},
	{"resets at once", func(http.Handler) http.Handler { return http.HandlerFunc(slam) }},
}

// impatient has a run of clinging servers end soon.
var impatient = conformance.Target{RequestTimeout: 300 * time.Millisecond, JobTimeout: time.Second, Timeout: 2 * time.Second, MaxBody: 1 << 20}

// TestNothingLeftBehind shows that a run leaves no goroutine or connection behind, whatever the server did, be it that the run
// came to its end, ran out of time, or was given up. Time is fake: nothing is closed later, when it has been idle.
func TestNothingLeftBehind(t *testing.T) {
	for _, c := range clinging {
		for name, patience := range map[string]time.Duration{"to the end": time.Minute, "given up": 150 * time.Millisecond} {
			harness.InFakeTime(t, c.name+", "+name, func(t *testing.T) {
				target := impatient
				server := harness.Serve(t, c.front(harness.New(t, reference.Options{JobDuration: 300 * time.Millisecond})))
				var open atomic.Int64
				target.BaseURL = server.BaseURL
				target.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
					conn, err := server.Dial(ctx, network, address)
					if err == nil {
						open.Add(1)
						conn = harness.OnClose(conn, sync.OnceFunc(func() { open.Add(-1) }))
					}
					return conn, err
				}
				synctest.Wait()
				before := gleak.Goroutines()
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				_, _ = observe.Observe(ctx, observe.Target(target))
				synctest.Wait()
				if n := open.Load(); n > 0 {
					t.Errorf("%d connections are open", n)
				}
				ofTheServer := gleak.IgnoringInBacktrace("net/http.(*conn).serve")
				NewWithT(t).Expect(gleak.Goroutines()).NotTo(gleak.HaveLeaked(before, ofTheServer, ofTheRuntime))
			})
		}
	}
}

// ofTheRuntime is what the runtime runs cleanups in, whenever it collects garbage.
var ofTheRuntime = gleak.IgnoringInBacktrace("runtime.runCleanups")

// TestNoFileLeftBehind shows the same of goroutines and files, on real sockets.
func TestNoFileLeftBehind(t *testing.T) {
	for _, c := range clinging {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			target := impatient
			target.BaseURL = harness.Loopback(t, c.front(harness.New(t, reference.Options{JobDuration: 300 * time.Millisecond}))).BaseURL
			files, goroutines := openFiles(t), gleak.Goroutines()
			_, _ = observe.Observe(t.Context(), observe.Target(target))
			g.Eventually(gleak.Goroutines, time.Minute).ShouldNot(gleak.HaveLeaked(goroutines, ofTheRuntime))
			g.Eventually(func() int { return openFiles(t) }, time.Minute).Should(BeNumerically("<=", files), "files are open")
		})
	}
}

// openFiles counts the file descriptors of this process, where the system tells them.
func openFiles(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(list)
}

// afterStart lets starts and what comes before them through, and has all else answered in another way.
func afterStart(otherwise http.HandlerFunc) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" || r.URL.Path == "/deferredjob" {
				next.ServeHTTP(w, r)
				return
			}
			otherwise(w, r)
		})
	}
}

func keepWaiting(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// slam closes a connection with data that nobody has read, so that its peer is told at once.
func slam(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
