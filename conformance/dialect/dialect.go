// Package dialect has the dialects of the 202 pattern as data: how an API says that a job was accepted, that it runs, that it is done,
// and where to look next. [TwoOhTwo] is the contract's own. A document names others ([Parse] reads it); README.md says how one is written.
//
// The constants of a [Reply] alone decide what an answer says of its job ([Dialect.Phase]); whether the rest of it is as the dialect
// wants it is asked afterwards ([Reply.Faults]). So a done answer that lacks its Location is done, and lacks it.
package dialect

// A Dialect is one way to speak the pattern. The zero value is none: [Dialect.Check] refuses it.
type Dialect struct {
	Name   string
	Title  string // whose it is, in a few words
	Source string // where it is written
	Level  string // "MUST" or "SHOULD": how strong its own sentences are; empty means MUST

	Start   Start
	Monitor Monitor
	Result  Result
	Cancel  Cancel
}

// A Start is how a job is begun.
type Start struct {
	Methods []string // the first is used unless another is asked for
	Ask     Ask      // what a client has to say to be answered at once
	Sync    Statuses // of an answer to a request that was done at once
	Reply   Reply
}

// An Ask is what a start request carries beside what the caller gives: fields, and parameters of the query.
type Ask struct{ Headers, Query map[string]string }

// A Monitor is where a job is watched. A reply that is nil is one that the dialect does not have.
type Monitor struct {
	At                         Refs // where the answer to a start names it
	Pending, Done              Reply
	Failed, Cancelled, Unknown *Reply
}

// A Result is where what a job made is found. Without At the dialect does not say.
type Result struct {
	At                             Refs
	Pending, Done, Failed, Unknown *Reply // Pending: asked for too early
}

// A Cancel is how a job is called off. Without Method it can't be.
type Cancel struct {
	Method string
	At     Refs
	Reply  Reply
	Then   Then
}

// A Then is what a cancelled job's monitor is answered with.
type Then string

// What there may be after a cancellation.
const (
	ThenCancelled Then = "cancelled" // the cancelled reply
	ThenUnknown   Then = "unknown"   // as if the job had never been
	ThenAny       Then = "any"       // the source leaves it open
)

// A Reply is what an answer looks like: its status, and what fields and places of a JSON body hold.
type Reply struct {
	Status  Statuses
	Headers map[string]Pattern
	Body    map[string]Pattern // by JSON pointer (RFC 6901)
	Empty   bool               // there is no body
	Should  *Reply             // what the source recommends, without a status
	May     *Reply             // what it allows: as here where it is there at all
}

// Statuses are the statuses of a reply, as ranges: 202 is one of one, 4xx one of a hundred.
type Statuses []Range

// A Range is a range of statuses, its ends included.
type Range struct{ From, To int }

// Refs are places at which another resource is named, in the order tried.
type Refs []Ref

// A Ref is one such place.
type Ref struct {
	Start bool // in the answer to the start, and not in the one at hand
	Form  Form
	Arg   string // the field, the JSON pointer or the template
}

// A Form is a kind of place.
type Form string

// The forms of a reference.
const (
	Header Form = "header" // a header field holds the URL
	Link   Form = "link"   // a place in the body holds it
	Value  Form = "value"  // a place in the body holds the result itself
	URL    Form = "url"    // a template of {base}, {start}, {monitor} and places in the body ({/name})
	Inline Form = "inline" // the answer is the result itself
)

// A Pattern is what a field or a place in a body holds.
type Pattern struct {
	Kind     Kind
	Words    []any // of Constant and Except: strings, numbers, booleans; nil stands for "not there", "2xx" for its hundred statuses
	Absolute bool  // of Monitor and Result: a whole URL
	From, To int   // of Seconds: the least and the most; none where both are zero
}

// A Kind is a kind of pattern.
type Kind string

// The kinds. Constant and Except are signs, which decide the phase; the others are placeholders.
const (
	Constant Kind = ""        // one of the words
	Except   Kind = "!"       // there, and none of the words
	Monitors Kind = "monitor" // the URL of the monitor
	Results  Kind = "result"  // the URL of the result
	ID       Kind = "id"      // an id: text or a number
	Time     Kind = "time"    // a date and time as RFC 3339 writes it
	Seconds  Kind = "secs"    // a whole number of seconds; as Retry-After also a date (RFC 9110 10.2.3)
	Percent  Kind = "pct"     // a number from 0 to 100
	Any      Kind = "any"     // anything but nothing
	Content  Kind = "value"   // the result itself
)

// TwoOhTwo is the contract's own dialect.
var TwoOhTwo = Dialect{
	Name: "two-oh-two", Title: "the two-oh-two contract", Source: "seed",
	Start: Start{Methods: []string{"GET"}, Reply: Reply{Status: exactly(202), Headers: map[string]Pattern{"Location": {Kind: Monitors}}}},
	Monitor: Monitor{
		At:      Refs{{Form: Header, Arg: "Location"}},
		Pending: Reply{Status: exactly(200)},
		Done:    Reply{Status: exactly(201), Headers: map[string]Pattern{"Location": {Kind: Results}}},
		Unknown: &Reply{Status: exactly(404, 410)},
	},
	Result: Result{
		At:      Refs{{Form: Header, Arg: "Location"}},
		Pending: &Reply{Status: exactly(404, 409, 422)},
		Done:    &Reply{Status: exactly(200)},
		Failed:  &Reply{Status: exactly(422)},
		Unknown: &Reply{Status: exactly(404, 410, 422)},
	},
}

func exactly(statuses ...int) Statuses {
	var s Statuses
	for _, status := range statuses {
		s = append(s, Range{status, status})
	}
	return s
}
