package dialect

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Answer is what is needed of an answer to tell what it says.
type Answer struct {
	Status int
	Fields func(name string) []string // the values of a header field
	Values map[string]string          // what the body holds at the dialect's places ([Dialect.Read]), as JSON
	Empty  bool                       // there is no body
}

// A Phase is what an answer of a monitor says of its job.
type Phase string

// The phases. Unrecognised is none of the dialect's replies.
const (
	Unrecognised Phase = ""
	Pending      Phase = "pending"
	Done         Phase = "done"
	Failed       Phase = "failed"
	Cancelled    Phase = "cancelled"
	Unknown      Phase = "unknown" // the job is not known
)

// replies are the monitor's, in the order in which they are tried.
func (d *Dialect) replies() [5]phased {
	m := &d.Monitor
	return [5]phased{{Unknown, m.Unknown}, {Cancelled, m.Cancelled}, {Failed, m.Failed}, {Done, &m.Done}, {Pending, &m.Pending}}
}

type phased struct {
	phase Phase
	reply *Reply
}

// Phase tells what an answer of a monitor says, by constants alone.
func (d *Dialect) Phase(a Answer) Phase {
	for _, p := range d.replies() {
		if p.reply != nil && p.reply.Signs(a) {
			return p.phase
		}
	}
	return Unrecognised
}

// Signs reports whether an answer bears the signs of the reply: its status, and its constants. Of a reply that is an error (4xx, 5xx)
// all that it has to hold is a sign, or any error page of a proxy would be told as the job's.
func (r Reply) Signs(a Answer) bool {
	if !r.Status.Has(a.Status) {
		return false
	}
	for name, p := range r.Headers { // in whatever order: many answers are asked
		if r.isSign(p, a.Status) && !(place{name: name, header: true, pattern: p}).in(a).fits() {
			return false
		}
	}
	for pointer, p := range r.Body {
		if r.isSign(p, a.Status) && !(place{name: pointer, pattern: p}).in(a).fits() {
			return false
		}
	}
	return true
}

func (r Reply) isSign(p Pattern, status int) bool { return p.IsSign() || status >= 400 }

// OnlySigns is the reply without what is asked of it once it was told.
func (r Reply) OnlySigns() Reply {
	errors := slices.ContainsFunc(r.Status, func(s Range) bool { return s.To >= 400 })
	r = r.keep(func(p place) bool { return errors || p.pattern.IsSign() })
	r.Empty, r.Should, r.May = false, nil, nil
	return r
}

// Without is the reply without the places at which a resource of a kind is named.
func (r Reply) Without(refs Refs, resource Kind) Reply {
	return r.keep(func(p place) bool { return p.pattern.Kind != resource || !slices.ContainsFunc(refs, p.isOf) })
}

// WithoutField is the reply without a header field, which may be one that it has to have, or only should or may.
func (r Reply) WithoutField(name string) Reply {
	r = r.keep(func(p place) bool { return !p.header || !strings.EqualFold(p.name, name) })
	for _, part := range []**Reply{&r.Should, &r.May} {
		if *part != nil {
			left := (*part).WithoutField(name)
			*part = &left
		}
	}
	return r
}

// Needs reports whether the reply has to name the resource: the monitor, or the result, in a field or in its body.
func (r Reply) Needs(resource Kind) bool {
	return slices.ContainsFunc(r.places(), func(p place) bool { return p.pattern.Kind == resource })
}

// keep is the reply with the places that are chosen alone.
func (r Reply) keep(chosen func(place) bool) Reply {
	kept := r
	kept.Headers, kept.Body = map[string]Pattern{}, map[string]Pattern{}
	for _, p := range r.places() {
		if chosen(p) && p.header {
			kept.Headers[p.name] = p.pattern
		} else if chosen(p) {
			kept.Body[p.name] = p.pattern
		}
	}
	return kept
}

// IsSign reports whether the pattern is one of constants.
func (p Pattern) IsSign() bool { return p.Kind == Constant || p.Kind == Except }

// A place is a header field or a place in a body, with its pattern and what an answer holds there.
type place struct {
	name    string
	header  bool
	pattern Pattern
	value   any
	there   bool
}

// places lists the fields and the places in the body, in an order that is the same each time.
func (r Reply) places() []place {
	places := make([]place, 0, len(r.Headers)+len(r.Body))
	for _, name := range sortedKeys(r.Headers) {
		places = append(places, place{name: name, header: true, pattern: r.Headers[name]})
	}
	for _, pointer := range sortedKeys(r.Body) {
		places = append(places, place{name: pointer, pattern: r.Body[pointer]})
	}
	return places
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

// Faults says how an answer that bears the signs falls short of the reply, in one sentence each: first of what has to be, and then of
// what should be, and of what may be and is not as it would have to be.
func (r Reply) Faults(a Answer) (must, should []string) {
	must = r.faults(a, false)
	if r.Should != nil {
		should = append(should, r.Should.faults(a, false)...)
	}
	if r.May != nil {
		should = append(should, r.May.faults(a, true)...)
	}
	return must, should
}

func (r Reply) faults(a Answer, absentIsFine bool) (list []string) {
	for _, p := range r.filled(a) {
		if p.fits() || !p.there && absentIsFine {
			continue
		}
		got := "no " + p.name
		if p.there {
			got = fmt.Sprintf("%s: %v", p.name, p.value)
		}
		list = append(list, fmt.Sprintf("%s, and not %s", got, p.pattern))
	}
	if r.Empty && !a.Empty {
		list = append(list, "a body, and not none")
	}
	return list
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
