package trials

import (
	"net/http"
	"time"
)

// restart answers nothing for a while, and has forgotten all jobs after it.
func restart(a *app) {
	lose := a.atMoments(func(int) { clear(a.jobs) }, 450*time.Millisecond)
	down := a.between(250*time.Millisecond, 450*time.Millisecond)
	a.refusing(func(r *http.Request) bool { lose(); return down(r) }, func(w http.ResponseWriter, _ *http.Request) { drop(w) })
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

// restarted has the work on running jobs end with the process, some time after the first start: they run for ever, or begin again. For a while nothing
// answers.
func restarted(after, gap time.Duration, again bool) func(*app) {
	return func(a *app) {
		stop := a.atMoments(func(int) {
			for _, j := range a.jobs {
				switch {
				case j.done():
				case again:
					j.lasts += time.Since(j.began)
				default:
					j.lasts = 1000 * time.Hour
				}
			}
		}, after)
		down := a.between(after, after+gap)
		a.refusing(func(r *http.Request) bool { stop(); return down(r) }, func(w http.ResponseWriter, _ *http.Request) { drop(w) })
	}
}
