package observe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Observe runs jobs to completion on the target, and returns what it saw.
//
// With an error the target is not valid, or its first credentials were not to be had, and nothing was sent. Where nobody answers, the
// observation says so: one diagnosis in place of as many failures as there are requirements.
// When ctx ends, or a bound of the target is reached, the observation is what was seen until then, and its
// Stopped says why it ended.
func Observe(ctx context.Context, target Target) (*record.Observation, error) {
	target, err := target.withDefaults()
	if err != nil {
		return nil, err
	}
	credentials, err := newCredentials(ctx, &target)
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	r, why := waitForTarget(ctx, target, credentials)
	defer r.close()
	if why != "" {
		o := r.observation()
		o.Unreachable = o.Target.BaseURL + ": " + why
		return o, nil
	}
	whole := r.inBackground(func() {
		defer r.report()()
		defer r.renewInTime()()
		r.runJobs()
		r.timed("late reads", r.rereadDone)
		r.timed("last probes", r.probeLast)
	})
	select {
	case <-whole:
	case <-r.ctx.Done():
		select {
		case <-whole:
		case <-time.After(shutdownGrace):
		}
	}
	r.rethrow()
	return r.observation(), nil
}

// shutdownGrace is how long what is under way may take to end once the run has: its connections are closed by then.
const shutdownGrace = 2 * time.Second

var errTotal = errors.New("the total timeout")

// observation is the record as it stands.
func (r *run) observation() *record.Observation {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := &record.Observation{
		Protocol: r.protocol, Target: r.recordTarget, Run: r.name, Began: r.began, Duration: r.now(), Exchanges: slices.Clone(r.exchanges), Stopped: r.stopped,
		Parts: slices.Clone(r.parts), Dialects: r.target.Dialects,
	}
	switch {
	case o.Stopped != "":
	case r.ctx.Err() != nil:
		o.Stopped = stoppedBy(r.ctx, r.target)
	default:
		o.Stopped = r.onlyRefused()
	}
	for i := range o.Parts {
		if part := &o.Parts[i]; part.To == 0 { // it is under way, and lasts until now
			part.To = o.Duration
		}
	}
	o.Arrange()
	return o
}

func stoppedBy(ctx context.Context, t Target) string {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errTotal):
		return fmt.Sprintf("the time limit of %v ended before the run was complete", t.Timeout)
	case errors.Is(cause, context.DeadlineExceeded):
		return "the caller's time limit ended before the run was complete"
	default:
		return "interrupted before the run was complete"
	}
}

// report calls Progress until the function it returns is called.
func (r *run) report() (stop func()) {
	if r.target.Progress == nil {
		return func() {}
	}
	quit := make(chan struct{})
	done := r.inBackground(func() {
		ticker := time.NewTicker(100 * time.Millisecond)
		defer ticker.Stop()
		for {
			r.target.Progress(r.progress())
			select {
			case <-ticker.C:
			case <-quit:
				r.target.Progress(r.progress())
				return
			}
		}
	})
	return func() { close(quit); <-done }
}
