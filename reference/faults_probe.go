package reference

import (
	"net/http"
	"strings"
)

// Faults of monitors that are not asked in the course of a job's life: ids
// that nobody was given, and HEAD.
var probeFaults = []Fault{
	{
		Name: "monitor-unknown-201", Says: "The monitor of a job that never began says that it is done.",
		Breaks: []string{"monitor.never-created"},
		edit:   on(unknownMonitor, asDone),
	}, {
		Name: "monitor-unknown-200", Says: "The monitor of a job that never began says that it is pending.",
		Breaks: []string{"monitor.unknown"},
		edit:   on(unknownMonitor, asPending),
	}, {
		Name: "monitor-unknown-400", Says: "The monitor of a job that never began is answered 400.",
		Breaks: []string{"monitor.unknown"},
		edit:   on(unknownMonitor, fail(400)),
	}, {
		Name: "monitor-unknown-302", Says: "The monitor of a job that never began redirects to the home page.",
		Breaks: []string{"monitor.unknown"},
		edit:   on(unknownMonitor, redirect(302, "{base}/")),
	}, {
		Name: "monitor-hostile-name-201", Says: "Property names of JavaScript objects, constructor for one, are taken for done jobs.",
		Breaks: []string{"monitor.hostile-id"},
		edit:   on(all(hostile, named("constructor", "__proto__", "toString")), asDone),
	}, {
		Name: "monitor-hostile-control-500", Says: "An id with a NUL in it is answered 500.",
		Breaks: []string{"monitor.hostile-id"},
		edit:   on(all(hostile, having("\x00")), fail(500)),
	}, {
		Name: "monitor-hostile-long-500", Says: "An id of 500 bytes or more is answered 500.",
		Breaks: []string{"monitor.hostile-id"},
		edit:   on(all(hostile, func(x *exchange) bool { return len(x.id) >= 500 }), fail(500)),
	}, {
		Name: "monitor-hostile-non-ascii-500", Says: "An id with bytes above 127 in it is answered 500.",
		Breaks: []string{"monitor.hostile-id"},
		edit:   on(all(hostile, nonASCII), fail(500)),
	}, {
		Name: "monitor-hostile-dots-301", Says: "An id with two dots in it is redirected to a cleaned path.",
		Breaks: []string{"monitor.hostile-id"},
		edit:   on(all(hostile, having("..")), redirect(301, "{base}/")),
	}, {
		Name: "monitor-head-405", Says: "HEAD on a monitor is answered 405.",
		Breaks: []string{"monitor.head"},
		edit:   on(all(watched, head), fail(405), set("Allow", "GET, OPTIONS")),
	}, {
		Name: "monitor-head-always-204", Says: "HEAD on a monitor is always answered 204.",
		Breaks: []string{"monitor.head"},
		edit:   on(all(watched, head), unlocate, setStatus(http.StatusNoContent)),
	}, {
		Name: "monitor-head-without-location", Says: "HEAD on a done job's monitor lacks the Location that GET has.",
		Breaks:  []string{"monitor.head"},
		dialect: []trait{fieldResult, needsResult},
		edit:    on(all(created, head), unlocate),
	}, {
		Name: "monitor-head-pending-when-done", Says: "HEAD on a done job's monitor says that it is pending.",
		Breaks:  []string{"monitor.head"},
		dialect: []trait{headTellsDone},
		edit:    on(all(created, head), asPending),
	},
}

func having(part string) condition {
	return func(x *exchange) bool { return strings.Contains(x.id, part) }
}

func nonASCII(x *exchange) bool {
	return strings.ContainsFunc(x.id, func(r rune) bool { return r > 127 })
}
