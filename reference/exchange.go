package reference

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A role is the resource that a request is for.
type role string

const (
	noResource role = ""
	start      role = "start"
	monitor    role = "monitor"
	result     role = "result"
	cancel     role = "cancel" // of other dialects
)

// An exchange is one request and what the server knows about it before it answers.
type exchange struct {
	server  *Server
	request *http.Request
	method  string
	role    role
	id      string // as the path has it, unescaped; of a monitor or a result
	now     time.Time

	owner      string // of the request's credentials
	authorized bool

	job  *job // the one with the id, or the one just begun; nil where there is none, or another owner's
	ends time.Time
	done bool

	calledOff bool // of other dialects: the job was called off

	storeError error // nobody knows whether there is such a job

	facts // for the faults
}

func (x *exchange) left() time.Duration { return x.ends.Sub(x.now) }

// receive collects what is known about a request: resource, owner, job and its state.
func (s *Server) receive(r *http.Request) *exchange {
	x := &exchange{server: s, request: r, method: r.Method, now: time.Now(), authorized: true}
	x.role, x.id = s.route(r.URL)
	if s.options.Authorize != nil {
		x.owner, x.authorized = s.options.Authorize(r)
	}
	if x.role != noResource && (x.role != start || x.id != "") {
		x.job, x.storeError = s.lookUp(x, x.id)
		s.lookUpEnd(x)
	}
	s.speech.shared(x)
	if x.job != nil {
		x.ends = x.job.ends()
	}
	s.runFaultHooks(x)
	// Another owner's job is answered like an unknown one: its existence is not disclosed.
	if x.job != nil && (!x.authorized || x.job.owner != x.owner && !x.allOwners) {
		x.hidden = true
		x.job = nil
	}
	x.done = x.job != nil && !x.notDone && !x.now.Before(x.ends)
	s.recordRead(x)
	return x
}

// route finds the resource and the id in a URL. The path is taken as it was
// sent: [http.ServeMux] would clean it and answer a redirect, for ids such as
// "..", where 404 is the answer.
func (s *Server) route(u *url.URL) (role, string) {
	path, ok := strings.CutPrefix(u.EscapedPath(), s.options.BasePath)
	if !ok {
		return noResource, ""
	}
	return s.speech.route(path)
}

// Resource returns the resource that a URL names, "start", "monitor" or
// "result", and the job's id. Both are empty for any other URL. It is meant for
// logs and metrics.
func (s *Server) Resource(u *url.URL) (name, id string) {
	to, id := s.route(u)
	if to == cancel {
		to = monitor
	}
	return string(to), id
}

func unescape(id string) string {
	plain, err := url.PathUnescape(id)
	if err != nil {
		return id
	}
	return plain
}

// locate writes the Location of a job's monitor or result.
func (s *Server) locate(x *exchange, to role, id string) string { return s.url(x, to, id, false) }

// url is [Server.locate], or the whole URL whatever the options say.
func (s *Server) url(x *exchange, to role, id string, absolute bool) string {
	path := s.path(to, id)
	switch form := s.options.Locations; {
	case absolute, form == AbsoluteLocations:
		return origin(x.request) + s.options.BasePath + path
	case form == RelativeLocations: // from {base}/deferredjob or {base}/monitor/{id}, RFC 3986 5.2
		here := strings.TrimPrefix(x.request.URL.EscapedPath(), s.options.BasePath)
		return strings.Repeat("../", strings.Count(here, "/")-1) + path[1:]
	default:
		return s.options.BasePath + path
	}
}

// path is where a resource is, below the base path.
func (s *Server) path(to role, id string) string {
	return strings.Replace(cmp.Or(s.speech.places[to], "/result/{id}"), "{id}", url.PathEscape(id), 1)
}

// origin is the origin that the client asked: by the connection and the Host field
// alone, as anybody can send X-Forwarded-Host.
func origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
