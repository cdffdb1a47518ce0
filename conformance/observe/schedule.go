package observe

import (
	"sync"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	unreadJobs     = 3                      // one shows that all is well; where it does not, two have to agree
	firstStaggered = 125 * time.Millisecond // then at each doubling of the time
	closely        = 3                      // jobs begun together whose results are read several times
	alone          = 15 * time.Millisecond  // between jobs begun one after another: an id made from the clock may be coarse
)

// live begins the jobs of the run, overlapped so that it takes about as long as one
// of them, and waits until those that matter are done.
func (r *run) live() {
	var begun cast
	r.during("starts", func() { begun = r.begin() })
	if len(begun.watched) == 0 {
		return // nothing is accepted: more of it would show nothing
	}
	var probing sync.WaitGroup
	probing.Go(func() { r.during("early probes", r.probeEarly) })
	attended := make(chan struct{})
	probing.Go(func() { r.probeFraming(attended) })
	r.during("jobs", func() { r.attend(begun) })
	close(attended)
	r.during("probes", func() {
		r.probeUnknown(record.RoleResult, r.urls(func(j *job) string { return j.result }))
		probing.Wait()
	})
	close(r.closing)
	r.watchers.Wait()
}

// A cast is the jobs that a run begins with.
type cast struct {
	scout           *job
	watched, unread []*job
}

// begin begins them: the scout, those together, and those after it.
func (r *run) begin() cast {
	r.await("the first start")
	c := cast{scout: r.newJob(record.WayAlone)}
	c.scout.scout, c.scout.close = true, true
	if r.start(c.scout) {
		c.watched = append(c.watched, c.scout)
		r.watch(c.scout)
	}
	c.watched = append(c.watched, r.startTogether()...)
	if len(c.watched) == 0 {
		return c
	}
	for range unreadJobs {
		if j := r.startAlone(record.WayUnread); j != nil {
			c.unread = append(c.unread, j)
		}
	}
	if j := r.startAlone(record.WayDropped); j != nil {
		c.watched = append(c.watched, j)
		r.watch(j)
	}
	return c
}

// attend waits until the jobs that matter are done, and begins more meanwhile.
func (r *run) attend(c cast) {
	stop := make(chan struct{})
	staggered := make(chan []*job)
	go func() { staggered <- r.stagger(c.scout, stop) }()
	r.await("the jobs' ends")
	r.join(c.watched)
	r.readUnread(c.unread)
	close(stop)
	r.join(<-staggered)
}

// startAlone begins a job a little after the last one. It returns nil where that was not to be had.
func (r *run) startAlone(way record.Way) *job {
	sleep(r.ctx, alone)
	if j := r.newJob(way); j != nil && r.start(j) {
		return j
	}
	return nil
}

// watch follows a job in the background.
func (r *run) watch(j *job) {
	r.watchers.Go(func() { r.follow(j) })
}

func (r *run) join(jobs []*job) {
	for _, j := range jobs {
		<-j.ended
	}
}

// startTogether begins jobs at the same instant, and follows those that were accepted. All starts are let go at once: as many
// as the gate allows are under way together, and each that is answered makes room for the next.
func (r *run) startTogether() []*job {
	var jobs []*job
	for range r.target.Jobs {
		if j := r.newJob(record.WayTogether); j != nil {
			j.close, j.crowd = len(jobs) < closely, !sampled(len(jobs), r.target.Jobs)
			jobs = append(jobs, j)
		}
	}
	release := make(chan struct{})
	started := make(chan *job, len(jobs))
	for _, j := range jobs {
		go func() {
			<-release
			if !r.start(j) {
				started <- nil
				return
			}
			r.watch(j) // read the instant its 202 is in, whatever the others do
			started <- j
		}()
	}
	r.await("the starts")
	close(release)
	var accepted []*job
	for range jobs {
		if j := <-started; j != nil {
			accepted = append(accepted, j)
		}
	}
	return accepted
}

// stagger begins one more job at each doubling of the time until the first end, and one more then:
// so one begun in the last half of a life is pending when the first is done, and
// one begun in its first tenth will end soon, at a moment that can be told. Only that
// one is waited for; stagger returns it.
func (r *run) stagger(scout *job, stop <-chan struct{}) []*job {
	var jobs []*job
	begin := func() {
		if j := r.startAlone(record.WayAlone); j != nil {
			j.close = true
			jobs = append(jobs, j)
			r.watch(j)
		}
	}
	for after := firstStaggered; ; after *= 2 {
		timer := time.NewTimer(max(0, after-r.age(scout)))
		select {
		case <-timer.C:
			begin()
			continue
		case <-r.firstEnd:
			begin()
		case <-stop:
			if r.expected() > 0 { // both at once: the jobs take no time
				begin()
			}
		case <-r.ctx.Done():
		}
		timer.Stop()
		break
	}
	var soon []*job
	for _, j := range jobs {
		if j.startedAt-scout.startedAt <= r.expected()/10 {
			soon = append(soon, j)
		}
	}
	return soon
}

// readUnread reads the jobs that nobody has read so far. Where the first is done, they go on unwatched. Where it is
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
	if !r.doneSoon(first, slowest) {
		for _, j := range rest {
			if !r.wait(2*slowest-r.age(j)+fastest, nil) {
				return
			}
		}
	}
	for _, j := range rest {
		r.watch(j)
	}
	r.join(unread)
}

// doneSoon reports whether a job ends in much less time than the slowest one took:
// it had gone on while nobody looked.
func (r *run) doneSoon(j *job, slowest time.Duration) bool {
	timer := time.NewTimer(max(slowest/4, 10*fastest))
	defer timer.Stop()
	select {
	case <-j.ended:
		return j.doneAt > 0
	case <-timer.C:
		return false
	case <-r.ctx.Done():
		return true
	}
}

// slowest is how old the slowest job was when it was seen done; zero where none was.
func (r *run) slowest() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	var slowest time.Duration
	for _, j := range r.jobs {
		if j.doneAt > 0 {
			slowest = max(slowest, j.doneAt-j.startedAt)
		}
	}
	return slowest
}
