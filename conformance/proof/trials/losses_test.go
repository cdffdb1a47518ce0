package trials

import (
	"fmt"
	"hash/crc32"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Servers that lose jobs, or some of whose instances do not know them.

// atMoments makes what is to be called with each request: it does something once after each moment, counted from the first request.
func (a *app) atMoments(do func(nth int), moments ...time.Duration) func() {
	var first time.Time
	past := 0
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if first.IsZero() {
			first = time.Now()
		}
		for past < len(moments) && time.Since(first) > moments[past] {
			do(past)
			past++
		}
	}
}

// losing has something happen before each request.
func (a *app) losing(lose func()) {
	a.front = func(http.ResponseWriter, *http.Request) bool { lose(); return false }
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

// replaced loses every other job at one moment, and the rest at another.
func replaced(moments ...time.Duration) func(*app) {
	return func(a *app) {
		lasting(1400 * time.Millisecond)(a)
		a.losing(a.atMoments(func(nth int) {
			maps.DeleteFunc(a.jobs, func(_ string, j *job) bool { return j.n%len(moments) == nth })
		}, moments...))
	}
}

// idsAgain forgets all jobs at a moment, and numbers those that begin after it from 1 again.
func idsAgain(at time.Duration) func(*app) {
	return func(a *app) {
		a.newID = func(n int) string { return fmt.Sprint(n) }
		lasting(600 * time.Millisecond)(a)
		a.losing(a.atMoments(func(int) { a.n = 0; clear(a.jobs) }, at))
	}
}

// lostBy500 forgets all jobs at a moment, and fails for those that it does not know from then on.
func lostBy500(at time.Duration) func(*app) {
	return func(a *app) {
		lasting(800 * time.Millisecond)(a)
		lost := false
		lose := a.atMoments(func(int) { lost = true; clear(a.jobs) }, at)
		a.refusing(func(r *http.Request) bool {
			lose()
			a.mu.Lock()
			defer a.mu.Unlock()
			id, isMonitor := strings.CutPrefix(r.URL.Path, "/monitor/")
			return lost && isMonitor && a.jobs[id] == nil
		}, paged(500, "Server Error in '/' Application."))
	}
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

// expiring forgets each job some time after its start.
func expiring(span time.Duration) func(*app) {
	return func(a *app) {
		a.lasts = func(n int) time.Duration { return 400*time.Millisecond + time.Duration(n*7%11)*50*time.Millisecond }
		a.find = func(_ *http.Request, id string) *job {
			if j := a.known(id); j != nil && time.Since(j.began) < span {
				return j
			}
			return nil
		}
	}
}

// crashing loses all jobs again and again.
func crashing(every time.Duration) func(*app) {
	return func(a *app) {
		lasting(800 * time.Millisecond)(a)
		var moments []time.Duration
		for at := every; at < time.Minute; at += every {
			moments = append(moments, at)
		}
		a.losing(a.atMoments(func(int) { clear(a.jobs) }, moments...))
	}
}

// losesRunning forgets the jobs that run at a moment.
func losesRunning(at time.Duration) func(*app) {
	return func(a *app) {
		a.lasts = func(n int) time.Duration { return 350*time.Millisecond + time.Duration(n*7%11)*100*time.Millisecond }
		a.losing(a.atMoments(func(int) { maps.DeleteFunc(a.jobs, func(_ string, j *job) bool { return !j.done() }) }, at))
	}
}

// canary has every so many reads of a running job answered by another version.
func canary(n int) func(*app) {
	return func(a *app) {
		asked := 0
		pending := a.pending
		a.pending = func(w http.ResponseWriter, j *job) {
			a.mu.Lock()
			asked++
			other := asked%n == 0
			a.mu.Unlock()
			if other {
				say(w, 202, "no-store", `{"state": "running"}`)
				return
			}
			pending(w, j)
		}
	}
}

// endsBy303 has an instance of another version tell ends by a redirect, for one request of two.
func endsBy303(a *app) {
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		id, isMonitor := strings.CutPrefix(r.URL.Path, "/monitor/")
		j := a.known(id)
		if !isMonitor || j == nil || !j.done() || mathrand.N(2) == 0 {
			return false
		}
		w.Header().Set("Location", a.link(j))
		say(w, 303, "no-store", `{}`)
		return true
	}
}

// byURL has one of two instances asked for a job, as a balancer chooses by a hash of the URL; one alone takes starts.
func byURL(a *app) {
	a.find = func(r *http.Request, id string) *job {
		if crc32.ChecksumIEEE([]byte(r.URL.String()))%2 == 0 && strings.HasPrefix(r.URL.Path, "/monitor/") {
			return nil
		}
		return a.known(id)
	}
}

// byPath does so by a hash of the path alone, for results too.
func byPath(a *app) {
	a.find = func(r *http.Request, id string) *job {
		id, _ = url.PathUnescape(id)
		if crc32.ChecksumIEEE([]byte(r.URL.EscapedPath()))%2 == 0 {
			return nil
		}
		return a.known(id)
	}
}

// lagging has every other read answered by a replica that learns of each job some time after its start.
func lagging(span time.Duration) func(*app) {
	return func(a *app) {
		a.lasts = func(int) time.Duration { return 1200*time.Millisecond + mathrand.N(300*time.Millisecond) }
		a.find = func(_ *http.Request, id string) *job {
			if j := a.known(id); j != nil && (mathrand.N(2) == 0 || time.Since(j.began) >= span) {
				return j
			}
			return nil
		}
	}
}

// resultAs refuses a result for some time after the end of its job.
func resultAs(status int, span time.Duration) func(*app) {
	return func(a *app) {
		stored := a.result
		a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
			if time.Since(j.ends()) < span {
				say(w, status, "no-store", `{"title": "still uploading"}`)
				return
			}
			stored(w, r, j)
		}
	}
}

func both(changes ...func(*app)) func(*app) {
	return func(a *app) {
		for _, change := range changes {
			change(a)
		}
	}
}
