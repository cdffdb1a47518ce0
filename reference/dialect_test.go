package reference

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

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
		monitor, err := must(t, "http://example.com"+begin).Parse(ask(s.options.StartMethods[0], begin, key).Header.Get("Location"))
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
