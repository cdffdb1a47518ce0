package reference

import "time"

// Faults of a server that shares its store with another, or is replaced by it.
var replicaFaults = []Fault{
	{
		Name: "replica-late", Says: "A replica knows a job only 300 ms after another began it.",
		Breaks: []string{"jobs.replicas"}, Needs: []Need{NeedsReplica},
		look: forget(all(foreign, younger(300*time.Millisecond))),
	}, {
		Name: "replica-forgets-done", Says: "A replica does not know the done jobs that another began.",
		Breaks: []string{"jobs.replicas"}, Needs: []Need{NeedsReplica},
		look: forget(all(foreign, after(1))),
	},
	fault("replica-lags", "A replica says pending for 300 ms after another said done.",
		"jobs.replica-lag", on(all(created, foreign, doneFor(300*time.Millisecond)), asPending)).with(NeedsReplica, NeedsAddresses),
	{
		Name: "restart-forgets", Says: "After a restart the server knows none of the jobs that were begun before it, though its store has them.",
		Breaks: []string{"jobs.survive-restart"}, Needs: []Need{NeedsRestart},
		look: forget(foreign),
	},
	fault("rollout-drops", "From 150 ms after its first job on, as when an old version ends, a gateway answers 502 for 300 ms.",
		"jobs.survive-rollout", on(replaced, page(502, "502 Bad Gateway")), silent(502)).with(NeedsRollout),
}

// replaced holds while no version of the server is there.
func replaced(x *exchange) bool {
	since := x.now.Sub(x.server.past.firstBegan().Add(x.server.options.JobDuration + 150*time.Millisecond))
	return since > 0 && since < 300*time.Millisecond
}

// foreign holds for a job that another server began.
func foreign(x *exchange) bool { return x.job != nil && x.job.past.foreign }

// forget has the server know nothing of a job.
func forget(when condition) func(*exchange) {
	return func(x *exchange) {
		if when(x) {
			x.job = nil
		}
	}
}

// adopt gives a job that another server began its history here, where there are faults that need one.
func (s *Server) adopt(j *job) {
	if len(s.faults) > 0 {
		known, _ := s.past.foreign.LoadOrStore(j.id, &history{nth: -1, foreign: true}) // no fault counts it
		j.past = known.(*history)
	}
}
