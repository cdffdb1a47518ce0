package reference

import "time"

// Jobs counts the jobs of a server.
type Jobs struct {
	Begun                 int // since the server was made
	Running, Done, Failed int // of the jobs that it keeps; Done are those with a result
}

// Held is the number of jobs that the server keeps.
func (j Jobs) Held() int { return j.Running + j.Done + j.Failed }

// Jobs counts the jobs. No state is stored, so it visits every job, shard by shard:
// call it every few seconds, not for every request.
func (s *Server) Jobs() Jobs {
	var all Jobs
	now := time.Now()
	for i := range s.jobs.shards {
		s.jobs.countShard(&s.jobs.shards[i], now, &all)
	}
	return all
}

func (st *store) countShard(sh *shard, now time.Time, to *Jobs) {
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	to.Begun += sh.begun
	for _, q := range [...]queue{sh.old.next, sh.young.next} {
		for _, j := range q {
			switch {
			case st.expired(j, now):
			case now.Before(j.ends()):
				to.Running++
			case j.fails:
				to.Failed++
			default:
				to.Done++
			}
		}
	}
}
