package contract

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// httpDate reads an HTTP-date, obsolete forms too (RFC 9110 5.6.7).
func httpDate(text string) (time.Time, bool) {
	for _, layout := range []string{
		"Mon, 02 Jan 2006 15:04:05 GMT", // IMF-fixdate
		"Monday, 02-Jan-06 15:04:05 GMT",
		"Mon Jan _2 15:04:05 2006",
	} {
		t, err := time.Parse(layout, text)
		if err == nil && len(text) == len(t.Format(layout)) { // time.Parse takes fractions of a second too
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// longest is the longest time that we reckon with, in seconds; it is the least that RFC 9111 1.2.2 asks for.
const longest = 1 << 31

// deltaSeconds reads a non-negative whole number of seconds (RFC 9111 1.2.2). One too large for us
// is the largest we know.
func deltaSeconds(text string) (time.Duration, bool) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seconds > longest {
		seconds = longest
	}
	return time.Duration(seconds) * time.Second, true
}

// RetryAfter reads the Retry-After field of an answer (RFC 9110 10.2.3): how
// long after the answer's receipt to wait. A date is counted from the answer's own Date, so that
// clocks may differ, or from now where there is none. False where the field is absent or can't be read.
func RetryAfter(e *record.Exchange, now time.Time) (time.Duration, bool) {
	values := e.Values("Retry-After")
	if len(values) == 0 {
		return 0, false
	}
	value := strings.TrimSpace(values[0])
	if wait, ok := deltaSeconds(value); ok {
		return wait, true
	}
	at, ok := httpDate(value)
	if !ok {
		return 0, false
	}
	if date, dated := httpDate(e.Value("Date")); dated {
		now = date
	}
	return min(max(0, at.Sub(now)), longest*time.Second), true
}

// judgedDirectives are those of Cache-Control that say whether an answer may be used again.
var judgedDirectives = []string{"no-store", "no-cache", "s-maxage", "max-age"}

// directives reads Cache-Control (RFC 9111 5.2) of all its lines: those that are judged, by lower-case
// names, arguments unquoted, the first of a name kept, as RFC 9111 4.2.1 allows.
func directives(e *record.Exchange) directiveList {
	var found directiveList
	for _, line := range e.Values("Cache-Control") {
		for _, part := range splitList(line) {
			name, argument, _ := strings.Cut(part, "=")
			name = strings.ToLower(strings.TrimSpace(name))
			if _, known := found.get(name); slices.Contains(judgedDirectives, name) && !known {
				found = append(found, record.Field{Name: name, Value: strings.Trim(strings.TrimSpace(argument), `"`)})
			}
		}
	}
	return found
}

// A directiveList has the directives of Cache-Control: they are few.
type directiveList []record.Field

func (l directiveList) get(name string) (argument string, given bool) {
	for _, d := range l {
		if d.Name == name {
			return d.Value, true
		}
	}
	return "", false
}

// splitList splits a field value at the commas outside quoted strings (RFC 9110 5.6.1, 5.6.4).
func splitList(line string) []string {
	var parts []string
	quoted, from := false, 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			parts = append(parts, line[from:i])
			from = i + 1
		}
	}
	return append(parts, line[from:])
}

// freshness is the lifetime that an answer declares (RFC 9111 4.2.1), and the
// field or directive that declares it: s-maxage, else max-age, else Expires
// less Date, and none of them where no-store or no-cache is given; less the age that the answer had on arrival (4.2.3), which the caller gives: a
// cache takes one whose Date lies back for old. A value that can't be read is none.
func freshness(e *record.Exchange, age time.Duration) (lifetime time.Duration, declaredBy string) {
	control := directives(e)
	if _, never := control.get("no-store"); never {
		return 0, ""
	}
	if argument, never := control.get("no-cache"); never && argument == "" {
		return 0, ""
	}
	for _, name := range []string{"s-maxage", "max-age"} {
		if argument, given := control.get(name); given {
			lifetime, _ := deltaSeconds(argument)
			return lifetime - age, "Cache-Control: " + name + "=" + argument
		}
	}
	expires, known := httpDate(e.Value("Expires"))
	date, dated := httpDate(e.Value("Date"))
	if !known || !dated {
		return 0, ""
	}
	return max(0, expires.Sub(date)-age), fmt.Sprintf("Expires: %s (Date: %s)", e.Value("Expires"), e.Value("Date"))
}

// storable reports whether a cache may keep an answer to use it again
// unasked: neither no-store, no-cache nor max-age=0 is given.
func storable(e *record.Exchange) bool {
	control := directives(e)
	_, noStore := control.get("no-store")
	noCache, asks := control.get("no-cache")
	age, aged := control.get("max-age")
	lifetime, readable := deltaSeconds(age)
	return !noStore && !(asks && noCache == "") && !(aged && readable && lifetime == 0)
}
