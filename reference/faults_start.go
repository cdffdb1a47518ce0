package reference

import (
	"net/http"
	"time"
)

// Faults of the start resource.
var startFaults = []Fault{
	{
		Name: "start-answers-200", Says: "A start is answered 200 with a Location.",
		Breaks:  []string{"start.accepted"},
		dialect: []trait{starts(200)},
		edit:    on(started, setStatus(200)),
	}, {
		Name: "start-answers-201", Says: "A start is answered 201, as if the job were a created resource.",
		Breaks:  []string{"start.accepted"},
		dialect: []trait{starts(201)},
		edit:    on(started, setStatus(201)),
	}, {
		Name: "start-answers-302", Says: "A start redirects to its monitor with 302, as PHP does by default when Location is set.",
		Breaks:  []string{"start.accepted"},
		dialect: []trait{starts(302)},
		edit:    on(started, setStatus(302)),
	}, {
		Name: "start-answers-500", Says: "A start begins a job but is answered 500.",
		Breaks: []string{"start.accepted"},
		edit:   on(started, fail(500)),
	}, {
		Name: "start-every-third-500", Says: "Every third start is answered 500.",
		Breaks: []string{"start.accepted"},
		edit:   on(all(started, every(3)), fail(500)),
	}, {
		Name: "start-without-location", Says: "The 202 has no Location: only its body names the job.",
		Breaks:  []string{"start.location"},
		dialect: []trait{namesMonitor},
		edit:    on(started, unlocate),
	}, {
		Name: "start-content-location", Says: "The 202 names the monitor in Content-Location.",
		Breaks:  []string{"start.location"},
		dialect: []trait{namesMonitor},
		edit:    on(started, elsewhere),
	}, {
		Name: "start-empty-location", Says: "The 202's Location is empty.",
		Breaks:  []string{"start.location"},
		dialect: []trait{namesMonitor},
		edit:    on(started, locate("")),
	}, {
		Name: "start-two-locations", Says: "The 202 has two Location fields, one a path and one a URL.",
		Breaks:  []string{"start.location"},
		dialect: []trait{fieldMonitor},
		edit:    on(started, locateTwice("{base}{path}", "{origin}{base}{path}")),
	}, {
		Name: "start-every-fourth-without-location", Says: "Every fourth 202 lacks its Location.",
		Breaks:  []string{"start.location"},
		dialect: []trait{namesMonitor},
		edit:    on(all(started, every(4)), unlocate),
	}, {
		Name: "start-one-job-for-all", Says: "Every start is answered with the monitor of the first job.",
		Breaks:  []string{"start.own-job"},
		dialect: []trait{serverIDs},
		edit:    on(started, monitorOf(func(p *past) string { return p.firstID })),
	}, {
		Name: "start-one-job-an-instant", Says: "Starts within 10 ms get the same monitor, because ids are made from the time.",
		Breaks:  []string{"start.own-job"},
		dialect: []trait{serverIDs},
		edit:    on(all(started, concurrent), monitorOf(func(p *past) string { return p.lastID })),
	}, {
		Name: "start-waits-for-job", Says: "The 202 is sent when the job is done.",
		Breaks: []string{"start.prompt"}, Needs: []Need{NeedsSecondsToRun},
		edit: on(started, wait, atOnce),
	}, {
		Name: "start-head-begins-job", Says: "HEAD on the start begins a job, as GET does.",
		Breaks:  []string{"start.head"},
		dialect: []trait{fieldMonitor},
		look:    anyStart(http.MethodHead),
	}, {
		Name: "start-options-begins-job", Says: "OPTIONS on the start begins a job, as GET does.",
		Breaks: []string{"start.head"},
		look:   anyStart(http.MethodOptions),
	}, {
		Name: "start-max-age", Says: "The 202 may be stored for a minute.",
		Breaks:  []string{"start.uncacheable"},
		dialect: []trait{getStarts},
		edit:    on(started, set("Cache-Control", "max-age=60")),
	}, {
		Name: "start-s-maxage", Says: "The 202 may be stored for a minute by shared caches only.",
		Breaks:  []string{"start.uncacheable"},
		dialect: []trait{getStarts},
		edit:    on(started, set("Cache-Control", "max-age=0, s-maxage=60")),
	}, {
		Name: "start-expires", Says: "The 202 has Expires a minute after its Date, and no Cache-Control.",
		Breaks:  []string{"start.uncacheable"},
		dialect: []trait{getStarts},
		edit:    on(started, drop("Cache-Control"), expires(time.Minute)),
	},
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
