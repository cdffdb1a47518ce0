package honest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// An honest server keeps the contract, and shares no line with the reference. Whatever the contract leaves
// open is a field. It knows a resource by its whole request target, so that any layout will do.
type honest struct {
	method  string                                      // that begins a job
	start   string                                      // the request targets of the three resources
	monitor func(id string) string                      //
	result  func(id string) string                      //
	key     func(target string) string                  // what of a request target tells resources apart
	id      func(n int) string                          // of the nth job
	write   func(r *http.Request, target string) string // how a Location is written
	lasts   func(n int) time.Duration                   // the nth job, once a worker has it
	workers int                                         // as many as there are jobs where zero
	pick    func(waiting int) int                       // whom a worker takes from the queue: the first where nil
	lead    time.Duration                               // for which a result is there before its monitor says so
	expiry  time.Duration                               // after which a done job is forgotten; never where zero
	unknown int                                         // the status of what was never heard of, or is forgotten
	early   int                                         // and of the result of a pending job
	chunked bool                                        // no Content-Length
	pace    time.Duration                               // between pieces of a result
	running []byte                                      // what a monitor tells meanwhile
	product func(w *work) (contentType string, body []byte)
	dress   []func(w http.ResponseWriter, r *http.Request, j *work, p phase) // puts on an answer what the row is about

	mu    sync.Mutex
	works []*work
	queue []*work     // in the order begun
	free  []time.Time // when each worker will be
	known map[string]place
}

// A work is a job of an honest server.
type work struct {
	n           int
	id          string
	begun, ends time.Time // ends is zero as long as it waits in the queue
}

type phase string

const (
	started phase = "started"
	pending phase = "pending"
	done    phase = "done"
	product phase = "product"
)

// A place is what lies at a request target.
type place struct {
	monitor *work
	results []*work // results with the same content may share one
}

func newHonest() *honest {
	return &honest{
		method: "GET", start: "/deferredjob", unknown: 404, early: 404, running: []byte(`{"state":"running"}`),
		monitor: func(id string) string { return "/monitor/" + id }, result: func(id string) string { return "/result/" + id },
		id:    func(n int) string { return fmt.Sprintf("%08x-%d", uint32(n)*2654435761, n) },
		key:   func(target string) string { return target },
		write: func(_ *http.Request, target string) string { return target },
		lasts: func(int) time.Duration { return 900 * time.Millisecond },
		product: func(j *work) (string, []byte) {
			return "application/json", fmt.Appendf(nil, `{"job":%q,"answer":%d}`, j.id, 40+j.n)
		},
		known: map[string]place{},
	}
}

func (s *honest) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	here, isStart := s.look(r.RequestURI)
	allow := "GET, HEAD, OPTIONS"
	if isStart {
		allow = s.method + ", OPTIONS"
	}
	switch {
	case !isStart && here.monitor == nil && len(here.results) == 0:
		http.Error(w, "there is nothing here", s.unknown)
	case r.Method == "OPTIONS":
		w.Header().Set("Allow", allow)
		w.WriteHeader(204)
	case !slices.Contains(strings.Split(allow, ", "), r.Method):
		w.Header().Set("Allow", allow)
		http.Error(w, "no such method here", http.StatusMethodNotAllowed)
	case isStart:
		s.answerStart(w, r)
	case here.monitor != nil:
		s.answerMonitor(w, r, here.monitor)
	default:
		s.answerResult(w, r, here.results)
	}
}

func (s *honest) answerStart(w http.ResponseWriter, r *http.Request) {
	j := s.begin()
	w.Header().Set("Location", s.write(r, s.monitor(j.id)))
	s.send(w, r, j, started, 202, "text/plain", []byte("on its way"))
}

func (s *honest) answerMonitor(w http.ResponseWriter, r *http.Request, j *work) {
	w.Header().Set("Cache-Control", "no-store")
	if !s.over(j, 0) {
		s.send(w, r, j, pending, 200, "application/json", s.running)
		return
	}
	w.Header().Set("Location", s.write(r, s.result(j.id)))
	s.send(w, r, j, done, 201, "text/plain", []byte("done"))
}

func (s *honest) answerResult(w http.ResponseWriter, r *http.Request, all []*work) {
	i := slices.IndexFunc(all, func(j *work) bool { return s.over(j, s.lead) })
	if i < 0 {
		http.Error(w, "not yet", s.early)
		return
	}
	contentType, body := s.product(all[i])
	s.send(w, r, all[i], product, 200, contentType, body)
}

func (s *honest) send(w http.ResponseWriter, r *http.Request, j *work, p phase, status int, contentType string, body []byte) {
	if len(body) > 0 {
		w.Header().Set("Content-Type", contentType)
	}
	for _, dress := range s.dress {
		dress(w, r, j, p)
	}
	w.WriteHeader(status)
	if flusher, can := w.(http.Flusher); can && s.chunked {
		flusher.Flush() // before the length is known
	}
	if p == product && s.pace > 0 {
		for piece := range slices.Chunk(body, max(1, len(body)/10)) {
			time.Sleep(s.pace)
			w.Write(piece)
		}
		return
	}
	w.Write(body)
}

// look tells what lies at a request target; nothing, where it is forgotten.
func (s *honest) look(target string) (here place, isStart bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.advance(time.Now())
	here, found := s.known[s.key(target)]
	if here.monitor != nil && s.forgotten(here.monitor) {
		here.monitor = nil
	}
	here.results = slices.DeleteFunc(slices.Clone(here.results), s.forgotten)
	return here, !found && target == s.start
}

func (s *honest) forgotten(j *work) bool {
	return s.expiry > 0 && !j.ends.IsZero() && time.Since(j.ends) > s.expiry
}

// over reports whether a job has ended, or will have after a while.
func (s *honest) over(j *work, lead time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !j.ends.IsZero() && !time.Now().Add(lead).Before(j.ends)
}

func (s *honest) begin() *work {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	j := &work{n: len(s.works) + 1, begun: now}
	j.id = s.id(j.n)
	s.works = append(s.works, j)
	s.known[s.key(s.monitor(j.id))] = place{monitor: j}
	at := s.key(s.result(j.id))
	s.known[at] = place{results: append(s.known[at].results, j)}
	if s.workers == 0 {
		j.ends = now.Add(s.lasts(j.n))
		return j
	}
	s.queue = append(s.queue, j)
	s.advance(now)
	return j
}

// advance lets the workers take from the queue what they will have taken until now.
func (s *honest) advance(now time.Time) {
	for len(s.free) < s.workers {
		s.free = append(s.free, time.Time{})
	}
	for len(s.queue) > 0 {
		worker := slices.Index(s.free, slices.MinFunc(s.free, time.Time.Compare))
		at := s.free[worker]
		if first := s.queue[0].begun; first.After(at) {
			at = first
		}
		if at.After(now) {
			return
		}
		waiting := len(s.queue)
		if late := slices.IndexFunc(s.queue, func(j *work) bool { return j.begun.After(at) }); late >= 0 {
			waiting = late
		}
		i := 0
		if s.pick != nil {
			i = s.pick(waiting)
		}
		j := s.queue[i]
		s.queue = slices.Delete(s.queue, i, i+1)
		j.ends = at.Add(s.lasts(j.n))
		s.free[worker] = j.ends
	}
}

// Ways to write a Location. All of them lead to the same resource.
func absolute(r *http.Request, target string) string {
	if r.TLS != nil {
		return "https://" + r.Host + target
	}
	return "http://" + r.Host + target
}

func networkPath(r *http.Request, target string) string { return "//" + r.Host + target }

// relative is the shortest reference from the request's own target.
func relative(r *http.Request, target string) string {
	from, _, _ := strings.Cut(r.RequestURI, "?")
	if rest, same := strings.CutPrefix(target, from+"?"); same {
		return "?" + rest
	}
	folder, up := from[:strings.LastIndexByte(from, '/')+1], ""
	for !strings.HasPrefix(target, folder) {
		folder = folder[:strings.LastIndexByte(folder[:len(folder)-1], '/')+1]
		up += "../"
	}
	return cmp.Or(up+target[len(folder):], "./")
}
