package reference

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// A speaker knows jobs by the words of a dialect alone.
type speaker struct {
	*testing.T
	dialect.Dialect
	server *Server
	base   string
	begun  string // the URL that began the job
	first  dialect.Answer
}

func speak(t *testing.T, d dialect.Dialect, o Options) *speaker {
	t.Helper()
	o.Dialect = d
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &speaker{T: t, Dialect: d, server: s, base: "http://jobs.test" + s.options.BasePath}
}

func (c *speaker) ask(method, to string) (dialect.Answer, http.Header) {
	c.Helper()
	r := httptest.NewRequest(method, to, nil)
	for name, value := range c.Start.Ask.Headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	c.server.ServeHTTP(w, r)
	answer := w.Result()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.Fatal(err)
	}
	if testing.Verbose() {
		c.Logf("%s %s: %d %v %s", method, to, answer.StatusCode, answer.Header, body)
	}
	return dialect.Answer{Status: answer.StatusCode, Fields: answer.Header.Values, Values: dialect.Read(body, c.Wanted()), Empty: len(body) == 0}, answer.Header
}

// begin begins a job, and returns its monitor.
func (c *speaker) begin(method string) (monitor string) {
	c.Helper()
	const uuid = "6f0b1c1e-5a52-4f6f-9d0e-4d0f7b1c0a11"
	c.begun = c.base + strings.Replace(c.server.speech.places[start], "{id}", uuid, 1)
	a, _ := c.ask(method, c.Start.Ask.Asked(c.begun))
	c.first = a
	c.holds(c.Start.Reply, a)
	return c.follow(c.Monitor.At, a, c.begun)
}

// holds fails where an answer is not all that a reply says.
func (c *speaker) holds(r dialect.Reply, a dialect.Answer) {
	c.Helper()
	must, should := r.Faults(a)
	if !r.Signs(a) || len(must)+len(should) > 0 {
		c.Errorf("%v is not %v: %q %q", a, r, must, should)
	}
}

// follow resolves where an answer points.
func (c *speaker) follow(refs dialect.Refs, a dialect.Answer, here string) string {
	c.Helper()
	reference, _ := refs.Reference(a, c.first, dialect.Base{Target: c.base, Start: c.Start.Ask.Unasked(c.begun), Here: here})
	to, err := must(c.T, here).Parse(reference)
	if reference == "" || err != nil {
		c.Fatalf("%q leads nowhere: %v", reference, err)
	}
	return to.String()
}

// read reads a monitor and holds the answer against the phase that it should tell.
func (c *speaker) read(monitor string, want dialect.Phase) dialect.Answer {
	c.Helper()
	a, _ := c.ask("GET", monitor)
	if got := c.Phase(a); got != want {
		c.Errorf("%s is told, and not %s", got, want)
	}
	replies := map[dialect.Phase]*dialect.Reply{dialect.Pending: &c.Monitor.Pending, dialect.Done: &c.Monitor.Done,
		dialect.Failed: c.Monitor.Failed, dialect.Cancelled: c.Monitor.Cancelled, dialect.Unknown: c.Monitor.Unknown}
	c.holds(*replies[want], a)
	return a
}

func inEachDialect(t *testing.T, test func(*testing.T, dialect.Dialect)) {
	for _, d := range settings.Dialects() {
		t.Run(d.Name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { test(t, d) }) })
	}
}

// another is a URL of the same form that belongs to no job.
func another(c *speaker, u string) string {
	id := idIn(u)
	return strings.ReplaceAll(u, id, id[:1]+strings.Repeat("b", 20)+id[21:])
}

func idIn(u string) string {
	parts := strings.FieldsFunc(u, func(r rune) bool { return strings.ContainsRune("/:?=&", r) })
	return parts[slices.IndexFunc(parts, ours.MatchString)]
}

// result is where a job's result is, or will be: the answer that names it may be sent later.
func (c *speaker) result(monitor string, a dialect.Answer) string {
	if at, _ := c.Result.At.Reference(a, c.first, dialect.Base{}); c.Result.At.AreSaid() && at == "" {
		return c.base + c.server.path(result, idIn(monitor))
	}
	return c.follow(c.Result.At, a, monitor)
}

func (c *speaker) content(a dialect.Answer) string {
	for _, ref := range c.Result.At {
		if ref.Form == dialect.Value {
			return a.Values[ref.Arg]
		}
	}
	return ""
}
