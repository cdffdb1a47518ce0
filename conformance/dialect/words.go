package dialect

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// String says what the reply looks like, by its signs: "200 with /status NotStarted or Running and without /error".
func (r Reply) String() string {
	var with, without []string
	for _, p := range r.places() {
		switch words := signWords(p); {
		case !p.pattern.isSign(0):
		case words == p.name:
			without = append(without, words)
		default:
			with = append(with, words)
		}
	}
	var signs []string
	if len(with) > 0 {
		signs = append(signs, " with "+strings.Join(with, " and "))
	}
	if len(without) > 0 {
		signs = append(signs, " without "+or(without))
	}
	return r.Status.String() + strings.Join(signs, " and")
}

// signWords names a place and its words; of one that has to be absent, the name alone.
func signWords(p place) string {
	var words []string
	for _, word := range p.pattern.Words {
		if word != nil {
			words = append(words, fmt.Sprint(word))
		}
	}
	switch {
	case p.pattern.Kind == Except:
		return p.name + " other than " + or(words)
	case len(words) == 0:
		return p.name
	case len(words) < len(p.pattern.Words):
		words = append(words, "none")
	}
	return p.name + " " + or(words)
}

// String lists the statuses: "202, 201 or 200".
func (s Statuses) String() string {
	words := make([]string, len(s))
	for i, r := range s {
		words[i] = r.String()
	}
	return or(words)
}

// String is the status, or the class of them: "4xx".
func (r Range) String() string {
	if r.To > r.From {
		return strconv.Itoa(r.From/100) + "xx"
	}
	return strconv.Itoa(r.From)
}

// String says what the pattern wants: "an id".
func (p Pattern) String() string {
	switch p.Kind {
	case Constant, Except:
		return cmp.Or(strings.TrimPrefix(signWords(place{pattern: p}), " "), "none")
	case Monitors, Results:
		if p.Absolute {
			return "an absolute URL"
		}
		return "a URL"
	case ID:
		return "an id"
	case Time:
		return "a date and time (RFC 3339)"
	case Seconds:
		if p.To > 0 {
			return fmt.Sprintf("%d to %d seconds", p.From, p.To)
		}
		return "a number of seconds"
	case Percent:
		return "a number from 0 to 100"
	}
	return "a value"
}

// String names the place: "Location", "/href", "{base}/{/name}".
func (r Ref) String() string {
	if r.Form == Inline {
		return "the answer"
	}
	return r.Arg
}

// String names the first place that answers fill, or else the first.
func (refs Refs) String() string {
	for _, r := range refs {
		if r.Form == Header || r.Form == Link {
			return r.String()
		}
	}
	if len(refs) == 0 {
		return "nothing"
	}
	return refs[0].String()
}

// or joins words as a sentence does: "a, b or c".
func or(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
	return strings.Join(words, "")
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
