package observe

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	minPilotInterval = 5 * time.Millisecond  // between reads of the pilot, and around the moment when a job is due
	minReadInterval  = 15 * time.Millisecond // between reads of the other jobs
	maxReadInterval  = 20 * time.Second      // between reads at most: done jobs may be forgotten after a minute
	maxFailures      = 10                    // failures in a row after which a monitor or a result is given up
	maxTimeouts      = 2                     // timeouts, floods or answers that are not HTTP in a row, likewise
	maxRedirects     = 3                     // redirects in a row, likewise
	maxUnknownTime   = 30 * time.Second      // how long a monitor may answer another 2xx
	maxHintTime      = 2 * time.Second       // how long a pending monitor may name a result that is there
)

// follow reads a job's monitor until the job is done or given up, and then its result.
func (r *run) follow(j *job) {
	defer close(j.ended)
	defer r.pace.waitsFor(j)()
	fresh := j.freshConnection(0)
	var t failureStreak
	for turn := 0; r.ctx.Err() == nil; turn++ {
		r.probePending(j)
		final := r.now() >= r.deadline(j) && !r.unreadEnded(j)
		got := r.read(r.ctx, j, fresh, false)
		phase := r.protocol.Phase(got.Exchange)
		if phase == record.PhaseDone {
			r.finish(j, got)
			return
		}
		r.diagnoseSilence(j, got)
		r.diagnoseAbsence(j, record.RoleMonitor, j.monitor, got, t.failures+1)
		if got.Unjudgeable() || got.FlowControl() && final || !got.FlowControl() && t.giveUpAfter(phase, got, r.now()) {
			r.diagnose(j, record.RoleMonitor, j.monitorRef, got)
			return
		}
		if phase == record.PhasePending && (r.examinePending(j, got) || r.strayed(j)) {
			return
		}
		if final {
			r.diagnoseEndless(j)
			return
		}
		if !r.pause(j, turn, t.failures, got) {
			return
		}
		fresh = (turn == 0 && !fresh || turn > 0 && turn%4 == 3) && !j.bulk
	}
}

// A failureStreak counts a monitor's wrong answers since its last good one.
type failureStreak struct {
	failures     int           // failures
	timeouts     int           // of them, those that took long or much
	redirects    int           // 3xx
	unknownSince time.Duration // the first answer that the protocol does not know
}

// giveUpAfter counts an answer, and reports whether the monitor is to be given up.
func (t *failureStreak) giveUpAfter(phase record.Phase, got answer, now time.Duration) bool {
	switch phase {
	case record.PhasePending:
		*t = failureStreak{}
	case record.PhaseFailed:
		t.failures++
		if isCostlyFailure(got) {
			t.timeouts++
		}
	case record.PhaseUnknown:
		t.failures = 0
		if got.Status >= 300 {
			t.redirects++
		}
		if t.unknownSince == 0 {
			t.unknownSince = now
		}
	}
	return t.failures >= maxFailures || t.timeouts >= maxTimeouts || t.redirects >= maxRedirects || t.unknownSince > 0 && now-t.unknownSince > maxUnknownTime
}

// isCostlyFailure reports whether an answer failed in a way that takes long or many bytes, and that is likely to stay.
func isCostlyFailure(got answer) bool {
	switch got.Failure.Kind {
	case record.FailureTimeout, record.FailureFlood, record.FailureConnect, record.FailureProtocol:
		return true
	}
	return false
}

// examinePending probes a pending monitor further. It reports whether the monitor is to be given up.
func (r *run) examinePending(j *job, got answer) bool {
	j.pending = got
	r.followPending(j, got)
	r.probeBelowBase(j)
	if !j.detailed {
		j.pending.header = nil // its validators are not used
	}
	if j.detailed && !j.headProbed && !got.Has("Retry-After") {
		j.headProbed = true
		r.head(j, record.RoleMonitor, j.monitor)
	}
	return r.hint(j, got)
}

// followPending goes where a pending answer says that the monitor is, in a dialect whose answers say so.
func (r *run) followPending(j *job, got answer) {
	if !r.protocol.NamesMonitor() {
		return
	}
	if next := got.pointer(r.protocol.Monitor, j.started); next != j.monitor && followable(next) == "" && len(j.hinted) <= 3 {
		j.hinted[next] = true
		r.mu.Lock()
		j.monitor = next
		r.mu.Unlock()
	}
}

// hint follows a Location that a pending answer carries and the first one did not: it may name the
// result of a done job. It reports whether the monitor is to be given up.
func (r *run) hint(j *job, got answer) bool {
	if r.protocol.NamesMonitor() {
		return false
	}
	url := got.pointer(r.protocol.Product, j.started)
	if j.firstPointer == nil {
		j.firstPointer = &url
	}
	if url == j.monitor || *j.firstPointer != "" || followable(url) != "" {
		return false
	}
	if !j.hinted[url] {
		j.hinted[url] = len(j.hinted) < 3
		if found := r.fetch(r.ctx, j, url, false, false); r.protocol.Success.On(found.Exchange) && j.hintFoundAt == 0 {
			j.hintFoundAt = r.now()
		}
	}
	return j.hintFoundAt > 0 && r.now()-j.hintFoundAt > maxHintTime
}

// pause waits until the monitor is to be read again, and reports whether it still is.
func (r *run) pause(j *job, turn, misses int, got answer) bool {
	wait := r.step(j)
	switch {
	case misses > 0:
		wait = minPilotInterval << (misses - 1)
	case turn == 0 && !j.bulk:
		wait = r.fairInterval(j) // the second read follows at once, on the other kind of connection
	}
	least := time.Duration(0)
	if asked, ok := contract.RetryAfter(got.Exchange, time.Now()); ok {
		least = asked - (r.now() - got.Received)
	}
	left := r.deadline(j) - r.now()
	if next := max(wait, least); least > 0 && next < left && next+least > left {
		wait = left // the Retry-After of a read in between would reach beyond the bound, and the read at the bound would show nothing
	}
	wait = min(max(wait, least), left) // a Retry-After beyond the bound is not waited for: one read at the bound
	switch taught := r.expected() > 0 || misses > 0; {
	case j.bulk && !taught && least <= left:
		return r.awaitTurn(j, wait, max(least, 0))
	case taught || least > 0:
		return r.wait(wait, nil)
	}
	return r.wait(wait, r.firstEnd) // the first end teaches when the others are due
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
	select {
	case <-time.After(d):
	case <-wake:
	case <-r.closing:
		return false
	case <-r.ctx.Done():
		return false
	}
	return true
}

// step is how long to wait between two reads: dense at first, then a part of the job's
// age, and dense again around the moment at which it is likely to end, where that is known.
func (r *run) step(j *job) time.Duration {
	age := r.now() - j.startedAt
	least, part := minReadInterval, age*2/3
	if j.pilot {
		least, part = minPilotInterval, age/20
	}
	heavy := r.sizeDelay(j.pending)
	step := max(min(max(least, part), maxReadInterval), heavy, r.fairInterval(j))
	due := r.expected()
	if due == 0 {
		return step
	}
	grain := max(minPilotInterval, due/100, heavy, r.fairInterval(j))
	switch left := due - age; {
	case left <= 0:
		return min(step, max(grain, -left/4))
	case j.bulk: // read when it is due, and not before
		return max(left, heavy)
	default:
		return min(step, max(grain, left/2))
	}
}

// sizeDelay is how long to leave a monitor alone because of the size of its last answer: a second for each
// megabyte, and more the more was read in the run, so that big answers to many reads don't use up the run's bound.
func (r *run) sizeDelay(last answer) time.Duration {
	if last.Exchange == nil {
		return 0
	}
	return time.Duration(last.Body.Length*(1+r.reader.all.Load()/(512<<20))) * time.Microsecond
}
