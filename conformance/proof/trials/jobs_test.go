package trials

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Servers that lose, refuse or hide what becomes of a job.

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

func pendingAs(status int) func(*app) {
	return func(a *app) {
		a.pending = func(w http.ResponseWriter, _ *job) { say(w, status, "no-store", `{"title": "not ready yet"}`) }
	}
}

func unknownFrom(from, to time.Duration) func(*app) {
	return func(a *app) {
		out := a.between(from, to)
		a.find = func(r *http.Request, id string) *job {
			if out(r) {
				return nil
			}
			return a.known(id)
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

// keepsDone gives a start the job that was done before it, if there is one.
func keepsDone(a *app) {
	a.start = func(w http.ResponseWriter, _ *http.Request) {
		a.mu.Lock()
		done := slices.Collect(maps.Values(a.jobs))
		a.mu.Unlock()
		done = slices.DeleteFunc(done, func(j *job) bool { return !j.done() })
		if len(done) == 0 {
			done = []*job{a.begin()}
		}
		a.accept(w, done[0])
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

func retry(value string) func(*app) {
	return func(a *app) {
		a.pending = func(w http.ResponseWriter, _ *job) {
			w.Header().Set("Retry-After", value)
			say(w, 200, "no-store", `{"state": "running"}`)
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

func endless(a *app) {
	a.lasts = func(int) time.Duration { return time.Hour }
	retry("1")(a)
}

func lasting(span time.Duration) func(*app) {
	return func(a *app) { a.lasts = func(int) time.Duration { return span } }
}

func heldToEnd(span time.Duration) func(*app) {
	return func(a *app) {
		held(time.Hour)(a)
		lasting(span)(a)
	}
}

// oneWorker does one job after another.
func oneWorker(each time.Duration) func(*app) {
	return func(a *app) {
		var free time.Time
		a.lasts = func(int) time.Duration {
			now := time.Now()
			if free.Before(now) {
				free = now
			}
			free = free.Add(each)
			return free.Sub(now)
		}
	}
}
