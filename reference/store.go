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
	past  *history // nil but where there are faults
}

func (j *job) ends() time.Time { return j.began.Add(j.lasts) }

// randomID returns 130 random bits in 26 characters: nobody can guess the id
// of another's job, and no path needs escapes for it.
func randomID() string { return strings.ToLower(rand.Text()) }

// A store holds a bounded number of jobs, each until it expires. An expired
// job is unknown at once; the room it takes is made free when a new one comes.
type store struct {
	limit  int64
	expiry time.Duration
	count  atomic.Int64
	seed   maphash.Seed
	// Shards keep those who read apart from those who begin. Sixty-four are more than there are
	// processors on most machines, and cheap to visit all.
	shards [64]shard
}

type shard struct {
	mu   sync.RWMutex
	jobs map[string]*job
	next queue
}

func newStore(limit int, expiry time.Duration) *store {
	st := &store{limit: int64(limit), expiry: expiry, seed: maphash.MakeSeed()}
	for i := range st.shards {
		st.shards[i].jobs = make(map[string]*job)
	}
	return st
}

func (st *store) shard(id string) *shard {
	return &st.shards[maphash.String(st.seed, id)%uint64(len(st.shards))]
}

// find returns the job with the id, or nil.
func (st *store) find(id string, now time.Time) *job {
	sh := st.shard(id)
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	j := sh.jobs[id]
	if j == nil || st.expired(j, now) {
		return nil
	}
	return j
}

// put stores a job. Where there is no room for it, put says when there will be.
func (st *store) put(j *job, now time.Time) (free time.Time, ok bool) {
	if st.count.Add(1) > st.limit {
		free = st.sweep(now)
		if st.count.Load() > st.limit {
			st.count.Add(-1)
			return free, false
		}
	}
	sh := st.shard(j.id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	st.forget(sh, now)
	sh.jobs[j.id] = j
	heap.Push(&sh.next, j)
	return time.Time{}, true
}

// sweep forgets what has expired, in all shards, and returns when the next job will.
func (st *store) sweep(now time.Time) (next time.Time) {
	for i := range st.shards {
		sh := &st.shards[i]
		sh.mu.Lock()
		st.forget(sh, now)
		if len(sh.next) > 0 {
			if end := sh.next[0].ends().Add(st.expiry); next.IsZero() || end.Before(next) {
				next = end
			}
		}
		sh.mu.Unlock()
	}
	return next
}

func (st *store) forget(sh *shard, now time.Time) {
	for len(sh.next) > 0 && st.expired(sh.next[0], now) {
		j := heap.Pop(&sh.next).(*job)
		delete(sh.jobs, j.id)
		st.count.Add(-1)
	}
}

func (st *store) expired(j *job, now time.Time) bool {
	return now.Sub(j.ends()) > st.expiry
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
