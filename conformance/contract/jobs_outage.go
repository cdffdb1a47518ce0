package contract

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// An outage is a time in which a target took no connections.
type outage struct {
	from, to time.Duration      // the first and the last request without a connection
	refused  bool               // a connection was refused: nothing listened
	covers   []*record.Exchange // requests that got no connection, or whose connection was closed
}

// unserved finds the outage of a run; it has no requests where there was none.
func (o *view) unserved(answers []answer) (x outage) {
	for _, a := range answers {
		if !unserved(a.Exchange) || a.Peer != "" || !o.Home(a.Request.URL) {
			continue
		}
		if x.covers == nil {
			x.from = a.Sent
		}
		x.to, x.refused = max(x.to, a.Sent), x.refused || a.Failure.Kind == record.FailureConnect
		x.covers = append(x.covers, a.Exchange)
	}
	return x
}

// unannounced finds a restart that the run did not ask for: connections were refused or reset for a moment. If every older job is unknown after it,
// it lost them. If nothing else is wrong, the target was only out of reach.
func unannounced(o *view, answers []answer) *explanation {
	x := o.unserved(answers)
	if len(x.covers) == 0 {
		return nil
	}
	lost, back, kept := map[int]bool{}, (*record.Exchange)(nil), false
	stuck, later := o.stuckSince(x)
	for _, a := range answers {
		older := a.Job > 0 && a.Role != record.RoleStart && o.jobNumbered(a.Job).acceptedBy(o, x.to)
		switch {
		case later != nil && stuck[a.Job] && a.Probe == "" && a.Sent > x.to:
			x.covers = append(x.covers, a.Exchange)
		case a.Probe != "" || unserved(a.Exchange):
		case older && a.Received >= x.from && a.deniesJob(o):
			lost[a.Job] = true
			x.covers = append(x.covers, a.Exchange)
		case !a.right:
			return nil // another thing is wrong too
		case a.Sent > x.to:
			back, kept = a.Exchange, kept || older
		}
	}
	switch {
	case later != nil && len(lost) == 0:
		found := x.explain(idJobsSurviveRestart, fmt.Sprintf("%s that ran then never end; one that began later did (#%d)", plural(len(stuck), "job"), later.Number),
			"jobs that go on, or begin again, or are reported as failed", cause{name: "restart",
				says: "the server was restarted, or replaced by a new version, and the work on running jobs ended with it",
				mend: "when the server starts, take up what ran again, or report it as failed"})
		found.beside = []*record.Exchange{later}
		return found
	case len(lost) >= 2 && !kept:
		return x.explain(idJobsSurviveRestart, fmt.Sprintf("all %s asked for after that are unknown", plural(len(lost), "older job")),
			"jobs that go on, or begin again, and done ones that stay done", cause{name: "restart",
				says: "the server was restarted, or replaced by a new version, and jobs are kept in its memory",
				mend: "keep jobs in a store that survives the process, and let running ones end before it stops"})
	case len(lost) == 0 && x.refused && kept && !x.servedMeanwhile(answers):
		found := x.explain(idHTTPAvailable, fmt.Sprintf("everything worked again after that (#%d): no job was lost", back.Number), "a server that takes connections", cause{
			name: "outage", says: "the server was restarted, or replaced by a new version, and for a moment nothing listened",
			mend: "start the new process before the old one stops, and let the old one answer the requests that it has accepted"})
		found.beside = []*record.Exchange{back}
		return found
	}
	return nil
}

func (x outage) explain(requirement, got, want string, why cause) *explanation {
	return &explanation{requirement: requirement, covers: x.covers, want: want, cause: why,
		got: fmt.Sprintf("connections were refused or reset from %s to %s (first #%d), and %s", record.Clock(x.from), record.Clock(x.to), x.covers[0].Number, got)}
}

// stuckSince lists the jobs that ran in an outage, two at least, if none of them ended, and the end of one that began later.
func (o *view) stuckSince(x outage) (stuck map[int]bool, later *record.Exchange) {
	stuck = map[int]bool{}
	for _, j := range o.jobs {
		switch older := j.acceptedBy(o, x.to); {
		case !older && j.Done != nil:
			later = cmp.Or(later, j.Done)
		case older && j.Done != nil && j.lastPendingAt >= x.from:
			return nil, nil
		case older && j.Done == nil && completes(o, j).Outcome == Fail:
			stuck[j.Number] = true
		}
	}
	if len(stuck) < 2 {
		return nil, nil
	}
	return stuck, later
}

// servedMeanwhile reports whether a request that was sent well within the outage was answered before its end, not counting those that the old process
// goes on to serve for a moment.
func (x outage) servedMeanwhile(answers []answer) bool {
	return slices.ContainsFunc(answers, func(a answer) bool {
		return a.Answered() && a.Peer == "" && a.Sent > x.from+lateness && a.Received < x.to
	})
}

func unserved(e *record.Exchange) bool {
	return e.Failure.Kind == record.FailureConnect || e.Failure.Kind == record.FailureBroken
}

// deniesJob reports whether an answer says that there is no such job, or no result of it: a result that was never read before is one of the two.
func (a answer) deniesJob(o *view) bool {
	return a.unknown() || a.Role == record.RoleResult && a.Probe == "" && o.Protocol.Failure.On(a.Exchange) && !o.Protocol.Success.On(a.Exchange)
}

// acceptedBy reports whether the job had begun at a time.
func (j *jobView) acceptedBy(o *view, at time.Duration) bool {
	return j.Accepted(o.Protocol) && j.Start.Received <= at
}
