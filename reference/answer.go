package reference

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"time"
)

// An answer is a response before it is sent. net/http adds Date.
type answer struct {
	status int
	header http.Header
	body   []byte

	// For faults only.
	missing int  // bytes that Content-Length promises and the body lacks
	broken  bool // the connection breaks in the middle of a chunked body
	bare    bool // it is written to the connection, past net/http
}

// empty makes an answer without content. Caches must store nothing but results: 200
// and 404 are cacheable by default (RFC 9110 15.1), and a client that reads a stored
// "pending" waits for ever.
func empty(status int) *answer {
	return &answer{status: status, header: http.Header{"Cache-Control": {"no-store"}}}
}

// document makes an answer with a value as JSON.
func document(status int, value any) *answer {
	a := empty(status).set("Content-Type", "application/json")
	a.write(value)
	return a
}

// problem makes an answer with problem details (RFC 9457). The type is about:blank,
// so the title is the status's reason phrase (4.2.1).
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

// write sets the body to a value as JSON. Text from clients, such as an id in a
// detail, is safe in it: Marshal escapes HTML and replaces invalid UTF-8.
func (a *answer) write(value any) {
	body, err := json.Marshal(value)
	if err != nil {
		panic(err) // can't happen: all values are structs of strings and numbers
	}
	a.body = body
}

// retryAfter adds Retry-After, in whole seconds (RFC 9110 10.2.3). It rounds down, so
// that a client that obeys is not late, and adds no zero, which would invite clients
// to retry without a pause. A number from the options is sent as it is.
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
	// These two have no content (RFC 9110 15.3.5, 15.4.5).
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		a.header.Del("Content-Type")
		body = nil
	} else if !a.broken {
		a.set("Content-Length", strconv.Itoa(len(body)+a.missing))
	}
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	if r.Method == http.MethodHead {
		return
	}
	if a.broken {
		breakOff(w, body)
	}
	// An error means that the client has gone.
	_, _ = w.Write(body)
}

// breakOff sends half of a body without the last chunk (RFC 9112 7.1).
func breakOff(w http.ResponseWriter, body []byte) {
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}
