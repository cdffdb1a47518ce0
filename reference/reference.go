// Package reference is a server that keeps the two-oh-two contract, and breaks it on
// request: [New] makes one, [Faults] lists the ways to break it.
//
// It is meant to be read. This file is the whole pattern: three resources and what
// each of them answers. README.md says what is in the other files.
//
// A job's state is never stored: it is pending until the moment at which it ends, and
// done from then on. No goroutine belongs to a job, and no job needs to be polled to
// make progress. A failed job is done as well: its result says that it failed.
package reference

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Server answers the three resources of the pattern, below its base path:
//
//	GET /deferredjob    202, Location: /monitor/{id}
//	GET /monitor/{id}   200 while the job runs
//	                    201, Location: /result/{id}, once it is done
//	GET /result/{id}    200 and the result; 422 as long as there is none,
//	                    and for ever if the job failed
//
// Its methods may be called by several goroutines. It keeps none of its own
// and needs no closing.
type Server struct {
	options Options
	jobs    *store
	newID   func() string
	speech  *speech
	faults  []Fault
	past    past // for faults: unused without any
}

// New returns a server. The error names an option that is not valid, or a fault that
// does not exist.
func New(options Options) (*Server, error) {
	options, err := options.complete()
	if err != nil {
		return nil, fmt.Errorf("reference: %w", err)
	}
	s := &Server{
		options: options,
		jobs:    &store{limit: options.MaxJobs, expiry: options.Expiry},
		newID:   randomID,
	}
	if s.speech, err = newSpeech(options); err != nil {
		return nil, fmt.Errorf("reference: %w", err)
	}
	if err := s.install(options.Faults); err != nil {
		return nil, fmt.Errorf("reference: %w", err)
	}
	return s, nil
}

// ServeHTTP implements [http.Handler]. It makes the correct answer, lets the faults
// change it, and sends it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.options.Latency != nil {
		pause(r.Context(), s.options.Latency())
	}
	x := s.receive(r)
	a := s.answer(x)
	s.addCORS(x, a)
	s.applyFaults(x, a)
	if a.bare && a.sendBare(w, s) {
		return
	}
	a.send(w, r)
}

// answer checks what all three resources have in common, the method and the
// credentials, and then answers for the one that was asked.
func (s *Server) answer(x *exchange) *answer {
	allow := s.speech.methods[x.role]
	switch {
	case x.role == noResource:
		return problem(http.StatusNotFound, "There is nothing at this path.")
	case x.method == http.MethodOptions:
		// Answered without credentials: a preflight never carries any (Fetch, CORS-preflight).
		return empty(http.StatusNoContent).set("Allow", allow)
	case !listed(allow, x.method):
		// Allow belongs to every 405: RFC 9110 15.5.6. HEAD on the start is one of
		// them: a job would have to begin to know its Location, and HEAD is safe (9.2.1).
		return problem(http.StatusMethodNotAllowed, "This resource does not know the method.").set("Allow", allow)
	case !x.authorized:
		// A 401 names a challenge (RFC 9110 15.5.2).
		return problem(http.StatusUnauthorized, "This needs credentials.").set("WWW-Authenticate", `Bearer realm="jobs"`)
	case x.storeError != nil:
		return unstored(x.storeError)
	case s.options.Dialect.Name != "":
		return s.speech.answer(x)
	}
	switch x.role {
	case start:
		return s.start(x)
	case monitor:
		return s.monitor(x)
	default:
		return s.result(x)
	}
}

// start begins a job and names its monitor. The job is stored before the answer is
// sent: a client may read the monitor at once, over another connection.
func (s *Server) start(x *exchange) *answer {
	job, refused := s.begin(x)
	if refused != nil {
		return refused
	}
	return document(http.StatusAccepted, jobBody{job.id}).
		set("Location", s.locate(x, monitor, job.id)).
		retryAfter(x)
}

// monitor answers whether a job is done: by the status alone. The body is for people.
func (s *Server) monitor(x *exchange) *answer {
	switch {
	case x.job == nil:
		// Not 200: that means "pending", and a client would wait for ever.
		return problem(http.StatusNotFound, "Job "+x.id+" was not found.")
	case !x.done:
		return document(http.StatusOK, jobBody{"still working..."}).
			retryAfter(x)
	default:
		return document(http.StatusCreated, jobBody{x.job.id}).
			set("Location", s.locate(x, result, x.job.id))
	}
}

// result answers with the result of a job. One that is not there yet and one that
// will never be there have the same status: a client whose monitor was answered 201
// knows which of them it is.
func (s *Server) result(x *exchange) *answer {
	switch {
	case x.job == nil || !x.done:
		return problem(http.StatusUnprocessableEntity, "Job "+x.id+" failed to complete or was not found.")
	case x.job.fails:
		return problem(http.StatusUnprocessableEntity, "Job "+x.id+" failed. It has no result, and will have none.")
	}
	// A result never changes, so its client's own cache may store it, and no shared one.
	return document(http.StatusOK, resultBody{"Result of long-running process " + x.job.id + "."}).
		set("Cache-Control", "private")
}

// The bodies.
type (
	jobBody struct {
		JobID string `json:"job_id"`
	}
	resultBody struct {
		Result string `json:"result"`
	}
)

// begin stores a new job. Where it can't, it returns the answer that says so.
func (s *Server) begin(x *exchange) (*job, *answer) {
	job := &job{id: cmp.Or(x.id, s.newID()), owner: x.owner, began: x.now, lasts: s.options.length(), fails: s.options.failure()}
	s.recordStart(x, job)
	if free, ok := s.jobs.reserve(x.now); !ok {
		return nil, full(free.Sub(x.now))
	}
	if err := s.keep(x, job); err != nil {
		s.jobs.release()
		return nil, unstored(err)
	}
	s.jobs.add(job, x.now)
	x.job, x.ends = job, job.ends()
	return job, nil
}

// full refuses a start for which there is no room, and says when there will be some.
func full(free time.Duration) *answer {
	// Rounded up: asking earlier would be in vain.
	seconds := max(1, int((free+time.Second-1)/time.Second))
	return problem(http.StatusServiceUnavailable, "As many jobs as fit are here already.").set("Retry-After", strconv.Itoa(seconds))
}

func listed(allow, method string) bool { return slices.Contains(strings.Split(allow, ", "), method) }
