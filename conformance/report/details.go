package report

import (
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// maxFields is how many header fields are shown of one message.
const maxFields = 14

// A Detail is a line about an exchange. Its kind says how to show it.
type Detail struct {
	Kind DetailKind
	Text string
	Note string // what is to be known beside the text: the length of a body
}

// A DetailKind is what a detail is about.
type DetailKind string

// The kinds of details.
const (
	DetailFacts   DetailKind = "facts"   // connection and times
	DetailRequest DetailKind = "request" // a field of the request
	DetailAnswer  DetailKind = "answer"  // a field of the answer
	DetailBody    DetailKind = "body"    // the body's beginning
	DetailFailure DetailKind = "failure" // why the answer, or its end, is missing
)

// Details are what matters of an exchange to a requirement: connection and times, fields, body.
func (e Exchange) Details(r Requirement) []Detail {
	var list []Detail
	add := func(kind DetailKind, text, note string) {
		if text != "" {
			list = append(list, Detail{kind, text, note})
		}
	}
	add(DetailFacts, e.facts(), "")
	for _, f := range relevant(e.Request.Fields, r, requestFields) {
		add(DetailRequest, f.Name+": "+Truncate(f.Value, maxValue), "")
	}
	for _, f := range relevant(e.Fields, r, answerFields(e)) {
		add(DetailAnswer, f.Name+": "+Truncate(f.Value, maxValue), "")
	}
	if e.Body != nil {
		add(DetailBody, Truncate(strings.Join(strings.Fields(e.Body.Beginning), " "), MaxBody), Counted(int(e.Body.Length), "byte"))
		if e.Body.Cut != "" {
			add(DetailFailure, "cut off: "+e.Body.Cut, "")
		}
	}
	if e.Failure != nil && !strings.Contains(e.StatusText, e.Failure.Text) {
		add(DetailFailure, e.Failure.Text, "")
	}
	return list
}

// requestFields always matter: they change what may be answered.
var requestFields = []string{"If-None-Match", "If-Modified-Since", "Origin", "Access-Control-Request-Method"}

// answerFields are the fields that matter in any answer, and in one like this.
func answerFields(e Exchange) []string {
	fields := []string{"Location", "Retry-After", "Content-Type", "Allow", "WWW-Authenticate", "Age"}
	if e.Status >= 400 {
		fields = append(fields, "Server", "Via") // who was it that said so: the server, or a proxy before it?
	}
	if e.Body != nil && e.Body.Cut != "" {
		fields = append(fields, "Content-Length", "Transfer-Encoding", "Content-Encoding")
	}
	return fields
}

// relevant picks the fields of a message that matter to a failure: those that always do, and
// those that its words name. The order is the message's own.
func relevant(fields []record.Field, r Requirement, always []string) []record.Field {
	words := strings.ToLower(strings.Join([]string{r.Got, r.Want, r.Likely, r.Says}, " "))
	var list []record.Field
	for _, f := range fields {
		name := strings.ToLower(f.Name)
		matters := slices.ContainsFunc(always, func(known string) bool { return strings.EqualFold(known, f.Name) })
		if !matters && !mentions(words, name) {
			continue
		}
		if list = append(list, f); len(list) == maxFields {
			break
		}
	}
	return list
}

// mentions reports whether a text has a field's name as a word of its own: "date" is not in "validated".
func mentions(words, name string) bool {
	for from := 0; name != ""; {
		i := strings.Index(words[from:], name)
		if i < 0 {
			return false
		}
		i += from
		before, after := i == 0 || !nameByte(words[i-1]), i+len(name) == len(words) || !nameByte(words[i+len(name)])
		if before && after {
			return true
		}
		from = i + 1
	}
	return false
}

func nameByte(c byte) bool { return c == '-' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
