package observe

import (
	"context"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// restartLate waits for a target that goes down only now, after the command has ended: a process that is told to end may answer its clients first,
// and some commands do no more than ask for a restart. The restart is what comes now, and not when it was asked for.
func (r *run) restartLate(until time.Duration) {
	r.gate.shut(r.ctx, 0)
	r.mu.Lock()
	for i := range r.parts {
		if r.parts[i].Name == record.PartRestart {
			r.parts[i].Name = "restart command"
		}
	}
	r.mu.Unlock()
	r.awaitReturn(func(context.Context) error { return nil }, until)
}

// startYounger begins more jobs where those begun after the restart were lost: then it came later than it seemed, and whether jobs that are begun
// after it are known is still to be seen.
func (r *run) startYounger(after []*job) []*job {
	lost := slices.ContainsFunc(after, func(j *job) bool { return j.doneAt == 0 && r.now() < r.deadline(j) })
	if !lost || r.target.Restart == nil || r.ctx.Err() != nil {
		return nil
	}
	return r.startWatched(jobsAfter...)
}

// duringRestart makes what failed while the target was down no failure of its. It reports whether the target goes down with it, and until when it has
// to be back. That is once at most, and only where no downtime was seen while the command ran, nor just after it.
func (r *run) duringRestart(e *record.Exchange) (goesDown bool, until time.Duration) {
	if e.Answered() && !slices.Contains(notUpStatuses, e.Status) || e.Failure.Kind == record.FailureStopped {
		return false, 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.down.Load() {
		if !r.mayBeRestart(e) || r.now() >= r.unseenUntil {
			return false, 0
		}
		goesDown, until, r.unseenUntil = true, r.unseenUntil, 0
		r.down.Store(true)
	}
	e.Status, e.Fields, e.MoreFields, e.Body = 0, nil, 0, record.Body{}
	e.Failure = record.Failure{Kind: record.FailureRestart, Text: "it was under way when the target was restarted"}
	return goesDown, until
}

// mayBeRestart reports whether a request of a job's life failed as it does where its server ends.
func (r *run) mayBeRestart(e *record.Exchange) bool {
	failed := e.Answered() || e.Failure.Kind == record.FailureConnect || e.Failure.Kind == record.FailureBroken
	return failed && e.Probe == "" && !e.FlowControl() && r.onTarget(e.Request.URL)
}
