package reference

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// What the faults need to know of earlier requests. A server without faults records nothing.

// facts are what faults need to know about an exchange beyond what the server does.
type facts struct {
	fresh  bool      // the request is the first on its connection, or nobody knows better
	seen   visits    // of this job, before this exchange
	newest time.Time // when the latest job of all began

	allOwners bool // every owner may read the job (set by faults)
	notDone   bool // the job is not done, whatever the clock says (set by faults)
	hidden    bool // the job exists, but belongs to another owner
}

// visits count how a job was asked for.
type visits struct {
	reads, pending, created, results, heads int // GETs of the monitor, of them answered pending or done; of the result; HEADs of the result

	firstRead, firstCreated, firstResult time.Time
	afterResult                          int // GETs of the done monitor since the result was first read
}

// A history records a job's place among the others, and how often it was read.
type history struct {
	nth        int         // of all jobs, counted from one
	concurrent bool        // another job began within the same instant, before it
	twin       string      // the id of the job that faults confuse it with
	conn       *connection // that began it
	foreign    bool        // another server began it, or this one before a restart

	mu sync.Mutex
	visits
}

// instant is how close starts have to be for a fault to call them concurrent.
const instant = 10 * time.Millisecond

// past records the jobs and connections of a server with faults.
type past struct {
	mu          sync.Mutex
	begun       int
	first       time.Time // when the first job began
	level       float64   // of the requests that count against a limit
	counted     time.Time // when the last one of them came
	last        time.Time // when the latest job began
	firstID     string    // of the first job
	lastID      string    // of the first job of the latest instant
	reserved    string    // the id that the next job will have, of those that come in pairs
	firstOfPair string    // the id of the job before it
	ends        time.Time // when the jobs of a batch end
	latestDone  string    // the id of the job whose 201 was sent last

	requests atomic.Int64 // all of them

	conns sync.Map // net.Conn to *connection

	foreign sync.Map // ids of jobs that other servers began, to the histories that they have here
}

// A connection is one that requests come over.
type connection struct {
	requests atomic.Int64
	closed   atomic.Int64 // when, in Unix nanoseconds; 0 while it is open
}

type connectionKey struct{}

// opened is for [http.Server.ConnContext].
func (p *past) opened(ctx context.Context, c net.Conn) context.Context {
	conn := new(connection)
	p.conns.Store(c, conn)
	return context.WithValue(ctx, connectionKey{}, conn)
}

// changed is for [http.Server.ConnState].
func (p *past) changed(c net.Conn, state http.ConnState) {
	if state != http.StateClosed && state != http.StateHijacked {
		return
	}
	if conn, known := p.conns.LoadAndDelete(c); known {
		conn.(*connection).closed.Store(time.Now().UnixNano())
	}
}

func connectionOf(r *http.Request) *connection {
	conn, _ := r.Context().Value(connectionKey{}).(*connection)
	return conn
}

// runFaultHooks collects the facts about an exchange and runs the look hooks, before the server answers.
func (s *Server) runFaultHooks(x *exchange) {
	if len(s.faults) == 0 {
		return
	}
	conn := connectionOf(x.request)
	x.fresh = conn == nil || conn.requests.Add(1) == 1
	s.past.mu.Lock()
	x.newest = s.past.last
	s.past.mu.Unlock()
	if x.job != nil {
		x.seen = x.job.past.visit(x)
	}
	for _, f := range s.faults {
		if f.look != nil {
			f.look(x)
		}
	}
}

// visit counts an exchange and returns what was before it.
func (h *history) visit(x *exchange) visits {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.visits
	switch {
	case x.role == result && x.method == http.MethodHead:
		h.heads++
	case x.method != http.MethodGet:
	case x.role == result && x.now.Before(x.ends): // asked too early: nothing was read
	case x.role == result:
		h.results++
		first(&h.firstResult, x.now)
	default:
		h.reads++
		first(&h.firstRead, x.now)
	}
	return before
}

// recordRead records the state of a job that this read of its monitor is answered with.
func (s *Server) recordRead(x *exchange) {
	if len(s.faults) == 0 || x.job == nil || x.role != monitor || x.method != http.MethodGet {
		return
	}
	h := x.job.past
	h.mu.Lock()
	defer h.mu.Unlock()
	if !x.done {
		h.pending++
		return
	}
	h.created++
	first(&h.firstCreated, x.now)
	if h.results > 0 {
		h.afterResult++
	}
}

func first(at *time.Time, now time.Time) {
	if at.IsZero() {
		*at = now
	}
}

// recordStart records that a job begins, and runs the begin hooks.
func (s *Server) recordStart(x *exchange, j *job) {
	if len(s.faults) == 0 {
		return
	}
	p := &s.past
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun++
	j.past = &history{nth: p.begun, conn: connectionOf(x.request)}
	j.past.concurrent = p.begun > 1 && x.now.Sub(p.last) <= instant
	for _, f := range s.faults {
		if f.begin != nil {
			f.begin(x, j, p)
		}
	}
	if p.begun == 1 {
		p.firstID, p.first = j.id, x.now
	}
	if !j.past.concurrent {
		p.lastID = j.id
	}
	if x.now.After(p.last) {
		p.last = x.now
	}
}
