package reference

import "slices"

// Faults of a monitor, from its first read to the end of its job.
var monitorFaults = []Fault{
	{
		Name: "monitor-late", Says: "A monitor is not found until 40 ms after its job began: the 202 is sent before the job is stored.",
		Breaks:  []string{"monitor.ready"},
		dialect: []trait{silent(404)},
		edit:    on(all(watched, younger(late)), fail(404)),
	}, {
		Name: "monitor-first-read-500", Says: "The first read of each monitor is answered 500.",
		Breaks:  []string{"monitor.ready"},
		dialect: []trait{silent(500)},
		edit:    on(all(watched, nthRead(1)), fail(500)),
	}, {
		Name: "monitor-first-read-404-on-fresh-connection", Says: "The first read of a monitor is answered 404 over a new connection, as if by another replica.",
		Breaks: []string{"jobs.replicas"}, Needs: []Need{NeedsConnections},
		dialect: []trait{silent(404)},
		edit:    on(all(watched, nthRead(1), fresh), fail(404)),
	}, {
		Name: "monitor-every-fourth-missing", Says: "Every fourth job is never stored: its monitor is answered 404.",
		Breaks:  []string{"monitor.ready"},
		dialect: []trait{silent(404)},
		edit:    on(all(either(watched, served), every(4)), fail(404)),
	}, {
		Name: "monitor-404-until-done", Says: "A monitor is answered 404 until its job is done.",
		Breaks:  []string{"monitor.ready"},
		dialect: []trait{silent(404)},
		edit:    on(pending, fail(404)),
	}, {
		Name: "monitor-refuses-credentials", Says: "A monitor refuses the credentials that began the job.",
		Breaks: []string{"monitor.ready"}, Needs: []Need{NeedsCredentials},
		dialect: []trait{silent(401)},
		edit:    on(watched, fail(401), set("WWW-Authenticate", `Bearer realm="monitors"`)),
	}, {
		Name: "monitor-replicas", Says: "The first, third, fifth … read of a running job's monitor is answered 404, as if two replicas shared no state.",
		Breaks:  []string{"jobs.replicas"},
		dialect: []trait{silent(404)},
		edit:    on(all(pending, get, even), fail(404)),
	}, {
		Name: "monitor-second-replica", Says: "The second, fourth, sixth … read of a running job's monitor is answered 404.",
		Breaks:  []string{"jobs.replicas"},
		dialect: []trait{silent(404)},
		edit:    on(all(pending, get, not(even)), fail(404)),
	}, {
		Name: "monitor-third-read-500", Says: "The third read of a running job's monitor is answered 500.",
		Breaks:  []string{"monitor.status"},
		dialect: []trait{silent(500)},
		edit:    on(all(pending, nthRead(3)), fail(500)),
	}, {
		Name: "monitor-404-on-fresh-connection", Says: "A running job's monitor, once read, is answered 404 over a new connection.",
		Breaks: []string{"jobs.replicas"}, Needs: []Need{NeedsConnections},
		dialect: []trait{silent(404)},
		edit:    on(all(pending, reportedPending, get, fresh), fail(404)),
	}, {
		Name: "monitor-500-near-end", Says: "In the last tenth of a job, its monitor, once read, is answered 500.",
		Breaks:  []string{"monitor.status"},
		dialect: []trait{silent(500)},
		edit:    on(all(pending, reportedPending, after(0.9)), fail(500)),
	}, {
		Name: "monitor-404-from-half", Says: "A running job's monitor, once read, expires halfway through the job.",
		Breaks:  []string{"monitor.status"},
		dialect: []trait{silent(404)},
		edit:    on(all(pending, reportedPending, after(0.5)), fail(404)),
	}, {
		Name: "monitor-pending-202", Says: "A running job is answered 202.",
		Breaks:  []string{"monitor.pending"},
		dialect: []trait{pends(202)},
		edit:    on(pending, setStatus(202)),
	}, {
		Name: "monitor-pending-204", Says: "A running job is answered 204.",
		Breaks:  []string{"monitor.pending"},
		dialect: []trait{pends(204)},
		edit:    on(pending, setStatus(204)),
	}, {
		Name: "monitor-pending-302", Says: "A running job's monitor redirects to itself with a slash added.",
		Breaks:  []string{"monitor.pending"},
		dialect: []trait{pends(302)},
		edit:    on(pending, redirect(302, "{base}/monitor/{job}/")),
	}, {
		Name: "monitor-redirects-to-login", Says: "A running job's monitor redirects to a login page.",
		Breaks:  []string{"monitor.pending"},
		dialect: []trait{pends(302)},
		edit:    on(pending, redirect(302, "{base}/login")),
	}, {
		Name: "monitor-session-expires", Says: "From its fourth read on, a running job's monitor redirects to a login page.",
		Breaks:  []string{"monitor.created"},
		dialect: []trait{pends(302)},
		edit:    on(all(pending, fromRead(4)), redirect(302, "{base}/login")),
	},
}

func watched(x *exchange) bool { return pending(x) || created(x) }
func even(x *exchange) bool    { return x.seen.reads%2 == 0 }

func fromRead(n int) condition { return func(x *exchange) bool { return x.seen.reads >= n-1 } }

func either(conditions ...condition) condition {
	return func(x *exchange) bool {
		return slices.ContainsFunc(conditions, func(holds condition) bool { return holds(x) })
	}
}
