package record

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
)

// A Protocol is a dialect of the pattern, bound to a target and to the expected outcome of its jobs: [Bind] makes it. Judgements
// speak of phases and pointers; the statuses, methods and fields are in the dialect.
type Protocol struct {
	Dialect dialect.Dialect
	Expect  Expectation

	Accepted Signs // a start that was accepted
	Pending  Signs // a monitor's answer while its job runs
	Done     Signs // and once it has ended, in whatever way
	Failed   Signs // and where that says that the job failed, or was cancelled; none in some dialects
	Success  Signs // the result of a job that succeeded
	Failure  Signs // the result of a job that failed; none in some dialects
	Result   Signs // the result as the run expects it: the one, the other, or either

	Monitor Pointer // where an accepted start names the monitor
	Product Pointer // where a done monitor names the result

	namesResult, namesMonitor bool // what NamesResult and NamesMonitor say: they are asked of every answer
}

// TwoOhTwo is the contract of the seed document.
var TwoOhTwo = Bind(dialect.TwoOhTwo, "", ExpectSuccess)

// Bind makes the protocol of a dialect for a target, by its base URL, whose jobs are expected to end in a way; in success where it is empty.
func Bind(d dialect.Dialect, base string, e Expectation) Protocol {
	m := d.Monitor
	e = cmp.Or(e, ExpectSuccess)
	if !d.Monitor.At.By(dialect.URL) && !d.Result.At.By(dialect.URL) {
		base = "" // nothing is filled with it
	}
	p := Protocol{
		Dialect: d, Expect: e,
		Accepted: signs(nil, &d.Start.Reply), Pending: signs([]*dialect.Reply{m.Unknown, m.Cancelled, m.Failed, &m.Done}, &m.Pending),
		Done: signs([]*dialect.Reply{m.Unknown}, &m.Done, m.Failed, m.Cancelled), Failed: signs([]*dialect.Reply{m.Unknown}, m.Failed, m.Cancelled),
		Success: signs(nil, d.Result.Done), Failure: signs(nil, d.Result.Failed),
		Monitor: Pointer{d.Monitor.At, base, d.Start.Ask}, Product: Pointer{d.Result.At, base, d.Start.Ask},
	}
	p.namesResult = p.Product.AreSaid() && m.Done.Needs(dialect.Results)
	p.namesMonitor = m.Pending.Needs(dialect.Monitors)
	if p.Success.replies == nil { // the monitor's own answer is the result
		p.Success = signs([]*dialect.Reply{m.Unknown, m.Cancelled, m.Failed}, &m.Done)
	}
	if p.Failure.replies == nil {
		p.Failure = p.Failed
	}
	switch e {
	case ExpectFailure:
		p.Result = p.Failure
	case ExpectEither:
		p.Result = Signs{replies: slices.Concat(p.Success.replies, p.Failure.replies)}
	default:
		p.Result = p.Success
	}
	return p
}

// Signs are the constants by which an answer is recognised. They alone decide the
// phase; whether the rest of the answer is right is judged afterwards.
type Signs struct {
	replies []dialect.Reply // one of these
	not     []dialect.Reply // and none of those, which are tried before
	words   string          // of the first
}

func signs(not []*dialect.Reply, replies ...*dialect.Reply) Signs {
	s := Signs{replies: onlySigns(replies), not: onlySigns(not)}
	if len(s.replies) > 0 {
		s.words = s.replies[0].String()
	}
	return s
}

func onlySigns(replies []*dialect.Reply) (list []dialect.Reply) {
	for _, r := range replies {
		if r != nil {
			list = append(list, r.OnlySigns())
		}
	}
	return list
}

// On reports whether an answer bears the signs.
func (s Signs) On(e *Exchange) bool {
	if !e.Answered() {
		return false
	}
	bears := func(r dialect.Reply) bool { return r.Signs(e.Answer()) }
	return slices.ContainsFunc(s.replies, bears) && !slices.ContainsFunc(s.not, bears)
}

// None reports whether no answer can bear them.
func (s Signs) None() bool { return len(s.replies) == 0 }

// String says what an answer looks like that bears them: "200", "200 with /status Running". Of several kinds of answers it is the first.
func (s Signs) String() string { return s.words }

// A Pointer is where an answer names another resource.
type Pointer struct {
	refs dialect.Refs
	base string // of the target
	ask  dialect.Ask
}

// In returns every value of the pointer in an answer, nil if there is none.
func (p Pointer) In(e *Exchange) []string { return p.refs.Said(e.Answer(), dialect.Answer{}) }

// One returns the pointer's value where there is exactly one and it is not empty.
func (p Pointer) One(e *Exchange) (string, bool) {
	values := p.In(e)
	if len(values) != 1 || values[0] == "" {
		return "", false
	}
	return values[0], true
}

// String names the place: "Location", "/href".
func (p Pointer) String() string { return p.refs.String() }

// AreSaid reports whether answers name the resource, by a field or in their body; otherwise its place follows from what is known.
func (p Pointer) AreSaid() bool { return p.refs.AreSaid() }

// InField reports whether a header field holds it: HEAD tells it too then.
func (p Pointer) InField() bool { return p.refs.By(dialect.Header) }

// Is reports whether a header field is the pointer.
func (p Pointer) Is(field string) bool {
	return slices.ContainsFunc(p.refs, func(r dialect.Ref) bool { return r.Form == dialect.Header && strings.EqualFold(r.Arg, field) })
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

// Expects says in words how the result is to be answered.
func (p *Protocol) Expects() string {
	switch {
	case len(p.Dialect.Result.At) == 0 && p.Expect != ExpectEither:
		return p.Result.String() // there is none
	case p.Expect == ExpectEither:
		return fmt.Sprintf("%s and the result, or %s where the job failed", p.Success, p.Failure)
	case p.Expect == ExpectFailure:
		return fmt.Sprintf("%s, as for a job that failed", p.Failure)
	}
	return fmt.Sprintf("%s and the result", p.Success)
}

// HasResult reports whether the answer that told a job's end stands for the result too: it holds it, or says that the job failed, or
// the dialect has it name a result only where there is one, and it names none.
func (p *Protocol) HasResult(done *Exchange) bool {
	at := p.Dialect.Result.At
	if p.Failed.On(done) || len(at) == 0 || at.By(dialect.Inline) {
		return true
	}
	for _, ref := range at {
		switch {
		case ref.Form == dialect.Value && ref.In(done.Answer()):
			return true
		case ref.Form == dialect.URL:
			return false
		}
	}
	return !p.NamesResult() && len(p.Product.In(done)) == 0
}

// EndsAsExpected reports whether an answer that stands for the result too tells the end that the run expects.
func (p *Protocol) EndsAsExpected(done *Exchange) bool {
	return p.Expect == ExpectEither || p.Failed.On(done) == (p.Expect == ExpectFailure)
}

// Content is what tells an answer's result from another: the value that a place holds, or the hash of the body; empty where there is no
// result in it, or it did not come whole.
func (p *Protocol) Content(e *Exchange) string {
	if !e.Body.Whole() || len(p.Dialect.Result.At) == 0 {
		return ""
	}
	if e.Role != RoleMonitor || p.Dialect.Result.At.By(dialect.Inline) {
		return e.Body.Hash
	}
	for _, ref := range p.Dialect.Result.At {
		if ref.Form == dialect.Value && ref.In(e.Answer()) {
			return e.Body.Values[ref.Arg]
		}
	}
	return ""
}

// NamesResult reports whether every answer that tells a job's success has to name the result.
func (p *Protocol) NamesResult() bool { return p.namesResult }

// NamesMonitor reports whether a pending answer names the monitor too, where a client that is told the end by a Location would look.
func (p *Protocol) NamesMonitor() bool { return p.namesMonitor }

// PointerFields are the header fields that name a monitor or a result.
func (p *Protocol) PointerFields() []string {
	var fields []string
	for _, ref := range slices.Concat(p.Monitor.refs, p.Product.refs) {
		if ref.Form == dialect.Header && !slices.Contains(fields, ref.Arg) {
			fields = append(fields, ref.Arg)
		}
	}
	return fields
}

// WantsWhole reports whether the dialect wants a whole URL where a pointer is.
func (p *Protocol) WantsWhole(pointer Pointer) bool {
	for _, r := range []dialect.Reply{p.Dialect.Start.Reply, p.Dialect.Monitor.Done} {
		for _, ref := range pointer.refs {
			if r.Headers[ref.Arg].Absolute || r.Body[ref.Arg].Absolute {
				return true
			}
		}
	}
	return false
}

// CancelAt is where a job is cancelled.
func (p *Protocol) CancelAt() Pointer {
	return Pointer{p.Dialect.Cancel.At, p.Monitor.base, p.Monitor.ask}
}

// StartIsMonitor reports whether a job is watched where it was begun: no server chose that place.
func (p *Protocol) StartIsMonitor() bool {
	at := p.Dialect.Monitor.At
	return len(at) == 1 && at[0].Form == dialect.URL && at[0].Arg == "{start}"
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
func (p *Protocol) Phase(e *Exchange) Phase {
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

// Answers reports whether an answer is one that a monitor, or a result, may give: the resource is there.
func (p *Protocol) Answers(e *Exchange) bool {
	if e.Role == RoleResult {
		return p.Result.On(e)
	}
	return p.Pending.On(e) || p.Done.On(e)
}
