package contract

import (
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// judgeRestart passes where jobs are known after a restart of ours: lostByRestart and lostAtOnce find what one loses.
func judgeRestart(o *view) Judgement {
	part, restarted := o.Part(record.PartRestart)
	if !restarted {
		return notApplicable("the server was not seen to restart")
	}
	var after []*record.Exchange
	for _, j := range o.jobs {
		if e := j.knownAfter(o, part); e != nil {
			after = append(after, e)
		}
	}
	if len(after) == 0 {
		return notObserved("no job that began before the restart was known after it: begin longer jobs")
	}
	return passed(after[:min(len(after), 5)]...)
}

// knownAfter is the first right answer about a job after a part of the run before which it had begun; nil where there is none.
func (j *jobView) knownAfter(o *view, part record.Part) *record.Exchange {
	if !j.acceptedBy(o, part.From) {
		return nil
	}
	for _, e := range j.Reads {
		if right, _ := o.right(e); right && e.Sent >= part.To {
			return e
		}
	}
	return nil
}

// lostByRestart finds jobs that had begun before a restart of ours, and are wrong after it alone. Where jobs were begun after it, they are right.
func lostByRestart(o *view, answers []answer) *explanation {
	part, restarted := o.Part(record.PartRestart)
	if !restarted {
		return nil
	}
	running, done := map[int]bool{}, map[int]bool{}
	var covers []*record.Exchange
	var younger *record.Exchange
	for _, a := range answers {
		if a.Job == 0 || a.Probe != "" || a.Role == record.RoleStart {
			continue
		}
		j := o.jobNumbered(a.Job)
		switch older := j.acceptedBy(o, part.From) && a.Sent >= part.From; {
		case older && !a.right:
			ended := j.Done != nil && j.Done.Received <= part.From
			running[a.Job], done[a.Job] = running[a.Job] || !ended, done[a.Job] || ended
			covers = append(covers, a.Exchange)
		case !a.right:
			return nil // not the restart's, or not its alone
		case j.Start != nil && j.Start.Sent >= part.To:
			younger = a.Exchange
		}
	}
	if len(covers) == 0 {
		return nil
	}
	got := fmt.Sprintf("%s and %s are lost by the restart at %s (first in #%d)", plural(trueOf(running), "running job"), plural(trueOf(done), "done one"),
		record.Clock(part.From), covers[0].Number)
	var beside []*record.Exchange
	if younger != nil {
		got += fmt.Sprintf("; one that was begun after it is known (#%d)", younger.Number)
		beside = append(beside, younger)
	}
	return &explanation{requirement: idJobsSurviveRestart, covers: append(covers, o.asIfFailed(answers, covers, part.From)...), beside: beside, got: got,
		want: "jobs that go on, or begin again, or are reported as failed, and done ones that stay done",
		cause: cause{name: "restart", says: "jobs are kept in the memory of a process, or the work on them ends with it",
			mend: "keep jobs in a store that survives the process, and take up running ones when it comes back"}}
}

// asIfFailed lists results that were asked for from a restart on, and answered as those of jobs that failed, though the jobs are lost: whoever does not know
// a job may answer so.
func (o *view) asIfFailed(answers []answer, lost []*record.Exchange, from time.Duration) (list []*record.Exchange) {
	jobs := jobNumbers(lost)
	for _, a := range answers {
		if a.right && a.Sent >= from && a.deniesJob(o) && slices.Contains(jobs, a.Job) {
			list = append(list, a.Exchange)
		}
	}
	return list
}

// undoneByRestart reports whether a pending answer after a restart of ours is wrong: the job was done before it, or never ends.
func (o *view) undoneByRestart(e *record.Exchange) bool {
	part, restarted := o.Part(record.PartRestart)
	j := o.jobNumbered(e.Job)
	if !restarted || e.Sent < part.To || o.Protocol.Phase(e) != record.PhasePending || !j.acceptedBy(o, part.From) {
		return false
	}
	return j.Done != nil && j.Done.Received <= part.From || j.Done == nil && completes(o, j).Outcome == Fail
}

func trueOf(set map[int]bool) (n int) {
	for _, is := range set {
		if is {
			n++
		}
	}
	return n
}

// hadResult reports whether the result that an exchange asked for was read another time: then it is no job that failed.
func (o *view) hadResult(e *record.Exchange) bool {
	return slices.ContainsFunc(o.jobNumbered(e.Job).Results, func(other *record.Exchange) bool { return o.Protocol.Success.On(other) })
}
