package contract

import (
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// idsAgain finds ids that are given out again after the jobs that had them were lost: a later start is given the monitor of an earlier one, though starts
// between them were given others, and other jobs begun before it are unknown.
func idsAgain(o *view, answers []answer) *explanation {
	first, again := o.givenAgain()
	if again == nil {
		return nil
	}
	var covers []*record.Exchange
	unknown := map[int]bool{}
	for _, a := range answers {
		j := o.jobNumbered(a.Job)
		older := a.Job > 0 && a.Probe == "" && a.Role != record.RoleStart && j.acceptedBy(o, again.Start.Sent)
		switch {
		case older && a.unknown():
			unknown[a.Job] = true
			covers = append(covers, a.Exchange)
		case older && a.Sent > again.Start.Sent && o.monitorOfLater(j, again):
			covers = append(covers, a.Exchange) // it may be the later job's
		case a.Role == record.RoleStart && a.Sent >= again.Start.Sent && j.Accepted(o.Protocol) && o.monitorOfEarlier(j):
			covers = append(covers, a.Exchange)
		}
	}
	if len(unknown) < 2 {
		return nil
	}
	return &explanation{requirement: idJobsSurviveRestart, covers: covers, beside: []*record.Exchange{first.Start, again.Start},
		got: fmt.Sprintf("the monitor of job %d (#%d) was given to job %d too (#%d), after starts with monitors of their own, and %s begun before that are unknown",
			first.Number, first.Start.Number, again.Number, again.Start.Number, plural(len(unknown), "job")),
		want: "jobs that go on, or begin again, and done ones that stay done",
		cause: cause{name: "restart", says: "the server was restarted, or replaced by a new version: jobs are kept in its memory, and so is the counter that ids are made from",
			mend: "keep jobs in a store that survives the process, and make ids from random bytes"}}
}

// givenAgain is the first job that was given the monitor of an earlier one, though a start between them was given another, and that earlier one.
func (o *view) givenAgain() (first, again *jobView) {
	byMonitor := map[string]*jobView{}
	for _, j := range o.jobs {
		if !j.Accepted(o.Protocol) || j.MonitorURL == "" {
			continue
		}
		earlier := byMonitor[j.MonitorURL]
		if earlier == nil {
			byMonitor[j.MonitorURL] = j
			continue
		}
		if o.anotherBetween(earlier.Start, j.Start) && (again == nil || j.Start.Sent < again.Start.Sent) {
			first, again = earlier, j
		}
	}
	return first, again
}

// monitorOfLater reports whether a job's monitor was given to one begun no earlier than another.
func (o *view) monitorOfLater(j, from *jobView) bool {
	return slices.ContainsFunc(o.jobs, func(other *jobView) bool {
		return other != j && other.Start != nil && other.Start.Sent >= from.Start.Sent && other.MonitorURL == j.MonitorURL
	})
}

// monitorOfEarlier reports whether a job was given the monitor of an earlier one.
func (o *view) monitorOfEarlier(j *jobView) bool {
	return slices.ContainsFunc(o.jobs, func(other *jobView) bool {
		return other != j && other.Start != nil && other.Start.Sent < j.Start.Sent && other.MonitorURL == j.MonitorURL
	})
}

// givenDone is the first read of a start's job if that was done then, though most jobs still ran when they were older: it had been begun before.
func (o *view) givenDone(start *record.Exchange) *record.Exchange {
	j := o.jobNumbered(start.Job)
	if len(j.Reads) == 0 || !o.Protocol.Done.On(j.Reads[0]) {
		return nil
	}
	ran, age := 0, j.Reads[0].Received-start.Sent
	for _, other := range o.jobs {
		if other.Start != nil && other.lastPendingAt-other.Start.Received > age {
			ran++
		}
	}
	if ran*2 <= len(o.jobs) {
		return nil
	}
	return j.Reads[0]
}

// anotherBetween reports whether a start that was sent between two others was given another monitor.
func (o *view) anotherBetween(a, b *record.Exchange) bool {
	monitor := o.Protocol.Monitor.Follow(a, nil)
	return slices.ContainsFunc(o.jobs, func(j *jobView) bool {
		return j.Accepted(o.Protocol) && j.MonitorURL != monitor && j.Start.Sent > a.Received && j.Start.Received < b.Sent
	})
}

// sharedUnevenly reports whether a start was given a monitor of its own sooner after another, whose job still ran, than starts that share a monitor lie apart:
// who takes a start for a repetition would have taken that one too.
func (o *view) sharedUnevenly() bool {
	last, shared, apart := map[string]*jobView{}, time.Duration(0), ever
	var opened *jobView // the last job that was the first of its monitor
	for _, j := range o.jobs {
		if !j.Accepted(o.Protocol) || j.MonitorURL == "" {
			continue
		}
		if before := last[j.MonitorURL]; before != nil {
			shared = max(shared, j.Start.Sent-before.Start.Received)
		} else {
			if opened != nil && j.Start.Sent > opened.Start.Received && (opened.Done == nil || opened.Done.Received > j.Start.Received) {
				apart = min(apart, j.Start.Received-opened.Start.Sent)
			}
			opened = j
		}
		last[j.MonitorURL] = j
	}
	return apart < shared
}
