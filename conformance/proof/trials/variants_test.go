package trials

import (
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// variants are further members of the kinds above: other statuses, other words, other times.
var variants = []trial{
	{name: "a limit by a status of its own", change: limitedBy(50, 20, 420), fails: "http.available", cause: "rate-limit", mend: "--rate "},
	{name: "a limit of reads of monitors alone", change: limitedMonitors(60, 15), fails: "http.available", cause: "rate-limit", mend: "--rate "},
	{name: "a limit that is reached for good", change: shutAfter(100), fails: "http.available", cause: "refused-from-then-on", mend: "429 with Retry-After"},
	{name: "a ban for a while, each page with a number of its own", change: banned(200*time.Millisecond, 400*time.Millisecond), fails: "http.available", cause: "limit-or-ban", mend: "let the client"},
	{name: "a sign-in elsewhere now and then", change: signInElsewhere(11), fails: "http.available", cause: "wall", mend: "let API clients pass"},
	{name: "a status of Cloudflare's now and then", change: everyNth(23, 520, "520"), fails: "http.available", cause: "gateway", mend: "keep idle connections open"},
	{name: "errors of the application now and then, whatever is asked", change: failing(13), fails: "monitor.", cause: "error-now-and-then", mend: "log"},
	{name: "404 for all paths while it boots", change: booting(200*time.Millisecond, 400*time.Millisecond), fails: "monitor.status", cause: "outage-as-unknown", mend: "503 with Retry-After"},
	{name: "room for four jobs, by 400", change: roomFor(4, 400), fails: "start.accepted", cause: "one-at-a-time", mend: "--max-jobs 4"},

	{name: "results that lie with one of three instances", change: localResults, fails: "jobs.replicas", cause: "replicas", mend: "store that all replicas share"},
	{name: "unknown jobs are pending", change: unknownPending},
	{name: "instances that are replaced one after another", after: "labdao/plex#1009", change: replaced(300*time.Millisecond, 900*time.Millisecond), fails: "jobs.survive-restart", cause: "rolling-restart", mend: "store that survives"},
	{name: "instances that are replaced, and share their jobs", change: lasting(1500 * time.Millisecond)},
	{name: "ids that begin again", change: idsAgain(300 * time.Millisecond), fails: "jobs.survive-restart", cause: "restart", mend: "random bytes"},
	{name: "a link to the monitor that runs out", change: signedMonitors(500 * time.Millisecond), fails: "monitor.status", cause: "link-expired", mend: "as long as the job is known"},
	{name: "a link to the monitor that holds", change: signedMonitors(time.Hour)},
	{name: "a length that is too large", change: longLength, fails: "result.complete", cause: "length-too-large", mend: "bytes that are sent"},
	{name: "a captcha now and then, told as 200", change: everyFew(11, func(w http.ResponseWriter) { page(w, 200, "Are you a robot? Solve the captcha") }), fails: "http.available", cause: "wall", mend: "let API clients pass"},
	{name: "results that speak of a captcha", change: htmlResults},
	{name: "jobs kept for less than half a second", change: keptFor(350 * time.Millisecond), fails: "monitor.final", cause: "short-retention", mend: "for minutes", orSilent: true},
	{name: "room for a hundred jobs in the store", change: storeOf(100)},
	{name: "a result's HEAD with a body", change: headWithBody, fails: "http.framing", cause: "head-with-body", mend: "no body"},
	{name: "lost jobs told by a page of the application's server", change: lostBy500(400 * time.Millisecond), fails: "monitor.status"},
	{name: "a cache of a few seconds that says Age", change: cachedWithAge(3 * time.Second), fails: "monitor.", cause: "monitor-cached", mend: "no-store"},
	{name: "answers that say Age: 0 and are never stored", change: ageZero},
	{name: "a start that a cache answers", change: startStored(2 * time.Second), fails: "start.", cause: "start-cached", mend: "no-store"},
	{name: "a start that says Age: 0", change: startStored(0)},
	{name: "reads held back until the end", change: heldToEnd(3200 * time.Millisecond), fails: "monitor.ready", cause: "read-held", mend: "--request-timeout"},
}

// refusing puts something in front that answers where a question is true.
func refusing(over func(*http.Request) bool, answer func(w http.ResponseWriter, r *http.Request)) func(*app) {
	return func(a *app) {
		a.front = func(w http.ResponseWriter, r *http.Request) bool {
			refuse := over(r)
			if refuse {
				answer(w, r)
			}
			return refuse
		}
	}
}

func limitedBy(perSecond, burst float64, status int) func(*app) {
	return func(a *app) {
		over := harness.OverRate(perSecond, burst)
		refusing(func(*http.Request) bool { return over() }, func(w http.ResponseWriter, _ *http.Request) { say(w, status, "", `{"error": "slow down"}`) })(a)
	}
}

func limitedMonitors(perSecond, burst float64) func(*app) {
	return func(a *app) {
		over := harness.OverRate(perSecond, burst)
		refusing(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/monitor/") && over() },
			func(w http.ResponseWriter, _ *http.Request) { say(w, 503, "", `{"error": "slow down"}`) })(a)
	}
}

func shutAfter(most int) func(*app) {
	return func(a *app) {
		lasting(3 * time.Second)(a)
		asked := 0
		refusing(func(*http.Request) bool {
			a.mu.Lock()
			defer a.mu.Unlock()
			asked++
			return asked > most
		}, func(w http.ResponseWriter, _ *http.Request) { page(w, 403, "403 Forbidden") })(a)
	}
}

func banned(from, to time.Duration) func(*app) {
	return func(a *app) {
		out := a.between(from, to)
		refusing(func(*http.Request) bool { return out() }, func(w http.ResponseWriter, _ *http.Request) {
			page(w, 403, fmt.Sprintf("Access Denied: reference #18.%s", strings.ToLower(rand.Text())))
		})(a)
	}
}

func nth(a *app, n int) func(*http.Request) bool {
	asked := 0
	return func(*http.Request) bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		asked++
		return asked%n == 0
	}
}

func signInElsewhere(n int) func(*app) {
	return func(a *app) {
		refusing(nth(a, n), func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://id.example.com/auth/realms/x/protocol/openid-connect/auth?state="+rand.Text(), http.StatusFound)
		})(a)
	}
}

func failing(n int) func(*app) {
	return func(a *app) {
		refusing(nth(a, n), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			say(w, 500, "no-store", `{"title": "pool exhausted"}`)
		})(a)
	}
}

func booting(from, to time.Duration) func(*app) {
	return func(a *app) {
		out := a.between(from, to)
		refusing(func(*http.Request) bool { return out() }, func(w http.ResponseWriter, r *http.Request) { page(w, 404, "Cannot GET "+r.URL.Path) })(a)
	}
}

func lasting(span time.Duration) func(*app) {
	return func(a *app) { a.lasts = func(int) time.Duration { return span } }
}

// localResults keeps a result where it was made, one of three instances; any of them is asked.
func localResults(a *app) {
	shared := a.result
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		if mathrand.N(3) > 0 {
			say(w, 404, "no-store", `{"title": "no such result"}`)
			return
		}
		shared(w, r, j)
	}
}

func unknownPending(a *app) { a.find = a.knownOrPending }

func (a *app) knownOrPending(r *http.Request, id string) *job {
	if j := a.known(id); j != nil || !strings.HasPrefix(r.URL.Path, "/monitor/") {
		return j
	}
	return &job{id: id, lasts: time.Hour, began: time.Now()}
}

// replaced loses every other job at one moment, and the rest at another.
func replaced(moments ...time.Duration) func(*app) {
	return func(a *app) {
		lasting(1400 * time.Millisecond)(a)
		var first time.Time
		gone := 0
		a.front = func(http.ResponseWriter, *http.Request) bool {
			a.mu.Lock()
			defer a.mu.Unlock()
			if first.IsZero() {
				first = time.Now()
			}
			for gone < len(moments) && time.Since(first) > moments[gone] {
				for id, j := range a.jobs {
					if j.n%len(moments) == gone {
						delete(a.jobs, id)
					}
				}
				gone++
			}
			return false
		}
	}
}

// idsAgain forgets all jobs at a moment, and numbers those that begin after it from 1 again.
func idsAgain(at time.Duration) func(*app) {
	return func(a *app) {
		a.newID = func(n int) string { return fmt.Sprint(n) }
		lasting(600 * time.Millisecond)(a)
		lost := a.between(at, time.Hour)
		done := false
		a.front = func(http.ResponseWriter, *http.Request) bool {
			now := lost()
			a.mu.Lock()
			defer a.mu.Unlock()
			if now && !done {
				done, a.n = true, 0
				clear(a.jobs)
			}
			return false
		}
	}
}

func signedMonitors(span time.Duration) func(*app) {
	return func(a *app) {
		a.lasts = func(n int) time.Duration { return 300*time.Millisecond + time.Duration(n*7%9)*100*time.Millisecond }
		a.start = func(w http.ResponseWriter, _ *http.Request) {
			j := a.begin()
			w.Header().Set("Location", "/monitor/"+j.id+"?sig="+j.id[:8])
			say(w, 202, "no-store", `{}`)
		}
		refusing(func(r *http.Request) bool {
			j := a.known(strings.TrimPrefix(r.URL.Path, "/monitor/"))
			return j != nil && time.Since(j.began) > span
		}, func(w http.ResponseWriter, _ *http.Request) {
			say(w, 403, "no-store", `{"title": "the link has expired"}`)
		})(a)
	}
}

// longLength declares more than it sends; where the client does not want the connection to be kept, it is closed.
func longLength(a *app) {
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		conn, out, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		text := j.content()
		fmt.Fprintf(out, "HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", time.Now().UTC().Format(http.TimeFormat), len(text)+5)
		if r.Method == http.MethodGet {
			_, _ = out.WriteString(text)
		}
		_ = out.Flush()
		if !r.Close && r.Method == http.MethodGet {
			time.Sleep(5 * time.Second)
		}
		_ = conn.Close()
	}
}

func heldToEnd(span time.Duration) func(*app) {
	return func(a *app) {
		held(time.Hour)(a)
		lasting(span)(a)
	}
}

func everyFew(n int, answer func(http.ResponseWriter)) func(*app) {
	return func(a *app) { refusing(nth(a, n), func(w http.ResponseWriter, _ *http.Request) { answer(w) })(a) }
}

// htmlResults answers pages, some of which speak of what a wall speaks of.
func htmlResults(a *app) {
	a.result = func(w http.ResponseWriter, _ *http.Request, j *job) {
		w.Header().Set("Content-Type", "text/html")
		say(w, 200, "no-store", fmt.Sprintf("<html><body>Report %s on captcha and challenge number %d</body></html>", j.id, j.n))
	}
}

// storeOf keeps the last so many jobs, whatever they do.
func storeOf(most int) func(*app) {
	return func(a *app) {
		a.find = func(_ *http.Request, id string) *job {
			a.mu.Lock()
			defer a.mu.Unlock()
			if j := a.jobs[id]; j != nil && j.n > a.n-most {
				return j
			}
			return nil
		}
	}
}

// headWithBody writes the content after the fields of an answer to HEAD, which net/http would leave out. It serves the connection from then on.
func headWithBody(a *app) {
	plain := a.result
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		if r.Method != http.MethodHead {
			plain(w, r, j)
			return
		}
		conn, out, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		for r != nil {
			recorder := httptest.NewRecorder()
			recorder.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
			if id, isResult := strings.CutPrefix(r.URL.Path, "/result/"); isResult && a.known(id) != nil && a.known(id).done() {
				plain(recorder, r, a.known(id))
			} else {
				a.route(recorder, r)
			}
			_ = recorder.Result().Write(out)
			_ = out.Flush()
			r, _ = http.ReadRequest(out.Reader)
		}
	}
}

// lostBy500 forgets all jobs at a moment, and fails for those that it does not know from then on.
func lostBy500(at time.Duration) func(*app) {
	return func(a *app) {
		lasting(800 * time.Millisecond)(a)
		lost := a.between(at, time.Hour)
		gone := false
		a.front = func(w http.ResponseWriter, r *http.Request) bool {
			now := lost()
			a.mu.Lock()
			defer a.mu.Unlock()
			if now && !gone {
				gone = true
				clear(a.jobs)
			}
			id, isMonitor := strings.CutPrefix(r.URL.Path, "/monitor/")
			if !gone || !isMonitor || a.jobs[id] != nil {
				return false
			}
			page(w, 500, "Server Error in '/' Application.")
			return true
		}
	}
}

// cachedWithAge stores each monitor's answer for a while, and says how old it is.
func cachedWithAge(span time.Duration) func(*app) {
	return func(a *app) {
		type stored struct {
			at   time.Time
			done bool
		}
		lasting(time.Second)(a)
		cache := map[string]stored{}
		a.front = func(w http.ResponseWriter, r *http.Request) bool {
			id, isMonitor := strings.CutPrefix(r.URL.Path, "/monitor/")
			j := a.known(id)
			if !isMonitor || j == nil || r.Method != http.MethodGet {
				return false
			}
			a.mu.Lock()
			hit, found := cache[id]
			if !found || time.Since(hit.at) > span {
				hit = stored{time.Now(), j.done()}
				cache[id] = hit
			}
			a.mu.Unlock()
			w.Header().Set("Date", hit.at.UTC().Format(http.TimeFormat))
			w.Header().Set("Age", fmt.Sprint(int(time.Since(hit.at).Seconds())))
			if hit.done {
				w.Header().Set("Location", "/result/"+id)
				say(w, 201, "", `{}`)
			} else {
				say(w, 200, "", `{}`)
			}
			return true
		}
	}
}

func ageZero(a *app) {
	a.front = func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Age", "0")
		return false
	}
}

// startStored answers a start again for a while, as a cache does, and says how old the answer is.
func startStored(span time.Duration) func(*app) {
	return func(a *app) {
		var last *job
		a.start = func(w http.ResponseWriter, _ *http.Request) {
			a.mu.Lock()
			j := last
			a.mu.Unlock()
			if j == nil || time.Since(j.began) >= span {
				j = a.begin()
				a.mu.Lock()
				last = j
				a.mu.Unlock()
			}
			w.Header().Set("Age", fmt.Sprint(int(time.Since(j.began).Seconds())))
			a.accept(w, j)
		}
	}
}
