package trials

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
)

// Servers that redirect to somewhere else, and websites that answer in the place of an API.

// startsElsewhere redirects every start to one path, where none is.
func startsElsewhere(a *app) {
	a.start = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/maintenance.html", http.StatusFound)
	}
}

// monitorsElsewhere redirects every read of a monitor to an origin that only the server itself knows.
func monitorsElsewhere(a *app) {
	a.refusing(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/monitor/") }, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://localhost:8080"+r.URL.Path+"/", http.StatusMovedPermanently)
	})
}

// lowerMonitors names monitors in capital letters, and redirects to small ones.
func lowerMonitors(a *app) {
	a.start = func(w http.ResponseWriter, _ *http.Request) {
		j := a.begin()
		w.Header().Set("Location", "/Monitor/"+j.id)
		say(w, 202, "no-store", "{}")
	}
	a.refusing(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/Monitor/") }, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.ToLower(r.URL.Path), http.StatusMovedPermanently)
	})
}

// startsBy begins jobs by one method alone.
func startsBy(method string) func(*app) {
	return func(a *app) {
		a.start = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Allow", method)
			say(w, 405, "no-store", `{"title": "method"}`)
		}
	}
}

// refusingStarts begins no job without a token.
func refusingStarts(a *app) {
	a.start = func(w http.ResponseWriter, _ *http.Request) { say(w, 403, "no-store", `{"title": "no CSRF token"}`) }
}

// websiteForUnknown answers what is not found with a website's page.
func websiteForUnknown(a *app) {
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		recorder := httptest.NewRecorder()
		if a.route(recorder, r); recorder.Code == http.StatusNotFound && r.URL.Path != "/" && a.known(r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]) == nil {
			page(w, 200, "App")
			return true
		}
		maps.Copy(w.Header(), recorder.Header())
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
		return true
	}
}

func websiteAlone(a *app) { a.refusing(func(*http.Request) bool { return true }, paged(200, "App")) }

func toHTTPS(a *app) {
	a.refusing(func(*http.Request) bool { return true }, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusMovedPermanently)
	})
}

// outsideBase serves the app below /api, and 200 outside it.
func outsideBase(a *app) {
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		path, below := strings.CutPrefix(r.URL.Path, "/api")
		r.URL.Path, r.URL.RawPath = path, ""
		if !below {
			say(w, 200, "", `{"hello": "world"}`)
		}
		return !below
	}
}
