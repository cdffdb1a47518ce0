package trials

import (
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Servers whose Locations name something else, or not for everybody.

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

// roundedResult says nothing in its bodies: it is the monitor's URL that has the whole id.
func roundedResult(a *app) {
	rounded(a)
	a.start = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/monitor/"+a.begin().id)
		say(w, 202, "no-store", `{}`)
	}
	a.link = func(j *job) string {
		number, _ := strconv.ParseFloat(j.id, 64)
		return "/result/" + strconv.FormatInt(int64(number), 10)
	}
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

func bodyOnly(a *app) {
	a.start = func(w http.ResponseWriter, _ *http.Request) {
		say(w, 202, "no-store", `{"monitor": "/monitor/`+a.begin().id+`"}`)
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
			switch w.Header().Set("Content-Type", "application/xml"); {
			case r.URL.Query().Get("Signature") != j.id[:8]:
				say(w, 403, "no-store", "<Error><Code>AccessDenied</Code></Error>")
			case time.Now().UnixMilli() > until:
				say(w, 403, "no-store", "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
			default:
				w.Header().Del("Content-Type")
				say(w, 200, "no-store", j.content())
			}
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

func signedMonitors(span time.Duration) func(*app) {
	return func(a *app) {
		a.lasts = func(n int) time.Duration { return 300*time.Millisecond + time.Duration(n*7%9)*100*time.Millisecond }
		a.start = func(w http.ResponseWriter, _ *http.Request) {
			j := a.begin()
			w.Header().Set("Location", "/monitor/"+j.id+"?sig="+j.id[:8])
			say(w, 202, "no-store", `{}`)
		}
		a.refusing(func(r *http.Request) bool {
			j := a.known(strings.TrimPrefix(r.URL.Path, "/monitor/"))
			return j != nil && time.Since(j.began) > span
		}, said(403, "no-store", `{"title": "the link has expired"}`))
	}
}

// idsByClock gives the jobs of about the same time one id: the last of them has it.
func idsByClock(a *app) {
	lasting(900 * time.Millisecond)(a)
	a.newID = func(int) string { return fmt.Sprint(time.Now().UnixMilli() / 200) }
}

// seededAlike has two processes, asked in turns, draw ids from generators that begin alike.
func seededAlike(a *app) {
	processes := [2]*mathrand.Rand{mathrand.New(mathrand.NewPCG(1, 2)), mathrand.New(mathrand.NewPCG(1, 2))}
	a.newID = func(n int) string { return fmt.Sprintf("%016x", processes[n%2].Uint64()) }
}
