package observe

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	lateJobs  = 8                      // done jobs that are read again at the very end, and after a restart
	lateAfter = 250 * time.Millisecond // after the last end: what a server forgets within that time is seen to be lost, and a run hardly gets longer
)

// finish looks at a job that is done: its result at once, its monitor again, and
// both once more on the other kind of connection where the job is watched closely.
func (r *run) finish(j *job, done answer) {
	if !r.protocol.HasResult(done.Exchange) {
		j.resultRef = done.reference(r.protocol.Product, j.started)
	}
	result := j.resultRef.url()
	if why := followable(result); result != "" && why != "" {
		r.withhold(record.RoleResult, j.number, result, why)
		result = ""
	}
	r.register.learn(j.number, result)
	r.noteEnd(j, result)
	if result == "" {
		r.finishHere(j, done)
		return
	}
	fresh := j.freshConnection(1)
	got := r.fetchUntilThere(j, fresh)
	there := r.protocol.Result.On(got.Exchange)
	if !there {
		r.diagnose(j, record.RoleResult, j.resultRef, got)
	}
	again := func() { r.readAgain(j, !fresh && !j.bulk, false) }
	if !j.detailed {
		again()
		return
	}
	asks := []func(){again, func() { r.probeConditional(j, done) }, func() { r.head(j, record.RoleMonitor, j.monitor) }}
	if there {
		asks = append(asks, func() { r.head(j, record.RoleResult, j.result) })
	}
	r.together(asks...) // all of them between two reads of the result: none may consume it
	if there {
		r.fetch(r.ctx, j, j.result, !fresh, false)
		r.readAgain(j, fresh, false)
	}
}

// finishHere looks again at a done job that has no result of its own: its monitor's answer is all there is.
func (r *run) finishHere(j *job, done answer) {
	if !r.protocol.HasResult(done.Exchange) {
		return
	}
	r.readAgain(j, !j.bulk, false)
	if j.detailed {
		r.together(func() { r.probeConditional(j, done) }, func() { r.head(j, record.RoleMonitor, j.monitor) })
		r.readAgain(j, false, false)
	}
}

// fetchUntilThere asks for the result, and where it is not there a few times more, so that
// "not yet" differs from "never". It returns the last answer.
func (r *run) fetchUntilThere(j *job, fresh bool) (got answer) {
	for try := range maxFailures {
		got = r.fetch(r.ctx, j, j.result, fresh, false)
		forGood := got.Status == 410 || r.protocol.Failure.On(got.Exchange)
		r.diagnoseAbsence(j, record.RoleResult, j.result, got, try+1)
		switch {
		case r.protocol.Result.On(got.Exchange):
			return got
		case got.Unjudgeable(), got.FlowControl(), isCostlyFailure(got) && try > 0, forGood && try > 2:
			return got
		case try < maxFailures-1 && !r.wait(minPilotInterval<<try, nil):
			return got
		}
	}
	return got
}

// readAgain reads the monitor of a done job, and the result that it names where it is another one than before. It reports whether it was.
func (r *run) readAgain(j *job, fresh, late bool) (moved bool) {
	got := r.read(r.ctx, j, fresh, late)
	url := got.pointer(r.protocol.Product, j.started)
	if url == j.result || followable(url) != "" || !r.protocol.Done.On(got.Exchange) {
		return false
	}
	if len(j.hinted) <= 3 {
		j.hinted[url] = true
		r.fetch(r.ctx, j, url, fresh, late)
	}
	return true
}

// rereadDone reads monitors and results of done jobs once more, a moment after the last end, and again after the
// retention that the target promises: many servers forget.
func (r *run) rereadDone() {
	if len(r.doneJobs()) == 0 {
		return
	}
	r.await("late reads")
	r.rereadAfter(lateAfter)
	if r.target.Retention > lateAfter {
		r.await("the end of the retention")
		r.rereadAfter(r.target.Retention)
	}
}

// rereadAfter reads a sample of the done jobs, no earlier than so long after the last end.
func (r *run) rereadAfter(span time.Duration) {
	r.mu.Lock()
	due := r.latestEnd + span
	r.mu.Unlock()
	sleep(r.ctx, due-r.now())
	if r.ctx.Err() == nil {
		r.reread(true)
	}
}

// reread reads monitors and results of a sample of the done jobs.
func (r *run) reread(late bool) {
	done := r.doneJobs()
	if len(done) > lateJobs { // the first, the last, and some between
		spread := make([]*job, 0, lateJobs)
		for i := range lateJobs {
			spread = append(spread, done[i*(len(done)-1)/(lateJobs-1)])
		}
		done = spread
	}
	var looks []func()
	for i, j := range done {
		looks = append(looks, func() {
			if moved := r.readAgain(j, i%2 == 0, late); j.result != "" && !moved { // a link that is signed anew each time holds for a while only
				r.fetch(r.ctx, j, j.result, i%2 == 1, late)
			}
		})
	}
	r.together(looks...)
}

func (r *run) doneJobs() []*job {
	r.mu.Lock()
	defer r.mu.Unlock()
	var done []*job
	for _, j := range r.jobs {
		if j.doneAt > 0 {
			done = append(done, j)
		}
	}
	return done
}

// age is how old a job is.
func (r *run) age(j *job) time.Duration { return r.now() - j.startedAt }
