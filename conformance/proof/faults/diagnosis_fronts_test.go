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

// instead answers in a server's place what a condition holds for.
func instead(when func(*http.Request) bool, answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if when(r) {
				answer(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// refusing answers as http.Error does.
func refusing(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, text, status) }
}

var needsQuery = instead(func(r *http.Request) bool { return r.URL.Query().Get("api-version") == "" }, http.NotFound)

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

var preauthorised = instead(func(r *http.Request) bool { return isMonitor(r) && r.Header.Get("Authorization") != "" },
	refusing(http.StatusUnauthorized, "only one way to authorise, please"))

var refusesEverybody = instead(isMonitor, refusing(http.StatusUnauthorized, "no"))

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

var loginWall = instead(isMonitor, func(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, `<!doctype html><title>Log in</title><form method=post action=/login><input name=user><input type="password" name=pw></form>`)
})
