package reference

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Clients ask as fast as they can, over connections that are kept and over fresh ones, while the server is told to stop.
// Every request that came to the handler has a whole answer; the others are refused.
func TestShutdownLosesNoAnswer(t *testing.T) {
	for round := range 3 {
		t.Run(fmt.Sprint(round+1), func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Skip(err)
			}
			s := serverFor(t, Options{JobDuration: -1})
			h := s.HTTPServer()
			var handled sync.Map
			var count atomic.Int64
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			h.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				handled.Store(r.Header.Get("X-Number"), true)
				if count.Add(1) == 500 {
					cancel()
				}
				s.ServeHTTP(w, r)
			})
			served := make(chan error, 1)
			go func() { served <- Serve(ctx, h, l) }()

			var answered sync.Map
			var crowd sync.WaitGroup
			for i := range 16 {
				crowd.Go(func() { hammer(t, i, "http://"+l.Addr().String()+"/deferredjob", &answered) })
			}
			crowd.Wait() // each goes on until it is refused
			if err := <-served; err != nil {
				t.Errorf("Serve: %v", err)
			}
			requests := 0
			handled.Range(func(number, _ any) bool {
				requests++
				if _, ok := answered.Load(number); !ok {
					t.Errorf("request %s was handled, and has no whole answer", number)
				}
				return true
			})
			t.Logf("%d requests", requests)
			if requests == 0 {
				t.Error("nobody asked")
			}
		})
	}
}

// hammer asks until there is an error, and writes down which requests had a whole answer. Odd clients keep their connections.
func hammer(t *testing.T, client int, url string, answered *sync.Map) {
	transport := &http.Transport{DisableKeepAlives: client%2 == 0}
	defer transport.CloseIdleConnections()
	for n := 0; ; n++ {
		number := fmt.Sprintf("%d/%d", client, n)
		r, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			t.Error(err)
			return
		}
		r.Header.Set("X-Number", number)
		response, err := transport.RoundTrip(r)
		if err != nil {
			return
		}
		_, err = io.ReadAll(response.Body)
		response.Body.Close()
		if err == nil && response.StatusCode == http.StatusAccepted {
			answered.Store(number, true)
		}
	}
}

// A connection on which nothing is under way is closed, and does not keep the server.
func TestIdleConnectionsAreClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dial, stop, served := servePipes(t, serverFor(t, Options{}))
		c, err := dial.connect(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = io.WriteString(c, "GET /monitor/x HTTP/1.1\r\nHost: reference.test\r\n\r\n") }()
		answers := bufio.NewReader(c)
		response, err := http.ReadResponse(answers, nil)
		if err != nil || response.StatusCode != 404 || response.Close {
			t.Fatal(response, err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		stop()
		asked := time.Now()
		if _, err := answers.ReadByte(); err != io.EOF {
			t.Errorf("the connection: %v", err)
		}
		if err := <-served; err != nil || time.Since(asked) > 2*drainTime {
			t.Errorf("Serve: %v after %s", err, time.Since(asked))
		}
	})
}

// A server that is leaving goes on for a while, and says so with every answer; then its door is closed.
func TestNoticeBeforeShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dial, stop, served := servePipes(t, serverFor(t, Options{}))
		transport := &http.Transport{DialContext: dial.connect}
		defer transport.CloseIdleConnections()
		closes := func() bool {
			response, err := (&http.Client{Transport: transport}).Get("http://reference.test/monitor/x")
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			return response.Close
		}
		if closes() {
			t.Error("an answer closes its connection, though nobody leaves")
		}
		stop()
		synctest.Wait()
		if !closes() { // over the connection that was kept
			t.Error("an answer on leaving keeps its connection")
		}
		time.Sleep(drainTime - 1)
		if !closes() { // over a fresh one
			t.Error("an answer on leaving keeps its connection")
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
		if _, err := dial.Accept(); err == nil {
			t.Error("the listener is open")
		}
	})
}
