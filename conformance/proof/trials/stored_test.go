package trials

import (
	"cmp"
	"net/http"
	"strings"
	"time"
)

// Servers whose jobs, or answers, are kept for others than they were made for.

// absenceKept stores jobs a moment late, behind a cache that keeps each 404 for a while.
func absenceKept(span time.Duration) func(*app) {
	return func(a *app) {
		until := map[string]time.Time{}
		a.find = func(r *http.Request, id string) *job {
			j := a.known(id)
			a.mu.Lock()
			defer a.mu.Unlock()
			if j == nil || time.Since(j.began) < 60*time.Millisecond && until[r.URL.RequestURI()].IsZero() {
				until[r.URL.RequestURI()] = time.Now().Add(span)
				return nil
			}
			if time.Now().Before(until[r.URL.RequestURI()]) || time.Since(j.began) < 60*time.Millisecond {
				return nil
			}
			return j
		}
	}
}

// withoutQuery names jobs by a query, behind a cache that leaves it out of its key.
func withoutQuery(a *app) {
	namedBy(func(id string) string { return "of?" + id })(a)
	asked := func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/monitor/of") }
	find := a.find
	a.find = func(r *http.Request, id string) *job {
		if asked(r) {
			id = r.Header.Get("X-Query")
		}
		return find(r, id)
	}
	store(a, 400*time.Millisecond, func(r *http.Request, _ *http.Response) bool { return asked(r) })
	cached := a.front
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		r.Header.Set("X-Query", r.URL.RawQuery)
		r.URL.RawQuery = ""
		return cached(w, r)
	}
}

// sharedWork does the work of the first job alone, and gives its result to the others.
func sharedWork(a *app) {
	lasting(400 * time.Millisecond)(a)
	a.link = func(*job) string {
		a.mu.Lock()
		defer a.mu.Unlock()
		for id, j := range a.jobs {
			if j.n == 1 {
				return "/result/" + id
			}
		}
		return ""
	}
	find := a.find
	a.find = func(r *http.Request, id string) *job {
		j := find(r, id)
		if j != nil && j.n > 1 && strings.HasPrefix(r.URL.Path, "/result/") {
			return nil
		}
		return j
	}
}

// grantedAfter refuses reads of a monitor for a while after its start.
func grantedAfter(span time.Duration) func(*app) {
	return func(a *app) {
		lasting(600 * time.Millisecond)(a)
		a.refusing(func(r *http.Request) bool {
			j := a.known(strings.TrimPrefix(r.URL.Path, "/monitor/"))
			return j != nil && time.Since(j.began) < span
		}, said(403, "no-store", `{"title": "not yours"}`))
	}
}

func hourlyQuota(most int) func(*app) {
	return func(a *app) {
		a.refusing(a.beyond(most), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			say(w, 429, "no-store", `{"title": "quota"}`)
		})
	}
}

// storedResults stores results by their path alone, as a cache does that leaves the query out of its key, and says so.
func storedResults(a *app) {
	a.link = func(j *job) string { return "/result/of?job=" + j.id }
	a.find = func(r *http.Request, id string) *job {
		if id == "of" {
			id = r.URL.Query().Get("job")
		}
		return a.known(id)
	}
	var first string
	plain := a.result
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		a.mu.Lock()
		hit := first != ""
		if !hit {
			first = j.content()
		}
		a.mu.Unlock()
		if !hit {
			plain(w, r, j)
			return
		}
		w.Header().Set("X-Cache", "Hit from cloudfront")
		say(w, 200, "no-store", first)
	}
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		a.mu.Lock()
		stored := first != "" && r.URL.Path == "/result/of" && r.Method == http.MethodGet
		a.mu.Unlock()
		if stored {
			a.result(w, r, nil)
		}
		return stored
	}
}

// storedAsDeclared stores pending answers for two seconds, and declares a longer time, as a zone's setting of a CDN does.
func storedAsDeclared(a *app) {
	storedFor(2 * time.Second)(a)
	a.pending = func(w http.ResponseWriter, _ *job) { say(w, 200, "max-age=14400", `{"state": "running"}`) }
}

// storedStarts lets a cache keep starts, as these may declare.
func storedStarts(caching string) func(*app) {
	return func(a *app) {
		a.start = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/monitor/"+a.begin().id)
			say(w, 202, caching, `{}`)
		}
		store(a, time.Minute, func(r *http.Request, _ *http.Response) bool { return r.URL.Path == "/deferredjob" })
	}
}

// notModified answers 304 to who asks for a running job again.
func notModified(a *app) {
	a.pending = func(w http.ResponseWriter, j *job) {
		w.Header().Set("ETag", `"`+j.id[:8]+`"`)
		if time.Since(j.began) > 100*time.Millisecond {
			w.WriteHeader(304)
			return
		}
		say(w, 200, "no-store", `{"state": "running"}`)
	}
}

func resultless(status int) func(*app) {
	return func(a *app) {
		a.result = func(w http.ResponseWriter, _ *http.Request, _ *job) {
			if status == 405 {
				w.Header().Set("Allow", "POST")
			}
			w.WriteHeader(status)
		}
	}
}

// failsAs tells of every third job that it failed, by an error of its monitor.
func failsAs(status int) func(*app) {
	return func(a *app) {
		a.refusing(func(r *http.Request) bool {
			j := a.known(strings.TrimPrefix(r.URL.Path, "/monitor/"))
			return j != nil && j.n%3 == 0 && j.done()
		}, func(w http.ResponseWriter, _ *http.Request) {
			say(w, status, "no-store", `{"title": "the job failed"}`)
		})
	}
}

// lastJobs names the job before in each Location; the body has the right id.
func lastJobs(a *app) {
	last := ""
	a.start = func(w http.ResponseWriter, _ *http.Request) {
		j := a.begin()
		a.mu.Lock()
		named := cmp.Or(last, j.id)
		last = j.id
		a.mu.Unlock()
		w.Header().Set("Location", "/monitor/"+named)
		say(w, 202, "no-store", `{"job": "`+j.id+`"}`)
	}
}

// nextJobs names the result of the job that was begun after a job, in place of its own; they are of different lengths.
func nextJobs(a *app) {
	a.lasts = func(n int) time.Duration { return 300*time.Millisecond + time.Duration(n)*20*time.Millisecond }
	a.link = func(j *job) string {
		a.mu.Lock()
		defer a.mu.Unlock()
		for id, other := range a.jobs {
			if other.n == j.n+1 {
				return "/result/" + id
			}
		}
		return "/result/" + j.id
	}
}
