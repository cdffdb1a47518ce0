package observe

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	fastest      = 5 * time.Millisecond  // between reads of a job whose end is to be seen soon
	fast         = 15 * time.Millisecond // and of the others
	sparse       = 20 * time.Second      // between reads at most: done jobs may be forgotten after a minute
	patience     = 10                    // failures in a row until a monitor or a result is given up
	mute         = 2                     // of them, where each was a timeout, a flood or no HTTP
	odd          = 3                     // redirects in a row until a monitor is given up
	oddPatience  = 30 * time.Second      // for a monitor that answers another 2xx while its job may run
	hintPatience = 2 * time.Second       // for a monitor that names a result which is there, and does not say done
)

// follow reads a job's monitor until the job is done or given up, and then its result.
func (r *run) follow(j *job) {
	defer close(j.ended)
	defer r.pace.waits(j)()
	fresh := j.freshly(0)
	var t trouble
	for turn := 0; r.ctx.Err() == nil; turn++ {
		r.probePending(j)
		final := r.now() >= r.deadline(j)
		got := r.read(r.ctx, j, fresh, false)
		phase := r.protocol.Phase(got.Exchange)
		if phase == record.PhaseDone {
			r.finish(j, got)
			return
		}
		if got.Unjudgeable() || got.FlowControl() && final || !got.FlowControl() && t.tooMuch(phase, got, r.now()) {
			r.diagnose(j, record.RoleMonitor, j.toMonitor, got)
			return
		}
		if phase == record.PhasePending && r.lookCloser(j, got) {
			return
		}
		if final || !r.pause(j, turn, t.misses, got) {
			return
		}
		fresh = (turn == 0 && !fresh || turn > 0 && turn%4 == 3) && !j.crowd
	}
}

// A trouble is what a monitor has been up to since its last good answer.
type trouble struct {
	misses    int           // failures
	mutes     int           // of them, those that took long or much
	redirects int           // 3xx
	oddSince  time.Duration // when it first answered what the protocol does not know
}

// tooMuch notes an answer, and reports whether the monitor is to be given up.
func (t *trouble) tooMuch(phase record.Phase, got answer, now time.Duration) bool {
	switch phase {
	case record.PhasePending:
		*t = trouble{}
	case record.PhaseFailed:
		t.misses++
		if costly(got) {
			t.mutes++
		}
	case record.PhaseUnknown:
		t.misses = 0
		if got.Status >= 300 {
			t.redirects++
		}
		if t.oddSince == 0 {
			t.oddSince = now
		}
	}
	return t.misses >= patience || t.mutes >= mute || t.redirects >= odd || t.oddSince > 0 && now-t.oddSince > oddPatience
}

// costly reports whether an answer failed in a way that takes long or much, and that asking again is not likely to change.
func costly(got answer) bool {
	switch got.Failure.Kind {
	case record.FailureTimeout, record.FailureFlood, record.FailureConnect, record.FailureProtocol:
		return true
	}
	return false
}

// lookCloser does with a pending answer what is done beside reading on. It reports whether that has gone on for too long.
func (r *run) lookCloser(j *job, got answer) bool {
	j.pending = got
	if !j.close {
		j.pending.header = nil // nobody asks with its validators
	}
	if j.close && !j.headed && !got.Has("Retry-After") {
		j.headed = true
		r.head(j, record.RoleMonitor, j.monitor)
	}
	return r.hint(j, got)
}

// hint follows a Location that a pending answer carries and the first one did not: it may be the
// end, told in another way. It reports whether that has gone on for too long.
func (r *run) hint(j *job, got answer) bool {
	url := got.pointer(r.protocol.Product, j.monitor)
	if j.firstPointer == nil {
		j.firstPointer = &url
	}
	if url == "" || url == j.monitor || *j.firstPointer != "" || followable(url) != "" {
		return false
	}
	if !j.hinted[url] {
		j.hint(url, len(j.hinted) < 3)
		if found := r.fetch(r.ctx, j, url, false, false); r.protocol.Success.On(found.Exchange) && j.hintFoundAt == 0 {
			j.hintFoundAt = r.now()
		}
	}
	return j.hintFoundAt > 0 && r.now()-j.hintFoundAt > hintPatience
}

// pause waits until the monitor is to be read again, and reports whether it still is.
func (r *run) pause(j *job, turn, misses int, got answer) bool {
	wait := r.step(j)
	switch {
	case misses > 0:
		wait = fastest << (misses - 1)
	case turn == 0 && !j.crowd:
		wait = r.share(j) // the second read follows at once, on the other kind of connection
	}
	least := time.Duration(0)
	if told, ok := contract.RetryAfter(got.Exchange, time.Now()); ok {
		least = told - (r.now() - got.Received)
	}
	left := r.deadline(j) - r.now()
	switch taught := r.expected() > 0 || misses > 0; {
	case least > left: // not waited for: one read at the bound
		return r.wait(left, nil)
	case j.crowd && !taught:
		return r.awaitTurn(j, min(max(wait, least), left), max(least, 0))
	case least > 0:
		return r.wait(max(wait, least), nil)
	case taught:
		return r.wait(min(wait, left), nil)
	}
	return r.wait(min(wait, left), r.firstEnd) // the first end teaches when the others are due
}

// wait waits, or until wake is closed. It reports false where the run is over.
func (r *run) wait(d time.Duration, wake <-chan struct{}) bool {
	if d <= 0 {
		select {
		case <-r.closing:
			return false
		default:
			return r.ctx.Err() == nil
		}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-wake:
	case <-r.closing:
		return false
	case <-r.ctx.Done():
		return false
	}
	return true
}

// step is how long to wait between two reads: dense at first, then a part of the job's
// age, and dense again around the moment at which it is likely to end.
func (r *run) step(j *job) time.Duration {
	age := r.now() - j.startedAt
	least, part := fast, age*2/3
	if j.scout {
		least, part = fastest, age/20
	}
	heavy := r.heaviness(j.pending)
	step := max(min(max(least, part), sparse), heavy, r.share(j))
	if j.crowd {
		return r.crowdStep(j, step)
	}
	due := r.expected()
	if due == 0 {
		return step
	}
	grain := max(fastest, due/100, heavy, r.share(j))
	if left := due - age; left > 0 {
		return min(step, max(grain, left/2))
	}
	return min(step, max(grain, (age-due)/4))
}

// heaviness is how long to leave a monitor alone because of the size of its last answer: a second for each
// megabyte, and more the more was read in the run, so that big answers to many reads don't use up the run's bound.
func (r *run) heaviness(last answer) time.Duration {
	if last.Exchange == nil {
		return 0
	}
	return time.Duration(last.Body.Length*(1+r.reader.all.Load()/(512<<20))) * time.Microsecond
}
