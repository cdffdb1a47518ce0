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

// A job is what one start began. Nothing in it changes.
type job struct {
	id    string
	owner string // "" where nobody is asked who they are
	began time.Time
	lasts time.Duration
	fails bool     // it ends without a result
	past  *history // nil but where there are faults
}

func (j *job) ends() time.Time { return j.began.Add(j.lasts) }

// randomID returns 130 random bits in 26 characters: nobody can guess the id
// of another's job, and no path needs escapes for it.
func randomID() string { return strings.ToLower(rand.Text()) }

// A store holds a bounded number of jobs, each until it expires. An expired
// job is unknown at once; it is let go within a second or so, whether
// anybody asks for anything or not.
type store struct {
	limit  int64
	expiry time.Duration
	count  atomic.Int64
	seed   maphash.Seed
	// Shards keep those who read apart from those who begin. Sixty-four are more than there are
	// processors on most machines, and cheap to visit all.
	shards [64]shard
}

// A shard is the jobs of every sixty-fourth id. Those that began lately are
// in young. When all of old have expired, young are the old, and a new young
// begins: a map does not shrink when keys are deleted, so it is dropped as a
// whole. Nothing is ever copied for that. (A job that outlives all others keeps
// the maps' room until it expires, but nothing of the other jobs.)
type shard struct {
	mu         sync.RWMutex
	old, young generation
	begun      int
	wakes      time.Time // when a timer will look what has expired; zero where none is set
}

// A generation is jobs by id and, those that end first in front, by their ends.
type generation struct {
	jobs map[string]*job
	next queue
}

// How much is forgotten while a lock is held, and how often it is looked for
// at most. With both, a start or a read that comes at the same time waits for
// less than a millisecond.
const (
	batch = 256
	often = time.Second
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

// put stores a job. Where there is no room for it, put says when there will be.
func (st *store) put(j *job, now time.Time) (free time.Time, ok bool) {
	if free, ok = st.reserve(now); ok {
		st.add(j, now)
	}
	return free, ok
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
	st.watch(sh, now)
}

func (sh *shard) begin(j *job) {
	sh.begun++
	if sh.young.jobs == nil {
		sh.young.jobs = make(map[string]*job)
	}
	sh.young.jobs[j.id] = j
	heap.Push(&sh.young.next, j)
}

// makeRoom forgets what has expired until there is room. Where there is none,
// it returns when there will be.
func (st *store) makeRoom(now time.Time) (next time.Time) {
	for i := 0; i < len(st.shards) && st.count.Load() > st.limit; i++ {
		sh := &st.shards[i]
		sh.mu.Lock()
		st.forget(sh, now)
		if end, ok := sh.firstEnd(); ok && (next.IsZero() || end.Before(next)) {
			next = end
		}
		sh.mu.Unlock()
	}
	return next.Add(st.expiry)
}

// watch sets a timer for the shard's first expiry, where none is set that is as early.
// So there is a goroutine only while there is something to forget. A server that nobody
// uses any more is held by its timers until its jobs have expired.
func (st *store) watch(sh *shard, now time.Time) {
	end, ok := sh.firstEnd()
	if !ok {
		return
	}
	// The nanosecond more is when the job has expired, and not when it is about to.
	wait := max(end.Add(st.expiry+1).Sub(now), often)
	at := now.Add(wait)
	if sh.wakes.IsZero() || at.Before(sh.wakes) {
		sh.wakes = at
		time.AfterFunc(wait, func() { st.tidy(sh, at) })
	}
}

// tidy forgets all that has expired in a shard, a batch at a time.
func (st *store) tidy(sh *shard, at time.Time) {
	for st.tidyBatch(sh, at) {
	}
}

func (st *store) tidyBatch(sh *shard, at time.Time) (more bool) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if !sh.wakes.Equal(at) {
		return false // an earlier timer was set since, and sets the next
	}
	now := time.Now()
	if st.forget(sh, now) {
		return true
	}
	sh.wakes = time.Time{}
	st.watch(sh, now)
	return false
}

// forget forgets a batch of what has expired, and reports whether there may be more.
func (st *store) forget(sh *shard, now time.Time) (more bool) {
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

// firstEnd is when the first of a shard's jobs ends, if it has any.
func (sh *shard) firstEnd() (end time.Time, ok bool) {
	for _, q := range [...]queue{sh.old.next, sh.young.next} {
		if len(q) > 0 && (!ok || q[0].ends().Before(end)) {
			end, ok = q[0].ends(), true
		}
	}
	return end, ok
}

// A queue has the job that ends first in front: jobs need not end in the order in which they began.
type queue []*job

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, k int) bool { return q[i].ends().Before(q[k].ends()) }
func (q queue) Swap(i, k int)      { q[i], q[k] = q[k], q[i] }
func (q *queue) Push(j any)        { *q = append(*q, j.(*job)) }
func (q *queue) Pop() any {
	last := len(*q) - 1
	j := (*q)[last]
	(*q)[last] = nil // or the array would keep the job alive
	*q = (*q)[:last]
	return j
}
