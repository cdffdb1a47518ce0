package faults

import (
	"fmt"
	"net/http"
	"strings"
)

// What stands before the servers of the riddles.

func same(next http.Handler) http.Handler { return next }

// spoilLocation has the monitors' Locations rewritten, and requests for another host answered by nobody.
func spoilLocation(rewrite func(string) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Host != "server.test" {
				http.NotFound(w, r)
				return
			}
			if strings.HasSuffix(r.URL.Path, "/deferredjob") {
				r.URL.Path, w = "/deferredjob", &rewriter{w, rewrite}
			}
			next.ServeHTTP(w, r)
		})
	}
}

type rewriter struct {
	http.ResponseWriter
	rewrite func(string) string
}

func (w *rewriter) WriteHeader(status int) {
	if l := w.Header().Get("Location"); l != "" {
		w.Header().Set("Location", w.rewrite(l))
	}
	w.ResponseWriter.WriteHeader(status)
}

func isMonitor(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/monitor/") }

func needsQuery(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("api-version") == "" {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// everyPath answers what the server does not with the page of an application.
func everyPath(front func(http.Handler) http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		broken := front(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Host != "server.test" || strings.HasSuffix(r.URL.Path, "/deferredjob") {
				broken.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!doctype html><div id=app></div>")
		})
	}
}

func preauthorised(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isMonitor(r) && r.Header.Get("Authorization") != "" {
			http.Error(w, "only one way to authorise, please", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func refusesEverybody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isMonitor(r) {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func wantsSlash(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path, slashed := strings.CutSuffix(r.URL.Path, "/"); isMonitor(r) && !slashed {
			http.Redirect(w, r, r.URL.Path+"/", http.StatusMovedPermanently)
			return
		} else if isMonitor(r) {
			r.URL.Path = path
		}
		next.ServeHTTP(w, r)
	})
}

func loginWall(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isMonitor(r) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, `<!doctype html><title>Log in</title><form method=post action=/login><input name=user><input type="password" name=pw></form>`)
			return
		}
		next.ServeHTTP(w, r)
	})
}
