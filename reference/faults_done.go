package reference

import "time"

// Faults of a job's end, and of its monitor from then on.
var doneFaults = []Fault{
	{
		Name: "monitor-never-done", Says: "No job is ever done.",
		Breaks: []string{"monitor.completes"},
		look:   keepPending(always),
	}, {
		Name: "monitor-every-fourth-never-done", Says: "Every fourth job is never done.",
		Breaks: []string{"monitor.completes"},
		look:   keepPending(every(4)),
	},
	fault("monitor-done-in-body-only", "A done job's monitor is answered 200: only the body says that it is done.",
		"monitor.completes", on(created, asPending)),
	fault("monitor-done-200-with-location", "A monitor that was read while pending is answered 200 with the result's Location when the job is done.",
		"monitor.created", on(all(created, reportedPending), setStatus(200)), ends(200), namesResult),
	wrongStatus("monitor-done-303", "A monitor that was read while pending redirects to the result with 303 when the job is done.",
		"monitor.created", all(created, reportedPending), 303, ends),
	wrongStatus("monitor-done-204", "A monitor that was read while pending is answered 204 when the job is done.",
		"monitor.created", all(created, reportedPending), 204, ends),
	fault("monitor-done-without-location", "The 201 has no Location.", "monitor.created", on(created, unlocate), needsResult),
	fault("monitor-done-empty-location", "The 201's Location is empty.", "monitor.created", on(created, locate("")), needsResult),
	fault("monitor-done-two-locations", "The 201 has two Location fields, one a path and one a URL.",
		"monitor.created", on(created, locateTwice("{base}{path}", "{origin}{base}{path}")), fieldResult),
	fault("monitor-done-once-then-pending", "A monitor is answered 201 once, and 200 from then on.",
		"monitor.final", on(all(created, reportedDone), asPending)),
	fault("monitor-done-third-read-pending", "The third 201 of a monitor is a 200 instead; later reads are answered 201.",
		"monitor.final", on(all(created, nthDoneRead(3)), asPending)),
	errorAtMonitor("monitor-done-once-then-404", "A monitor is deleted after its first 201.", "monitor.final", all(created, reportedDone), 404),
	errorAtMonitor("monitor-done-404-on-fresh-connection", "After its first 201, a monitor is answered 404 over a new connection.",
		"jobs.replicas", all(created, reportedDone, get, fresh), 404).with(NeedsConnections),
	errorAtMonitor("monitor-forgotten-for-newer-job", "After its first 201, a monitor is deleted when a newer job begins.",
		"monitor.final", all(created, reportedDone, func(x *exchange) bool { return x.newest.After(x.seen.firstCreated) }), 404),
	{
		Name: "monitor-location-moves", Says: "After its first 201, a monitor names another done job's result.",
		Breaks:  []string{"monitor.final"},
		dialect: []trait{serverIDs, namesResult},
		begin:   pair,
		edit:    on(all(created, reportedDone, twinDone), locateTwin),
	}, {
		Name: "monitor-runs-when-read", Says: "A job begins to run at the first read of its monitor.",
		Breaks: []string{"monitor.unwatched"},
		look:   runFromFirstRead,
	}, {
		Name: "monitor-advances-when-read", Says: "A job is done at the tenth read of its monitor, however long that takes.",
		Breaks: []string{"monitor.unwatched"},
		look: func(x *exchange) {
			if x.job != nil {
				x.ends = x.now
			}
			keepPending(func(x *exchange) bool { return x.seen.reads < 9 })(x)
		},
		edit: on(started, atOnce),
	},
}

func always(*exchange) bool { return true }

// keepPending keeps jobs from being done.
func keepPending(when condition) func(*exchange) {
	return func(x *exchange) {
		if x.job != nil && when(x) {
			x.notDone = true
		}
	}
}

func runFromFirstRead(x *exchange) {
	if x.job == nil {
		return
	}
	from := x.seen.firstRead
	if from.IsZero() {
		from = x.now
		x.notDone = x.role == result
	}
	x.ends = from.Add(x.job.lasts)
}

// pair makes every two jobs in a row each other's twins. The second one's id
// is known when the first begins, so that nothing about either ever changes.
func pair(_ *exchange, j *job, p *past) {
	if p.reserved == "" {
		p.reserved = randomID()
		j.past.twin = p.reserved
		p.firstOfPair = j.id
		return
	}
	j.id, j.past.twin = p.reserved, p.firstOfPair
	p.reserved = ""
}

// twinDone reports whether the twin was done at least a moment ago.
func twinDone(x *exchange) bool {
	twin := x.server.jobs.find(x.job.past.twin, x.now)
	return twin != nil && x.now.Sub(twin.ends()) > time.Millisecond
}

func locateTwin(x *exchange, a *answer) {
	point(x, a, x.server.locate(x, result, x.job.past.twin))
}
