package trials

import (
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
)

// Servers behind something that refuses, resets or swallows requests, and servers that are away for a while.

// refusing puts something in front that answers where a question is true.
func (a *app) refusing(over func(*http.Request) bool, answer http.HandlerFunc) {
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		refuse := over(r)
		if refuse {
			answer(w, r)
		}
		return refuse
	}
}

// counted makes a question of how many requests there were, this one included.
func (a *app) counted(over func(asked int) bool) func(*http.Request) bool {
	asked := 0
	return func(*http.Request) bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		asked++
		return over(asked)
	}
}

func (a *app) nth(n int) func(*http.Request) bool {
	return a.counted(func(asked int) bool { return asked%n == 0 })
}

func (a *app) beyond(most int) func(*http.Request) bool {
	return a.counted(func(asked int) bool { return asked > most })
}

// between makes a question that is true for a span of time, counted from when it is first asked.
func (a *app) between(from, to time.Duration) func(*http.Request) bool {
	var first time.Time
	return func(*http.Request) bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		if first.IsZero() {
			first = time.Now()
		}
		since := time.Since(first)
		return since > from && since < to
	}
}

func paged(status int, title string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { page(w, status, title) }
}

func said(status int, caching, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { say(w, status, caching, text) }
}

// signIn lets so many of each so many requests pass, and sends the others to a sign-in page.
func signIn(of, passing int) func(*app) {
	return func(a *app) {
		a.refusing(a.counted(func(asked int) bool { return asked%of >= passing }), func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.Path), http.StatusFound)
		})
	}
}

func signInElsewhere(n int) func(*app) {
	return func(a *app) {
		a.refusing(a.nth(n), func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://id.example.com/auth/realms/x/protocol/openid-connect/auth?state="+rand.Text(), http.StatusFound)
		})
	}
}

func resets(n int) func(*app) {
	return func(a *app) { a.refusing(a.nth(n), func(w http.ResponseWriter, _ *http.Request) { drop(w) }) }
}

func resetsWhile(from, to time.Duration) func(*app) {
	return func(a *app) {
		lasting(2 * time.Second)(a)
		a.refusing(a.between(from, to), func(w http.ResponseWriter, _ *http.Request) { drop(w) })
	}
}

func everyNth(n, status int, title string) func(*app) {
	return func(a *app) { a.refusing(a.nth(n), paged(status, title)) }
}

func failing(n int) func(*app) {
	return func(a *app) {
		a.refusing(a.nth(n), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			say(w, 500, "no-store", `{"title": "pool exhausted"}`)
		})
	}
}

func quota(most int) func(*app) {
	return func(a *app) { a.refusing(a.beyond(most), said(429, "no-store", `{"title": "quota"}`)) }
}

func shutAfter(most int) func(*app) {
	return func(a *app) {
		lasting(3 * time.Second)(a)
		a.refusing(a.beyond(most), paged(403, "403 Forbidden"))
	}
}

func away(from, to time.Duration) func(*app) {
	return func(a *app) { a.refusing(a.between(from, to), paged(503, "503 Service Unavailable")) }
}

// half refuses one request of two for a while, as where one of two instances is gone.
func half(from, to time.Duration) func(*app) {
	return func(a *app) {
		lasting(1200 * time.Millisecond)(a)
		gone := a.between(from, to)
		a.refusing(func(r *http.Request) bool { return gone(r) && mathrand.N(2) == 0 }, paged(503, "503 Service Unavailable"))
	}
}

func banned(from, to time.Duration) func(*app) {
	return func(a *app) {
		a.refusing(a.between(from, to), func(w http.ResponseWriter, _ *http.Request) {
			page(w, 403, fmt.Sprintf("Access Denied: reference #18.%s", strings.ToLower(rand.Text())))
		})
	}
}

func booting(from, to time.Duration) func(*app) {
	return func(a *app) {
		a.refusing(a.between(from, to), func(w http.ResponseWriter, r *http.Request) { page(w, 404, "Cannot GET "+r.URL.Path) })
	}
}

// oneOf puts several servers in front, the last of which can't reach the application: a connection leads to one of them.
func oneOf(servers int) func(*app) {
	return func(a *app) {
		lasting(1500 * time.Millisecond)(a)
		at := map[*connection]int{}
		a.refusing(func(r *http.Request) bool {
			a.mu.Lock()
			defer a.mu.Unlock()
			by := connectionOf(r)
			if _, known := at[by]; !known {
				at[by] = len(at)
			}
			return at[by]%servers == servers-1
		}, paged(502, "502 Bad Gateway"))
	}
}

func withCredentials(target *conformance.Target) {
	target.Header = http.Header{"Authorization": {"Bearer first-identity"}}
}

func unauthorised(n int) func(*app) {
	return func(a *app) { a.refusing(a.nth(n), said(401, "", `{"message": "Unauthorized"}`)) }
}

// silentAfter drops every request after so many.
func silentAfter(most int) func(*app) {
	return func(a *app) {
		lasting(time.Second)(a)
		a.refusing(a.beyond(most), func(w http.ResponseWriter, _ *http.Request) { drop(w) })
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
