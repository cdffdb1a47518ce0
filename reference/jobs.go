package reference

import "time"

// Jobs counts the jobs of a server.
type Jobs struct {
	Begun                 int // since the server was made
	Running, Done, Failed int // of the jobs that it keeps; Done are those with a result
}

// Held is the number of jobs that the server keeps.
func (j Jobs) Held() int { return j.Running + j.Done + j.Failed }

// Jobs counts the jobs. No state is stored, so it visits every job, and starts wait
// meanwhile: call it every few seconds, not for every request.
func (s *Server) Jobs() Jobs {
	st, now := s.jobs, time.Now()
	st.mu.RLock()
	defer st.mu.RUnlock()
	all := Jobs{Begun: st.begun}
	for _, q := range [...]queue{st.old.next, st.young.next} {
		for _, j := range q {
			switch {
			case st.expired(j, now):
			case now.Before(j.ends()):
				all.Running++
			case j.fails:
				all.Failed++
			default:
				all.Done++
			}
		}
	}
	return all
}
