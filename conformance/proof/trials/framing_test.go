package trials

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// Servers whose answers do not end where they say.

// raw answers by hand. Where the client does not want the connection to be kept, it is closed; else only after a while.
func raw(w http.ResponseWriter, r *http.Request, status, fields, body string) {
	conn, out, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	fmt.Fprintf(out, "HTTP/1.1 %s\r\nDate: %s\r\nContent-Type: application/json\r\n%s\r\n", status, time.Now().UTC().Format(http.TimeFormat), fields)
	if r.Method == http.MethodGet {
		_, _ = out.WriteString(body)
	}
	_ = out.Flush()
	if !r.Close && r.Method == http.MethodGet {
		go func() { _, _ = io.Copy(io.Discard, conn) }() // the next request is heard, and not answered
		time.Sleep(5 * time.Second)
	}
	_ = conn.Close()
}

// longLength declares more than it sends.
func longLength(a *app) {
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		raw(w, r, "200 OK", fmt.Sprintf("Content-Length: %d\r\n", len(j.content())+5), j.content())
	}
}

// shortLength declares less than it sends.
func shortLength(a *app) {
	plain := a.result
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		if r.Method == http.MethodHead {
			plain(w, r, j)
			return
		}
		raw(w, r, "200 OK", fmt.Sprintf("Content-Length: %d\r\n", len(j.content())), j.content()+"\r\nwarning: deprecated\r\n")
	}
}

// noLastChunk leaves out the chunk that ends a body.
func noLastChunk(a *app) {
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		raw(w, r, "200 OK", "Transfer-Encoding: chunked\r\n", fmt.Sprintf("%x\r\n%s\r\n", len(j.content()), j.content()))
	}
}

// noLength tells a job's end by an answer that does not say where it ends itself.
func noLength(a *app) {
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		j := a.known(strings.TrimPrefix(r.URL.Path, "/monitor/"))
		if j == nil || !j.done() {
			return false
		}
		raw(w, r, "201 Created", "Location: /result/"+j.id+"\r\n", "{}")
		return true
	}
}

// validated gives each pending answer an ETag, and answers 304 to who has it, with a body or without.
func validated(body string) func(*app) {
	return func(a *app) {
		a.pending = func(w http.ResponseWriter, j *job) {
			w.Header().Set("ETag", `"pending"`)
			say(w, 200, "no-store", `{"state": "running"}`)
		}
		a.front = func(w http.ResponseWriter, r *http.Request) bool {
			j := a.known(strings.TrimPrefix(r.URL.Path, "/monitor/"))
			if j == nil || j.done() || r.Header.Get("If-None-Match") == "" {
				return false
			}
			if body == "" {
				w.WriteHeader(304)
				return true
			}
			raw(w, r, "304 Not Modified", "", body+"\r\n")
			return true
		}
	}
}

// uncompared gives each state an ETag of its own, and answers 304 to whatever has one.
func uncompared(a *app) {
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		j := a.known(strings.TrimPrefix(r.URL.Path, "/monitor/"))
		if j == nil {
			return false
		}
		w.Header().Set("ETag", fmt.Sprintf(`"done: %v"`, j.done()))
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(304)
			return true
		}
		return false
	}
}

// headWithBody writes the content after the fields of an answer to HEAD, which net/http would leave out. It serves the connection from then on.
func headWithBody(a *app) {
	plain := a.result
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		if r.Method != http.MethodHead {
			plain(w, r, j)
			return
		}
		conn, out, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		for r != nil {
			recorder := httptest.NewRecorder()
			recorder.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
			if id, isResult := strings.CutPrefix(r.URL.Path, "/result/"); isResult && a.known(id) != nil && a.known(id).done() {
				plain(recorder, r, a.known(id))
			} else {
				a.route(recorder, r)
			}
			_ = recorder.Result().Write(out)
			_ = out.Flush()
			r, _ = http.ReadRequest(out.Reader)
		}
	}
}
