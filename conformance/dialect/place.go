package dialect

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"mime"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"
)

// isSign reports whether the pattern is one of constants, or in an error, of which every pattern is a sign.
func (p Pattern) isSign(status int) bool {
	return p.Kind == Constant || p.Kind == Except || status >= 400
}

// A place is a header field or a place in a body, with its pattern and what an answer holds there.
type place struct {
	name    string
	header  bool
	pattern Pattern
	value   any
	there   bool
}

// all goes through the fields and the places in the body.
func (r Reply) all() iter.Seq[place] {
	return func(yield func(place) bool) {
		for name, p := range r.Headers {
			if !yield(place{name: name, header: true, pattern: p}) {
				return
			}
		}
		for pointer, p := range r.Body {
			if !yield(place{name: pointer, pattern: p}) {
				return
			}
		}
	}
}

// places lists them in an order that is the same each time: fields first.
func (r Reply) places() []place {
	return slices.SortedFunc(r.all(), func(p, q place) int {
		return cmp.Or(strings.Compare(q.key(), p.key()), strings.Compare(p.name, q.name))
	})
}

// canonical is the name by which two places are the same.
func (p place) canonical() string {
	if p.header {
		return textproto.CanonicalMIMEHeaderKey(p.name)
	}
	return p.name
}

// isOf reports whether a reference looks there.
func (p place) isOf(ref Ref) bool {
	return slices.ContainsFunc(ref.places(), func(q place) bool { return q.header == p.header && q.canonical() == p.canonical() })
}

// filled lists the places of a reply with what an answer holds there.
func (r Reply) filled(a Answer) []place {
	places := r.places()
	for i, p := range places {
		places[i] = p.in(a)
	}
	return places
}

// in is the place with what an answer holds there.
func (p place) in(a Answer) place {
	if !p.header {
		if text, there := a.Values[p.name]; there {
			p.value, p.there = decoded(text), text != "null"
		}
	} else if values := a.Fields(p.name); len(values) > 0 {
		p.value, p.there = values[0], true
	}
	return p
}

// fits reports whether the place holds what its pattern wants.
func (p place) fits() bool { return p.pattern.fits(p.value, p.there, p.header) }

// structure is a map or a list, as JSON: of these it matters only that they are there.
type structure string

// decoded is a recorded value.
func decoded(text string) any {
	switch {
	case text == "true", text == "false":
		return text == "true"
	case text == "" || text[0] == '{' || text[0] == '[' || text == "null":
		return structure(text)
	case text[0] == '"':
		return Text(text)
	}
	return json.Number(text)
}

// fits reports whether a value is as the pattern wants it.
func (p Pattern) fits(value any, there, header bool) bool {
	if p.Kind == Constant {
		return slices.ContainsFunc(p.Words, func(word any) bool { return isWord(word, value, there, header) })
	}
	if !there {
		return false
	}
	text := fmt.Sprint(value)
	switch p.Kind {
	case Except:
		return !slices.ContainsFunc(p.Words, func(word any) bool { return isWord(word, value, there, true) }) // by their texts: "!1|2"
	case Monitors, Results:
		absolute := strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://")
		return text != "" && (absolute || !p.Absolute)
	case ID:
		_, isText := value.(string)
		_, isNumber := value.(json.Number)
		return text != "" && (isText || isNumber)
	case Time:
		_, err := time.Parse(time.RFC3339, text)
		return err == nil
	case Seconds:
		return p.inSeconds(text, header)
	case Percent:
		n, err := strconv.ParseFloat(text, 64)
		return err == nil && n >= 0 && n <= 100
	}
	return text != ""
}

// has reports whether one of the words reads as the text does.
func (p Pattern) has(text string) bool {
	return slices.ContainsFunc(p.Words, func(word any) bool { return fmt.Sprint(word) == text })
}

// inSeconds reports whether a text is a number of seconds within the bounds. A date, as a field may have it, has none to keep.
func (p Pattern) inSeconds(text string, header bool) bool {
	if _, err := time.Parse(time.RFC1123, text); err == nil && header {
		return true
	}
	n, err := strconv.ParseUint(text, 10, 31)
	return err == nil && (p.To == 0 || int(n) >= p.From && int(n) <= p.To)
}

// isWord compares a value with a constant: in a field by its text, in a body by its type too. Of a media type the parameters don't count.
func isWord(word, value any, there, header bool) bool {
	if word == nil || !there {
		return word == nil && !there
	}
	if from, to, isClass := class(word); isClass {
		text := fmt.Sprint(value)
		n, err := strconv.Atoi(text[:min(3, len(text))])
		return err == nil && n >= from && n <= to
	}
	if header {
		text := fmt.Sprint(value)
		if constant := fmt.Sprint(word); text == constant || !strings.Contains(constant, "/") {
			return text == constant
		}
		media, _, err := mime.ParseMediaType(text)
		return err == nil && strings.EqualFold(media, fmt.Sprint(word))
	}
	if n, isNumber := value.(json.Number); isNumber {
		_, isText := word.(string)
		return !isText && n.String() == fmt.Sprint(word)
	}
	return value == word
}

// class reads a word such as "4xx".
func class(word any) (from, to int, isClass bool) {
	text, isText := word.(string)
	if !isText || len(text) != 3 || text[1:] != "xx" || text[0] < '1' || text[0] > '5' {
		return 0, 0, false
	}
	from = int(text[0]-'0') * 100
	return from, from + 99, true
}
