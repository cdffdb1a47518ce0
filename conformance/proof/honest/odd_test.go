package honest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// Traits that one row or two need.

// ids3 are three characters each, and look random.
func ids3() trait {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	return set(func(s *honest) {
		s.id = func(n int) string {
			n = n * 7919 % (36 * 36 * 36)
			return string([]byte{letters[n/1296], letters[n/36%36], letters[n%36]})
		}
	})
}

// counted counts monitors up in the order begun, and results in another order, from the same number on.
func counted() trait {
	return set(func(s *honest) {
		s.id = func(n int) string { return fmt.Sprint(10_000_000 + n) }
		s.result = func(id string) string { return "/result/" + string(id[:7]) + fmt.Sprint(9-(id[7]-'0')) + "/" + id }
	})
}

// slugged looks at an id only up to its first dash.
func slugged() trait {
	slug := regexp.MustCompile(`-[^/?&]*`)
	return set(func(s *honest) {
		s.key = func(target string) string { return slug.ReplaceAllString(target, "") }
	})
}

// announced tells on the 201 when the job will be forgotten.
func announced(after time.Duration) trait {
	return on(done, func(w http.ResponseWriter, _ *http.Request, j *work) {
		left := time.Until(j.ends.Add(after))
		w.Header().Set("Expires", serverTime(w).Add(left).UTC().Format(http.TimeFormat))
	})
}

// serverTime is what the server's clock says, or whatever clock writes its Dates.
func serverTime(w http.ResponseWriter) time.Time {
	if date, err := http.ParseTime(w.Header().Get("Date")); err == nil {
		return date
	}
	return time.Now()
}

// atMost has room for a few running jobs only, and asks those who begin more to come back later.
func atMost(n int, status int, retryAfter string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		var mu sync.Mutex
		var ends []time.Time
		full := func() bool {
			mu.Lock()
			defer mu.Unlock()
			running := 0
			for _, end := range ends {
				if time.Now().Before(end) {
					running++
				}
			}
			if running < n {
				ends = append(ends, time.Now().Add(900*time.Millisecond))
			}
			return running >= n
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/deferredjob" || r.Method != "GET" || !full() {
				next.ServeHTTP(w, r)
				return
			}
			if retryAfter != "" {
				w.Header().Set("Retry-After", retryAfter)
			}
			http.Error(w, "no room", status)
		})
	}
}

func chunked(s *oddServer) { s.honest.chunked = true }

// slowly sends results in ten pieces, with pauses.
func slowly(takes time.Duration) trait {
	return func(s *oddServer) {
		s.chunked = true
		s.pace = takes / 10
	}
}

func onlyGzipped(when func(*http.Request) bool) trait {
	return func(s *oddServer) {
		through(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			here, _ := s.look(r.RequestURI)
			if len(here.results) == 0 || !s.over(here.results[0], 0) || !when(r) {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(gzipped([]byte(`{"answer":42}`)))
		})(s)
	}
}

// servedAt says in the body when it was served.
func servedAt(layout string) trait {
	return bodyOf("application/json", func(j *work) string {
		return fmt.Sprintf(`{"job":%q,"servedAt":%q}`, j.id, time.Now().Format(layout))
	})
}

// retryDate says by a date when to come back: at the job's end, and at least a second from now.
func retryDate(layout string) trait {
	return on(pending, func(w http.ResponseWriter, _ *http.Request, j *work) {
		w.Header().Set("Retry-After", serverTime(w).Add(max(time.Until(j.ends), time.Second)).UTC().Format(layout))
	})
}

func tag(name string) func(http.ResponseWriter, *http.Request, *work) {
	return func(w http.ResponseWriter, _ *http.Request, j *work) { w.Header().Set("ETag", `"`+j.id+name+`"`) }
}

func noDate(s *oddServer) {
	everywhere("Date", func() []string { return nil })(s)
	mayFail("http.date")(s)
}

func clock(ahead time.Duration) trait { return clocks(ahead) }

// clocks takes turns between clocks that differ.
func clocks(ahead ...time.Duration) trait {
	var turn atomic.Int64
	return everywhere("Date", func() []string {
		by := ahead[int(turn.Add(1))%len(ahead)]
		return []string{time.Now().Add(by).UTC().Format(http.TimeFormat)}
	})
}

// A counter has few workers: each waits on one connection until it is closed, and the others wait in line, open already.
type counter struct {
	*harness.Network
	line chan net.Conn
	busy chan struct{}
}

func fewWorkers(n int, patience time.Duration) trait {
	return func(s *oddServer) {
		s.listen = func(t *testing.T, server *http.Server, _ string) conformance.Target {
			c := counter{harness.NewNetwork(), make(chan net.Conn, 1000), make(chan struct{}, n)}
			server.IdleTimeout = patience
			go server.Serve(c)
			t.Cleanup(func() { server.Close() })
			return conformance.Target{BaseURL: "http://server.test", Dial: c.enter}
		}
	}
}

func (c counter) enter(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	c.line <- server
	return client, nil
}

func (c counter) Accept() (net.Conn, error) {
	select {
	case c.busy <- struct{}{}:
	case <-c.Closed():
		return nil, net.ErrClosed
	}
	select {
	case conn := <-c.line:
		return harness.OnClose(conn, sync.OnceFunc(func() { <-c.busy })), nil // its worker is free for the next one
	case <-c.Closed():
		return nil, net.ErrClosed
	}
}
