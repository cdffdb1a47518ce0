package observe

import (
	"net/http"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// An answer is an exchange as it was recorded, and some fields as they really came: the
// record has no secrets, but a Location has to be followed byte for byte.
type answer struct {
	*record.Exchange
	received
	credentials int // the number of those that the request carried
}

// What was received is what is needed of an answer as it really came.
type received struct {
	url    string // that was asked
	header http.Header
	values map[string]string // what the body holds at the dialect's places
}

// asReceived is the answer's exchange with what really came in place of what the record has of it; nil where there was none.
func (a answer) asReceived() *record.Exchange {
	if a.Exchange == nil {
		return nil
	}
	e := &record.Exchange{Role: a.Role, Status: a.Status, Request: record.Request{URL: a.url}}
	for name, values := range a.header {
		for _, value := range values {
			e.Fields = append(e.Fields, record.Field{Name: name, Value: value})
		}
	}
	e.Body.Values = a.values
	return e
}

// pointer returns where the answer points, resolved; empty where it does not, or not clearly. The start is that of its job.
func (a answer) pointer(p record.Pointer, start answer) string {
	return p.Follow(a.asReceived(), start.asReceived())
}

// reference returns where the answer points, as it says so.
func (a answer) reference(p record.Pointer, start answer) locationRef {
	reference, asked := p.Reference(a.asReceived(), start.asReceived())
	return locationRef{asked, reference, a.Body.Beginning}
}
