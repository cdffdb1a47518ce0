package reference

import "slices"

// Faults of a monitor, from its first read to the end of its job.
var monitorFaults = []Fault{
	errorAtMonitor("monitor-late", "A monitor is not found until 40 ms after its job began: the 202 is sent before the job is stored.",
		"monitor.ready", all(watched, younger(late)), 404),
	errorAtMonitor("monitor-first-read-500", "The first read of each monitor is answered 500.", "monitor.ready", all(watched, nthRead(1)), 500),
	errorAtMonitor("monitor-first-read-404-on-fresh-connection", "The first read of a monitor is answered 404 over a new connection, as if by another replica.",
		"jobs.replicas", all(watched, nthRead(1), fresh), 404).with(NeedsConnections),
	errorAtMonitor("monitor-every-fourth-missing", "Every fourth job is never stored: its monitor is answered 404.",
		"monitor.ready", all(either(watched, served), every(4)), 404),
	errorAtMonitor("monitor-404-until-done", "A monitor is answered 404 until its job is done.", "monitor.ready", pending, 404),
	fault("monitor-refuses-credentials", "A monitor refuses the credentials that began the job.",
		"monitor.ready", on(watched, fail(401), set("WWW-Authenticate", `Bearer realm="monitors"`)), silent(401)).with(NeedsCredentials),
	errorAtMonitor("monitor-replicas", "The first, third, fifth … read of a running job's monitor is answered 404, as if two replicas shared no state.",
		"jobs.replicas", all(pending, get, even), 404),
	errorAtMonitor("monitor-second-replica", "The second, fourth, sixth … read of a running job's monitor is answered 404.",
		"jobs.replicas", all(pending, get, not(even)), 404),
	errorAtMonitor("monitor-third-read-500", "The third read of a running job's monitor is answered 500.",
		"monitor.status", all(pending, nthRead(3)), 500),
	errorAtMonitor("monitor-404-on-fresh-connection", "A running job's monitor, once read, is answered 404 over a new connection.",
		"jobs.replicas", all(pending, reportedPending, get, fresh), 404).with(NeedsConnections),
	errorAtMonitor("monitor-500-near-end", "In the last tenth of a job, its monitor, once read, is answered 500.",
		"monitor.status", all(pending, reportedPending, after(0.9)), 500),
	errorAtMonitor("monitor-404-from-half", "A running job's monitor, once read, expires halfway through the job.",
		"monitor.status", all(pending, reportedPending, after(0.5)), 404),
	wrongStatus("monitor-pending-202", "A running job is answered 202.", "monitor.pending", pending, 202, pends),
	wrongStatus("monitor-pending-204", "A running job is answered 204.", "monitor.pending", pending, 204, pends),
	fault("monitor-pending-302", "A running job's monitor redirects to itself with a slash added.",
		"monitor.pending", on(pending, redirect(302, "{base}/monitor/{job}/")), pends(302)),
	fault("monitor-redirects-to-login", "A running job's monitor redirects to a login page.",
		"monitor.pending", on(pending, redirect(302, "{base}/login")), pends(302)),
	fault("monitor-session-expires", "From its fourth read on, a running job's monitor redirects to a login page.",
		"monitor.created", on(all(pending, fromRead(4)), redirect(302, "{base}/login")), pends(302)),
}

func watched(x *exchange) bool { return pending(x) || created(x) }
func even(x *exchange) bool    { return x.seen.reads%2 == 0 }

func fromRead(n int) condition { return func(x *exchange) bool { return x.seen.reads >= n-1 } }

func either(conditions ...condition) condition {
	return func(x *exchange) bool {
		return slices.ContainsFunc(conditions, func(holds condition) bool { return holds(x) })
	}
}
