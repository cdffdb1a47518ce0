package reference

import "time"

// Faults of a job's end, and of its monitor from then on.
var doneFaults = []Fault{
	{
		Name: "monitor-never-done", Says: "No job is ever done.",
		Breaks: []string{"monitor.completes"},
		look:   hold(always),
	}, {
		Name: "monitor-every-fourth-never-done", Says: "Every fourth job is never done.",
		Breaks: []string{"monitor.completes"},
		look:   hold(every(4)),
	}, {
		Name: "monitor-done-in-body-only", Says: "A done job is answered 200, and told by the body alone.",
		Breaks: []string{"monitor.completes"},
		edit:   on(created, say(200, itsID), drop("Location")),
	}, {
		Name: "monitor-done-200-with-location", Says: "A client that waited is told the end by 200 with the result's Location.",
		Breaks: []string{"monitor.created"},
		edit:   on(all(created, waited), setStatus(200)),
	}, {
		Name: "monitor-done-303", Says: "A client that waited is redirected to the result, 303.",
		Breaks: []string{"monitor.created"},
		edit:   on(all(created, waited), setStatus(303)),
	}, {
		Name: "monitor-done-204", Says: "A client that waited is told the end by 204.",
		Breaks: []string{"monitor.created"},
		edit:   on(all(created, waited), setStatus(204)),
	}, {
		Name: "monitor-done-without-location", Says: "The 201 has no Location.",
		Breaks: []string{"monitor.created"},
		edit:   on(created, drop("Location")),
	}, {
		Name: "monitor-done-empty-location", Says: "The 201's Location is empty.",
		Breaks: []string{"monitor.created"},
		edit:   on(created, locate("")),
	}, {
		Name: "monitor-done-two-locations", Says: "The 201 has two Location fields, one a path and one a URL.",
		Breaks: []string{"monitor.created"},
		edit:   on(created, locate("{base}{path}"), locateToo("{origin}{base}{path}")),
	}, {
		Name: "monitor-done-once-then-pending", Says: "A job that was told done once is pending again, for good.",
		Breaks: []string{"monitor.final"},
		edit:   on(all(created, told), drop("Location"), say(200, working)),
	}, {
		Name: "monitor-done-third-read-pending", Says: "The third time that a job would be told done, it is pending again; after that it is done.",
		Breaks: []string{"monitor.final"},
		edit:   on(all(created, createdRead(3)), drop("Location"), say(200, working)),
	}, {
		Name: "monitor-done-once-then-404", Says: "A monitor is deleted when it has told the end.",
		Breaks: []string{"monitor.final"},
		edit:   on(all(created, told), fail(404)),
	}, {
		Name: "monitor-done-404-on-fresh-connection", Says: "A monitor that told the end is not found over a new connection.",
		Breaks: []string{"monitor.final"}, Needs: []Need{NeedsConnections},
		edit: on(all(created, told, get, fresh), fail(404)),
	}, {
		Name: "monitor-forgotten-for-newer-job", Says: "A monitor that told the end is forgotten when a newer job begins.",
		Breaks: []string{"monitor.final"},
		edit:   on(all(created, told, func(x *exchange) bool { return x.newest.After(x.seen.firstCreated) }), fail(404)),
	}, {
		Name: "monitor-location-moves", Says: "A monitor that told the end names another done job's result from then on.",
		Breaks: []string{"monitor.final"},
		begin:  pair,
		edit:   on(all(created, told, twinDone), locateTwin),
	}, {
		Name: "monitor-runs-when-read", Says: "A job runs from the first read of its monitor on.",
		Breaks: []string{"monitor.unwatched"},
		look:   runFromFirstRead,
	}, {
		Name: "monitor-advances-when-read", Says: "A job is done at the tenth read of its monitor, whenever that is.",
		Breaks: []string{"monitor.unwatched"},
		look: func(x *exchange) {
			if x.job != nil {
				x.ends = x.now
			}
			hold(func(x *exchange) bool { return x.seen.reads < 9 })(x)
		},
		edit: on(started, drop("Retry-After")),
	},
}

func always(*exchange) bool { return true }

// hold keeps jobs from being done.
func hold(when condition) func(*exchange) {
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
	a.set("Location", x.server.locate(x, result, x.job.past.twin))
}
