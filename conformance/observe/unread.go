package observe

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// readUnread reads the jobs that were left unread so far. Where the first is done, they go on unwatched. Where it is
// not, it may be that they take longer by nature, or wait in a queue: then the others are
// left alone until they are twice as old as the slowest watched one was.
func (r *run) readUnread(unread []*job) {
	slowest := r.slowest()
	if len(unread) == 0 || slowest == 0 {
		return
	}
	r.await("the jobs that were left unread")
	first, rest := unread[0], unread[1:]
	r.watch(first)
	if soon := max(slowest/4, 10*minPilotInterval); !r.doneWithin(first, soon) { // it did not go on while it was not read
		for _, j := range rest {
			if !r.wait(2*slowest-r.age(j)+minPilotInterval, nil) {
				return
			}
		}
	}
	for _, j := range rest {
		r.watch(j)
	}
	r.join(unread)
}

// unreadEnded reads those jobs, once, where the time of another one is up: in a queue it may be they that were done meanwhile, and the other has more
// time then, which it reports.
func (r *run) unreadEnded(j *job) bool {
	if r.expected() == 0 {
		return false // no job was seen to end
	}
	r.mu.Lock()
	unread, first := r.unread, !r.unreadAsked
	r.unreadAsked = true
	r.mu.Unlock()
	if first {
		r.readOnce(unread)
	}
	select {
	case <-r.unreadSeen:
	case <-r.ctx.Done():
	}
	return r.now() < r.deadline(j)
}

// readOnce notes when jobs were seen done that are read once, and followed later.
func (r *run) readOnce(unread []*job) {
	defer close(r.unreadSeen)
	for _, j := range unread {
		if got := r.read(r.ctx, j, false, false); r.protocol.Phase(got.Exchange) == record.PhaseDone {
			r.mu.Lock()
			r.latestEnd = r.now()
			r.mu.Unlock()
		}
	}
}

// doneWithin reports whether a job is seen done within a time, or the run ends by then.
func (r *run) doneWithin(j *job, limit time.Duration) bool {
	select {
	case <-j.ended:
	case <-time.After(limit):
	case <-r.ctx.Done():
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return j.doneAt > 0 || r.ctx.Err() != nil
}

// slowest is how old the slowest job was when it was seen done; zero where none was.
func (r *run) slowest() time.Duration {
	var slowest time.Duration
	for _, j := range r.doneJobs() {
		slowest = max(slowest, j.doneAt-j.startedAt)
	}
	return slowest
}
