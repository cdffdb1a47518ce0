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

// readUrgency is the urgency of a read of a job's monitor.
func (j *job) readUrgency() urgency {
	switch {
	case j.reads == 1:
		return urgent
	case j.bulk:
		return deferrable
	}
	return ordinary
}

// startUrgency is the urgency of its start.
func (j *job) startUrgency() urgency {
	if j.bulk {
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

// omitsBody reports whether good answers' bodies are not kept for people: other jobs have enough of them.
func (j *job) omitsBody() bool { return j.bulk }

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

// bulkStep is how long to wait between two reads of a bulk job: until it is due, where that is known.
func (r *run) bulkStep(j *job, step time.Duration) time.Duration {
	due, age := r.expected(), r.now()-j.startedAt
	switch {
	case due == 0:
		return step
	case age < due:
		return max(due-age, r.sizeDelay(j.pending))
	}
	return min(step, max(minPilotInterval, due/100, (age-due)/4, r.fairInterval(j), r.sizeDelay(j.pending)))
}
