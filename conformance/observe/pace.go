package observe

import (
	"sync/atomic"
	"time"
)

const (
	maxSampledJobs = 64   // jobs begun together that are read as densely as those begun alone; the others are the bulk
	bulkReadRate   = 2000 // reads a second that the bulk shares
	bulkFreshShare = 16   // one in so many bulk jobs uses fresh connections
	maxExampleJobs = 16   // done jobs that teach where results are
)

// A pace shares out reads among the jobs that are pending. Densely read are those begun alone, and a sample of those
// begun together: where they are many, what holds for the sample shows in the others too, which are read when they
// begin and about when they are due.
type pace struct {
	watched, bulk atomic.Int64 // jobs whose ends are waited for
}

// sampled reports whether the nth of many jobs is one of the sample: they are spread over all, since the last of many
// may begin a while after the first.
func sampled(n, many int) bool { return n*maxSampledJobs/many != (n-1)*maxSampledJobs/many || n == 0 }

// waitsFor notes that a job's end is waited for, until the function it returns is called.
func (p *pace) waitsFor(j *job) (noLonger func()) {
	count := &p.watched
	if j.bulk {
		count = &p.bulk
	}
	count.Add(1)
	return func() { count.Add(-1) }
}

// fairInterval is the least time between two reads of a job, so that the others have their turn.
func (r *run) fairInterval(j *job) time.Duration {
	rate := r.target.Rate / 2 // the other half is for what can't wait
	pending := r.pace.watched.Load()
	if j.bulk {
		pending = r.pace.bulk.Load()
		if rate == 0 || rate > bulkReadRate {
			rate = bulkReadRate
		}
	}
	if rate == 0 {
		return 0
	}
	return min(time.Duration(float64(pending)/rate*float64(time.Second)), maxReadInterval)
}

// urgency is that of a request of its life: of the first read of its monitor, or of another.
func (j *job) urgency(firstRead bool) urgency {
	switch {
	case firstRead:
		return urgent
	case j.bulk:
		return deferrable
	}
	return ordinary
}

// freshConnection reports whether a job's reads of a kind go over fresh connections: so for half of the jobs, the other way round for the
// other half, and for few bulk jobs.
func (j *job) freshConnection(odd int) bool {
	if j.bulk {
		return j.number%bulkFreshShare == odd
	}
	return j.number%2 == odd
}

// awaitTurn waits until a bulk job has its turn; or, once the first end shows how long jobs take, until it is due. It never
// waits less than Retry-After says.
func (r *run) awaitTurn(j *job, wait, least time.Duration) bool {
	from := r.now()
	if !r.wait(least, nil) || !r.wait(wait-least, r.firstEnd) {
		return false
	}
	if r.now()-from >= wait {
		return true
	}
	return r.wait(r.expected()-r.age(j), nil)
}
