package reference

// Faults of a Location, the 202's and the 201's. Where clients can't follow
// it, all that comes after is out of reach, and is not held against the server.
var locationFaults = []Fault{
	wrongMonitor("location-with-space", "The 202's Location has a space in it.", "location.syntax", "{base}{path}?name=my job"),
	wrongMonitor("location-unfilled-template", "The 202's Location is a template with an unfilled {id}.", "location.syntax", "{base}/monitor/{id}"),
	wrongMonitor("location-non-ascii", "The 202's Location has bytes above 127 in it, unescaped.", "location.syntax", "{base}{path}?name=Überweisung"),
	wrongMonitor("location-bad-escape", "The 202's Location has a % that is not part of an escape.", "location.syntax", "{base}{path}?progress=0%"),
	wrongResult("result-location-with-space", "The 201's Location has a space in it.", "location.syntax", "{base}{path}?name=my result"),
	wrongMonitor("location-userinfo", "The 202's Location has a name and a password in it.",
		"location.http", "{scheme}://worker:secret@{host}{base}{path}"),
	wrongMonitor("location-ftp", "The 202's Location is an ftp URL.", "location.http", "ftp://{host}{base}{path}"),
	wrongMonitor("location-without-host", "The 202's Location is an http URL without a host.", "location.http", "{scheme}://{base}{path}"),
	wrongResult("result-location-ftp", "The 201's Location is an ftp URL.", "location.http", "ftp://{host}{base}{path}"),
	fault("location-downgraded", "The 202's Location is http though the request came over https: X-Forwarded-Proto is ignored.",
		"location.no-downgrade", on(all(started, secure), locate("http://{host}{base}{path}")), namesMonitor).with(NeedsTLS),
	fault("result-location-downgraded", "The 201's Location is http though the request came over https.",
		"location.no-downgrade", on(all(created, secure), locate("http://{host}{base}{path}")), namesResult).with(NeedsTLS),
	wrongMonitor("location-other-origin", "The 202's Location uses another name of the same host (localhost for 127.0.0.1).",
		"location.same-origin", "{scheme}://{alias}{base}{path}"),
	wrongResult("result-location-other-origin", "The 201's Location uses another name of the same host.",
		"location.same-origin", "{scheme}://{alias}{base}{path}"),
	{
		Name: "location-internal-host", Says: "The 202's Location names an internal host behind the proxy.",
		Breaks:  []string{"location.same-origin", "monitor.ready"},
		dialect: []trait{namesMonitor, silent(404)},
		edit:    on(always, on(started, locate("{scheme}://"+internal+"{base}{path}")), on(behind, fail(404))),
	}, {
		Name: "result-location-internal-host", Says: "The 201's Location names an internal host behind the proxy.",
		Breaks:  []string{"location.same-origin", "result.ok"},
		dialect: []trait{namesResult},
		edit:    on(always, on(created, locate("{scheme}://"+internal+"{base}{path}")), on(behind, fail(404))),
	},
	wrongMonitor("location-with-fragment", "The 202's Location has a fragment.", "location.no-fragment", "{base}{path}#progress"),
	wrongResult("result-location-with-fragment", "The 201's Location has a fragment.", "location.no-fragment", "{base}{path}#summary"),
	fault("location-believes-forwarded-host", "The Location's host is taken from X-Forwarded-Host or Forwarded, whoever sends it.",
		"location.forged-host", on(all(located, forwarded), locate("{scheme}://{forged}{base}{path}")), namesMonitor).with(NeedsForgedHost),
	{
		Name: "location-other-layout", Says: "Monitors are at /jobs/status/{id} and results at /jobs/outcome/{id}.",
		Breaks:  []string{"location.layout"},
		dialect: []trait{ownLayout},
		setup: func(s *Server) {
			s.speech.places[monitor], s.speech.places[result] = "/jobs/status/{id}", "/jobs/outcome/{id}"
		},
	},
	wrongMonitor("location-lost-base-path", "The 202's Location lacks the base path, which the proxy removed from the request.",
		"monitor.ready", "{path}").with(NeedsBasePath),
	wrongResult("result-location-lost-base-path", "The 201's Location lacks the base path.", "result.ok", "{path}").with(NeedsBasePath),
	wrongMonitor("location-repeats-base-path", "The 202's Location has the base path twice: the server and the proxy both add it.",
		"monitor.ready", "{base}{base}{path}").with(NeedsBasePath),
	wrongMonitor("location-doubled-slash", "The 202's Location has a double slash between base URL and path.",
		"monitor.ready", "{origin}{base}/{path}"),
	wrongMonitor("location-below-start", "The 202's Location is appended to the start's own path.", "monitor.ready", "{base}/deferredjob{path}"),
	wrongResult("result-location-without-id", "The 201's Location has an empty id.", "result.ok", "{base}{result}"),
}

// internal is a host that no resolver knows (RFC 2606 2).
const internal = "backend.invalid:8080"

func secure(x *exchange) bool    { return x.request.TLS != nil }
func located(x *exchange) bool   { return started(x) || created(x) }
func forwarded(x *exchange) bool { return forged(x.request) != "" }

// behind holds where a test's transport brought a request for the internal host here all the same.
func behind(x *exchange) bool { return x.request.Host == internal }
