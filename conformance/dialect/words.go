package dialect

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// String says what the reply looks like, by its signs: "200 with /status NotStarted or Running".
func (r Reply) String() string {
	var with []string
	for _, p := range r.filled(Answer{Fields: func(string) []string { return nil }}) {
		if p.pattern.IsSign() {
			with = append(with, signWords(p))
		}
	}
	text := r.Status.String()
	for i, words := range with {
		joint := " and "
		if i == 0 {
			joint = " "
			if !strings.HasPrefix(words, "without ") {
				joint = " with "
			}
		}
		text += joint + words
	}
	return text
}

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
		return "without " + p.name
	case len(words) < len(p.pattern.Words):
		return p.name + " " + or(words) + ", or none"
	}
	return p.name + " " + or(words)
}

// String lists the statuses: "202, 201 or 200".
func (s Statuses) String() string {
	words := make([]string, len(s))
	for i, r := range s {
		words[i] = strconv.Itoa(r.From)
		if r.To > r.From {
			words[i] = strconv.Itoa(r.From/100) + "xx"
		}
	}
	return or(words)
}

// String says what the pattern wants: "an id".
func (p Pattern) String() string {
	switch p.Kind {
	case Constant, Except:
		return strings.TrimPrefix(signWords(place{pattern: p}), " ")
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
