package trials

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
)

// causes are trials of the causes that no report above has, each beside an honest neighbour where there is one.
var causes = []trial{
	{name: "a limit that says 403, in a window", change: window(40, 403), fails: "http.available", cause: "rate-limit", mend: "--rate "},
	{name: "a sign-in page now and then", change: signIn(60, 40), fails: "http.available", cause: "wall", mend: "let API clients pass"},
	{name: "answers that the gateway did not wait for", change: everyNth(9, 504, "504 Gateway Time-out"), fails: "http.available", cause: "gateway-timeout", mend: "raise the gateway's timeout"},
	{name: "connections that end before the answer", change: resets(11), fails: "http.available", cause: "connection-reset", mend: "workers"},
	{name: "one connection at a time", change: oneConnection, fails: "http.available", cause: "one-connection", mend: "side by side"},
	{name: "a restart, with a gap", change: restart, fails: "jobs.survive-restart", cause: "restart", mend: "store that survives"},

	{name: "an id that is cut", change: namedBy(func(id string) string { return id[:24] }), fails: "monitor.ready", cause: "cut-id", mend: "full length"},
	{name: "an id in another case", change: namedBy(strings.ToUpper), fails: "monitor.ready", cause: "case-of-id", mend: "in the case"},
	{name: "an id that is rounded", change: rounded, fails: "monitor.ready", cause: "rounded-id", mend: "as text"},
	{name: "a short id beside a long one", change: shortAndLong},
	{name: "%2F is read as a slash", after: "ckan/ckan#3500", change: slash, fails: "monitor.ready", cause: "decoded-slash", mend: "pass paths on as they are"},
	{name: "a link that is not valid yet", change: notYet(300 * time.Millisecond), fails: "result.ok", cause: "link-not-valid-yet", mend: "earlier"},
	{name: "a link that is valid at once", change: notYet(-time.Minute)},
	{name: "a session that knows the job", change: session, fails: "monitor.ready", cause: "session-cookie", mend: "not by a session"},

	{name: "one job at a time, by 409", change: oneAtATime(409, ""), fails: "start.accepted", cause: "one-at-a-time", mend: "--max-jobs 1"},
	{name: "one job at a time, by 429", change: oneAtATime(429, "1"), ask: func(target *conformance.Target) { target.Timeout = 5 * time.Minute }},
	{name: "work that ends with its connection", after: "mlrun/mlrun#2618", change: cancelled, fails: "jobs.survive-disconnect", cause: "cancelled-with-connection", mend: "detach"},
	{name: "jobs kept for a moment", change: keptFor(600 * time.Millisecond), fails: "monitor.final", cause: "short-retention", mend: "for minutes"},
	{name: "reads held back for longer than a request may take", change: held(3 * time.Second), fails: "monitor.ready", cause: "read-held", mend: "--request-timeout "},
	{name: "reads held back for less", change: held(time.Second)},
	{name: "the end told by the body alone", after: "letsencrypt/boulder#1220", change: endsBy(`{"status": "Succeeded"}`), fails: "monitor.completes", cause: "end-in-body", mend: "answer 201"},
	{name: "a failure told by the body alone", change: endsBy(`{"status": "FAILED"}`), fails: "monitor.completes", cause: "failure-in-body", mend: "422"},
	{name: "a body that is ready from the first read on", change: says(`{"api": "ready"}`)},
	{name: "ends that fall into a failover", change: failover, ask: func(target *conformance.Target) { target.Jobs = 20 }, fails: "monitor.status", cause: "lost-together", mend: "failover"},

	{name: "a monitor that only the body names", after: "bmc-toolbox/bmclib#399", change: bodyOnly, fails: "start.location", cause: "location-in-body", mend: "as the Location field"},
	{name: "400 until the job is done", after: "FlexMeasures/flexmeasures#2171", change: pendingAs(400), fails: "monitor.ready", cause: "error-while-it-runs", mend: "answer 200 from the 202 on"},
	{name: "a look-up that fails for a while, told as 404", after: "gitroomhq/agent-media-app#6", change: unknownFrom(150*time.Millisecond, 300*time.Millisecond), fails: "monitor.status", cause: "outage-as-unknown", mend: "503 with Retry-After"},
	{name: "errors of the monitor now and then", change: erring(15), fails: "monitor.status", cause: "error-now-and-then", mend: "log"},
	{name: "an application that is away for a while", change: away(200*time.Millisecond, 400*time.Millisecond), fails: "http.available", cause: "outage-or-limit", mend: "ready"},
	{name: "room for four jobs, by 409", change: roomFor(4, 409), fails: "start.accepted", cause: "one-at-a-time", mend: "--max-jobs 4"},

	{name: "a stored answer without Age", change: storedFor(time.Minute), fails: "monitor.completes", cause: "monitor-cached", mend: "no-store"},
	{name: "a cache that asks nobody who they are", change: sharedCache, ask: twoIdentities, fails: "access.others", cause: "cache-ignores-credentials", mend: "private"},
	{name: "owners that are asked who they are", change: owned, ask: twoIdentities},

	{name: "NaN in JSON", change: content(`[1, NaN]`), fails: "result.complete", cause: "not-a-json-number", mend: "write null"},
	{name: "NaN in a text in JSON", change: content(`{"name": "NaN: not a number"}`)},
	{name: "lines of JSON", change: content("{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3}\n"), fails: "result.complete", cause: "json-lines", mend: "ndjson"},
	{name: "gzip that is not declared", change: content(zipped(`{"a": 1}`)), fails: "result.complete", cause: "gzip-undeclared", mend: "Content-Encoding: gzip"},
	{name: "a gateway that lets no large result pass", change: tooLarge(8000), fails: "result.ok", cause: "result-too-large", mend: "gateway's limit"},
	{name: "a result that is still written", change: growing(300 * time.Millisecond), should: "result.stable", cause: "result-grows", mend: "once the result is whole"},
	{name: "work done before the 202", after: "Kludex/starlette#919", change: workFirst, should: "start.prompt", cause: "work-in-start", mend: "answer 202"},
}

func twoIdentities(target *conformance.Target) {
	target.Header = http.Header{"Authorization": {"Bearer first-identity"}}
	target.OtherHeader = http.Header{"Authorization": {"Bearer other-identity"}}
}

// window lets so many requests pass in each second.
func window(most, status int) func(*app) {
	return func(a *app) {
		var second int64
		passed := 0
		a.front = func(w http.ResponseWriter, _ *http.Request) bool {
			a.mu.Lock()
			defer a.mu.Unlock()
			if now := time.Now().Unix(); now != second {
				second, passed = now, 0
			}
			passed++
			if passed > most {
				page(w, status, "403 Forbidden")
			}
			return passed > most
		}
	}
}

// signIn lets so many of each so many requests pass, and sends the others to a sign-in page.
func signIn(of, passing int) func(*app) {
	return func(a *app) {
		asked := 0
		a.front = func(w http.ResponseWriter, r *http.Request) bool {
			a.mu.Lock()
			defer a.mu.Unlock()
			asked++
			if asked%of < passing {
				return false
			}
			http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.Path), http.StatusFound)
			return true
		}
	}
}

func resets(n int) func(*app) {
	return func(a *app) {
		asked := 0
		a.front = func(w http.ResponseWriter, _ *http.Request) bool {
			a.mu.Lock()
			defer a.mu.Unlock()
			asked++
			return asked%n == 0 && drop(w)
		}
	}
}

// drop ends the connection in place of an answer.
func drop(w http.ResponseWriter) bool {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
	return true
}

// oneConnection serves a connection until it has been idle for a second and a half, and no other meanwhile.
func oneConnection(a *app) {
	var serving *connection
	var last time.Time
	a.front = func(_ http.ResponseWriter, r *http.Request) bool {
		for {
			a.mu.Lock()
			if by := connectionOf(r); serving == by || time.Since(last) > 1500*time.Millisecond {
				serving, last = by, time.Now()
				a.mu.Unlock()
				return false
			}
			a.mu.Unlock()
			select {
			case <-time.After(10 * time.Millisecond):
			case <-r.Context().Done():
				return true
			}
		}
	}
}

// restart answers nothing for a while, and has forgotten all jobs after it.
func restart(a *app) {
	var once sync.Once
	var first time.Time
	a.front = func(w http.ResponseWriter, _ *http.Request) bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		if first.IsZero() {
			first = time.Now()
		}
		since := time.Since(first)
		if since > 450*time.Millisecond {
			once.Do(func() { clear(a.jobs) })
		}
		return since > 250*time.Millisecond && since < 450*time.Millisecond && drop(w)
	}
}

// namedBy puts another id into the Location than into the body, which has the right one.
func namedBy(altered func(id string) string) func(*app) {
	return func(a *app) {
		a.start = func(w http.ResponseWriter, _ *http.Request) {
			j := a.begin()
			w.Header().Set("Location", "/monitor/"+altered(j.id))
			say(w, 202, "no-store", `{"job": "`+j.id+`"}`)
		}
	}
}

func rounded(a *app) {
	a.newID = func(n int) string { return strconv.Itoa(9143335675350386000 + 7*n) }
	namedBy(func(id string) string {
		number, _ := strconv.ParseFloat(id, 64)
		return strconv.FormatInt(int64(number), 10)
	})(a)
}

// shortAndLong knows each job by a short id too.
func shortAndLong(a *app) {
	namedBy(func(id string) string { return id[:24] })(a)
	a.find = func(_ *http.Request, id string) *job {
		a.mu.Lock()
		defer a.mu.Unlock()
		for whole, j := range a.jobs {
			if strings.HasPrefix(whole, id) && len(id) >= 24 {
				return j
			}
		}
		return nil
	}
}

// slash puts a slash into each id, and a front that decodes paths before it.
func slash(a *app) {
	plain := a.newID
	a.newID = func(n int) string { return "team/" + plain(n) }
	a.start = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/monitor/"+url.PathEscape(a.begin().id))
		say(w, 202, "no-store", `{}`)
	}
	a.find = func(_ *http.Request, id string) *job {
		id, _ = url.PathUnescape(id) // the front
		if strings.Contains(id, "/") {
			return nil
		}
		id, _ = url.PathUnescape(id)
		return a.known(id)
	}
	a.link = func(j *job) string { return "/result/" + url.PathEscape(url.PathEscape(j.id)) }
}

// notYet signs links that are valid after some time.
func notYet(after time.Duration) func(*app) {
	return func(a *app) {
		a.link = func(j *job) string {
			return fmt.Sprintf("/result/%s?nbf=%d&sig=%s", j.id, j.ends().Add(after).UnixMilli(), j.id[:8])
		}
		a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
			if from, _ := strconv.ParseInt(r.URL.Query().Get("nbf"), 10, 64); time.Now().UnixMilli() < from {
				say(w, 403, "no-store", `{"title": "not in the specified time frame"}`)
				return
			}
			say(w, 200, "no-store", j.content())
		}
	}
}

func session(a *app) {
	a.start = func(w http.ResponseWriter, _ *http.Request) {
		j := a.begin()
		w.Header().Set("Set-Cookie", "SESSION="+j.id[:20]+"; Path=/; HttpOnly")
		a.accept(w, j)
	}
	a.find = func(r *http.Request, id string) *job {
		if cookie, err := r.Cookie("SESSION"); err != nil || !strings.HasPrefix(id, cookie.Value) {
			return nil
		}
		return a.known(id)
	}
}

func oneAtATime(status int, retryAfter string) func(*app) { return room(1, status, retryAfter) }

func roomFor(jobs, status int) func(*app) { return room(jobs, status, "") }

// room begins a job where fewer than so many run.
func room(jobs, status int, retryAfter string) func(*app) {
	return func(a *app) {
		var busy sync.Mutex
		a.start = func(w http.ResponseWriter, _ *http.Request) {
			busy.Lock()
			defer busy.Unlock()
			a.mu.Lock()
			running := 0
			for _, j := range a.jobs {
				if !j.done() {
					running++
				}
			}
			a.mu.Unlock()
			switch {
			case running < jobs:
				a.accept(w, a.begin())
			case retryAfter != "":
				w.Header().Set("Retry-After", retryAfter)
				fallthrough
			default:
				say(w, status, "no-store", `{"title": "another job runs"}`)
			}
		}
	}
}

// cancelled forgets a job whose connection is closed before its end.
func cancelled(a *app) {
	a.start = func(w http.ResponseWriter, r *http.Request) {
		j := a.begin()
		a.accept(w, j)
		go func() {
			select {
			case <-connectionOf(r).closed:
				a.mu.Lock()
				delete(a.jobs, j.id)
				a.mu.Unlock()
			case <-time.After(j.lasts):
			}
		}()
	}
}

func keptFor(span time.Duration) func(*app) {
	return func(a *app) {
		a.lasts = func(n int) time.Duration { return 300*time.Millisecond + time.Duration(n*7%13)*100*time.Millisecond }
		a.find = func(_ *http.Request, id string) *job {
			if j := a.known(id); j != nil && time.Since(j.ends()) < span {
				return j
			}
			return nil
		}
	}
}

// held holds reads of a pending monitor back for a while, or until its job is done.
func held(span time.Duration) func(*app) {
	return func(a *app) {
		a.lasts = func(int) time.Duration { return 4500 * time.Millisecond }
		a.find = func(r *http.Request, id string) *job {
			j := a.known(id)
			if j != nil && !j.done() && strings.HasPrefix(r.URL.Path, "/monitor/") {
				select {
				case <-time.After(min(span, time.Until(j.ends()))):
				case <-r.Context().Done():
				}
			}
			return j
		}
	}
}

func says(text string) func(*app) {
	return func(a *app) { a.pending = func(w http.ResponseWriter, _ *job) { say(w, 200, "no-store", text) } }
}

// endsBy tells the end of a job by a body alone.
func endsBy(text string) func(*app) {
	return func(a *app) {
		a.lasts = func(int) time.Duration { return time.Hour }
		a.pending = func(w http.ResponseWriter, j *job) {
			if time.Since(j.began) > 400*time.Millisecond {
				say(w, 200, "no-store", text)
				return
			}
			say(w, 200, "no-store", `{"status": "Running"}`)
		}
	}
}

// failover loses the jobs whose ends fall into a span of time.
func failover(a *app) {
	var first time.Time
	a.lasts = func(n int) time.Duration { return time.Duration(250+n*37%300) * time.Millisecond }
	a.find = func(_ *http.Request, id string) *job {
		j := a.known(id)
		a.mu.Lock()
		defer a.mu.Unlock()
		if j == nil {
			return nil
		}
		if first.IsZero() {
			first = j.began
		}
		if at := j.ends().Sub(first); j.done() && at > 270*time.Millisecond && at < 400*time.Millisecond {
			return nil
		}
		return j
	}
}

func bodyOnly(a *app) {
	a.start = func(w http.ResponseWriter, _ *http.Request) {
		say(w, 202, "no-store", `{"monitor": "/monitor/`+a.begin().id+`"}`)
	}
}

func pendingAs(status int) func(*app) {
	return func(a *app) {
		a.pending = func(w http.ResponseWriter, _ *job) { say(w, status, "no-store", `{"title": "not ready yet"}`) }
	}
}

// between makes a question that is true for a span of time, counted from when it is first asked.
func (a *app) between(from, to time.Duration) func() bool {
	var first time.Time
	return func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		if first.IsZero() {
			first = time.Now()
		}
		since := time.Since(first)
		return since > from && since < to
	}
}

func unknownFrom(from, to time.Duration) func(*app) {
	return func(a *app) {
		out := a.between(from, to)
		a.find = func(_ *http.Request, id string) *job {
			if out() {
				return nil
			}
			return a.known(id)
		}
	}
}

func away(from, to time.Duration) func(*app) {
	return func(a *app) {
		out := a.between(from, to)
		a.front = func(w http.ResponseWriter, _ *http.Request) bool {
			gone := out()
			if gone {
				page(w, 503, "503 Service Unavailable")
			}
			return gone
		}
	}
}

// erring answers every so many reads of monitors 500, as an application does.
func erring(n int) func(*app) {
	return func(a *app) {
		asked := 0
		a.front = func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasPrefix(r.URL.Path, "/monitor/") {
				return false
			}
			a.mu.Lock()
			defer a.mu.Unlock()
			if asked++; asked%n > 0 {
				return false
			}
			w.Header().Set("Content-Type", "application/problem+json")
			say(w, 500, "no-store", `{"title": "Internal Server Error"}`)
			return true
		}
	}
}

// storedFor stores the first answer of each URL below /monitor/, as a proxy does that says nothing of it.
func storedFor(span time.Duration) func(*app) {
	return func(a *app) {
		a.pending = func(w http.ResponseWriter, _ *job) { say(w, 200, "", `{"state": "running"}`) }
		store(a, span, func(r *http.Request, _ *http.Response) bool { return strings.HasPrefix(r.URL.Path, "/monitor/") })
	}
}

// store puts a cache in front of an app. It says nothing of itself.
func store(a *app, span time.Duration, storable func(*http.Request, *http.Response) bool) {
	type stored struct {
		at       time.Time
		response *http.Response
		body     []byte
	}
	cache := map[string]stored{}
	front := a.front
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		key := r.Method + " " + r.URL.RequestURI()
		a.mu.Lock()
		hit, found := cache[key]
		a.mu.Unlock()
		if !found || time.Since(hit.at) > span {
			recorder := httptest.NewRecorder()
			if !front(recorder, r) {
				a.route(recorder, r)
			}
			hit = stored{time.Now(), recorder.Result(), recorder.Body.Bytes()}
			if hit.response.StatusCode < 300 && storable(r, hit.response) {
				a.mu.Lock()
				cache[key] = hit
				a.mu.Unlock()
			}
		}
		for name, values := range hit.response.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(hit.response.StatusCode)
		if r.Method != http.MethodHead {
			_, _ = w.Write(hit.body)
		}
		return true
	}
}

// owned gives each job to whoever began it, and nothing to whom it does not know.
func owned(a *app) {
	owners := map[string]string{}
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") != "" {
			return false
		}
		w.Header().Set("WWW-Authenticate", "Bearer")
		say(w, 401, "no-store", `{}`)
		return true
	}
	a.start = func(w http.ResponseWriter, r *http.Request) {
		j := a.begin()
		a.mu.Lock()
		owners[j.id] = r.Header.Get("Authorization")
		a.mu.Unlock()
		a.accept(w, j)
	}
	a.find = func(r *http.Request, id string) *job {
		j := a.known(id)
		a.mu.Lock()
		defer a.mu.Unlock()
		if owners[id] != r.Header.Get("Authorization") {
			return nil
		}
		return j
	}
}

// sharedCache stores done monitors and results of owned jobs for everybody.
func sharedCache(a *app) {
	owned(a)
	store(a, time.Minute, func(r *http.Request, response *http.Response) bool {
		return response.StatusCode == 201 || strings.HasPrefix(r.URL.Path, "/result/")
	})
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

// tooLarge puts a gateway in front that answers 502 in place of a result of so many bytes and more.
func tooLarge(bytes int) func(*app) {
	return func(a *app) {
		a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
			text := j.content()
			if j.n%2 == 0 {
				text += strings.Repeat(" ", 4*bytes)
			}
			if len(text) >= bytes && r.Method == http.MethodGet {
				page(w, 502, "502 Bad Gateway")
				return
			}
			say(w, 200, "no-store", text)
		}
	}
}

// growing writes a result while it is read already.
func growing(span time.Duration) func(*app) {
	return func(a *app) {
		a.result = func(w http.ResponseWriter, _ *http.Request, j *job) {
			rows := min(40, int(40*time.Since(j.ends())/span))
			say(w, 200, "no-store", fmt.Sprintf(`{"job": %q, "rows": [0%s]}`, j.id, strings.Repeat(", 1", rows)))
		}
	}
}

func workFirst(a *app) {
	a.start = func(w http.ResponseWriter, _ *http.Request) {
		j := a.begin()
		time.Sleep(j.lasts)
		a.accept(w, j)
	}
}
