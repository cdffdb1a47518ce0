// Package trials holds the suite against small servers that behave as public bug reports say, and against their honest neighbours: each is one
// failure, with its cause and its mend, or none.
package trials

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A trial is a server written after a report, and what the suite has to say of it.
type trial struct {
	name        string
	after       string // the report, as owner/repository#number; empty where it is a case of ours
	change      func(*app)
	fails       string // the one MUST that fails, or how its id begins where the run decides; "" for none
	should      string // the one SHOULD that fails; "" where none matters
	ask         func(*conformance.Target)
	cause, mend string        // the cause's name, and a part of its mend
	why         string        // a part of why the run can't tell
	path        string        // of the base URL
	within      time.Duration // how long the run takes at most; 0 for as long as it may
}

var trials = []trial{
	{name: "a gateway answers 502 now and then", after: "valyuAI/valyu-py#126", change: everyNth(23, 502, "502 Bad Gateway"), fails: "http.available", cause: "gateway", mend: "keep idle connections open"},
	{name: "a quota that is used up", change: quota(40), why: "everything has been answered 429 since request"},
	{name: "equal starts share a job", change: dedupe, fails: "start.own-job", cause: "equal-starts", mend: "{uuid}"},
	{name: "Infinity in JSON", change: content(`{"a": Infinity}`), fails: "result.complete", cause: "not-a-json-number", mend: "write null"},
	{name: "206 unasked", change: partial, fails: "result.ok", cause: "partial-unasked", mend: "answer 200"},
	{name: "a link that is signed once", after: "HeliosSoftware/hfs#145", change: signedFor(60*time.Millisecond, false), fails: "result.", cause: "link-expired", mend: "sign the link anew"},
	{name: "a link that is signed anew", after: "HeliosSoftware/hfs#145", change: signedFor(60*time.Millisecond, true)},
	{name: "+ is read as a space", after: "Netflix/genie#575", change: plus, fails: "monitor.ready", cause: "decoded-plus", mend: "decode + in form data alone"},
	{name: "a deployment while jobs run", after: "labdao/plex#1009", change: deploy, fails: "jobs.survive-restart", cause: "restart", mend: "store that survives"},
	{name: "Expires is now, and the Date of the front is behind", change: dateBehind},
	{name: "redirected to https", change: toHTTPS, fails: "start.accepted", cause: "redirect-to-https", mend: "use https://"},
	{name: "Retry-After with a unit", change: retry("30s"), fails: "monitor.retry-after"},
	{name: "a rate limit that says 503", after: "cloudatcost/api#9", change: limited(100, 40, ""), fails: "http.available", cause: "rate-limit", mend: "--rate "},
	{name: "a rate limit that says 503 and when", after: "cloudatcost/api#9", change: limited(100, 40, "1")},
	{name: "instances, and a cookie that ties to one", after: "MicrosoftDocs/azure-docs#60794", change: sticky(true), fails: "jobs.replicas", cause: "replicas", mend: "store that all replicas share"},
	{name: "a cookie, and jobs that are shared", after: "MicrosoftDocs/azure-docs#60794", change: sticky(false)},
	{name: "a lost base path, and 200 for all that lies outside", change: outsideBase, path: "/api", fails: "monitor.completes", cause: "lost-base-path", mend: "below the base path", within: 4 * time.Second},
	{name: "jobs that never end, and Retry-After: 1", change: endless, fails: "monitor.completes"},
	{name: "a stored answer whose first hits say Age: 0", change: cached, fails: "monitor.not-cached", cause: "monitor-cached", mend: "no-store"},
}

func TestTrials(t *testing.T) {
	for _, c := range slices.Concat(trials, causes) {
		t.Run(c.name, func(t *testing.T) {
			for range 3 {
				synctest.Test(t, func(t *testing.T) { c.try(t) })
			}
		})
	}
}

func (c trial) try(t *testing.T) {
	a := newApp()
	c.change(a)
	target := harness.ServeWith(t, &http.Server{Handler: a, ConnContext: withConnection, ConnState: noteClosed})
	target.BaseURL += c.path
	target.JobTimeout, target.RequestTimeout, target.Timeout = 6*time.Second, 2*time.Second, 40*time.Second
	if c.ask != nil {
		c.ask(&target)
	}
	r := harness.Check(t, target)
	var failed []string
	for _, q := range r.Targets[0].Requirements {
		if q.Outcome != contract.Fail || q.Level == contract.Should && q.ID != c.should {
			continue
		}
		failed = append(failed, q.ID+": "+q.Got)
		if q.Cause != c.cause || !strings.Contains(q.Mend, c.mend) {
			t.Errorf("%s: cause %q (%s), mend %q; want %q, %q", q.ID, q.Cause, q.Likely, q.Mend, c.cause, c.mend)
		}
	}
	want := report.VerdictPass
	switch {
	case c.why != "":
		want = report.VerdictInconclusive
	case c.fails != "":
		want = report.VerdictFail
	}
	fails := cmp.Or(c.fails, c.should)
	one := len(failed) == 0 && fails == "" || len(failed) == 1 && fails != "" && strings.HasPrefix(failed[0], fails)
	if took := r.Duration.Duration(); c.within > 0 && took > c.within {
		t.Errorf("it took %v, want %v at most", took, c.within)
	}
	if r.Verdict != want || !one || !strings.Contains(r.Targets[0].Why, c.why) {
		t.Errorf("%s (%s), failing %q; want %s, %q (%s)", r.Verdict, r.Targets[0].Why, failed, want, c.fails, c.after)
	}
}

func everyNth(n, status int, title string) func(*app) {
	return func(a *app) {
		asked := 0
		a.front = func(w http.ResponseWriter, _ *http.Request) bool {
			a.mu.Lock()
			asked++
			refuse := asked%n == 0
			a.mu.Unlock()
			if refuse {
				page(w, status, title)
			}
			return refuse
		}
	}
}

func quota(most int) func(*app) {
	return func(a *app) {
		asked := 0
		a.front = func(w http.ResponseWriter, _ *http.Request) bool {
			a.mu.Lock()
			defer a.mu.Unlock()
			asked++
			if asked > most {
				say(w, 429, "no-store", `{"title": "quota"}`)
			}
			return asked > most
		}
	}
}

func dedupe(a *app) {
	var once sync.Once
	var first *job
	a.start = func(w http.ResponseWriter, _ *http.Request) {
		once.Do(func() { first = a.begin() })
		a.accept(w, first)
	}
}

func content(text string) func(*app) {
	return func(a *app) {
		a.result = func(w http.ResponseWriter, _ *http.Request, _ *job) { say(w, 200, "no-store", text) }
	}
}

func partial(a *app) {
	a.result = func(w http.ResponseWriter, _ *http.Request, j *job) {
		text := j.content()
		w.Header().Set("Content-Range", fmt.Sprintf("bytes 0-99/%d", len(text)))
		say(w, 206, "no-store", text[:100])
	}
}

func signedFor(ttl time.Duration, anew bool) func(*app) {
	return func(a *app) {
		a.link = func(j *job) string {
			a.mu.Lock()
			defer a.mu.Unlock()
			if anew {
				return fmt.Sprintf("/result/%s?Expires=%d&Signature=%s", j.id, time.Now().Add(ttl).UnixMilli(), j.id[:8])
			}
			if j.signed == "" {
				j.signed = fmt.Sprintf("/result/%s?Expires=%d&Signature=%s", j.id, j.ends().Add(ttl).UnixMilli(), j.id[:8])
			}
			return j.signed
		}
		a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
			var until int64
			fmt.Sscan(r.URL.Query().Get("Expires"), &until)
			if r.URL.Query().Get("Signature") != j.id[:8] || time.Now().UnixMilli() > until {
				w.Header().Set("Content-Type", "application/xml")
				say(w, 403, "no-store", "<Error><Code>AccessDenied</Code></Error>")
				return
			}
			say(w, 200, "no-store", j.content())
		}
	}
}

func plus(a *app) {
	plain := a.newID
	a.newID = func(n int) string {
		id := plain(n)
		if n%2 == 0 {
			id = id[:7] + "+" + id[8:]
		}
		return id
	}
	a.find = func(_ *http.Request, id string) *job {
		id, _ = url.QueryUnescape(id)
		return a.known(id)
	}
}

func deploy(a *app) {
	var first time.Time
	a.front = func(_ http.ResponseWriter, r *http.Request) bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		if r.URL.Path == "/deferredjob" && first.IsZero() {
			first = time.Now()
		}
		if !first.IsZero() && time.Since(first) > 300*time.Millisecond {
			first = first.Add(time.Hour)
			clear(a.jobs)
		}
		return false
	}
}

func dateBehind(a *app) {
	a.pending = func(w http.ResponseWriter, _ *job) {
		w.Header().Set("Date", time.Now().Add(-90*time.Second).UTC().Format(http.TimeFormat))
		w.Header().Set("Expires", time.Now().UTC().Format(http.TimeFormat))
		say(w, 200, "", `{"state": "running"}`)
	}
}

func toHTTPS(a *app) {
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusMovedPermanently)
		return true
	}
}

func retry(value string) func(*app) {
	return func(a *app) {
		a.pending = func(w http.ResponseWriter, _ *job) {
			w.Header().Set("Retry-After", value)
			say(w, 200, "no-store", `{"state": "running"}`)
		}
	}
}

func limited(perSecond, burst float64, retryAfter string) func(*app) {
	return func(a *app) {
		level, last := 0.0, time.Now()
		a.front = func(w http.ResponseWriter, _ *http.Request) bool {
			a.mu.Lock()
			defer a.mu.Unlock()
			level = max(0, level-perSecond*time.Since(last).Seconds())
			last = time.Now()
			if level+1 <= burst {
				level++
				return false
			}
			if retryAfter != "" {
				w.Header().Set("Retry-After", retryAfter)
			}
			page(w, 503, "503 Service Temporarily Unavailable")
			return true
		}
	}
}

func sticky(tied bool) func(*app) {
	return func(a *app) {
		turn := 0
		instance := func(r *http.Request) (at int) {
			if cookie, err := r.Cookie("ARRAffinity"); err == nil {
				fmt.Sscan(cookie.Value, &at)
				return at
			}
			a.mu.Lock()
			defer a.mu.Unlock()
			turn = (turn*5 + 3) % 7
			return turn % 3
		}
		a.start = func(w http.ResponseWriter, r *http.Request) {
			j := a.begin()
			j.at = instance(r)
			w.Header().Set("Set-Cookie", fmt.Sprintf("ARRAffinity=%d; Path=/; HttpOnly", j.at))
			a.accept(w, j)
		}
		a.find = func(r *http.Request, id string) *job {
			if j := a.known(id); j != nil && (!tied || j.at == instance(r)) {
				return j
			}
			return nil
		}
	}
}

// outsideBase serves the app below /api, and 200 outside it.
func outsideBase(a *app) {
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		path, below := strings.CutPrefix(r.URL.Path, "/api")
		r.URL.Path, r.URL.RawPath = path, ""
		if !below {
			say(w, 200, "", `{"hello": "world"}`)
		}
		return !below
	}
}

func endless(a *app) {
	a.lasts = func(int) time.Duration { return time.Hour }
	retry("1")(a)
}

// cached stores the first answer of each monitor for ten seconds, as a cache with a rule of its own does.
func cached(a *app) {
	stored := map[string]time.Time{}
	a.pending = func(w http.ResponseWriter, j *job) { say(w, 200, "", `{"state": "running"}`) }
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/monitor/") {
			return false
		}
		a.mu.Lock()
		at, hit := stored[r.URL.Path]
		j := a.jobs[strings.TrimPrefix(r.URL.Path, "/monitor/")]
		if j != nil && !hit {
			at = time.Now()
			stored[r.URL.Path] = at
		}
		a.mu.Unlock()
		if j == nil || time.Since(at) > 10*time.Second {
			return false
		}
		w.Header().Set("Date", at.UTC().Format(http.TimeFormat))
		w.Header().Set("Age", fmt.Sprint(int(time.Since(at).Seconds())))
		say(w, 200, "", `{"state": "running"}`)
		return true
	}
}
