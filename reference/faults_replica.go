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
	}, {
		Name: "replica-lags", Says: "A replica says pending for 300 ms after another said done.",
		Breaks: []string{"jobs.replica-lag"}, Needs: []Need{NeedsReplica, NeedsAddresses},
		edit: on(all(created, foreign, doneFor(300*time.Millisecond)), asPending),
	}, {
		Name: "restart-forgets", Says: "After a restart the server knows none of the jobs that were begun before it, though its store has them.",
		Breaks: []string{"jobs.survive-restart"}, Needs: []Need{NeedsRestart},
		look: forget(foreign),
	}, {
		Name: "rollout-drops", Says: "From 150 ms after its first job on, as when an old version ends, a gateway answers 502 for 300 ms.",
		Breaks: []string{"jobs.survive-rollout"}, Needs: []Need{NeedsRollout},
		dialect: []trait{silent(502)},
		edit: func(x *exchange, a *answer) {
			since := x.now.Sub(x.server.past.firstBegan().Add(x.server.options.JobDuration + 150*time.Millisecond))
			if since > 0 && since < 300*time.Millisecond {
				page(502, "<html><head><title>502 Bad Gateway</title></head></html>")(a)
			}
		},
	},
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

// adopt gives a job that another server began a history here, where there are faults that need one.
func (s *Server) adopt(x *exchange, j *job) *job {
	if len(s.faults) == 0 {
		return j
	}
	s.past.mu.Lock()
	defer s.past.mu.Unlock()
	if known := s.past.foreign.find(j.id, x.now); known != nil {
		return known
	}
	j.past = &history{nth: -1, foreign: true} // no fault counts it
	s.past.foreign.put(j, x.now)
	return j
}
