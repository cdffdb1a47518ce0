package reference

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// BenchmarkReference measures the reference beside a handler that does nothing but write the same bytes.
// "of-bare" is its share of that handler's requests a second, both measured in turns within one run:
//
//	go test ./reference -run '^$' -bench Reference -cpu 1,2,8 -count 10
//
// memory is the handlers alone; loopback is HTTP over eight connections that are kept.
func BenchmarkReference(b *testing.B) {
	for _, way := range []struct {
		name  string
		drive func(testing.TB, http.Handler, load) func(n int) time.Duration
	}{{"memory", inMemory}, {"loopback", overLoopback}} {
		b.Run(way.name+"/bare", func(b *testing.B) {
			l := newLoad(b)
			ask := way.drive(b, l.bare(), l)
			b.ReportAllocs()
			b.ResetTimer()
			ask(b.N)
		})
		b.Run(way.name+"/reference", func(b *testing.B) {
			l := newLoad(b)
			ask, askBare := way.drive(b, l.server, l), way.drive(b, l.bare(), l)
			b.ReportAllocs()
			b.ResetTimer()
			inTurns(b, ask, askBare)
		})
	}
}

// inTurns times the one and reports how much of the other's speed it has: what the machine does beside hits both
// alike. The median of the turns is reported, for it hits some of them more.
func inTurns(b *testing.B, ask, askBare func(n int) time.Duration) {
	var shares []float64
	for left := b.N; left > 0; {
		n := min(left, 800)
		took := ask(n)
		b.StopTimer()
		shares = append(shares, askBare(n).Seconds()/took.Seconds())
		b.StartTimer()
		left -= n
	}
	slices.Sort(shares)
	b.ReportMetric(shares[len(shares)/2], "of-bare")
}

// BenchmarkHeldJob says what a done job costs in memory, of as many as are begun: -benchtime 1000000x.
func BenchmarkHeldJob(b *testing.B) {
	s, err := New(Options{JobDuration: -1, MaxJobs: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	before := heapInUse()
	b.ResetTimer()
	beginMany(b, s, int64(b.N))
	b.StopTimer()
	b.ReportMetric(float64(heapInUse()-before)/float64(b.N), "B/job")
	runtime.KeepAlive(s)
}

// clients is how many ask at a time.
const clients = 8

// A load is a server with a pending and a done job, and the four requests that are made of it in equal parts.
type load struct {
	server   *Server
	requests [4]string // the paths: a start, a pending monitor, a done monitor, a result
}

func newLoad(tb testing.TB) load {
	tb.Helper()
	lengths := make(chan time.Duration, 2)
	lengths <- time.Hour
	lengths <- 0
	s, err := New(Options{MaxJobs: 1 << 30, Duration: func() time.Duration {
		select {
		case length := <-lengths:
			return length
		default:
			return time.Hour
		}
	}})
	if err != nil {
		tb.Fatal(err)
	}
	var monitors [2]string
	for i := range monitors {
		monitors[i] = ask(s, "GET /deferredjob").Header.Get("Location")
	}
	return load{s, [4]string{"/deferredjob", monitors[0], monitors[1], strings.Replace(monitors[1], "monitor", "result", 1)}}
}

// bare is a handler that answers the load's requests with the bytes of the reference's answers, known beforehand.
func (l load) bare() http.Handler {
	type known struct {
		status int
		header http.Header
		body   []byte
	}
	answers := map[string]known{}
	for _, path := range l.requests {
		r := ask(l.server, "GET "+path)
		body, _ := io.ReadAll(r.Body)
		answers[path] = known{r.StatusCode, r.Header, body}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := answers[r.URL.Path]
		for name, values := range a.header {
			w.Header().Set(name, values[0])
		}
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body)
	})
}

// inMemory calls a handler from several goroutines, without sockets.
func inMemory(_ testing.TB, h http.Handler, l load) func(int) time.Duration {
	return timed(func(_, n int) {
		var requests [len(l.requests)]*http.Request
		for i, path := range l.requests {
			requests[i] = httptest.NewRequest(http.MethodGet, path, nil)
		}
		w := &sink{header: http.Header{}}
		for i := range n {
			clear(w.header)
			h.ServeHTTP(w, requests[i%len(requests)])
		}
	})
}

// A sink throws answers away.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }

// overLoopback asks over connections that are kept. The client is no more than what HTTP needs: its own cost
// would hide the server's.
func overLoopback(tb testing.TB, h http.Handler, l load) func(int) time.Duration {
	server := httptest.NewServer(h)
	tb.Cleanup(server.Close)
	var conns [clients]net.Conn
	for i := range conns {
		c, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(func() { c.Close() })
		conns[i] = c
	}
	var requests [len(l.requests)][]byte
	for i, path := range l.requests {
		requests[i] = fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: reference.test\r\nUser-Agent: bench\r\n\r\n", path)
	}
	return timed(func(client, n int) {
		answers := bufio.NewReader(conns[client])
		for i := range n {
			if _, err := conns[client].Write(requests[i%len(requests)]); err != nil {
				tb.Error(err)
				return
			}
			if err := skipAnswer(answers); err != nil {
				tb.Error(err)
				return
			}
		}
	})
}

// skipAnswer reads one answer that has a Content-Length.
func skipAnswer(r *bufio.Reader) error {
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == len("\r\n") {
			_, err = r.Discard(length)
			return err
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
}

// timed has n requests made by all clients together, and says how long that took.
func timed(by func(client, n int)) func(int) time.Duration {
	return func(n int) time.Duration {
		began := time.Now()
		var all sync.WaitGroup
		for i := range clients {
			share := n / clients
			if i < n%clients {
				share++
			}
			all.Go(func() { by(i, share) })
		}
		all.Wait()
		return time.Since(began)
	}
}

// A body that the benchmark's bare handler writes is the reference's own, byte for byte.
func TestBareHandlerAnswersTheSame(t *testing.T) {
	l := newLoad(t)
	bare := l.bare()
	for i, path := range l.requests {
		ours, theirs := httptest.NewRecorder(), httptest.NewRecorder()
		l.server.ServeHTTP(ours, httptest.NewRequest(http.MethodGet, path, nil))
		bare.ServeHTTP(theirs, httptest.NewRequest(http.MethodGet, path, nil))
		a, b := ours.Result(), theirs.Result()
		if want := []int{202, 200, 201, 200}[i]; a.StatusCode != want || b.StatusCode != want {
			t.Errorf("%s: %d and %d", path, a.StatusCode, b.StatusCode)
		}
		if len(a.Header) != len(b.Header) || ours.Body.Len() != theirs.Body.Len() || !json.Valid(theirs.Body.Bytes()) {
			t.Errorf("%s: %v %s and %v %s", path, a.Header, ours.Body, b.Header, theirs.Body)
		}
		if i > 0 && ours.Body.String() != theirs.Body.String() { // each start has an id of its own
			t.Errorf("%s: %s and %s", path, ours.Body, theirs.Body)
		}
	}
}
