package trials

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
)

// Servers behind a cache, servers that know whose a job is, and results that are not what they should be.

func twoIdentities(target *conformance.Target) {
	target.Header = http.Header{"Authorization": {"Bearer first-identity"}}
	target.OtherHeader = http.Header{"Authorization": {"Bearer other-identity"}}
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
		maps.Copy(w.Header(), hit.response.Header)
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

func content(text string) func(*app) {
	return func(a *app) {
		a.result = func(w http.ResponseWriter, _ *http.Request, _ *job) { say(w, 200, "no-store", text) }
	}
}

func partial(a *app) {
	a.result = func(w http.ResponseWriter, _ *http.Request, j *job) {
		text := j.content()
		w.Header().Set("Content-Range", fmt.Sprintf("bytes 0-99/%d", len(text)))
		say(w, 206, "no-store", text[:100])
	}
}

func dateBehind(a *app) {
	a.pending = func(w http.ResponseWriter, _ *job) {
		w.Header().Set("Date", time.Now().Add(-90*time.Second).UTC().Format(http.TimeFormat))
		w.Header().Set("Expires", time.Now().UTC().Format(http.TimeFormat))
		say(w, 200, "", `{"state": "running"}`)
	}
}

// cached stores the first answer of each monitor for ten seconds, as a cache with a rule of its own does.
func cached(a *app) {
	stored := map[string]time.Time{}
	a.pending = func(w http.ResponseWriter, j *job) { say(w, 200, "", `{"state": "running"}`) }
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/monitor/") {
			return false
		}
		a.mu.Lock()
		at, hit := stored[r.URL.Path]
		j := a.jobs[strings.TrimPrefix(r.URL.Path, "/monitor/")]
		if j != nil && !hit {
			at = time.Now()
			stored[r.URL.Path] = at
		}
		a.mu.Unlock()
		if j == nil || time.Since(at) > 10*time.Second {
			return false
		}
		w.Header().Set("Date", at.UTC().Format(http.TimeFormat))
		w.Header().Set("Age", fmt.Sprint(int(time.Since(at).Seconds())))
		say(w, 200, "", `{"state": "running"}`)
		return true
	}
}

func zipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
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

// htmlResults answers pages, some of which speak of what a wall speaks of.
func htmlResults(a *app) {
	a.result = func(w http.ResponseWriter, _ *http.Request, j *job) {
		w.Header().Set("Content-Type", "text/html")
		say(w, 200, "no-store", fmt.Sprintf("<html><body>Report %s on captcha and challenge number %d</body></html>", j.id, j.n))
	}
}
