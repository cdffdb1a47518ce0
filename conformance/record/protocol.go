package record

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Protocol is what one dialect of the pattern says on the wire. Judgements
// speak of phases and pointers; the statuses, methods and fields are here.
type Protocol struct {
	Name     string
	Accepted Signs // a start that was accepted
	Pending  Signs // a monitor's answer while its job runs
	Done     Signs // and once it is done
	Success  Signs // the result of a job that succeeded
	Failure  Signs // the result of a job that failed
	Result   Signs // the result as the run expects it: the one, the other, or either

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
	Success:  Signs{Statuses: []int{200}},
	Failure:  Signs{Statuses: []int{422}},
	Result:   Signs{Statuses: []int{200}},
	Monitor:  Pointer{Field: "Location"},
	Product:  Pointer{Field: "Location"},
}

// An Expectation is the expected outcome of the jobs.
type Expectation string

const (
	ExpectSuccess Expectation = "success" // as it is where nothing is said
	ExpectFailure Expectation = "failure" // each result is that of a job that failed
	ExpectEither  Expectation = "either"  // the one or the other
)

// Expectations returns all there are, the default first.
func Expectations() []Expectation { return []Expectation{ExpectSuccess, ExpectFailure, ExpectEither} }

// Expecting is the protocol for jobs with the expected outcome; as it is for an empty expectation.
func (p Protocol) Expecting(e Expectation) Protocol {
	switch e {
	case ExpectFailure:
		p.Result = p.Failure
	case ExpectEither:
		p.Result = Signs{Statuses: slices.Concat(p.Success.Statuses, p.Failure.Statuses)}
	default:
		p.Result = p.Success
	}
	return p
}

// Expects says in words how the result is to be answered.
func (p Protocol) Expects() string {
	succeeds, fails := p.Result.share(p.Success), p.Result.share(p.Failure)
	switch {
	case succeeds && fails:
		return fmt.Sprintf("%s and the result, or %s where the job failed", p.Success, p.Failure)
	case fails:
		return fmt.Sprintf("%s, as for a job that failed", p.Failure)
	}
	return fmt.Sprintf("%s and the result", p.Success)
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

// share reports whether there is a status that both have.
func (s Signs) share(other Signs) bool {
	return slices.ContainsFunc(s.Statuses, func(status int) bool { return slices.Contains(other.Statuses, status) })
}

// String lists the statuses: "200 or 204".
func (s Signs) String() string {
	words := make([]string, len(s.Statuses))
	for i, status := range s.Statuses {
		words[i] = strconv.Itoa(status)
	}
	return strings.Join(words, " or ")
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

// Answers reports whether an answer is one that a monitor, or a result, may give: the resource is there.
func (p Protocol) Answers(e *Exchange) bool {
	if e.Role == RoleResult {
		return p.Result.On(e)
	}
	return p.Pending.On(e) || p.Done.On(e)
}
