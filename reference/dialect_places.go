package reference

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
)

// clientID stands in a start path for an id that the client chooses.
const clientID = "{uuid}"

// A speech is a dialect as a server speaks it: where its resources are, and what its answers hold.
type speech struct {
	dialect.Dialect
	places map[role]string                   // paths below the base path, with {id} for the job's; no result where it has no URL of its own
	holds  map[string]func(*exchange) string // what fields and places in bodies hold by which the server is led to its own resources
	fields []string                          // the header fields by which the dialect speaks, Retry-After too

	methods map[role]string // as the Allow field has them
}

// Serves says in one sentence why a server can't speak a dialect; nil where it can.
func Serves(d dialect.Dialect) error {
	_, err := newSpeech(Options{Dialect: d})
	return err
}

// newSpeech lays out the resources of a dialect. The places that it leaves to the server are as in the contract's own.
func newSpeech(o Options) (*speech, error) {
	d := o.Dialect
	if d.Name == "" {
		d = dialect.TwoOhTwo
	}
	if err := d.Check(); err != nil {
		return nil, fmt.Errorf("dialect %s: %w", d.Name, err)
	}
	s := &speech{Dialect: d, holds: map[string]func(*exchange) string{}}
	for _, name := range append(d.Fields(), "Retry-After") {
		if name != "Content-Type" && !slices.Contains(s.fields, name) { // every answer has one
			s.fields = append(s.fields, name)
		}
	}
	slices.Sort(s.fields)
	chosen := map[role]dialect.Ref{}
	for to, refs := range map[role]dialect.Refs{monitor: d.Monitor.At, result: d.Result.At, cancel: d.Cancel.At} {
		if to != result || !d.HoldsResult() {
			chosen[to] = firstRef(refs, dialect.Header, dialect.Link, dialect.URL)
		}
	}
	begins, err := startPlace(d, o.StartPath, chosen)
	if err != nil {
		return nil, err
	}
	s.places = map[role]string{start: begins, monitor: "/monitor/{id}"}
	for _, to := range []role{monitor, result, cancel} {
		if err := s.place(to, chosen[to]); err != nil {
			return nil, fmt.Errorf("dialect %s: %w", d.Name, err)
		}
	}
	if o.Fails != nil && d.Monitor.Failed == nil && (s.places[result] == "" || d.Result.Failed == nil) {
		return nil, fmt.Errorf("dialect %s has no way to say that a job failed", d.Name)
	}
	s.holdResult()
	s.methods = map[role]string{}
	for _, to := range []role{start, monitor, result, cancel} {
		s.methods[to] = s.allow(to, o.StartMethods)
	}
	return s, nil
}

// firstRef is the first reference of the first form that there is.
func firstRef(refs dialect.Refs, forms ...dialect.Form) dialect.Ref {
	for _, form := range forms {
		if i := slices.IndexFunc(refs, func(r dialect.Ref) bool { return r.Form == form }); i >= 0 {
			return refs[i]
		}
	}
	return dialect.Ref{}
}

var inBody = regexp.MustCompile(`\{(/[^{}]*)\}`)

// startPlace is the path that begins jobs. Where another resource is known by it alone, the client's id is in it.
func startPlace(d dialect.Dialect, path string, chosen map[role]dialect.Ref) (string, error) {
	needs := false
	for to, ref := range chosen {
		template, _, _ := strings.Cut(ref.Arg, "?")
		needs = needs || to != cancel && ref.Form == dialect.URL && strings.HasPrefix(template, "{start}") && !inBody.MatchString(template)
	}
	switch {
	case path == "" && needs:
		path = defaultStart + "/" + clientID
	case path == "":
		path = defaultStart
	case needs && !strings.Contains(path, clientID):
		return "", fmt.Errorf("start path: dialect %s knows a job by the URL that began it: %s is needed in %q", d.Name, clientID, path)
	}
	return strings.Replace(path, clientID, "{id}", 1), nil
}

// place finds where a kind of resource is, and what answers have to hold so that a client finds it there.
func (s *speech) place(to role, ref dialect.Ref) error {
	if ref.Form == "" {
		return nil
	}
	if ref.Form != dialect.URL {
		s.places[to] = map[role]string{monitor: "/monitor/{id}", result: "/result/{id}", cancel: s.places[monitor] + "/cancel"}[to]
		if to == cancel {
			s.holds[ref.Arg] = func(x *exchange) string { return x.server.url(x, cancel, x.idOfJob(), true) }
		}
		return nil
	}
	template, _, _ := strings.Cut(ref.Arg, "?")
	path := strings.NewReplacer("{base}", "", "{start}", s.places[start], "{monitor}", s.places[monitor]).Replace(template)
	path, value := inBody.ReplaceAllString(path, "{id}"), "{id}"
	if path == "/{id}" { // whatever is there: the start too
		path, value = "/monitor/{id}", "monitor/{id}"
	}
	if strings.Count(path, "{id}") != 1 || !strings.HasPrefix(path, "/") {
		return fmt.Errorf("url %s has no place for a job's id that a server could choose", ref.Arg)
	}
	for _, pointer := range inBody.FindAllStringSubmatch(ref.Arg, -1) {
		s.holds[pointer[1]] = func(x *exchange) string { return strings.Replace(value, "{id}", x.idOfJob(), 1) }
	}
	s.places[to] = path
	return nil
}

// holdResult has a done answer hold the result where its dialect looks for it.
func (s *speech) holdResult() {
	if ref := firstRef(s.Result.At, dialect.Value); ref.Form != "" {
		body := maps.Clone(s.Monitor.Done.Body)
		if body == nil {
			body = map[string]dialect.Pattern{}
		}
		body[ref.Arg] = dialect.Pattern{Kind: dialect.Content}
		s.Monitor.Done.Body = body
	}
}

// route finds the resource and the id in a path below the base path.
func (s *speech) route(path string) (role, string) {
	for _, to := range []role{start, cancel, result, monitor} {
		before, after, hasID := strings.Cut(s.places[to], "{id}")
		rest, ok := strings.CutPrefix(path, before)
		id, fits := strings.CutSuffix(rest, after)
		switch {
		case s.places[to] == "" || !ok || !fits:
		case to != start && s.places[to] == s.places[start], to == cancel && s.calledOffHere(): // told apart by the method
		case !hasID && id == "":
			return to, ""
		case hasID && (to != start || id != "" && !strings.Contains(id, "/")):
			return to, unescape(id)
		}
	}
	return noResource, ""
}

// shared tells what a request is for whose URL is the start's and another resource's: the client's id is in it.
func (s *speech) shared(x *exchange) {
	if x.role != start || x.id == "" {
		return
	}
	switch {
	case s.places[monitor] == s.places[start] && x.job != nil && read(x):
		x.role = monitor
	case s.showsResult() && read(x) && !slices.Contains(x.server.options.StartMethods, x.method):
		x.role = result
	}
}

// showsResult reports whether the URL that began a job is one of those of its result: the client's id is in it.
func (s *speech) showsResult() bool {
	return slices.Contains(s.Result.At, dialect.Ref{Form: dialect.URL, Arg: "{start}"}) && strings.Contains(s.places[start], "{id}")
}

// allow lists the methods of a resource.
func (s *speech) allow(to role, starts []string) string {
	var list []string
	switch {
	case to == cancel:
		list = []string{s.Cancel.Method}
	case to == start:
		list = slices.Clone(starts)
		if s.showsResult() && !slices.Contains(list, http.MethodGet) {
			list = append(list, http.MethodGet, http.MethodHead)
		}
	default:
		list = []string{http.MethodGet, http.MethodHead}
		if to == monitor && s.calledOffHere() {
			list = append(list, s.Cancel.Method)
		}
	}
	return strings.Join(append(list, http.MethodOptions), ", ")
}

// calledOffHere reports whether a monitor is where its job is called off.
func (s *speech) calledOffHere() bool {
	return s.Cancel.Method != "" && s.places[cancel] == s.places[monitor]
}

// StartPath is the path that begins jobs, below the base path; {uuid} in it stands for an id that the client chooses.
func (s *Server) StartPath() string {
	return strings.Replace(s.speech.places[start], "{id}", clientID, 1)
}

// MonitorField is the header field that names the monitor of a job that has begun; empty where none does. It is meant for logs.
func (s *Server) MonitorField() string {
	return firstRef(s.speech.Monitor.At, dialect.Header).Arg
}
