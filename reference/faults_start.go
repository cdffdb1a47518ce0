package reference

import (
	"net/http"
	"time"
)

// Faults of the start resource.
var startFaults = []Fault{
	wrongStatus("start-answers-200", "A start is answered 200 with a Location.", "start.accepted", started, 200, starts),
	wrongStatus("start-answers-201", "A start is answered 201, as if the job were a created resource.", "start.accepted", started, 201, starts),
	wrongStatus("start-answers-302", "A start redirects to its monitor with 302, as PHP does by default when Location is set.",
		"start.accepted", started, 302, starts),
	fault("start-answers-500", "A start begins a job but is answered 500.", "start.accepted", on(started, fail(500))),
	fault("start-every-third-500", "Every third start is answered 500.", "start.accepted", on(all(started, every(3)), fail(500))),
	fault("start-without-location", "The 202 has no Location: only its body names the job.", "start.location", on(started, unlocate), namesMonitor),
	fault("start-content-location", "The 202 names the monitor in Content-Location.", "start.location", on(started, elsewhere), namesMonitor),
	wrongMonitor("start-empty-location", "The 202's Location is empty.", "start.location", ""),
	fault("start-two-locations", "The 202 has two Location fields, one a path and one a URL.",
		"start.location", on(started, locateTwice("{base}{path}", "{origin}{base}{path}")), fieldMonitor),
	fault("start-every-fourth-without-location", "Every fourth 202 lacks its Location.",
		"start.location", on(all(started, every(4)), unlocate), namesMonitor),
	fault("start-one-job-for-all", "Every start is answered with the monitor of the first job.",
		"start.own-job", on(started, monitorOf(func(p *past) string { return p.firstID })), serverIDs),
	fault("start-one-job-an-instant", "Starts within 10 ms get the same monitor, because ids are made from the time.",
		"start.own-job", on(all(started, concurrent), monitorOf(func(p *past) string { return p.lastID })), serverIDs),
	fault("start-waits-for-job", "The 202 is sent when the job is done.", "start.prompt", on(started, wait, atOnce)).with(NeedsSecondsToRun),
	{
		Name: "start-head-begins-job", Says: "HEAD on the start begins a job, as GET does.",
		Breaks:  []string{"start.head"},
		dialect: []trait{fieldMonitor},
		look:    anyStart(http.MethodHead),
	}, {
		Name: "start-options-begins-job", Says: "OPTIONS on the start begins a job, as GET does.",
		Breaks: []string{"start.head"},
		look:   anyStart(http.MethodOptions),
	},
	fault("start-max-age", "The 202 may be stored for a minute.", "start.uncacheable", on(started, set("Cache-Control", "max-age=60")), getStarts),
	fault("start-s-maxage", "The 202 may be stored for a minute by shared caches only.",
		"start.uncacheable", on(started, set("Cache-Control", "max-age=0, s-maxage=60")), getStarts),
	fault("start-expires", "The 202 has Expires a minute after its Date, and no Cache-Control.",
		"start.uncacheable", on(started, drop("Cache-Control"), expires(time.Minute)), getStarts),
}

// elsewhere names the monitor in a field that is not the dialect's.
func elsewhere(x *exchange, a *answer) {
	unlocate(x, a)
	field := "Content-Location"
	if x.server.speech.Monitor.At.String() == field {
		field = "Location"
	}
	a.set(field, expand(x, "{base}{path}"))
}

// monitorOf answers a start with another job's monitor. The job that was begun is nobody's.
func monitorOf(which func(*past) string) change {
	return func(x *exchange, a *answer) {
		p := &x.server.past
		p.mu.Lock()
		id := which(p)
		p.mu.Unlock()
		asAccepted(x, a, id)
	}
}

// wait delays the answer until the job is done, or the client has gone.
func wait(x *exchange, _ *answer) { pause(x.request.Context(), x.left()) }

// anyStart takes a method for one that begins a job. Preflights are spared:
// they are judged elsewhere.
func anyStart(method string) func(*exchange) {
	return func(x *exchange) {
		if x.role == start && x.request.Method == method && !preflight(x.request) {
			x.method = x.server.options.StartMethods[0]
		}
	}
}

// expires declares the answer fresh by Expires alone (RFC 9111 5.3). Date is
// written as well, so that both come from one clock reading.
func expires(in time.Duration) change {
	return func(x *exchange, a *answer) {
		now := time.Now().UTC()
		a.set("Date", now.Format(http.TimeFormat))
		a.set("Expires", now.Add(in).Format(http.TimeFormat))
	}
}
