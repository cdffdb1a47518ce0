package reference

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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

func TestEveryDialectIsServed(t *testing.T) {
	inEachDialect(t, func(t *testing.T, d dialect.Dialect) {
		if err := Serves(d); err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{}, {BasePath: "/api", Locations: RelativeLocations}, {Locations: AbsoluteLocations, RetryAfter: RetryAtDate}} {
			for _, method := range d.Start.Methods {
				c := speak(t, d, o)
				monitor := c.begin(method)
				c.read(monitor, dialect.Pending)
				if d.Result.Pending != nil {
					a, _ := c.ask("GET", c.result(monitor, dialect.Answer{}))
					c.holds(*d.Result.Pending, a)
				}
				time.Sleep(2 * time.Second)
				a := c.read(monitor, dialect.Done)
				switch {
				case d.Result.At.By(dialect.Value):
					if text := c.content(a); !strings.Contains(text, "Result of long-running process") {
						t.Errorf("the result is %s", text)
					}
				case len(d.Result.At) > 0 && !d.HoldsResult():
					result := c.result(monitor, a)
					got, _ := c.ask("GET", result)
					c.holds(*d.Result.Done, got)
					if d.Result.Unknown != nil {
						got, _ = c.ask("GET", another(c, result))
						c.holds(*d.Result.Unknown, got)
					}
				}
				if d.Monitor.Unknown != nil {
					c.read(another(c, monitor), dialect.Unknown)
				}
			}
		}
	})
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

func TestFailuresInEveryDialect(t *testing.T) {
	inEachDialect(t, func(t *testing.T, d dialect.Dialect) {
		apart := len(d.Result.At) > 0 && !d.HoldsResult()
		if d.Monitor.Failed == nil && (!apart || d.Result.Failed == nil) {
			_, err := New(Options{Dialect: d, Fails: func() bool { return true }})
			if err == nil || !strings.Contains(err.Error(), d.Name+" has no way to say that a job failed") {
				t.Error(err)
			}
			return
		}
		c := speak(t, d, Options{Fails: func() bool { return true }})
		monitor := c.begin(d.Start.Methods[0])
		c.read(monitor, dialect.Pending)
		time.Sleep(2 * time.Second)
		if d.Monitor.Failed != nil {
			c.read(monitor, dialect.Failed)
			return
		}
		a, _ := c.ask("GET", c.result(monitor, c.read(monitor, dialect.Done)))
		c.holds(*d.Result.Failed, a)
	})
}

func TestCancellationInEveryDialect(t *testing.T) {
	inEachDialect(t, func(t *testing.T, d dialect.Dialect) {
		for _, store := range []Store{nil, new(mapStore)} {
			c := speak(t, d, Options{Store: store})
			monitor := c.begin(d.Start.Methods[0])
			if d.Cancel.Method == "" {
				if a, h := c.ask("DELETE", monitor); a.Status != 405 && !slices.Contains(d.Start.Methods, "DELETE") || a.Status == 405 && h.Get("Allow") == "" {
					t.Error(a)
				}
				return
			}
			a, _ := c.ask(d.Cancel.Method, c.follow(d.Cancel.At, c.first, monitor))
			c.holds(d.Cancel.Reply, a)
			if store != nil { // a replica knows it as well
				c.server = speak(t, d, Options{Store: store}).server
			}
			want := dialect.Pending
			switch {
			case d.Cancel.Then == dialect.ThenUnknown:
				want = dialect.Unknown
			case d.Monitor.Cancelled != nil:
				want = dialect.Cancelled
			case d.Monitor.Failed != nil:
				want = dialect.Failed
			}
			if want == dialect.Unknown && d.Monitor.Unknown == nil {
				t.Fatal("it can't be told")
			}
			c.read(monitor, want)
			time.Sleep(2 * time.Second)
			c.read(monitor, want)
		}
	})
}

// A client that chooses the id may send its request once more, and ask the URL itself for what came of it.
func TestStartSentAgain(t *testing.T) {
	for name, afterwards := range map[string]int{"open-service-broker": 200, "arm-async": 202, "azure-operation-location": 202} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, err := settings.Dialect(name)
				if err != nil {
					t.Fatal(err)
				}
				c := speak(t, d, Options{StartPath: "/jobs/{uuid}", Authorize: func(r *http.Request) (string, bool) { return r.URL.Query().Get("owner"), true }})
				monitor := c.begin("PUT")
				status := func(method, query string) int {
					a, _ := c.ask(method, c.begun+query)
					return a.Status
				}
				if again := c.begin("PUT"); again != monitor || c.server.Jobs().Begun != 1 {
					t.Errorf("another job: %v, and not %s", again, monitor)
				}
				if got := status("PUT", "?owner=b"); got != 409 {
					t.Errorf("another owner's id is answered %d", got)
				}
				time.Sleep(2 * time.Second)
				if got := status("GET", ""); got != 200 {
					t.Errorf("the result is answered %d", got)
				}
				if got := status("PUT", ""); got != afterwards {
					t.Errorf("once the job is done its start is answered %d", got)
				}
			})
		})
	}
}

// Served from its document, the contract's own dialect is answered as reference.go answers, to the byte.
func TestTwoOhTwoFromItsDocument(t *testing.T) {
	for name, o := range map[string]Options{
		"plain": {}, "absolute": {Locations: AbsoluteLocations, RetryAfter: RetryAtDate},
		"relative": {Locations: RelativeLocations, BasePath: "/api/v1", RetryAfter: NoRetryAfter, AllowOrigins: []string{"*"}, StartPath: "/v1/jobs", StartMethods: []string{"POST"}},
		"failing":  {Fails: func() bool { return true }, RetryAfter: "5"},
		"guarded":  {Authorize: func(r *http.Request) (string, bool) { return "", r.Header.Get("Authorization") != "" }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				plain := exchanges(t, o)
				o.Dialect = dialect.TwoOhTwo
				if spoken := exchanges(t, o); !slices.Equal(plain, spoken) {
					t.Error(difference(plain, spoken))
				}
			})
		})
	}
}

// exchanges asks a server all there is to ask.
func exchanges(t *testing.T, o Options) (lines []string) {
	s := serverFor(t, o)
	c := &client{names: map[string]string{}}
	ask := func(method, to string, fields ...string) *http.Response {
		r := ask(s, method+" "+to, append(fields, "Origin: https://page.test")...)
		if at, err := http.ParseTime(r.Header.Get("Retry-After")); err == nil {
			r.Header.Set("Retry-After", time.Until(at).String())
		}
		c.note("%s %s: %d %s %s", method, to, r.StatusCode, fieldsOf(r.Header, time.Now()), bodyOf(t, r))
		return r
	}
	const key, made = "Authorization: a", "zzzzyyyyxxxxwwwwvvvvuuuutt"
	base, begin := o.BasePath, s.options.BasePath+s.options.StartPath
	if begin == base {
		begin = base + defaultStart
	}
	var monitors []string
	for range 2 {
		here, err := url.Parse("http://example.com" + begin)
		if err != nil {
			t.Fatal(err)
		}
		monitor, err := here.Parse(ask(s.options.StartMethods[0], begin, key).Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		monitors = append(monitors, monitor.Path)
	}
	for range 3 {
		for _, monitor := range append(monitors, base+"/monitor/"+made, base+"/monitor/", base+"/monitor/a%2Fb", base+"/result/"+made) {
			for _, to := range []string{monitor, strings.Replace(monitor, "/monitor/", "/result/", 1)} {
				for _, method := range []string{"GET", "HEAD", "OPTIONS", "DELETE", "POST"} {
					ask(method, to, key)
				}
				ask("GET", to)
			}
		}
		time.Sleep(time.Second)
	}
	for _, method := range []string{"HEAD", "OPTIONS", "BREW", "DELETE"} {
		ask(method, begin, key)
		ask(method, begin)
		ask(method, begin+"/", key)
		ask(method, "/elsewhere", key)
	}
	ask("OPTIONS", begin, "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: authorization")
	return c.lines
}

// A fault of which its dialect lets nothing be seen is refused in one sentence; in its own contract every fault applies.
func TestFaultsOfDialects(t *testing.T) {
	least := map[string]int{"two-oh-two": len(Faults()), "json-api": len(Faults()) - 6, "google-aip-151": 90, "azure-operation-location": 90}
	for _, d := range settings.Dialects() {
		applies := 0
		for _, f := range Faults() {
			reason := f.Applies(d)
			_, err := New(Options{Dialect: d, Faults: []string{f.Name}})
			if (err == nil) != (reason == nil) || err != nil && err.Error() != "reference: "+reason.Error() {
				t.Errorf("%v is not %v", err, reason)
			}
			if reason == nil {
				applies++
			} else if d.Name == "json-api" {
				t.Log(reason)
			}
		}
		t.Logf("%s: %d of %d faults", d.Name, applies, len(Faults()))
		if applies < least[d.Name] {
			t.Errorf("%s: %d faults apply, and not %d", d.Name, applies, least[d.Name])
		}
	}
}
