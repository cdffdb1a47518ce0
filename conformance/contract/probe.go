package contract

import (
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// exchanges lists those of the record that a question is about.
func (o *view) exchanges(about func(*record.Exchange) bool) []*record.Exchange {
	var list []*record.Exchange
	for _, e := range o.Exchanges {
		if about(e) {
			list = append(list, e)
		}
	}
	return list
}

// probes lists the probes of a kind on a resource: those that were answered, flow control and
// refusals by another origin aside.
func (o *view) probes(name record.ProbeName, role record.Role) []*record.Exchange {
	var list []*record.Exchange
	for _, e := range o.probed {
		if e.Probe == name && e.Role == role && e.Answered() && !e.FlowControl() && !o.refusedCrossOrigin(e) {
			list = append(list, e)
		}
	}
	return list
}

// known reports whether a resource of a job that exists was answered well: without
// that, what an id that does not exist is answered shows nothing.
func (o *view) known(role record.Role) bool {
	return slices.ContainsFunc(o.jobs, func(j *jobView) bool {
		switch role {
		case record.RoleStart:
			return j.Accepted(o.Protocol)
		case record.RoleMonitor:
			return j.firstGoodRead(o) != nil
		default:
			return j.firstResult(o) != nil
		}
	})
}

// allAnswered returns the exchanges where there are any and all of them were answered so; else nil. A made-up
// id may by chance be somebody's, and one odd answer may be an accident: all of them are neither.
func allAnswered(exchanges []*record.Exchange, so func(*record.Exchange) bool) []*record.Exchange {
	for _, e := range exchanges {
		if !so(e) {
			return nil
		}
	}
	return exchanges
}

func statusIn(from, to int) func(*record.Exchange) bool {
	return func(e *record.Exchange) bool { return e.Status >= from && e.Status <= to }
}
