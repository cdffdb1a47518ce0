package trials

import (
	"net/http"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// Servers that refuse what is beyond a limit.

// overRate makes a question that is true above a rate.
func overRate(perSecond, burst float64) func(*http.Request) bool {
	over := harness.OverRate(perSecond, burst)
	return func(*http.Request) bool { return over() }
}

// window lets so many requests pass in each second.
func window(most, status int) func(*app) {
	return func(a *app) {
		var second int64
		before := 0
		over := a.counted(func(asked int) bool {
			if now := time.Now().Unix(); now != second {
				second, before = now, asked-1
			}
			return asked-before > most
		})
		a.refusing(over, paged(status, "403 Forbidden"))
	}
}

func limited(perSecond, burst float64, retryAfter string) func(*app) {
	return func(a *app) {
		a.refusing(overRate(perSecond, burst), func(w http.ResponseWriter, _ *http.Request) {
			if retryAfter != "" {
				w.Header().Set("Retry-After", retryAfter)
			}
			page(w, 503, "503 Service Temporarily Unavailable")
		})
	}
}

func limitedBy(perSecond, burst float64, status int) func(*app) {
	return func(a *app) { a.refusing(overRate(perSecond, burst), said(status, "", `{"error": "slow down"}`)) }
}

// limitedAsProblem is a limit of the application's own, which describes its problem.
func limitedAsProblem(perSecond, burst float64) func(*app) {
	return func(a *app) {
		a.refusing(overRate(perSecond, burst), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			say(w, 503, "no-store", `{"title": "busy"}`)
		})
	}
}

func limitedBelow(path string, status int, perSecond, burst float64) func(*app) {
	return func(a *app) {
		over := overRate(perSecond, burst)
		a.refusing(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, path) && over(r) }, said(status, "", `{"error": "slow down"}`))
	}
}

// tooSoon refuses what asks for the same URL again within a time.
func tooSoon(least time.Duration, status int) func(*app) {
	return func(a *app) {
		last := map[string]time.Time{}
		a.refusing(func(r *http.Request) bool {
			a.mu.Lock()
			defer a.mu.Unlock()
			before := last[r.URL.Path]
			last[r.URL.Path] = time.Now()
			return strings.HasPrefix(r.URL.Path, "/monitor/") && time.Since(before) < least
		}, said(status, "", `{"error": "polling too often"}`))
	}
}

// everyURL lets one request for each monitor and result pass in a time.
func everyURL(least time.Duration) func(*app) {
	return func(a *app) {
		passed := map[string]time.Time{}
		a.refusing(func(r *http.Request) bool {
			a.mu.Lock()
			defer a.mu.Unlock()
			over := time.Since(passed[r.URL.Path]) < least
			if !over && r.URL.Path != "/deferredjob" {
				passed[r.URL.Path] = time.Now()
			}
			return over
		}, said(503, "", `{"error": "slow down"}`))
	}
}

// closingAbove closes connections above a rate, in place of an answer. None is kept: Go's client would ask again by itself over another.
func closingAbove(perSecond, burst float64) func(*app) {
	return func(a *app) {
		over := overRate(perSecond, burst)
		a.front = func(w http.ResponseWriter, r *http.Request) bool {
			if over(r) {
				panic(http.ErrAbortHandler)
			}
			w.Header().Set("Connection", "close")
			return false
		}
	}
}

// atOnce lets so many requests be under way, each for a while, and refuses others.
func atOnce(most int, each time.Duration) func(*app) {
	return func(a *app) {
		underWay := 0
		a.front = func(w http.ResponseWriter, r *http.Request) bool {
			a.mu.Lock()
			underWay++
			over := underWay > most
			if over {
				underWay--
			}
			a.mu.Unlock()
			if over {
				say(w, 503, "", `{"message": "Service Unavailable"}`)
				return true
			}
			time.Sleep(each)
			a.mu.Lock()
			underWay--
			a.mu.Unlock()
			return false
		}
	}
}

// repeated answers every fourth start with what a monitor says, and 200.
func repeated(a *app) {
	plain, starts := a.start, 0
	a.start = func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		starts++
		again := starts%4 == 0
		a.mu.Unlock()
		if again {
			say(w, 200, "no-store", `{"state": "running"}`)
			return
		}
		plain(w, r)
	}
}
