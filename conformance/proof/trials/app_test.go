package trials

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A job of an app.
type job struct {
	n      int
	id     string
	began  time.Time
	lasts  time.Duration
	signed string // the link to its result, where it is made once
	at     int    // the instance that began it
}

func (j *job) ends() time.Time { return j.began.Add(j.lasts) }
func (j *job) done() bool      { return !time.Now().Before(j.ends()) }

// An app keeps the contract, in so far as none of its parts is replaced.
type app struct {
	mu   sync.Mutex
	jobs map[string]*job
	n    int

	newID   func(n int) string
	lasts   func(n int) time.Duration
	front   func(w http.ResponseWriter, r *http.Request) (answered bool)
	start   func(w http.ResponseWriter, r *http.Request)
	find    func(r *http.Request, id string) *job
	pending func(w http.ResponseWriter, j *job)
	link    func(j *job) string
	result  func(w http.ResponseWriter, r *http.Request, j *job)
}

func newApp() *app {
	a := &app{jobs: map[string]*job{}}
	a.newID = func(int) string { var b [16]byte; rand.Read(b[:]); return hex.EncodeToString(b[:]) }
	a.lasts = func(int) time.Duration { return 350*time.Millisecond + mathrand.N(150*time.Millisecond) }
	a.front = func(http.ResponseWriter, *http.Request) bool { return false }
	a.start = func(w http.ResponseWriter, _ *http.Request) { a.accept(w, a.begin()) }
	a.find = func(_ *http.Request, id string) *job { return a.known(id) }
	a.pending = func(w http.ResponseWriter, _ *job) { say(w, 200, "no-store", `{"state": "running"}`) }
	a.link = func(j *job) string { return "/result/" + j.id }
	a.result = func(w http.ResponseWriter, _ *http.Request, j *job) { say(w, 200, "no-store", j.content()) }
	return a
}

func (a *app) begin() *job {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.n++
	j := &job{n: a.n, id: a.newID(a.n), began: time.Now(), lasts: a.lasts(a.n)}
	a.jobs[j.id] = j
	return j
}

func (a *app) known(id string) *job {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.jobs[id]
}

func (a *app) accept(w http.ResponseWriter, j *job) {
	w.Header().Set("Location", "/monitor/"+j.id)
	say(w, 202, "no-store", `{"job": "`+j.id+`"}`)
}

func (j *job) content() string {
	rows := make([][2]int, 20)
	for i := range rows {
		rows[i] = [2]int{i, i * j.n}
	}
	text, _ := json.Marshal(map[string]any{"job": j.id, "rows": rows})
	return string(text)
}

// say answers JSON.
func say(w http.ResponseWriter, status int, caching, text string) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	if caching != "" {
		w.Header().Set("Cache-Control", caching)
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

// page answers as something in front of an application does.
func page(w http.ResponseWriter, status int, title string) {
	w.Header().Set("Content-Type", "text/html")
	say(w, status, "", "<html><head><title>"+title+"</title></head></html>")
}

// ServeHTTP implements [http.Handler].
func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !a.front(w, r) {
		a.route(w, r)
	}
}

func (a *app) route(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	monitor, isMonitor := strings.CutPrefix(path, "/monitor/")
	result, isResult := strings.CutPrefix(path, "/result/")
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case path == "/deferredjob" && (r.Method == http.MethodGet || r.Method == http.MethodPost):
		a.start(w, r)
	case path == "/deferredjob", (isMonitor || isResult) && !reads:
		w.Header().Set("Allow", "GET, POST")
		say(w, 405, "no-store", `{"title": "method"}`)
	case isMonitor:
		a.monitor(w, a.find(r, monitor))
	case isResult:
		if j := a.find(r, result); j != nil && j.done() {
			a.result(w, r, j)
			return
		}
		say(w, 404, "no-store", `{"title": "no such result"}`)
	default:
		say(w, 404, "no-store", `{"title": "nothing here"}`)
	}
}

func (a *app) monitor(w http.ResponseWriter, j *job) {
	switch {
	case j == nil:
		say(w, 404, "no-store", `{"title": "no such job"}`)
	case j.done():
		w.Header().Set("Location", a.link(j))
		say(w, 201, "no-store", `{"state": "done"}`)
	default:
		a.pending(w, j)
	}
}

// A connection of a client, which a handler may wait for to be closed.
type connection struct {
	closed chan struct{}
	once   sync.Once
}

type connectionKey struct{}

var connections sync.Map // of net.Conn to *connection

func withConnection(ctx context.Context, conn net.Conn) context.Context {
	c := &connection{closed: make(chan struct{})}
	connections.Store(conn, c)
	return context.WithValue(ctx, connectionKey{}, c)
}

func noteClosed(conn net.Conn, state http.ConnState) {
	if c, known := connections.Load(conn); known && (state == http.StateClosed || state == http.StateHijacked) {
		c.(*connection).once.Do(func() { close(c.(*connection).closed) })
		connections.Delete(conn)
	}
}

func connectionOf(r *http.Request) *connection {
	return r.Context().Value(connectionKey{}).(*connection)
}
