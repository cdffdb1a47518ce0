package reference

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// An answer is what will be sent. Date is net/http's business.
type answer struct {
	status int
	header http.Header
	body   []byte

	// Faults only: how many bytes more are promised than sent, and whether
	// the connection breaks in the middle of a chunked body.
	missing int
	broken  bool
	bare    bool // it is written to the connection itself
}

func empty(status int) *answer {
	// Nothing here is to be stored but results: a 200 and a 404 are cacheable
	// without a word (RFC 9110 15.1), and a cached "not yet" is for ever.
	return &answer{status: status, header: http.Header{"Cache-Control": {"no-store"}}}
}

// document answers a value as JSON.
func document(status int, value any) *answer {
	a := empty(status).set("Content-Type", "application/json")
	a.write(value)
	return a
}

// problem answers an error as RFC 9457 has it. The type is about:blank, so
// the title is the status's own phrase (4.2.1).
func problem(status int, detail string) *answer {
	a := document(status, struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{"about:blank", http.StatusText(status), status, detail})
	return a.set("Content-Type", "application/problem+json")
}

func (a *answer) set(name, value string) *answer {
	a.header.Set(name, value)
	return a
}

// write makes a value the body. What clients sent (an id of theirs in a
// detail) is harmless in it: Marshal escapes markup and mends broken UTF-8.
func (a *answer) write(value any) {
	body, err := json.Marshal(value)
	if err != nil {
		panic(err) // only structs of strings and numbers come here
	}
	a.body = body
}

// retryAfter tells a client when to come back, in whole seconds (RFC 9110
// 10.2.3). They are rounded down, so that who obeys never comes late; and
// nothing is said where that makes zero, which would be an invitation to spin.
// A number that the options name is told as it is.
func (a *answer) retryAfter(x *exchange) *answer {
	left := x.left()
	switch form := x.server.options.RetryAfter; form {
	case NoRetryAfter:
	case RetryInSeconds, RetryAtDate:
		if left < time.Second {
			break
		}
		if form == RetryAtDate {
			a.set("Retry-After", x.ends.UTC().Format(http.TimeFormat))
		} else {
			a.set("Retry-After", strconv.FormatInt(int64(left/time.Second), 10))
		}
	default:
		a.set("Retry-After", string(form))
	}
	return a
}

func (a *answer) send(w http.ResponseWriter, r *http.Request) {
	body := a.body
	// RFC 9110 15.3.5, 15.4.5: no content, whatever the field lines say.
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		a.header.Del("Content-Type")
		body = nil
	} else if !a.broken {
		a.set("Content-Length", strconv.Itoa(len(body)+a.missing))
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	if r.Method == http.MethodHead {
		return
	}
	if a.broken {
		breakOff(w, body)
	}
	// An error means that the client has gone, and there is nobody to tell.
	_, _ = w.Write(body)
}

// breakOff sends half of a body and no last chunk (RFC 9112 7.1).
func breakOff(w http.ResponseWriter, body []byte) {
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}
