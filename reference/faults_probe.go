package reference

import (
	"net/http"
	"strings"
)

// Faults of monitors that are not asked in the course of a job's life: ids
// that nobody was given, and HEAD.
var probeFaults = []Fault{
	fault("monitor-unknown-201", "The monitor of a job that never began says that it is done.", "monitor.never-created", on(unknownMonitor, asDone)),
	fault("monitor-unknown-200", "The monitor of a job that never began says that it is pending.", "monitor.unknown", on(unknownMonitor, asPending)),
	fault("monitor-unknown-400", "The monitor of a job that never began is answered 400.", "monitor.unknown", on(unknownMonitor, fail(400))),
	fault("monitor-unknown-302", "The monitor of a job that never began redirects to the home page.",
		"monitor.unknown", on(unknownMonitor, redirect(302, "{base}/"))),
	fault("monitor-hostile-name-201", "Property names of JavaScript objects, constructor for one, are taken for done jobs.",
		"monitor.hostile-id", on(all(hostile, named("constructor", "__proto__", "toString")), asDone)),
	fault("monitor-hostile-control-500", "An id with a NUL in it is answered 500.",
		"monitor.hostile-id", on(all(hostile, having("\x00")), fail(500))),
	fault("monitor-hostile-long-500", "An id of 500 bytes or more is answered 500.",
		"monitor.hostile-id", on(all(hostile, func(x *exchange) bool { return len(x.id) >= 500 }), fail(500))),
	fault("monitor-hostile-non-ascii-500", "An id with bytes above 127 in it is answered 500.",
		"monitor.hostile-id", on(all(hostile, nonASCII), fail(500))),
	fault("monitor-hostile-dots-301", "An id with two dots in it is redirected to a cleaned path.",
		"monitor.hostile-id", on(all(hostile, having("..")), redirect(301, "{base}/"))),
	fault("monitor-head-405", "HEAD on a monitor is answered 405.", "monitor.head", on(all(watched, head), fail(405), set("Allow", "GET, OPTIONS"))),
	fault("monitor-head-always-204", "HEAD on a monitor is always answered 204.",
		"monitor.head", on(all(watched, head), unlocate, setStatus(http.StatusNoContent))),
	fault("monitor-head-without-location", "HEAD on a done job's monitor lacks the Location that GET has.",
		"monitor.head", on(all(created, head), unlocate), fieldResult, needsResult),
	fault("monitor-head-pending-when-done", "HEAD on a done job's monitor says that it is pending.",
		"monitor.head", on(all(created, head), asPending), headTellsDone),
}

func having(part string) condition {
	return func(x *exchange) bool { return strings.Contains(x.id, part) }
}

func nonASCII(x *exchange) bool {
	return strings.ContainsFunc(x.id, func(r rune) bool { return r > 127 })
}
