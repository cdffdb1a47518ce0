package reference

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"time"
)

// Faults that lie in front of the application, on its connections, or in the process that runs it.
var frontFaults = []Fault{
	fault("gateway-502", "Every 17th request is answered 502 by a gateway, with a page of its own.",
		"http.available", on(nthRequest(17), page(502, "502 Bad Gateway")), silent(502)),
	fault("rate-limit-503", "Requests above 100 a second, after a burst of 40, are answered 503 without Retry-After.",
		"http.available", on(not(within(100, 40)), page(503, "503 Service Temporarily Unavailable")), silent(503)),
	fault("head-with-body", "HEAD of a monitor or a result is answered with the body that GET has.",
		"http.framing", on(all(head, known), onBareConnection)).with(NeedsConnections),
	fault("body-unread", "The body of a start is left unread on the connection, where the next request is expected.",
		"http.framing", on(started, onBareConnection)).with(NeedsConnections, NeedsBody),
	{
		Name: "restart-unannounced", Says: "The server restarts 300 ms after its first job began, and knows none of the jobs before.",
		Breaks: []string{"jobs.survive-restart"},
		look: forget(func(x *exchange) bool {
			restarted := x.server.past.firstBegan().Add(300 * time.Millisecond)
			return x.job != nil && x.job.began.Before(restarted) && x.now.After(restarted)
		}),
	},
}

// known holds for a job that there is.
func known(x *exchange) bool { return x.job != nil && x.role != start }

// page answers in the application's place.
func page(status int, title string) change {
	return func(_ *exchange, a *answer) {
		body := "<html><head><title>" + title + "</title></head></html>"
		*a = answer{status: status, header: http.Header{"Content-Type": {"text/html"}}, body: []byte(body)}
	}
}

// nthRequest counts requests, and holds for every nth of them.
func nthRequest(n int64) condition {
	return func(x *exchange) bool { return x.server.past.requests.Add(1)%n == 0 }
}

// within counts a request against a limit, and holds where it is below: so many a second, after a burst.
func within(perSecond, burst float64) condition {
	return func(x *exchange) bool {
		p := &x.server.past
		p.mu.Lock()
		defer p.mu.Unlock()
		p.level = max(0, p.level-perSecond*x.now.Sub(p.counted).Seconds())
		p.counted = x.now
		if p.level+1 > burst {
			return false
		}
		p.level++
		return true
	}
}

// firstBegan is when the first job began; far ahead where none has.
func (p *past) firstBegan() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.first.IsZero() {
		return time.Now().Add(time.Hour)
	}
	return p.first
}

// onBareConnection has an answer written to the connection itself, with its body whatever was asked: net/http would keep a server from that.
func onBareConnection(_ *exchange, a *answer) { a.bare = true }

// sendBare answers on the connection itself, and goes on with the requests after it. A body of the request stays where it is. It reports false
// where there is no connection to be had: over HTTP/2 each answer has a stream of its own.
func (a *answer) sendBare(w http.ResponseWriter, s *Server) bool {
	c, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	defer c.Close()
	write := func(status int, header http.Header, body []byte, to *http.Request) error {
		header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
		r := http.Response{
			StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: header, Request: to,
			ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
		}
		return errors.Join(r.Write(buffered), buffered.Flush())
	}
	err = write(a.status, a.header, a.body, nil) // as if GET had been asked
	for err == nil {
		_ = c.SetReadDeadline(time.Now().Add(time.Second))
		next, unread := http.ReadRequest(buffered.Reader)
		if unread != nil {
			if buffered.Reader.Buffered() > 0 {
				_ = write(http.StatusBadRequest, http.Header{"Connection": {"close"}}, nil, nil)
			}
			return true
		}
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, next)
		err = write(answer.Code, answer.Header(), answer.Body.Bytes(), next)
	}
	return true
}
