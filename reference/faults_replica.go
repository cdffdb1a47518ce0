package reference

import "time"

// Faults of a server that shares its store with another.
var replicaFaults = []Fault{
	{
		Name: "replica-late", Says: "A replica knows a job only 300 ms after another began it.",
		Breaks: []string{"jobs.replicas"}, Needs: []Need{NeedsReplica},
		look: forget(all(foreign, younger(300*time.Millisecond))),
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
