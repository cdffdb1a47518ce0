package reference

import (
	"container/heap"
	"crypto/rand"
	"hash/maphash"
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
type store struct {
	limit  int64
	expiry time.Duration
	count  atomic.Int64
	seed   maphash.Seed
	// Shards let requests read and write without waiting for each other. 64 are more
	// than most machines have processors, and still few to visit one by one.
	shards [64]shard
}

// A shard has the jobs whose ids have one hash modulo 64. New jobs enter the young
// generation. When all jobs of the old generation have expired, the young one takes
// its place and an empty one follows: a map does not shrink when keys are deleted,
// so the shard drops it as a whole, and copies nothing. (A job that outlives all
// others keeps the maps' memory until it expires, but not the other jobs.)
type shard struct {
	mu         sync.RWMutex
	old, young generation
	begun      int
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

func newStore(limit int, expiry time.Duration) *store {
	return &store{limit: int64(limit), expiry: expiry, seed: maphash.MakeSeed()}
}

func (st *store) shard(id string) *shard {
	return &st.shards[maphash.String(st.seed, id)%uint64(len(st.shards))]
}

// find returns the job with the id, or nil.
func (st *store) find(id string, now time.Time) *job {
	sh := st.shard(id)
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	j := sh.young.jobs[id]
	if j == nil {
		j = sh.old.jobs[id]
	}
	if j == nil || st.expired(j, now) {
		return nil
	}
	return j
}

// reserve keeps room for a job. Where there is none, it says when there will be.
func (st *store) reserve(now time.Time) (free time.Time, ok bool) {
	if st.count.Add(1) > st.limit {
		free = st.makeRoom(now)
		if st.count.Load() > st.limit {
			st.release()
			return free, false
		}
	}
	return time.Time{}, true
}

// release gives up room that was reserved.
func (st *store) release() { st.count.Add(-1) }

// add stores a job for which there is room.
func (st *store) add(j *job, now time.Time) {
	sh := st.shard(j.id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.begin(j)
	st.setTimer(sh, now)
}

func (sh *shard) begin(j *job) {
	sh.begun++
	if sh.young.jobs == nil {
		sh.young.jobs = make(map[string]*job)
	}
	sh.young.jobs[j.id] = j
	heap.Push(&sh.young.next, j)
}

// makeRoom removes expired jobs until there is room. It returns when the next one of
// those it visited expires.
func (st *store) makeRoom(now time.Time) (next time.Time) {
	for i := 0; i < len(st.shards) && st.count.Load() > st.limit; i++ {
		sh := &st.shards[i]
		sh.mu.Lock()
		st.removeExpired(sh, now)
		if end, ok := sh.firstEnd(); ok && (next.IsZero() || end.Before(next)) {
			next = end
		}
		sh.mu.Unlock()
	}
	return next.Add(st.expiry)
}

// setTimer sets a timer for the shard's first expiry, unless an earlier one is set. So
// a goroutine runs only when there are jobs to remove. The timers keep a server that is
// not used any more in memory until its jobs have expired.
func (st *store) setTimer(sh *shard, now time.Time) {
	end, ok := sh.firstEnd()
	if !ok {
		return
	}
	// One nanosecond later the job has expired.
	wait := max(end.Add(st.expiry+1).Sub(now), tidyInterval)
	at := now.Add(wait)
	if sh.tidyAt.IsZero() || at.Before(sh.tidyAt) {
		sh.tidyAt = at
		time.AfterFunc(wait, func() { st.tidy(sh, at) })
	}
}

// tidy removes all expired jobs of a shard, a batch at a time.
func (st *store) tidy(sh *shard, at time.Time) {
	for st.tidyBatch(sh, at) {
	}
}

func (st *store) tidyBatch(sh *shard, at time.Time) (more bool) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if !sh.tidyAt.Equal(at) {
		return false // an earlier timer was set since, which sets the next
	}
	now := time.Now()
	if st.removeExpired(sh, now) {
		return true
	}
	sh.tidyAt = time.Time{}
	st.setTimer(sh, now)
	return false
}

// removeExpired removes a batch of expired jobs, and reports whether there may be more.
func (st *store) removeExpired(sh *shard, now time.Time) (more bool) {
	left := batch
	for _, g := range [...]*generation{&sh.old, &sh.young} {
		for ; left > 0 && len(g.next) > 0 && st.expired(g.next[0], now); left-- {
			delete(g.jobs, heap.Pop(&g.next).(*job).id)
			st.count.Add(-1)
		}
	}
	if len(sh.old.next) == 0 {
		sh.old, sh.young = sh.young, generation{}
	}
	return left == 0
}

func (st *store) expired(j *job, now time.Time) bool {
	return now.Sub(j.ends()) > st.expiry
}

// firstEnd returns when the first of the shard's jobs ends, if it has any.
func (sh *shard) firstEnd() (end time.Time, ok bool) {
	for _, q := range [...]queue{sh.old.next, sh.young.next} {
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
