package trials

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Links that are signed, and Locations that are miswritten.

// signedLink joins the link's parameters with and, and writes a mark into its signature; the mark is the same unescaped.
func signedLink(and, mark string) func(*app) {
	return func(a *app) {
		plain, _ := url.PathUnescape(mark)
		a.link = func(j *job) string {
			return "/result/" + j.id + "?expires=9999999999" + and + "signature=" + mark + j.id[:8]
		}
		a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
			if r.URL.Query().Get("signature") != plain+j.id[:8] {
				say(w, 403, "no-store", `{"title": "bad signature"}`)
				return
			}
			say(w, 200, "no-store", j.content())
		}
	}
}

// locating writes Locations as a format says, of which the id is the first value.
func locating(format string) func(*app) {
	return func(a *app) {
		a.start = func(w http.ResponseWriter, _ *http.Request) {
			location := format
			if id := a.begin().id; strings.Contains(format, "%[1]s") {
				location = fmt.Sprintf(format, id)
			}
			w.Header().Set("Location", location)
			say(w, 202, "no-store", `{}`)
		}
	}
}

// validByAnotherClock has a store whose clock is behind that of what signs links, and of what writes Date.
func validByAnotherClock(behind time.Duration) func(*app) {
	return func(a *app) {
		a.link = func(j *job) string { return fmt.Sprintf("/result/%s?nbf=%d&sig=%s", j.id, j.ends().Unix(), j.id[:8]) }
		a.result = func(w http.ResponseWriter, _ *http.Request, j *job) {
			if time.Since(j.ends()) < behind {
				say(w, 403, "no-store", `{"title": "the link is not yet valid"}`)
				return
			}
			say(w, 200, "no-store", j.content())
		}
	}
}
