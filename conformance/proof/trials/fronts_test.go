package trials

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// Servers behind something that refuses, resets or swallows requests, and servers that are away for a while.

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

// oneConnection serves a connection until it has been idle for a second and a half, and no other meanwhile; then it is closed.
func oneConnection(a *app) {
	var serving *connection
	var last time.Time
	closed := map[*connection]bool{}
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		by := connectionOf(r)
		for {
			a.mu.Lock()
			mine, over := serving == by || serving == nil || time.Since(last) > 1500*time.Millisecond, closed[by]
			if mine && !over {
				if serving != nil && serving != by {
					closed[serving] = true
				}
				serving, last = by, time.Now()
			}
			a.mu.Unlock()
			switch {
			case over:
				return drop(w)
			case mine:
				return false
			}
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

func toHTTPS(a *app) {
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusMovedPermanently)
		return true
	}
}

func limited(perSecond, burst float64, retryAfter string) func(*app) {
	return func(a *app) {
		over := harness.OverRate(perSecond, burst)
		a.front = func(w http.ResponseWriter, _ *http.Request) bool {
			if !over() {
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
