package reference

import (
	"container/heap"
	"crypto/rand"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A job is what a start request began. It never changes, but for being called off, where a dialect knows that.
type job struct {
	id    string
	owner string // "" where Options.Authorize is nil
	began time.Time
	lasts time.Duration
	fails bool     // it ends without a result
	past  *history // for faults; nil without any

	calledOff atomic.Bool
}

func (j *job) ends() time.Time { return j.began.Add(j.lasts) }

// randomID returns 130 random bits in 26 characters that need no escapes in a path.
// Nobody can guess the id of another's job.
func randomID() string { return strings.ToLower(rand.Text()) }

// A store keeps a limited number of jobs, each until it expires. An expired job is
// not found any more, and its memory is free about a second later, without any request.
//
// New jobs enter the young generation. When all jobs of the old generation have expired,
// the young one takes its place and an empty one follows: a map does not shrink when keys
// are deleted, so it is dropped as a whole, and nothing is copied. (A job that outlives all
// others keeps the maps' memory until it expires, but not the other jobs.)
type store struct {
	limit  int
	expiry time.Duration

	mu         sync.RWMutex
	count      int // of jobs, and of those for which room is reserved
	begun      int
	old, young generation
	tidyAt     time.Time // when the timer removes expired jobs; zero where none is set
}

// A generation is a set of jobs, by id and in the order in which they end.
type generation struct {
	jobs map[string]*job
	next queue
}

// Bounds on the removal of expired jobs: with both, a request that comes at the same
// time waits for less than a millisecond.
const (
	batch        = 256         // jobs removed while a lock is held
	tidyInterval = time.Second // the least time between two removals
)

// find returns the job with the id, or nil.
func (st *store) find(id string, now time.Time) *job {
	st.mu.RLock()
	defer st.mu.RUnlock()
	j := st.young.jobs[id]
	if j == nil {
		j = st.old.jobs[id]
	}
	if j == nil || st.expired(j, now) {
		return nil
	}
	return j
}

// reserve keeps room for a job. Where there is none, it says when there will be.
func (st *store) reserve(now time.Time) (free time.Time, ok bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.count >= st.limit {
		st.removeExpired(now)
	}
	if st.count >= st.limit {
		end, _ := st.firstEnd()
		return end.Add(st.expiry), false
	}
	st.count++
	return time.Time{}, true
}

// release gives up room that was reserved.
func (st *store) release() {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.count--
}

// add stores a job for which there is room.
func (st *store) add(j *job, now time.Time) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.begun++
	if st.young.jobs == nil {
		st.young.jobs = make(map[string]*job)
	}
	st.young.jobs[j.id] = j
	heap.Push(&st.young.next, j)
	st.setTimer(now)
}

// setTimer sets a timer for the first expiry, unless an earlier one is set. So
// a goroutine runs only when there are jobs to remove. The timer keeps a server that is
// not used any more in memory until its jobs have expired.
func (st *store) setTimer(now time.Time) {
	end, ok := st.firstEnd()
	if !ok {
		return
	}
	// One nanosecond later the job has expired.
	wait := max(end.Add(st.expiry+1).Sub(now), tidyInterval)
	at := now.Add(wait)
	if st.tidyAt.IsZero() || at.Before(st.tidyAt) {
		st.tidyAt = at
		time.AfterFunc(wait, func() {
			for st.tidy(at) {
			}
		})
	}
}

// tidy removes a batch of expired jobs, and reports whether there may be more.
func (st *store) tidy(at time.Time) (more bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if !st.tidyAt.Equal(at) {
		return false // an earlier timer was set since, which sets the next
	}
	now := time.Now()
	if st.removeExpired(now) {
		return true
	}
	st.tidyAt = time.Time{}
	st.setTimer(now)
	return false
}

// removeExpired removes a batch of expired jobs, and reports whether there may be more.
func (st *store) removeExpired(now time.Time) (more bool) {
	left := batch
	for _, g := range [...]*generation{&st.old, &st.young} {
		for ; left > 0 && len(g.next) > 0 && st.expired(g.next[0], now); left-- {
			delete(g.jobs, heap.Pop(&g.next).(*job).id)
			st.count--
		}
	}
	if len(st.old.next) == 0 {
		st.old, st.young = st.young, generation{}
	}
	return left == 0
}

func (st *store) expired(j *job, now time.Time) bool {
	return now.Sub(j.ends()) > st.expiry
}

// firstEnd returns when the first of the jobs ends, if there are any.
func (st *store) firstEnd() (end time.Time, ok bool) {
	for _, q := range [...]queue{st.old.next, st.young.next} {
		if len(q) > 0 && (!ok || q[0].ends().Before(end)) {
			end, ok = q[0].ends(), true
		}
	}
	return end, ok
}

// A queue is a heap of jobs with the one that ends first in front.
type queue []*job

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, k int) bool { return q[i].ends().Before(q[k].ends()) }
func (q queue) Swap(i, k int)      { q[i], q[k] = q[k], q[i] }
func (q *queue) Push(j any)        { *q = append(*q, j.(*job)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	j := (*q)[last]
	(*q)[last] = nil // else the array would keep the job in memory
	*q = (*q)[:last]
	return j
}
