package report

import (
	"slices"
	"strings"
)

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
func relevant(fields []Field, r Requirement, always []string) []Field {
	words := strings.ToLower(strings.Join([]string{r.Got, r.Want, r.Likely, r.Says}, " "))
	var list []Field
	for _, f := range fields {
		name := strings.ToLower(f.Name)
		matters := slices.ContainsFunc(always, func(known string) bool { return strings.EqualFold(known, f.Name) })
		if !matters && !mentions(words, name) {
			continue
		}
		if list = append(list, f); len(list) == mostFields {
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
