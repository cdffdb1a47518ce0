package reference

// Faults of a Location, the 202's and the 201's. Where clients can't follow
// it, all that comes after is out of reach, and is not held against the server.
var locationFaults = []Fault{
	{
		Name: "location-with-space", Says: "The 202's Location has a space in it.",
		Breaks:  []string{"location.syntax"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{base}{path}?name=my job")),
	}, {
		Name: "location-unfilled-template", Says: "The 202's Location is a template with an unfilled {id}.",
		Breaks:  []string{"location.syntax"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{base}/monitor/{id}")),
	}, {
		Name: "location-non-ascii", Says: "The 202's Location has bytes above 127 in it, unescaped.",
		Breaks:  []string{"location.syntax"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{base}{path}?name=Überweisung")),
	}, {
		Name: "location-bad-escape", Says: "The 202's Location has a % that is not part of an escape.",
		Breaks:  []string{"location.syntax"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{base}{path}?progress=0%")),
	}, {
		Name: "result-location-with-space", Says: "The 201's Location has a space in it.",
		Breaks:  []string{"location.syntax"},
		dialect: []trait{namesResult},
		edit:    on(created, locate("{base}{path}?name=my result")),
	}, {
		Name: "location-userinfo", Says: "The 202's Location has a name and a password in it.",
		Breaks:  []string{"location.http"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{scheme}://worker:secret@{host}{base}{path}")),
	}, {
		Name: "location-ftp", Says: "The 202's Location is an ftp URL.",
		Breaks:  []string{"location.http"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("ftp://{host}{base}{path}")),
	}, {
		Name: "location-without-host", Says: "The 202's Location is an http URL without a host.",
		Breaks:  []string{"location.http"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{scheme}://{base}{path}")),
	}, {
		Name: "result-location-ftp", Says: "The 201's Location is an ftp URL.",
		Breaks:  []string{"location.http"},
		dialect: []trait{namesResult},
		edit:    on(created, locate("ftp://{host}{base}{path}")),
	}, {
		Name: "location-downgraded", Says: "The 202's Location is http though the request came over https: X-Forwarded-Proto is ignored.",
		Breaks: []string{"location.no-downgrade"}, Needs: []Need{NeedsTLS},
		dialect: []trait{namesMonitor},
		edit:    on(all(started, secure), locate("http://{host}{base}{path}")),
	}, {
		Name: "result-location-downgraded", Says: "The 201's Location is http though the request came over https.",
		Breaks: []string{"location.no-downgrade"}, Needs: []Need{NeedsTLS},
		dialect: []trait{namesResult},
		edit:    on(all(created, secure), locate("http://{host}{base}{path}")),
	}, {
		Name: "location-other-origin", Says: "The 202's Location uses another name of the same host (localhost for 127.0.0.1).",
		Breaks:  []string{"location.same-origin"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{scheme}://{alias}{base}{path}")),
	}, {
		Name: "result-location-other-origin", Says: "The 201's Location uses another name of the same host.",
		Breaks:  []string{"location.same-origin"},
		dialect: []trait{namesResult},
		edit:    on(created, locate("{scheme}://{alias}{base}{path}")),
	}, {
		Name: "location-internal-host", Says: "The 202's Location names an internal host behind the proxy.",
		Breaks:  []string{"location.same-origin", "monitor.ready"},
		dialect: []trait{namesMonitor, silent(404)},
		edit:    onEither(on(started, locate("{scheme}://"+internal+"{base}{path}")), on(behind, fail(404))),
	}, {
		Name: "result-location-internal-host", Says: "The 201's Location names an internal host behind the proxy.",
		Breaks:  []string{"location.same-origin", "result.ok"},
		dialect: []trait{namesResult},
		edit:    onEither(on(created, locate("{scheme}://"+internal+"{base}{path}")), on(behind, fail(404))),
	}, {
		Name: "location-with-fragment", Says: "The 202's Location has a fragment.",
		Breaks:  []string{"location.no-fragment"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{base}{path}#progress")),
	}, {
		Name: "result-location-with-fragment", Says: "The 201's Location has a fragment.",
		Breaks:  []string{"location.no-fragment"},
		dialect: []trait{namesResult},
		edit:    on(created, locate("{base}{path}#summary")),
	}, {
		Name: "location-believes-forwarded-host", Says: "The Location's host is taken from X-Forwarded-Host or Forwarded, whoever sends it.",
		Breaks: []string{"location.forged-host"}, Needs: []Need{NeedsForgedHost},
		dialect: []trait{namesMonitor},
		edit:    on(all(located, forwarded), locate("{scheme}://{forged}{base}{path}")),
	}, {
		Name: "location-other-layout", Says: "Monitors are at /jobs/status/{id} and results at /jobs/outcome/{id}.",
		Breaks:  []string{"location.layout"},
		dialect: []trait{ownLayout},
		setup: func(s *Server) {
			s.speech.places[monitor], s.speech.places[result] = "/jobs/status/{id}", "/jobs/outcome/{id}"
		},
	}, {
		Name: "location-lost-base-path", Says: "The 202's Location lacks the base path, which the proxy removed from the request.",
		Breaks: []string{"monitor.ready"}, Needs: []Need{NeedsBasePath},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{path}")),
	}, {
		Name: "result-location-lost-base-path", Says: "The 201's Location lacks the base path.",
		Breaks: []string{"result.ok"}, Needs: []Need{NeedsBasePath},
		dialect: []trait{namesResult},
		edit:    on(created, locate("{path}")),
	}, {
		Name: "location-repeats-base-path", Says: "The 202's Location has the base path twice: the server and the proxy both add it.",
		Breaks: []string{"monitor.ready"}, Needs: []Need{NeedsBasePath},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{base}{base}{path}")),
	}, {
		Name: "location-doubled-slash", Says: "The 202's Location has a double slash between base URL and path.",
		Breaks:  []string{"monitor.ready"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{origin}{base}/{path}")),
	}, {
		Name: "location-below-start", Says: "The 202's Location is appended to the start's own path.",
		Breaks:  []string{"monitor.ready"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("{base}/deferredjob{path}")),
	}, {
		Name: "result-location-without-id", Says: "The 201's Location has an empty id.",
		Breaks:  []string{"result.ok"},
		dialect: []trait{namesResult},
		edit:    on(created, locate("{base}{result}")),
	},
}

// internal is a host that no resolver knows (RFC 2606 2).
const internal = "backend.invalid:8080"

func secure(x *exchange) bool    { return x.request.TLS != nil }
func located(x *exchange) bool   { return started(x) || created(x) }
func forwarded(x *exchange) bool { return forged(x.request) != "" }

// behind holds where a test's transport brought a request for the internal host here all the same.
func behind(x *exchange) bool { return x.request.Host == internal }

func onEither(edits ...func(*exchange, *answer)) func(*exchange, *answer) {
	return func(x *exchange, a *answer) {
		for _, edit := range edits {
			edit(x, a)
		}
	}
}
