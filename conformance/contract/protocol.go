package contract

import "slices"

// A Protocol is what one dialect of the pattern says on the wire. Judgements
// speak of phases and pointers; the statuses, methods and fields are here.
type Protocol struct {
	Name     string
	Accepted Signs // a start that was accepted
	Pending  Signs // a monitor's answer while its job runs
	Done     Signs // and once it is done
	Result   Signs // the answer of the result
	Failure  Signs // the result of a job that failed

	Monitor Pointer // where an accepted start names the monitor
	Product Pointer // where a done monitor names the result
}

// Signs are the constants by which an answer is recognised. They alone decide the
// phase; whether the rest of the answer is right is judged afterwards.
type Signs struct{ Statuses []int }

// A Pointer is where an answer names another resource.
type Pointer struct{ Field string }

// TwoOhTwo is the contract of the seed document.
var TwoOhTwo = Protocol{
	Name:     "two-oh-two",
	Accepted: Signs{Statuses: []int{202}},
	Pending:  Signs{Statuses: []int{200}},
	Done:     Signs{Statuses: []int{201}},
	Result:   Signs{Statuses: []int{200}},
	Failure:  Signs{Statuses: []int{422}},
	Monitor:  Pointer{Field: "Location"},
	Product:  Pointer{Field: "Location"},
}

// A Phase is what an answer of a monitor says of its job.
type Phase string

const (
	PhasePending Phase = "pending" // the job runs
	PhaseDone    Phase = "done"    // it has ended
	PhaseFailed  Phase = "failed"  // 4xx, 5xx or no answer: nothing is known of the job
	PhaseUnknown Phase = "unknown" // an answer that the protocol does not know
)

// Phase classifies an answer of a monitor by the protocol's constants alone.
func (p Protocol) Phase(e *Exchange) Phase {
	switch {
	case p.Done.On(e):
		return PhaseDone
	case p.Pending.On(e):
		return PhasePending
	case e.Failed():
		return PhaseFailed
	}
	return PhaseUnknown
}

// On reports whether an answer bears the signs.
func (s Signs) On(e *Exchange) bool {
	return e.Answered() && slices.Contains(s.Statuses, e.Status)
}

// In returns every value of the pointer in an answer, nil if there is none.
func (p Pointer) In(e *Exchange) []string { return e.Values(p.Field) }

// One returns the pointer's value where there is exactly one and it is not empty.
func (p Pointer) One(e *Exchange) (string, bool) {
	values := p.In(e)
	if len(values) != 1 || values[0] == "" {
		return "", false
	}
	return values[0], true
}
