package reference

import "time"

// Faults of jobs beside each other. Jobs are concurrent that begin within an
// instant of the one before; the first of them succeeds.
var jobsFaults = []Fault{
	fault("jobs-concurrent-start-500", "A start within 10 ms of another is answered 500.",
		"jobs.concurrent", on(all(started, concurrent), fail(500))),
	errorAtMonitor("jobs-concurrent-monitor-late", "The monitor of a job begun within 10 ms of another is not found for 40 ms.",
		"jobs.concurrent", all(watched, concurrent, younger(late)), 404),
	{
		Name: "jobs-concurrent-never-done", Says: "A job begun within 10 ms of another is never done.",
		Breaks: []string{"jobs.concurrent"},
		look:   keepPending(concurrent),
	},
	errorAtResult("jobs-concurrent-result-missing", "A job begun within 10 ms of another has no result.",
		"jobs.concurrent", all(served, concurrent), 404),
	{
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
