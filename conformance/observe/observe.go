package observe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// Observe lives the jobs of a run through on the target, and returns what it saw.
//
// An error that is an [Unreachable] comes with an observation in which nobody
// answered; with any other, the target itself can't be used, and nothing was sent.
// When ctx ends, or a bound of the target is reached, the observation is what was seen until then, and its
// Stopped says why it ended.
func Observe(ctx context.Context, target Target) (*contract.Observation, error) {
	target, err := target.settled()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, target.Timeout, errTotal)
	defer cancel()
	r := newRun(ctx, target)
	defer r.connections.close()
	defer r.gate.close()
	var why string
	r.during("preflight", func() { why = r.preflight() })
	if why != "" {
		unreachable := &Unreachable{BaseURL: r.judged.BaseURL, Text: why}
		o := r.observation()
		o.Unreachable = unreachable.Error()
		return o, unreachable
	}
	stop := r.report()
	r.live()
	r.during("late reads", r.lookBack)
	r.during("last probes", r.probeLast)
	stop()
	return r.observation(), nil
}

var errTotal = errors.New("the total timeout")

// preflight asks once whether anybody answers: any answer in HTTP will do.
func (r *run) preflight() string {
	limit := r.target.preflightLimit()
	a := r.send(r.ctx, ask{
		role: contract.RoleOther, probe: contract.ProbePreflight, label: "preflight",
		method: http.MethodHead, url: r.target.BaseURL, limit: limit,
	})
	if a.Answered() {
		return ""
	}
	switch failure := a.Failure; failure.Kind {
	case contract.FailureTimeout:
		return fmt.Sprintf("it did not answer a HEAD request in HTTP within %v", limit)
	case contract.FailureBroken, contract.FailureProtocol:
		return r.foreignTongue(failure)
	default:
		return failure.Text
	}
}

// foreignTongue says of a target that answered, and not in HTTP, how its answer began.
func (r *run) foreignTongue(failure contract.Failure) string {
	began := []byte{}
	if conn := r.connections.last.Load(); conn != nil {
		began = conn.began()
	}
	switch {
	case len(began) == 0:
		return "it closed the connection without an answer in HTTP"
	case bytes.HasPrefix(began, []byte("HTTP/")) || strings.HasPrefix(r.target.BaseURL, "https:"):
		return failure.Text
	}
	return fmt.Sprintf("not an answer in HTTP: it begins with %q", began)
}

// observation is the record as it stands.
func (r *run) observation() *contract.Observation {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := &contract.Observation{
		Target: r.judged, Run: r.name, Began: r.began, Duration: r.now(), Exchanges: r.exchanges, Stopped: r.stopped,
		Parts: r.parts,
	}
	if o.Stopped == "" && r.parent.Err() != nil {
		o.Stopped = stoppedBy(r.parent, r.target)
	}
	o.Arrange()
	return o
}

func stoppedBy(ctx context.Context, t Target) string {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errTotal):
		return fmt.Sprintf("the total timeout of %v was reached before the run had seen all it wanted", t.Timeout)
	case errors.Is(cause, context.DeadlineExceeded):
		return "the time that the caller allowed was up before the run had seen all it wanted"
	default:
		return "interrupted before the run had seen all it wanted"
	}
}

// report tells the caller how far the run is, until the function it returns is called.
func (r *run) report() (stop func()) {
	if r.target.Progress == nil {
		return func() {}
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
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
	}()
	return func() { close(quit); <-done }
}
