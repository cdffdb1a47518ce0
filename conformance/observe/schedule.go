package observe

import (
	"net/http"
	"sync"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// laterStarts are when a start is tried again where all were refused, each after the one before.
var laterStarts = []time.Duration{250 * time.Millisecond, time.Second}

const (
	unreadJobCount    = 3                      // one that is done suffices; two that are not have to agree
	firstStaggerAfter = 125 * time.Millisecond // then at each doubling of the time
	soonPart          = 12                     // of the first job's time: with 1 % until an end is seen, and the late reads, a run stays within 1.1 times that time and 0.4 s
	detailedJobs      = 3                      // jobs begun together whose results are read several times
	startSpacing      = 15 * time.Millisecond  // between jobs begun one after another: an id made from the clock may be coarse
)

// runJobs begins the jobs of the run, overlapped so that it takes about as long as one
// of them, and waits until those that matter are done.
func (r *run) runJobs() {
	var begun initialJobs
	r.timed("starts", func() { begun = r.startJobs() })
	if len(begun.watched) == 0 {
		return // no start is accepted: more starts would show nothing
	}
	var probing sync.WaitGroup
	probing.Go(r.guarded(func() { r.timed("early probes", r.probeEarly) }))
	attended := make(chan struct{})
	probing.Go(r.guarded(func() { r.probeFraming(attended) }))
	r.timed("jobs", func() { r.awaitJobs(begun) })
	close(attended)
	r.timed("probes", func() {
		r.probeUnknown(record.RoleResult)
		probing.Wait()
	})
	close(r.closing)
	r.watchers.Wait()
}

// initialJobs are the jobs that a run begins with.
type initialJobs struct {
	watched, unread []*job
	dropped         *job // the one whose connection is closed; nil where there is none
}

// startJobs begins them: the pilot, those together, and those after them.
func (r *run) startJobs() (c initialJobs) {
	if r.pilot == nil {
		r.startPilot()
	}
	if r.pilot.monitor != "" {
		c.watched = append(c.watched, r.pilot)
	}
	c.watched = append(c.watched, r.startTogether()...)
	if len(c.watched) == 0 && r.startLater() {
		c.watched = append(c.watched, r.pilot)
	}
	if len(c.watched) == 0 {
		return c
	}
	for range unreadJobCount {
		if j := r.startAlone(record.WayUnread); j != nil {
			c.unread = append(c.unread, j)
		}
	}
	r.mu.Lock()
	r.unread = c.unread
	r.mu.Unlock()
	if j := r.startAlone(record.WayDropped); j != nil {
		c.dropped = j
		r.watch(j)
	}
	return c
}

// startLater begins a pilot anew where all starts were refused as somebody in front of the target may, who lets others through a little later.
// It reports whether one was accepted.
func (r *run) startLater() bool {
	for _, after := range laterStarts {
		refused := r.pilot.started
		if refused.Status != http.StatusForbidden && refused.Status < 500 || !r.wait(after, nil) {
			return false
		}
		if r.startPilot(); r.pilot.monitor != "" {
			return true
		}
	}
	return false
}

// startPilot begins the first job, unless no more may be begun. It returns the answer to its start.
func (r *run) startPilot() answer {
	r.await("the first start")
	if j := r.newJob(record.WayAlone); j != nil {
		r.pilot, j.pilot, j.detailed = j, true, true
		if r.start(j) {
			r.watch(j)
		}
	}
	return r.pilot.started
}

// awaitJobs waits until the jobs that matter are done, and begins more meanwhile.
func (r *run) awaitJobs(c initialJobs) {
	stop := make(chan struct{})
	staggered := background(r, func() []*job { return r.stagger(stop) })
	givenUp := make(chan struct{})
	interrupted := background(r, func() []*job { return r.interrupt(givenUp) })
	r.await("the jobs' ends")
	r.join(c.watched)
	close(givenUp)
	if c.dropped != nil {
		r.join(append(r.compareDropped(c.dropped), c.dropped))
	}
	after := <-interrupted
	r.readUnread(c.unread)
	close(stop)
	r.join(after)
	r.join(r.startYounger(after))
	r.join(<-staggered)
}

// compareDropped begins more jobs where the one whose connection was closed does not end as the others did: some whose connections are closed
// too, and as many whose are kept. One alone may have met what any would.
func (r *run) compareDropped(dropped *job) []*job {
	slowest := r.slowest()
	if slowest == 0 || r.doneWithin(dropped, 2*slowest+minPilotInterval-r.age(dropped)) {
		return nil
	}
	return r.startWatched(record.WayDropped, record.WayAlone, record.WayDropped, record.WayAlone)
}

// startWatched begins jobs one after another, and follows them in the background. It returns those that were to be had.
func (r *run) startWatched(ways ...record.Way) (jobs []*job) {
	for _, way := range ways {
		if j := r.startAlone(way); j != nil {
			jobs = append(jobs, j)
			r.watch(j)
		}
	}
	return jobs
}

// startAlone begins a job a little after the last one. It returns nil where that was not to be had.
func (r *run) startAlone(way record.Way) *job {
	sleep(r.ctx, startSpacing)
	if j := r.newJob(way); j != nil && r.start(j) {
		return j
	}
	return nil
}

// watch follows a job in the background.
func (r *run) watch(j *job) {
	r.watchers.Go(r.guarded(func() { r.follow(j) }))
}

func (r *run) join(jobs []*job) {
	for _, j := range jobs {
		<-j.ended
	}
}

// startTogether begins jobs at the same instant, and follows those that were accepted. All starts are released at once: as many
// as the gate allows are under way together, and each that is answered makes room for the next.
func (r *run) startTogether() []*job {
	var jobs []*job
	for range r.target.Jobs {
		if j := r.newJob(record.WayTogether); j != nil {
			j.detailed, j.bulk = len(jobs) < detailedJobs, !sampled(len(jobs), r.target.Jobs)
			jobs = append(jobs, j)
		}
	}
	release := make(chan struct{})
	var started []<-chan bool
	for _, j := range jobs {
		started = append(started, background(r, func() (accepted bool) {
			<-release
			if accepted = r.start(j); accepted {
				r.watch(j) // read the instant its 202 is in, whatever the others do
			}
			return accepted
		}))
	}
	r.await("the starts")
	close(release)
	var accepted []*job
	for i, j := range jobs {
		if <-started[i] {
			accepted = append(accepted, j)
		}
	}
	return accepted
}

// stagger begins one more job at each doubling of the time until the first end, and one more then:
// one begun in the last half of the first job's time is pending when that is done, and
// one begun in its first twelfth will end soon, at a known moment. stagger returns the latter:
// only that one is waited for.
func (r *run) stagger(stop <-chan struct{}) []*job {
	var jobs []*job
	begin := func() {
		if j := r.startAlone(record.WayAlone); j != nil {
			j.detailed = true
			jobs = append(jobs, j)
			r.watch(j)
		}
	}
	for after := firstStaggerAfter; ; after *= 2 {
		select {
		case <-time.After(after - r.age(r.pilot)):
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
		break
	}
	var soon []*job
	for _, j := range jobs {
		if _, interrupted := r.target.interruption(); interrupted != nil || j.startedAt-r.pilot.startedAt <= r.expected()/soonPart {
			soon = append(soon, j)
		}
	}
	return soon
}
