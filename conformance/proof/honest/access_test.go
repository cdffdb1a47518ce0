package honest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
)

const token = "Bearer honest-secret-7"

// challenge asks for credentials.
func challenge(scheme string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", scheme+` realm="all"`)
		http.Error(w, "who are you?", http.StatusUnauthorized)
	}
}

func forbidden(why string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, why, http.StatusForbidden) }
}

// guarded asks everybody everywhere for a token, and the run has it.
func guarded(s *oddServer) {
	instead(func(r *http.Request) bool { return r.Header.Get("Authorization") != token && r.Host != "store.test" }, challenge("Bearer"))(s)
	s.target = append(s.target, func(t *conformance.Target) { t.Header = http.Header{"Authorization": {token}} })
}

// basic asks for a name and a password, which are in the base URL.
func basic(s *oddServer) {
	s.write = absolute
	instead(func(r *http.Request) bool {
		name, password, _ := r.BasicAuth()
		return name != "someone" || password != "hone:st"
	}, challenge("Basic"))(s)
	s.target = append(s.target, func(t *conformance.Target) { t.BaseURL = "http://someone:hone%3Ast@server.test" })
}

// elsewhere has the results on another origin, by a signed URL.
func elsewhere(refuse func(r *http.Request) int) trait {
	return func(s *oddServer) {
		s.result = func(id string) string { return "/store/" + id + "?X-Signature=" + hashed(id) }
		s.write = func(_ *http.Request, target string) string {
			if strings.HasPrefix(target, "/store/") {
				return "http://store.test" + target
			}
			return target
		}
		through(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			switch status := refuse(r); {
			case strings.HasPrefix(r.URL.Path, "/store/") != (r.Host == "store.test"):
				http.Error(w, "not here", 404)
			case r.Host == "store.test" && status != 0:
				http.Error(w, "not with me", status)
			default:
				next.ServeHTTP(w, r)
			}
		})(s)
	}
}

func withCredentials(r *http.Request) int {
	if r.Header.Get("Authorization") != "" {
		return 403
	}
	return 0
}

func always(status int) func(*http.Request) int { return func(*http.Request) int { return status } }

// banning refuses everybody for a minute after a hostile id, or three requests without credentials.
func banning(s *oddServer) {
	var mu sync.Mutex
	var until time.Time
	strangers := 0
	banned := func(r *http.Request) bool {
		mu.Lock()
		defer mu.Unlock()
		if r.Header.Get("Authorization") == "" {
			strangers++
		}
		if strangers >= 3 || strings.Contains(r.RequestURI, "%00") {
			strangers, until = 0, time.Now().Add(time.Minute)
		}
		return time.Now().Before(until)
	}
	guarded(s)
	instead(banned, forbidden("banned"))(s)
}

// resigned names the result by another URL at each read; each of them leads to it, for a while.
func resigned(lasting time.Duration) trait {
	const mark, until = "signed=", "&until="
	return func(s *oddServer) {
		var signed atomic.Int64
		write, key := s.write, s.key
		s.key = func(target string) string {
			target, _, _ = strings.Cut(target, mark)
			return key(strings.TrimRight(target, "?&"))
		}
		s.write = func(r *http.Request, target string) string {
			if here, _ := s.look(target); here.monitor != nil {
				return write(r, target)
			}
			separator := "?"
			if strings.Contains(target, "?") {
				separator = "&"
			}
			end := time.Now().Add(lasting).UnixMilli()
			return write(r, fmt.Sprint(target, separator, mark, hashed(fmt.Sprint(signed.Add(1))), "&sig=1", until, end))
		}
		instead(func(r *http.Request) bool {
			_, end, _ := strings.Cut(r.RequestURI, until)
			ms, err := strconv.ParseInt(end, 10, 64)
			return err == nil && time.Now().UnixMilli() > ms
		}, forbidden("too late"))(s)
	}
}

// hinting names the result while the job runs, from a part of its life on.
func hinting(from time.Duration) trait {
	return on(pending, func(w http.ResponseWriter, _ *http.Request, j *work) {
		if time.Since(j.begun) >= from {
			w.Header().Set("Location", "/result/"+j.id)
		}
	})
}

// validated has monitors know validators: 304 is the answer where those of a request are good.
func validated(good func(s *oddServer, w http.ResponseWriter, r *http.Request, j *work) bool) trait {
	return func(s *oddServer) {
		through(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if here, _ := s.look(r.RequestURI); here.monitor != nil && good(s, w, r, here.monitor) {
				w.WriteHeader(304)
				return
			}
			next.ServeHTTP(w, r)
		})(s)
	}
}

var tagged = validated(func(s *oddServer, w http.ResponseWriter, r *http.Request, j *work) bool {
	tag := fmt.Sprintf(`"%s-%t"`, j.id, s.over(j, 0))
	w.Header().Set("ETag", tag)
	return slices.Contains(strings.Split(r.Header.Get("If-None-Match"), ", "), tag)
})

// modified knows when the state changed, in whole seconds.
var modified = validated(func(s *oddServer, w http.ResponseWriter, r *http.Request, j *work) bool {
	changed := j.begun
	if s.over(j, 0) {
		changed = j.ends
	}
	w.Header().Set("Last-Modified", changed.UTC().Format(http.TimeFormat))
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !changed.Truncate(time.Second).After(since)
})

// manual sends whoever asks the start by HEAD or OPTIONS to a page that is always there.
func manual(w http.ResponseWriter, r *http.Request, next http.Handler) {
	switch safe := r.Method == "HEAD" || r.Method == "OPTIONS"; {
	case safe && r.RequestURI == "/deferredjob":
		http.Redirect(w, r, "/manual", http.StatusSeeOther)
	case r.URL.Path == "/manual":
		fmt.Fprintln(w, "how to use it")
	default:
		next.ServeHTTP(w, r)
	}
}

// users are two, each with a token and jobs of their own; what is another's does not exist.
func users(s *oddServer) {
	names := map[string]string{token: "one", token + "-other": "two"}
	owners := map[string]string{}
	var mu sync.Mutex
	through(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		name, known := names[r.Header.Get("Authorization")]
		here, _ := s.look(r.RequestURI)
		mu.Lock()
		defer mu.Unlock()
		switch j := cmp.Or(here.monitor, first(here.results)); {
		case !known:
			challenge("Bearer")(w, r)
		case j != nil && owners[j.id] != name:
			http.Error(w, "there is nothing here", 404)
		default:
			next.ServeHTTP(w, r)
			if where := w.Header().Get("Location"); j == nil && where != "" {
				owners[strings.TrimPrefix(where, "/monitor/")] = name
			}
		}
	})(s)
	s.target = append(s.target, func(t *conformance.Target) {
		t.Header = http.Header{"Authorization": {token}}
		t.OtherHeader = http.Header{"Authorization": {token + "-other"}}
	})
}

func first(all []*work) *work {
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// crossOrigin lets the pages of one origin in, as the Fetch standard has it.
func crossOrigin(origin string) trait {
	return func(s *oddServer) {
		s.target = append(s.target, func(t *conformance.Target) { t.Origin = origin })
		through(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header().Add("Vary", "Origin")
			if r.Header.Get("Origin") == origin {
				w.Header().Set("Access-Control-Allow-Origin", origin)
				w.Header().Set("Access-Control-Expose-Headers", "Location, Retry-After")
			}
			if r.Method != "OPTIONS" || r.Header.Get("Access-Control-Request-Method") == "" {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD, POST")
			w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-None-Match")
			w.WriteHeader(204)
		})(s)
	}
}
