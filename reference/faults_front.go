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
	{
		Name: "gateway-502", Says: "Every 17th request is answered 502 by a gateway, with a page of its own.",
		Breaks: []string{"http.available"},
		edit:   onNth(17, 502, "<html><head><title>502 Bad Gateway</title></head></html>"),
	}, {
		Name: "rate-limit-503", Says: "Requests above 100 a second, after a burst of 40, are answered 503 without Retry-After.",
		Breaks: []string{"http.available"},
		edit: func(x *exchange, a *answer) {
			if !x.server.past.fits(x.now, 100, 40) {
				page(503, "<html><head><title>503 Service Temporarily Unavailable</title></head></html>")(a)
			}
		},
	}, {
		Name: "head-with-body", Says: "HEAD of a monitor or a result is answered with the body that GET has.",
		Breaks: []string{"http.framing"}, Needs: []Need{NeedsConnections},
		edit: on(all(head, known), onBareConnection),
	}, {
		Name: "body-unread", Says: "The body of a start is left unread on the connection, where the next request is expected.",
		Breaks: []string{"http.framing"}, Needs: []Need{NeedsConnections, NeedsBody},
		edit: on(started, onBareConnection),
	}, {
		Name: "restart-unannounced", Says: "The server restarts 300 ms after its first job began, and knows none of the jobs before.",
		Breaks: []string{"jobs.survive-restart"},
		look: func(x *exchange) {
			if moment := x.server.past.firstBegan().Add(300 * time.Millisecond); x.job != nil && x.job.began.Before(moment) && x.now.After(moment) {
				x.job = nil
			}
		},
	},
}

// known holds for a job that there is.
func known(x *exchange) bool { return x.job != nil && x.role != start }

// page answers in the application's place.
func page(status int, text string) func(*answer) {
	return func(a *answer) {
		*a = answer{status: status, header: http.Header{"Content-Type": {"text/html"}}, body: []byte(text)}
	}
}

// onNth answers every nth request of all with a page.
func onNth(n, status int, text string) func(*exchange, *answer) {
	return func(x *exchange, a *answer) {
		if x.server.past.requests.Add(1)%int64(n) == 0 {
			page(status, text)(a)
		}
	}
}

// fits counts a request against a limit, and reports whether it is below: so many a second, after a burst.
func (p *past) fits(now time.Time, perSecond, burst float64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.level = max(0, p.level-perSecond*now.Sub(p.counted).Seconds())
	p.counted = now
	if p.level+1 > burst {
		return false
	}
	p.level++
	return true
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
		r := http.Response{StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: header, ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)), Request: to}
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
