package reference

import "net/http"

// Faults towards pages of another origin.
var browserFaults = []Fault{
	fault("cors-not-allowed", "Only preflight answers allow the origin.",
		"browser.allowed", on(not(options), drop("Access-Control-Allow-Origin"))).with(NeedsOrigin),
	fault("cors-other-origin-allowed", "Answers allow a different origin than the one that asks.",
		"browser.allowed", on(not(options), set("Access-Control-Allow-Origin", "https://elsewhere.invalid"))).with(NeedsOrigin),
	fault("cors-monitor-not-allowed", "A monitor's answers do not allow the origin; all others do.",
		"browser.allowed", on(watched, drop("Access-Control-Allow-Origin"))).with(NeedsOrigin),
	fault("cors-preflight-403", "A preflight is answered 403.", "browser.preflight", on(preflights, fail(403))).with(NeedsOrigin, NeedsCredentials),
	fault("cors-preflight-401", "A preflight, which never carries credentials, is answered 401.",
		"browser.preflight", on(preflights, fail(401), set("WWW-Authenticate", `Bearer realm="jobs"`))).with(NeedsOrigin, NeedsCredentials),
	fault("cors-preflight-without-headers", "A preflight answer allows no request header.",
		"browser.preflight", on(preflights, drop("Access-Control-Allow-Headers"))).with(NeedsOrigin, NeedsCredentials),
	{
		Name: "cors-location-not-exposed", Says: "Scripts can't read Location: it is not exposed.",
		Breaks: []string{"browser.exposes-location"}, Needs: []Need{NeedsOrigin},
		dialect: []trait{fieldMonitor},
		edit: func(x *exchange, a *answer) {
			d := x.server.speech
			expose(x, a, d.Monitor.At.String(), d.Result.At.String())
		},
	},
	fault("cors-retry-after-not-exposed", "Scripts can't read Retry-After: it is not exposed.",
		"browser.exposes-location", func(x *exchange, a *answer) { expose(x, a, "Retry-After") }, speaksInFields).with(NeedsOrigin, NeedsSecondsToRun),
}

func options(x *exchange) bool    { return x.request.Method == http.MethodOptions }
func preflights(x *exchange) bool { return preflight(x.request) }
