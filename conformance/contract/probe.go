package contract

import "slices"

// A ProbeName says what a request was made to learn, apart from a job's life.
type ProbeName string

const (
	ProbePreflight   ProbeName = "preflight"      // the one HEAD of the base URL that shows whether anybody answers
	ProbeHead        ProbeName = "head"           // HEAD, where GET is what the job's life needs
	ProbeOptions     ProbeName = "options"        // OPTIONS on the start
	ProbeBegun       ProbeName = "begun"          // GET of a monitor that the answer to HEAD or OPTIONS named
	ProbeUnknown     ProbeName = "unknown"        // a well-shaped id that no server issued
	ProbeHostile     ProbeName = "hostile"        // an ill-shaped one
	ProbeEarly       ProbeName = "early"          // the result of a job that is pending
	ProbeConditional ProbeName = "conditional"    // a done job's monitor, with a validator from when it was pending
	ProbeForgedHost  ProbeName = "forged-host"    // a start with X-Forwarded-Host and Forwarded fields of the client's own
	ProbeMethod      ProbeName = "method"         // a method that nobody knows
	ProbeAnonymous   ProbeName = "no-credentials" // without the credentials
	ProbeOther       ProbeName = "other"          // with those of a second identity
	ProbeCORS        ProbeName = "cors-preflight" // OPTIONS as a browser sends it before a request
	ProbeDiagnosis   ProbeName = "diagnosis"      // GET of what a Location that led nowhere may have meant, to name the likely cause: never judged
)

// exchanges lists those of the record that a question is about.
func (o *Observation) exchanges(about func(*Exchange) bool) []*Exchange {
	var list []*Exchange
	for _, e := range o.Exchanges {
		if about(e) {
			list = append(list, e)
		}
	}
	return list
}

// probes lists the probes of a kind on a resource: those that were answered, flow control and
// refusals by another origin aside.
func (o *Observation) probes(name ProbeName, role Role) []*Exchange {
	var list []*Exchange
	for _, e := range o.probed {
		if e.Probe == name && e.Role == role && e.Answered() && !e.FlowControl() && !o.refusedCrossOrigin(e) {
			list = append(list, e)
		}
	}
	return list
}

// known reports whether a resource of a job that exists was answered well: without
// that, what an id that does not exist is answered shows nothing.
func (o *Observation) known(role Role) bool {
	return slices.ContainsFunc(o.Jobs, func(j *Job) bool {
		switch role {
		case RoleStart:
			return j.Accepted(o.Protocol)
		case RoleMonitor:
			return j.firstGoodRead(o) != nil
		default:
			return j.firstResult(o) != nil
		}
	})
}

// allAnswered returns the exchanges where there are any and all of them were answered so; else nil. A made-up
// id may by chance be somebody's, and one odd answer may be an accident: all of them are neither.
func allAnswered(exchanges []*Exchange, so func(*Exchange) bool) []*Exchange {
	for _, e := range exchanges {
		if !so(e) {
			return nil
		}
	}
	return exchanges
}

func statusIn(from, to int) func(*Exchange) bool {
	return func(e *Exchange) bool { return e.Status >= from && e.Status <= to }
}
