package observe

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// lateJobs is how many done jobs are looked at again at the very end.
const lateJobs = 8

// finish looks at a job that is done: its result at once, its monitor again, and
// both once more on the other kind of connection where the job is watched closely.
func (r *run) finish(j *job, done answer) {
	j.toResult = lead{j.monitor, done.reference(r.protocol.Product)}
	result := j.toResult.url()
	if why := followable(result); result != "" && why != "" {
		r.withhold(record.RoleResult, j.number, result, why)
		result = ""
	}
	r.register.learn(j.number, result)
	r.ended(j, result)
	if result == "" {
		return
	}
	fresh := j.freshly(1)
	got := r.fetchUntilThere(j, fresh)
	there := r.protocol.Result.On(got.Exchange)
	if !there {
		r.diagnose(j, record.RoleResult, j.toResult, got)
	}
	again := func() { r.readAgain(j, !fresh && !j.crowd, false) }
	if !j.close {
		again()
		return
	}
	asks := []func(){again, func() { r.probeConditional(j, done) }, func() { r.head(j, record.RoleMonitor, j.monitor) }}
	if there {
		asks = append(asks, func() { r.head(j, record.RoleResult, j.result) })
	}
	together(asks...) // all of them between two reads of the result: none may consume it
	if there {
		r.fetch(r.ctx, j, j.result, !fresh, false)
		r.readAgain(j, fresh, false)
	}
}

// fetchUntilThere asks for the result, and where it is not there a few times more, so that
// "not yet" can be told from "never". It returns the last answer.
func (r *run) fetchUntilThere(j *job, fresh bool) (got answer) {
	for try := range patience {
		got = r.fetch(r.ctx, j, j.result, fresh, false)
		forGood := got.Status == 410 || r.protocol.Failure.On(got.Exchange)
		switch {
		case r.protocol.Result.On(got.Exchange):
			return got
		case got.Unjudgeable(), got.FlowControl(), costly(got) && try > 0, forGood && try > 2:
			return got
		case try < patience-1 && !r.wait(fastest<<try, nil):
			return got
		}
	}
	return got
}

// readAgain reads the monitor of a done job, and the result that it names where it is another one than before. It reports whether it was.
func (r *run) readAgain(j *job, fresh, late bool) (moved bool) {
	got := r.read(r.ctx, j, fresh, late)
	url := got.pointer(r.protocol.Product, j.monitor)
	if url == "" || url == j.result || followable(url) != "" || !r.protocol.Done.On(got.Exchange) {
		return false
	}
	if len(j.hinted) <= 3 {
		j.hint(url, true)
		r.fetch(r.ctx, j, url, fresh, late)
	}
	return true
}

// keptFor is how long after the last end jobs are read again at the earliest: a server that forgets them sooner is seen to.
const keptFor = 250 * time.Millisecond

// lookBack reads monitors and results of done jobs once more, at the very end: many servers forget. Where the target is to be seen to keep them
// for longer, they are read once more after that time.
func (r *run) lookBack() {
	r.mu.Lock()
	last := r.latestEnd
	r.mu.Unlock()
	if last == 0 {
		return
	}
	r.await("late reads")
	sleep(r.ctx, last+keptFor-r.now())
	r.readLate()
	if r.target.Retention > keptFor {
		r.await("late reads, after the retention time")
		sleep(r.ctx, last+r.target.Retention-r.now())
		r.readLate()
	}
}

func (r *run) readLate() {
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
			if moved := r.readAgain(j, i%2 == 0, true); j.result != "" && !moved { // a link that is signed anew each time holds for a while only
				r.fetch(r.ctx, j, j.result, i%2 == 1, true)
			}
		})
	}
	together(looks...)
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
