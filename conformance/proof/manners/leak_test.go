package manners

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/reference"
)

// Servers that a client may well leave something behind at.
var clinging = []struct {
	name  string
	front func(next http.Handler) http.Handler
}{
	{"keeps the contract", func(next http.Handler) http.Handler { return next }},
	{"hangs once a job is begun", afterStart(keepWaiting)},
	{"floods", afterStart(func(w http.ResponseWriter, r *http.Request) { pour(w, r, make([]byte, 64<<10), 0) })},
	{"never ends a body", afterStart(func(w http.ResponseWriter, r *http.Request) { pour(w, r, []byte("."), 20*time.Millisecond) })},
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

// TestNothingLeftBehind shows that a run leaves no goroutine, connection or file behind, whatever the server did, be it
// that the run came to its end, ran out of time, or was given up.
func TestNothingLeftBehind(t *testing.T) {
	for _, c := range clinging {
		for name, patience := range map[string]time.Duration{"to the end": time.Minute, "given up": 150 * time.Millisecond} {
			t.Run(c.name+", "+name, func(t *testing.T) {
				g := NewWithT(t)
				handler, err := reference.New(reference.Options{JobDuration: 300 * time.Millisecond})
				g.Expect(err).NotTo(HaveOccurred())
				var open atomic.Int64
				server := httptest.NewUnstartedServer(c.front(handler))
				server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
					switch state {
					case http.StateNew:
						open.Add(1)
					case http.StateClosed, http.StateHijacked:
						open.Add(-1)
					}
				}
				server.Start()
				defer server.Close()
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				files, goroutines := openFiles(t), gleak.Goroutines()

				_, _ = observe.Observe(ctx, conformance.Target{
					BaseURL: server.URL, RequestTimeout: 300 * time.Millisecond, JobTimeout: time.Second, Timeout: 2 * time.Second, MaxBody: 1 << 20,
				})

				// Sooner than an idle connection is closed by itself.
				g.Eventually(open.Load, 800*time.Millisecond).Should(BeZero(), "connections are open at the server")
				g.Eventually(gleak.Goroutines, 3*time.Second).ShouldNot(gleak.HaveLeaked(goroutines))
				g.Eventually(func() int { return openFiles(t) }, 3*time.Second).Should(BeNumerically("<=", files), "files are open")
			})
		}
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

// pour sends pieces for as long as somebody takes them.
func pour(w http.ResponseWriter, r *http.Request, piece []byte, pause time.Duration) {
	for r.Context().Err() == nil {
		if _, err := w.Write(piece); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		time.Sleep(pause)
	}
}

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
