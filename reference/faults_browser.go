package reference

import "net/http"

// Faults towards pages of another origin.
var browserFaults = []Fault{
	{
		Name: "cors-not-allowed", Says: "Only preflight answers allow the origin.",
		Breaks: []string{"browser.allowed"}, Needs: []Need{NeedsOrigin},
		edit: on(not(options), drop("Access-Control-Allow-Origin")),
	}, {
		Name: "cors-other-origin-allowed", Says: "Answers allow a different origin than the one that asks.",
		Breaks: []string{"browser.allowed"}, Needs: []Need{NeedsOrigin},
		edit: on(not(options), set("Access-Control-Allow-Origin", "https://elsewhere.invalid")),
	}, {
		Name: "cors-monitor-not-allowed", Says: "A monitor's answers do not allow the origin; all others do.",
		Breaks: []string{"browser.allowed"}, Needs: []Need{NeedsOrigin},
		edit: on(watched, drop("Access-Control-Allow-Origin")),
	}, {
		Name: "cors-preflight-403", Says: "A preflight is answered 403.",
		Breaks: []string{"browser.preflight"}, Needs: []Need{NeedsOrigin, NeedsCredentials},
		edit: on(preflights, fail(403)),
	}, {
		Name: "cors-preflight-401", Says: "A preflight, which never carries credentials, is answered 401.",
		Breaks: []string{"browser.preflight"}, Needs: []Need{NeedsOrigin, NeedsCredentials},
		edit: on(preflights, fail(401), set("WWW-Authenticate", `Bearer realm="jobs"`)),
	}, {
		Name: "cors-preflight-without-headers", Says: "A preflight answer allows no request header.",
		Breaks: []string{"browser.preflight"}, Needs: []Need{NeedsOrigin, NeedsCredentials},
		edit: on(preflights, drop("Access-Control-Allow-Headers")),
	}, {
		Name: "cors-location-not-exposed", Says: "Scripts can't read Location: it is not exposed.",
		Breaks: []string{"browser.exposes-location"}, Needs: []Need{NeedsOrigin},
		dialect: []trait{fieldMonitor},
		edit: func(x *exchange, a *answer) {
			d := x.server.speech
			expose(x, a, d.Monitor.At.String(), d.Result.At.String())
		},
	}, {
		Name: "cors-retry-after-not-exposed", Says: "Scripts can't read Retry-After: it is not exposed.",
		Breaks: []string{"browser.exposes-location"}, Needs: []Need{NeedsOrigin, NeedsSecondsToRun},
		dialect: []trait{speaksInFields},
		edit:    func(x *exchange, a *answer) { expose(x, a, "Retry-After") },
	},
}

func options(x *exchange) bool    { return x.request.Method == http.MethodOptions }
func preflights(x *exchange) bool { return preflight(x.request) }
