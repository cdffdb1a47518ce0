package hostile

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A role is which requests a server answers oddly.
type role string

const (
	every     role = "every request"
	jobs      role = "every request but the preflight"
	preflight role = "the preflight"
	start     role = "start"
	monitor   role = "monitor"
	result    role = "result"
)

func roleOf(r *http.Request) role {
	switch path := r.URL.Path; {
	case strings.HasPrefix(path, "/monitor/"):
		return monitor
	case strings.HasPrefix(path, "/result/"):
		return result
	case path == "/" || path == "":
		return preflight
	}
	return start
}

func (r role) covers(request *http.Request) bool {
	of := roleOf(request)
	return r == every || r == of || r == jobs && of != preflight
}

// A call is a request to be answered.
type call struct {
	net.Conn
	request *http.Request
	honest  []byte // what an honest server answers, as bytes
	number  int    // of the requests that were answered oddly, from 0
}

// say writes, and reports whether anybody took it.
func (c *call) say(text string) bool {
	_, err := io.WriteString(c, text)
	return err == nil
}

// stay keeps the connection open until the client closes it.
func (c *call) stay() { _, _ = io.Copy(io.Discard, c) }

// A talk answers a call in bytes of its own, and reports whether the connection may carry another.
type talk func(c *call) (goesOn bool)

// A server answers as the reference does, but for the requests of one role.
type server struct {
	honest http.Handler
	role   role
	talk   talk
	h2     h2talk // where it speaks HTTP/2
	odd    atomic.Int64
}

func newServer(t *testing.T, r row) *server {
	t.Helper()
	return &server{honest: harness.New(t, reference.Options{JobDuration: 200 * time.Millisecond}), role: r.role, talk: r.talk, h2: r.h2}
}

// inMemory serves a row where time can be faked.
func inMemory(t *testing.T, r row) (*server, conformance.Target) {
	t.Helper()
	network := harness.NewNetwork()
	return newServer(t, r).on(t, network), conformance.Target{BaseURL: "http://server.test", Dial: network.Dial}
}

// listening serves a row on loopback.
func listening(t *testing.T, r row) (s *server, url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return newServer(t, r).on(t, listener), "http://" + listener.Addr().String()
}

// on serves until the test is over.
func (s *server) on(t *testing.T, listener net.Listener) *server {
	served := make(chan struct{})
	go func() { s.serve(listener); close(served) }()
	t.Cleanup(func() { listener.Close(); <-served })
	return s
}

// serve answers connections until the listener is closed, and returns once all have ended.
func (s *server) serve(listener net.Listener) {
	var open sync.WaitGroup
	defer open.Wait()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		open.Go(func() {
			defer conn.Close()
			if s.h2 != nil {
				s.converse2(conn)
			} else {
				s.converse(conn)
			}
		})
	}
}

func (s *server) converse(conn net.Conn) {
	in := bufio.NewReader(conn)
	for {
		request, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		answer, goesOn := s.talk, true
		c := &call{Conn: conn, request: request}
		if !s.role.covers(request) {
			answer = honest
		} else {
			c.number = int(s.odd.Add(1)) - 1
		}
		var b bytes.Buffer
		_ = s.answer(request).Write(&b)
		c.honest = b.Bytes()
		if goesOn = answer(c); !goesOn {
			return
		}
	}
}

// answer is what the reference answers.
func (s *server) answer(request *http.Request) *http.Response {
	recorder := httptest.NewRecorder()
	s.honest.ServeHTTP(recorder, request)
	answer := recorder.Result()
	answer.Request = request
	answer.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	if request.Method != http.MethodHead && answer.StatusCode != http.StatusNoContent && answer.StatusCode != http.StatusNotModified {
		answer.ContentLength = int64(recorder.Body.Len())
	}
	return answer
}
