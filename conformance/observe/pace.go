package observe

import (
	"sync/atomic"
	"time"
)

const (
	watchedClosely = 64   // jobs begun together that are read as densely as those begun alone; the others are the crowd
	crowdReads     = 2000 // reads a second that the crowd shares
	crowdFresh     = 16   // one in so many of the crowd asks over fresh connections
	comparedJobs   = 16   // done jobs that teach where results are
)

// A pace shares out reads among the jobs that are pending. Densely read are those begun alone, and a sample of those
// begun together: where they are many, what holds for the sample shows in the others too, which are read when they
// begin and about when they are due.
type pace struct {
	watched, crowd atomic.Int64 // jobs whose ends are waited for
}

// sampled reports whether the nth of many jobs is one of the sample: they are spread over all, since the last of many
// may begin a while after the first.
func sampled(n, many int) bool { return n*watchedClosely/many != (n-1)*watchedClosely/many || n == 0 }

// waits notes that a job's end is waited for, until the function it returns is called.
func (p *pace) waits(j *job) (noLonger func()) {
	count := &p.watched
	if j.crowd {
		count = &p.crowd
	}
	count.Add(1)
	return func() { count.Add(-1) }
}

// share is how long to wait at least between two reads of a job, so that others have their turn.
func (r *run) share(j *job) time.Duration {
	rate := r.target.Rate / 2 // the other half is for what can't wait
	pending := r.pace.watched.Load()
	if j.crowd {
		pending = r.pace.crowd.Load()
		if rate == 0 || rate > crowdReads {
			rate = crowdReads
		}
	}
	if rate == 0 {
		return 0
	}
	return min(time.Duration(float64(pending)/rate*float64(time.Second)), sparse)
}

// line is the line in which a read of a job's monitor waits.
func (j *job) line() urgency {
	switch {
	case j.reads == 1:
		return urgent
	case j.crowd:
		return patient
	}
	return ordinary
}

// startLine is the line in which its start waits.
func (j *job) startLine() urgency {
	if j.crowd {
		return patient
	}
	return ordinary
}

// freshly is whether a job's reads of a kind go over fresh connections: so for half of the jobs, the other way round for the
// other half, and for few of a crowd.
func (j *job) freshly(odd int) bool {
	if j.crowd {
		return j.number%crowdFresh == odd
	}
	return j.number%2 == odd
}

// brief reports whether a good answer's body need not be kept for people: there are enough of them.
func (j *job) brief() bool { return j.crowd }

// awaitTurn waits until a job of the crowd has its turn, while nobody knows how long jobs take; or, once somebody does, until it
// is due. It waits as long as the monitor wishes in any case.
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

// crowdStep is how long to wait between two reads of a job of the crowd: until it is due, where that is known.
func (r *run) crowdStep(j *job, step time.Duration) time.Duration {
	due, age := r.expected(), r.now()-j.startedAt
	switch {
	case due == 0:
		return step
	case age < due:
		return max(due-age, r.heaviness(j.pending))
	}
	return min(step, max(fastest, due/100, (age-due)/4, r.share(j), r.heaviness(j.pending)))
}
