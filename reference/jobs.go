package reference

import "time"

// Jobs are how many jobs a server has.
type Jobs struct {
	Begun int // since it was made

	// Of those that it holds, how many are running, have a result, have failed.
	Running, Done, Failed int
}

// Held is how many jobs are held in all.
func (j Jobs) Held() int { return j.Running + j.Done + j.Failed }

// Jobs counts the jobs. A state is not stored, so each is looked at, one
// shard after another: for once in a few seconds, not for every request.
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
