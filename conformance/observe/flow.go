package observe

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// maxLocalRefusals is how many more refused than good answers to one kind of request count as a limit on all requests: single
// refusals say that one resource is busy.
const maxLocalRefusals = 3

// refusals count answers of flow control.
type refusals struct {
	byRole map[record.Role]int // refused answers less good ones, never below zero; starts aside

	first *record.Exchange // the first of those that nothing but others followed; nil where the last answer was another
}

// noteFlowControl counts an answer. Where flow control is all that came for as long as a job may take, the run ends: nothing more
// can be learnt. It needs r.mu.
func (r *run) noteFlowControl(e *record.Exchange) {
	if !e.Answered() {
		return
	}
	f := &r.refusals
	if !e.FlowControl() {
		f.first, f.byRole[e.Role] = nil, max(0, f.byRole[e.Role]-1)
		return
	}
	if e.Role != record.RoleStart { // a refused start may mean that enough jobs run
		f.byRole[e.Role]++
	}
	switch {
	case f.first == nil:
		f.first = e
	case e.Received-f.first.Received >= r.target.JobTimeout:
		r.stop(f.text())
	}
}

// text says that flow control is all that came since a request.
func (f *refusals) text() string {
	return fmt.Sprintf("everything has been answered %d since request %d", f.first.Status, f.first.Number)
}

// onlyRefused says that a run was over before any job was done, and was refused by flow control to its end; empty where it was not. It needs r.mu.
func (r *run) onlyRefused() string {
	if r.refusals.first == nil || slices.ContainsFunc(r.jobs, func(j *job) bool { return j.doneAt > 0 }) {
		return ""
	}
	return r.refusals.text()
}

// limitsAll reports whether an answer of flow control holds for all requests: it says so, or most of its kind are refused.
func (r *run) limitsAll(got answer) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return got.LimitsClient() || r.refusals.byRole[got.Role] >= maxLocalRefusals
}

// ask makes a request, and repeats it while credentials that ran out, flow control or our own load are in the way and the deadline allows. The deadline
// may move meanwhile.
func (r *run) ask(ctx context.Context, a ask, deadline func() time.Duration) answer {
	refusedSince := time.Duration(0)
	for tries := 1; ; tries++ {
		got := r.send(ctx, a)
		if r.refuses(got, a.url, refusedSince) && ctx.Err() == nil {
			refusedSince = cmp.Or(refusedSince, got.Sent)
			sleep(ctx, knockDelay(tries))
			continue
		}
		if got.Failure.Kind == record.FailureLoad && tries < maxLoadRetries && r.mayRetry(a) {
			sleep(ctx, loadRetryDelay<<tries)
			continue
		}
		if got.Failure.Kind == record.FailureRestart && r.mayRetry(a) { // it waits at the gate until the target is back
			continue
		}
		if got.Probe == record.ProbeRenewal {
			r.renew(ctx, got.credentials, a.probe == "")
			a.again = true
			continue
		}
		if !got.FlowControl() {
			return got
		}
		if !r.waitAsAsked(ctx, got, deadline()) {
			return got
		}
	}
}

// waitAsAsked waits as flow control asks, and reports whether the request may be made again by then.
func (r *run) waitAsAsked(ctx context.Context, got answer, deadline time.Duration) bool {
	wait, given := contract.RetryAfter(got.Exchange, time.Now())
	if !given {
		wait = defaultRetryAfter
	}
	if limit, limited := ctx.Deadline(); limited && time.Now().Add(wait).After(limit) || r.now()+wait > deadline {
		return false
	}
	wait = max(wait, defaultRetryAfter/10) // with no wait at all, each of several answers that came at the same time would slow the run down
	if r.limitsAll(got) {
		r.gate.hold(wait)
	} else {
		sleep(ctx, wait)
	}
	return ctx.Err() == nil
}
