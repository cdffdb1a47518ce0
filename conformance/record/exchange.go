// Package record has what was seen of a target, as plain values: the exchanges of a run, in the order sent, and the jobs that they
// are about. Package observe makes an [Observation], package har keeps it in a file, and package contract judges it.
package record

import (
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
)

// An Exchange is one request and what came back, as values.
// The zero value is a request that was never sent.
type Exchange struct {
	Number  int       // place in the record, from 1
	Role    Role      // the resource that was asked
	Probe   ProbeName // why it was asked, where that is not a job's life; else empty
	Job     int       // the job it belongs to, from 1; 0 for none
	Way     Way       // how the job was begun; on its start only
	Late    bool      // part of the re-reads at the end of the run
	Request Request

	Status  int     // 0 where no answer came
	Fields  []Field // the answer's header fields: every value, in the order received
	Body    Body
	Failure Failure // why there is no answer; zero where there is one

	MoreFields int // header fields of the answer that are not in the record: it had too many, or too large ones

	// Sent, Received and Ended are counted from the beginning of the
	// observation on one monotonic clock: the request was about to be
	// written, the header section was complete, the body had ended.
	Sent, Received, Ended time.Duration

	Signs string // the signs of the dialect that the answer bears besides its status, in words; made by Arrange

	Connection int    // which connection carried it, from 1; 0 where there was none
	Fresh      bool   // it was the first request on that connection
	Peer       string // the HOST:PORT of the replica that was asked; empty for the target's own address
	Protocol   string // "HTTP/1.1", "HTTP/2.0"
}

// A Role is the resource that an exchange is about.
type Role string

// The three resources of the contract, and what is none of them.
const (
	RoleStart   Role = "start"
	RoleMonitor Role = "monitor"
	RoleResult  Role = "result"
	RoleOther   Role = "other"
)

// A Way is how a job was begun.
type Way string

const (
	WayAlone    Way = "alone"        // no other start was under way
	WayTogether Way = "together"     // at the same instant as others
	WayUnread   Way = "unread"       // alone, and its monitor left unread until the watched jobs were done
	WayDropped  Way = "disconnected" // alone, and the connection that started it was closed at once
)

// A Request is what was asked. Its tags, a field's and a failure's are for the report in JSON, which has them as they are.
type Request struct {
	Method      string   `json:"method"`
	URL         string   `json:"url"` // absolute
	Fields      []Field  `json:"fields,omitempty"`
	BodyLength  int64    `json:"-"`
	Credentials Identity `json:"-"`
}

// An Identity says whose credentials a request carried.
type Identity string

const (
	IdentityNone  Identity = ""      // none: none were given, they were left out, or the origin is another
	IdentityFirst Identity = "first" // those of the target
	IdentityOther Identity = "other" // the second identity's
)

// A Field is one header field line.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A Body is the content of an answer, as the recorder saw it.
type Body struct {
	Length    int64  // bytes read
	Hash      string // SHA-256 of the bytes read, in hex; empty where nothing was hashed
	Beginning []byte // the first bytes, for people and for reports
	Cut       string // why it did not arrive whole; empty where it did
	Bounded   bool   // reading stopped at a bound of ours: Length and Hash speak of what was read
	NotJSON   string // why it is not the JSON that it is declared to be; empty where it is, or nothing is declared
	Mentions  []Mention
	Values    map[string]string // what it holds at the places by which the dialect speaks ([dialect.Read]); nil for none
}

// Whole reports whether the content was read to its end and is what it is declared to be: only
// such contents can be compared.
func (b *Body) Whole() bool { return b.Cut == "" && b.NotJSON == "" && !b.Bounded }

// A Mention is a job's id that occurs in a body.
type Mention struct {
	Job    int    // whose id
	Before string // the bytes just before it, which tell its place from other places
}

// A Failure is why a request has no answer. The zero value is an answer.
type Failure struct {
	Kind FailureKind `json:"kind"`
	Text string      `json:"text"` // the error, in words
}

// A FailureKind tells failures apart that mean different things to a client.
type FailureKind string

const (
	FailureNone     FailureKind = ""
	FailureConnect  FailureKind = "connect"  // no connection: refused, no such host, unreachable
	FailureTLS      FailureKind = "tls"      // no secure connection
	FailureTimeout  FailureKind = "timeout"  // no whole answer within the request timeout
	FailureBroken   FailureKind = "broken"   // the connection ended before the answer did
	FailureProtocol FailureKind = "protocol" // not HTTP, or beyond our bounds on it
	FailureFlood    FailureKind = "flood"    // a body beyond every bound
	FailureWithheld FailureKind = "withheld" // not sent at all: we would not go there
	FailureStopped  FailureKind = "stopped"  // the run ended first
	FailureRestart  FailureKind = "restart"  // the target was being restarted, by us
	FailureLoad     FailureKind = "load"     // our own load, or a limit of our own machine, was in the way
)

// Answered reports whether an answer came: a status, and a body that ended
// or was cut off for a reason of its own.
func (e *Exchange) Answered() bool { return e.Failure.Kind == FailureNone && e.Status != 0 }

// Unjudgeable reports whether the exchange says nothing about the target: it was not
// sent, or the run ended, or got in its own way, before an answer could come.
func (e *Exchange) Unjudgeable() bool {
	return e.Failure.Kind == FailureRestart || e.Failure.Kind == FailureWithheld || e.Failure.Kind == FailureStopped || e.Failure.Kind == FailureLoad
}

// Values returns every value of a field of the answer, in order, nil if absent.
func (e *Exchange) Values(name string) []string { return valuesOf(e.Fields, name) }

// Has reports whether the answer carries the field at all.
func (e *Exchange) Has(name string) bool { _, has := firstOf(e.Fields, name); return has }

// Value returns the first value of a field of the answer, or "".
func (e *Exchange) Value(name string) string { value, _ := firstOf(e.Fields, name); return value }

// FlowControl reports whether the answer asks to come back later: 429 (RFC
// 6585 4), or 503 with Retry-After (RFC 9110 15.6.4). It is honoured and
// never judged.
func (e *Exchange) FlowControl() bool {
	return e.LimitsClient() || e.Answered() && e.Status == 503 && e.Has("Retry-After")
}

// LimitsClient reports whether the answer limits all requests of this client (429, RFC 6585 4), and not
// only those for one resource.
func (e *Exchange) LimitsClient() bool { return e.Answered() && e.Status == 429 }

// Answer is the answer as a dialect looks at it.
func (e *Exchange) Answer() dialect.Answer {
	return dialect.Answer{Status: e.Status, Fields: e.Values, Values: e.Body.Values, Empty: e.Body.Length == 0}
}

// Failed reports whether the exchange brought a 4xx, a 5xx or no answer.
func (e *Exchange) Failed() bool { return !e.Answered() || e.Status >= 400 }

// NotFound reports whether the answer says that there is no such resource: 404, or 410 where it is gone for good (RFC 9110 15.5.5, 15.5.11).
func (e *Exchange) NotFound() bool { return e.Status == 404 || e.Status == 410 }

// Value returns the first value of a field of the request, or "".
func (r *Request) Value(name string) string { value, _ := firstOf(r.Fields, name); return value }

func firstOf(fields []Field, name string) (string, bool) {
	for i := range fields {
		if strings.EqualFold(fields[i].Name, name) {
			return fields[i].Value, true
		}
	}
	return "", false
}

func valuesOf(fields []Field, name string) []string {
	var values []string
	for _, field := range fields {
		if len(field.Name) == len(name) && strings.EqualFold(field.Name, name) { // names are ASCII (RFC 9110 5.1)
			values = append(values, field.Value)
		}
	}
	return values
}
