package reference

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// live runs some jobs to completion on a server with the faults, over connections
// in memory and in faked time, and writes down what came back: one line an
// answer, with the ids numbered as they appear.
func live(t *testing.T, needs []Need, faults ...string) (lines []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, needs, faults)
		defer c.close()
		c.aloneAndTogether()
		c.readOn()
		c.probe()
		lines = c.lines
	})
	return lines
}

type client struct {
	t     *testing.T
	needs []Need
	base  string
	dial  *pipes
	kept  *http.Client
	names map[string]string
	lines []string
	stop  func()
}

func newClient(t *testing.T, needs []Need, faults []string) *client {
	o := Options{JobDuration: jobLength, Faults: faults}
	if slices.Contains(needs, NeedsBasePath) {
		o.BasePath = "/api"
	}
	if slices.Contains(needs, NeedsOrigin) {
		o.AllowOrigins = []string{"https://page.example"}
	}
	if slices.Contains(needs, NeedsCredentials) {
		o.Authorize = func(r *http.Request) (string, bool) {
			return r.Header.Get("Authorization"), r.Header.Get("Authorization") != ""
		}
	}
	another := slices.Contains(needs, NeedsReplica) || slices.Contains(needs, NeedsRestart) // server has the same jobs
	if another {
		o.Store = new(mapStore)
	}
	s := serverFor(t, o)
	h := s.HTTPServer()
	if another {
		h.Handler = inTurn(s, serverFor(t, o))
	}
	if slices.Contains(needs, NeedsTLS) {
		h.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.TLS = &tls.ConnectionState{}
			s.ServeHTTP(w, r)
		})
	}
	dial := &pipes{incoming: make(chan net.Conn), closed: make(chan struct{})}
	down := make(chan error)
	go func() { down <- h.Serve(dial) }()
	c := &client{t: t, needs: needs, base: "http://reference.test" + o.BasePath, dial: dial, names: map[string]string{}}
	c.kept = c.connection()
	c.stop = func() {
		_ = h.Close()
		<-down
	}
	return c
}

func (c *client) close() {
	c.kept.CloseIdleConnections()
	c.stop()
}

func (c *client) connection() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DialContext: c.dial.connect, MaxIdleConns: 1},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ask sends one request over the connection that is kept open, and returns the id in the Location.
func (c *client) ask(method, path string, fields ...string) string {
	return c.askOver(c.kept, method, path, fields...)
}

func (c *client) askFresh(method, path string, fields ...string) string {
	if !slices.Contains(c.needs, NeedsConnections) {
		return c.ask(method, path, fields...) // making connections is what takes the time
	}
	fresh := c.connection()
	defer fresh.CloseIdleConnections()
	return c.askOver(fresh, method, path, fields...)
}

func (c *client) askOver(over *http.Client, method, path string, fields ...string) string {
	r, err := http.NewRequest(method, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if slices.Contains(c.needs, NeedsCredentials) {
		r.Header.Set("Authorization", "a")
	}
	if slices.Contains(c.needs, NeedsOrigin) {
		r.Header.Set("Origin", "https://page.example")
	}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header.Set(name, value)
	}
	if r.Header.Get("Authorization") == "none" {
		r.Header.Del("Authorization")
	}
	sent := time.Now()
	response, err := over.Do(r)
	if err != nil {
		c.note("%s %s: %v", method, path, err)
		return ""
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	c.note("%s %s: %d %v %q %v after %v", method, path, response.StatusCode, fieldsOf(response.Header, sent), body, err, time.Since(sent))
	location := response.Header.Get("Location")
	return location[strings.LastIndex(location, "/")+1:]
}

// fieldsOf writes a Date as its distance from now, which tells more.
func fieldsOf(h http.Header, now time.Time) string {
	h = h.Clone()
	for _, name := range []string{"Date", "Expires", "Last-Modified"} {
		if at, err := http.ParseTime(h.Get(name)); err == nil {
			h.Set(name, at.Sub(now).Round(10*time.Second).String())
		}
	}
	return fmt.Sprint(h)
}

var issued = regexp.MustCompile(`\b[a-z2-7]{26}\b`)

func (c *client) note(format string, args ...any) {
	c.lines = append(c.lines, issued.ReplaceAllStringFunc(fmt.Sprintf(format, args...), func(id string) string {
		if c.names[id] == "" {
			c.names[id] = fmt.Sprintf("id-%d", len(c.names)+1)
		}
		return c.names[id]
	}))
}

// aloneAndTogether begins jobs: two apart, four in one instant, one whose connection is closed, one with a forged host.
func (c *client) aloneAndTogether() {
	first := c.ask("GET", "/deferredjob")
	c.ask("GET", "/monitor/"+first)
	c.ask("GET", "/result/"+first)
	time.Sleep(100 * time.Millisecond)
	var ids []string
	for range 4 {
		ids = append(ids, c.ask("GET", "/deferredjob"))
	}
	for _, id := range ids {
		c.ask("GET", "/monitor/"+id)
	}
	time.Sleep(100 * time.Millisecond)
	dropped := c.askFresh("GET", "/deferredjob")
	c.askFresh("GET", "/monitor/"+dropped)
	if slices.Contains(c.needs, NeedsForgedHost) {
		c.ask("GET", "/deferredjob", "X-Forwarded-Host: forged.invalid")
		c.ask("GET", "/deferredjob", `Forwarded: for=1.2.3.4;host="forged.invalid"`)
	}
	for range 3 {
		time.Sleep(250 * time.Millisecond)
		c.ask("GET", "/monitor/"+first, `If-None-Match: "monitor"`)
		c.askFresh("GET", "/monitor/"+first)
		c.ask("HEAD", "/monitor/"+first)
		c.ask("GET", "/result/"+first)
	}
	time.Sleep(jobLength - 950*time.Millisecond - 20*time.Millisecond)
	c.ask("GET", "/monitor/"+first)
	time.Sleep(20 * time.Millisecond)
	c.done(first)
	time.Sleep(time.Second)
	c.done(ids[2]) // the fourth of all
	c.ask("GET", "/monitor/"+ids[3])
	if slices.Contains(c.needs, NeedsConnections) {
		c.done(dropped)
	}
}

// done asks for a job that should be done.
func (c *client) done(id string) {
	for range 2 {
		c.ask("GET", "/monitor/"+id)
		c.askFresh("GET", "/result/"+id)
		c.ask("HEAD", "/result/"+id)
		c.ask("GET", "/result/"+id)
		c.askFresh("GET", "/monitor/"+id)
	}
	c.ask("HEAD", "/monitor/"+id)
	c.ask("GET", "/monitor/"+id, `If-None-Match: "monitor"`)
	c.ask("GET", "/result/latest")
}

// readOn looks at a job for the first time long after its end, and then begins another.
func (c *client) readOn() {
	unread := c.ask("GET", "/deferredjob")
	time.Sleep(2 * jobLength)
	c.done(unread)
	c.ask("GET", "/deferredjob")
	c.ask("GET", "/monitor/"+unread)
	c.ask("GET", "/result/"+unread)
}

// probe asks for what should not be there, and as who should not ask.
func (c *client) probe() {
	const madeUp = "zzzzyyyyxxxxwwwwvvvvuuuutt"
	for _, id := range []string{madeUp, "constructor", "%00", "..%2f", "%C3%A9", strings.Repeat("x", 1000)} {
		c.ask("GET", "/monitor/"+id)
	}
	c.ask("GET", "/result/"+madeUp)
	for _, method := range []string{"HEAD", "OPTIONS", "BREW"} {
		c.ask(method, "/deferredjob")
	}
	if slices.Contains(c.needs, NeedsOrigin) {
		c.ask("OPTIONS", "/deferredjob", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: authorization", "Authorization: none")
	}
	id := c.ask("GET", "/deferredjob")
	for _, who := range []string{"a", "b", "none"} {
		c.ask("GET", "/deferredjob", "Authorization: "+who)
		c.ask("GET", "/monitor/"+id, "Authorization: "+who)
		time.Sleep(jobLength)
		c.ask("GET", "/result/"+id, "Authorization: "+who)
	}
}

func must(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
