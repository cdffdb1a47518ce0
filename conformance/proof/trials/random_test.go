package trials

import (
	"math/rand/v2"
	"net/http"
	"strings"
)

// random are servers that fail at random, which makes their failures land in any state of a job: that is one failure all the same.
var random = []trial{
	{name: "errors of the application at random, each in the words of its resource", change: atRandom(0.1, "/", noStore), fails: "monitor.", cause: "error-now-and-then", mend: "log"},
	{name: "a sign-in page in place of monitors, at random", change: atRandom(0.1, "/monitor/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/login?next="+r.URL.Path, http.StatusFound)
	}), fails: "http.available", cause: "wall", mend: "let API clients pass"},
	{name: "a server among others that has no such resources", change: atRandom(0.4, "/", said(404, "", `{"title": "no such route"}`)), fails: "jobs.replicas", cause: "replicas", mend: "does not serve this API"},
}

// atRandom has a share of the requests below a path answered otherwise.
func atRandom(share float64, below string, answer http.HandlerFunc) func(*app) {
	return func(a *app) {
		a.refusing(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, below) && rand.Float64() < share }, answer)
	}
}

// noStore is an error in the words of the resource that was asked for.
func noStore(w http.ResponseWriter, r *http.Request) {
	say(w, 500, "no-store", `{"error": "no connection to the store", "for": "`+strings.SplitAfter(r.URL.Path, "/")[1]+`"}`)
}
