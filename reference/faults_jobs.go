package reference

import "time"

// Faults of jobs beside each other. Jobs are concurrent that begin within an
// instant of the one before; the first of them succeeds.
var jobsFaults = []Fault{
	{
		Name: "jobs-concurrent-start-500", Says: "A start within 10 ms of another is answered 500.",
		Breaks: []string{"jobs.concurrent"},
		edit:   on(all(started, concurrent), fail(500)),
	}, {
		Name: "jobs-concurrent-monitor-late", Says: "The monitor of a job begun within 10 ms of another is not found for 40 ms.",
		Breaks:  []string{"jobs.concurrent"},
		dialect: []trait{silent(404)},
		edit:    on(all(watched, concurrent, younger(late)), fail(404)),
	}, {
		Name: "jobs-concurrent-never-done", Says: "A job begun within 10 ms of another is never done.",
		Breaks: []string{"jobs.concurrent"},
		look:   keepPending(concurrent),
	}, {
		Name: "jobs-concurrent-result-missing", Says: "A job begun within 10 ms of another has no result.",
		Breaks:  []string{"jobs.concurrent"},
		dialect: []trait{resultApart},
		edit:    on(all(served, concurrent), fail(404)),
	}, {
		Name: "jobs-end-with-connection", Says: "A job whose start connection is closed is cancelled, and stays pending for ever.",
		Breaks: []string{"jobs.survive-disconnect"}, Needs: []Need{NeedsConnections},
		look: keepPending(abandoned),
	}, {
		Name: "jobs-end-together", Says: "All running jobs end with the first of them.",
		Breaks: []string{"jobs.independent"},
		begin: func(x *exchange, j *job, p *past) {
			if p.ends.After(x.now) {
				j.lasts = p.ends.Sub(x.now)
			}
			p.ends = j.ends()
		},
	},
}

// late is how long a job takes to be stored where it is stored after the 202.
const late = 40 * time.Millisecond

// abandoned holds where the connection was closed before the job's end.
func abandoned(x *exchange) bool {
	conn := x.job.past.conn
	if conn == nil {
		return false
	}
	closed := conn.closed.Load()
	return closed != 0 && closed < x.ends.UnixNano()
}
