package observe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// DefaultRestartWait is how long a restart or a rollout may take, until the target answers again.
const DefaultRestartWait = time.Minute

const (
	// MinInterruptedJobs is how many jobs a run with a restart or a rollout begins at least.
	MinInterruptedJobs = 3

	interruptAfter   = 30 * time.Millisecond  // after the first end, and a tenth of a job: jobs are done, jobs run, and results were read
	drainTime        = 2 * time.Second        // for what is under way to end before a restart
	recentlyAnswered = 10 * time.Second       // ago: who answered then may be restarting now
	settleTime       = 300 * time.Millisecond // for which a target that was not seen down has to answer: a process that is told to end goes on for a moment
	knockInterval    = 50 * time.Millisecond  // between looks whether the target is back
	commandGrace     = 2 * time.Second        // for a command to end once its time is up
	rolloutStarts    = 20                     // starts while a rollout is under way, at most
	rolloutSpacing   = 250 * time.Millisecond // between them
)

// jobsAfter are the jobs that are begun after a restart: their ids must be new.
var jobsAfter = []record.Way{record.WayAlone, record.WayAlone}

type runKey struct{}

// RunName is the name of the run that calls a target's Restart or Rollout, as User-Agent has it.
func RunName(ctx context.Context) string { name, _ := ctx.Value(runKey{}).(string); return name }

// interruption is what the target is put through in the middle of the run; the name is empty where that is nothing.
func (t Target) interruption() (name string, command func(context.Context) error) {
	switch {
	case t.Restart != nil:
		return record.PartRestart, t.Restart
	case t.Rollout != nil:
		return record.PartRollout, t.Rollout
	}
	return "", nil
}

// interrupt restarts the target, or rolls it out, once the first job was seen done, and begins jobs after that. It returns those.
// Where all jobs were given up without an end, it does nothing.
func (r *run) interrupt(givenUp <-chan struct{}) (jobs []*job) {
	name, command := r.target.interruption()
	if command == nil {
		return nil
	}
	select {
	case <-r.firstEnd:
	case <-givenUp:
	case <-r.ctx.Done():
	}
	if r.expected() == 0 || r.ctx.Err() != nil {
		return nil
	}
	sleep(r.ctx, interruptAfter+r.expected()/10)
	r.await("the " + name)
	if name == record.PartRestart {
		r.restart(command)
		r.reread(false) // what was done and is begun again would be done once more at the end
	} else {
		jobs = r.rollout(command)
	}
	return append(jobs, r.startWatched(jobsAfter...)...)
}

// restart runs the command while nothing is asked, and waits until the target answers again.
func (r *run) restart(command func(context.Context) error) {
	until := r.now() + r.target.RestartWait
	r.gate.shut(r.ctx, drainTime)
	r.down.Store(true)
	if seenDown := r.awaitReturn(command, until); !seenDown {
		r.mu.Lock()
		r.unseenUntil = until
		r.mu.Unlock()
	}
}

// awaitReturn waits for a target that is taken to be down, and lets requests pass again.
func (r *run) awaitReturn(command func(context.Context) error, until time.Duration) (seenDown bool) {
	r.timed(record.PartRestart, func() { seenDown = r.command(record.PartRestart, command, until) })
	r.connections.closeIdle() // the idle ones lead to a process that has ended
	r.down.Store(false)
	r.gate.open()
	return seenDown
}

// rollout runs the command while reads go on, and so do starts. It returns the jobs.
func (r *run) rollout(command func(context.Context) error) (jobs []*job) {
	r.rolling.Store(true)
	ended := r.inBackground(func() {
		defer r.rolling.Store(false)
		r.timed(record.PartRollout, func() { r.command(record.PartRollout, command, r.now()+r.target.RestartWait) })
	})
	ticker := time.NewTicker(rolloutSpacing)
	defer ticker.Stop()
	for {
		select {
		case <-ended:
			return jobs
		case <-ticker.C:
		}
		if len(jobs) < rolloutStarts {
			jobs = append(jobs, r.startWatched(record.WayAlone)...)
		}
	}
}

// command runs a restart or a rollout, and waits for the target. It reports whether that was seen down. Where it fails the run ends, and says why.
func (r *run) command(name string, command func(context.Context) error, until time.Duration) (seenDown bool) {
	ctx, cancel := context.WithTimeout(context.WithValue(r.ctx, runKey{}, r.name), until-r.now())
	defer cancel()
	err := r.call(ctx, command)
	for replica := 0; err == nil && replica <= len(r.connections.replicas); replica++ {
		var down bool
		down, err = r.knock(ctx, replica)
		seenDown = seenDown || down
	}
	if err == nil || r.ctx.Err() != nil {
		return seenDown
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop(fmt.Sprintf("the %s failed: %s", name, r.redact.text(err.Error())))
	return seenDown
}

// call calls what may be a caller's own function, and no longer waits for it than the context and a moment allow.
func (r *run) call(ctx context.Context, command func(context.Context) error) (err error) {
	ended := background(r, func() error { return command(ctx) })
	select {
	case err = <-ended:
		return err
	case <-ctx.Done():
	}
	select {
	case err = <-ended:
	case <-time.After(commandGrace):
	}
	if err == nil || errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("it did not end within %v", r.target.RestartWait)
	}
	return err
}

// knock asks until the target answers, and reports whether it did not at first. Only the last answer is recorded: those before say no more than the
// part's time does.
func (r *run) knock(ctx context.Context, replica int) (seenDown bool, err error) {
	a := ask{
		role: record.RoleOther, probe: record.ProbePreflight, label: "knock", method: http.MethodGet, url: r.doneMonitor(), fresh: true,
		bound: maxAnswer, limit: r.target.preflightLimit(), replica: replica,
	}
	if a.url == "" {
		a.method, a.url = http.MethodHead, r.target.BaseURL
	}
	settled := time.Duration(0) // when it is long enough that it answers; zero until it does
	for why := "it did not answer"; ; {
		e, err := r.knockOnce(ctx, a)
		switch up := err == nil && !slices.Contains(notUpStatuses, e.Status); {
		case !up:
			seenDown = true
			if err == nil {
				why = "it answers " + e.StatusText()
			} else if ctx.Err() == nil { // else its own time was not up
				why = failureOf(err, a.limit).Text
			}
		case settled == 0:
			settled = e.Received + settleTime
			fallthrough
		default:
			if seenDown || e.Received >= settled {
				e.Ended = r.now()
				r.record(e)
				return seenDown, nil
			}
		}
		if sleep(ctx, knockInterval); ctx.Err() != nil {
			return seenDown, fmt.Errorf("the target did not come back within %v: %s", r.target.RestartWait, why)
		}
	}
}

// doneMonitor is the monitor of a job that is done, on the target's origin; empty where there is none. It tells that the target is back: for the base URL
// something else may answer, in front of a server that is down.
func (r *run) doneMonitor() string {
	for _, j := range r.doneJobs() {
		if r.onTarget(j.monitor) {
			return j.monitor
		}
	}
	return ""
}

func (r *run) knockOnce(ctx context.Context, a ask) (*record.Exchange, error) {
	ctx, cancel := context.WithTimeout(ctx, a.limit)
	defer cancel()
	e, header, _ := r.newExchange(a)
	_, err := r.exchange(ctx, a, header, e)
	return e, err
}

// refuses reports whether a connection was refused by a target that answered a moment ago, and may come back: it is knocked at for as long as a
// request may take. Since is when it was refused first; zero where it was not before.
func (r *run) refuses(got answer, url string, since time.Duration) bool {
	if got.Failure.Kind != record.FailureConnect || !r.onTarget(url) || got.Peer != "" {
		return false
	}
	if since == 0 {
		return got.Sent-time.Duration(r.answered.Load()) < recentlyAnswered
	}
	return got.Ended-since < r.target.RequestTimeout
}

// knockDelay is how long to wait before the nth knock.
func knockDelay(n int) time.Duration { return min(minPilotInterval<<min(n, 8), time.Second) }
