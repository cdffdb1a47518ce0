package dialect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
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

// Told tells what an answer of a monitor says, by constants alone, and by which reply; nil where it is none.
func (d *Dialect) Told(a Answer) (Phase, *Reply) {
	for _, p := range d.replies() {
		if p.reply != nil && p.reply.Signs(a) {
			return p.phase, p.reply
		}
	}
	return Unrecognised, nil
}

// Phase is what [Dialect.Told] tells first.
func (d *Dialect) Phase(a Answer) Phase {
	phase, _ := d.Told(a)
	return phase
}

// Signs reports whether an answer bears the signs of the reply: its status, and its constants. Of a reply that is an error (4xx, 5xx)
// all that it has to hold is a sign, or any error page of a proxy would be told as the job's.
func (r Reply) Signs(a Answer) bool {
	if !r.Status.Has(a.Status) {
		return false
	}
	for p := range r.all() {
		if p.pattern.isSign(a.Status) && !p.in(a).fits() {
			return false
		}
	}
	return true
}

// OnlySigns is the reply without what is asked of it once it was told, by which it is told faster.
func (r Reply) OnlySigns() Reply {
	highest := 0
	for _, s := range r.Status {
		highest = max(highest, s.To)
	}
	return r.keep(func(p place) bool { return p.pattern.isSign(highest) })
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
	for p := range r.all() {
		if chosen(p) && p.header {
			kept.Headers[p.name] = p.pattern
		} else if chosen(p) {
			kept.Body[p.name] = p.pattern
		}
	}
	return kept
}

// Faults says how an answer that bears the signs falls short of the reply, in one sentence each: first of what has to be, and then of
// what should be, and of what may be and is not as it would have to be.
func (r Reply) Faults(a Answer) (must, should []string) {
	for _, part := range r.parts() {
		list := &should
		if part.key == "" {
			list = &must
		}
		for _, p := range part.filled(a) {
			if !p.fits() && (p.there || part.key != "may") {
				*list = append(*list, p.fault())
			}
		}
		if part.Empty && !a.Empty {
			*list = append(*list, "a body, and not none")
		}
	}
	return must, should
}

// fault says what an answer holds at the place, and what it was to hold.
func (p place) fault() string {
	switch {
	case !p.there && (p.pattern.Kind == Any || p.pattern.Kind == Content):
		return "no " + p.name
	case !p.there:
		return fmt.Sprintf("no %s, which is to be %s", p.name, p.pattern)
	}
	value := fmt.Sprint(p.value)
	if _, isText := p.value.(string); isText && !p.header && p.pattern.has(value) {
		value = strconv.Quote(value) // the text "true" is not true
	}
	return fmt.Sprintf("%s: %s, and not %s", p.name, value, p.pattern)
}

// Nearly tells which of the monitor's replies an answer that is none of them comes closest to: the one with its status of whose signs it
// lacks fewest, the likely one before all others, or else the one that is tried last; and the first sign that it lacks. It is Unrecognised where no reply has the status.
func (d *Dialect) Nearly(a Answer, likely Phase) (nearest Phase, lacks string) {
	fewest := 0
	for _, p := range d.replies() {
		if p.reply == nil || p.phase == Unknown || !p.reply.Status.Has(a.Status) {
			continue
		}
		missing := p.reply.lacking(a)
		if n := len(missing); n > 0 && (nearest == Unrecognised || n < fewest || n == fewest && nearest != likely) {
			fewest, nearest, lacks = n, p.phase, missing[0]
		}
	}
	return nearest, lacks
}

// lacking says which signs of the reply an answer with its status does not bear.
func (r Reply) lacking(a Answer) (list []string) {
	for _, f := range r.filled(a) {
		if f.pattern.isSign(a.Status) && !f.fits() {
			list = append(list, f.fault())
		}
	}
	return list
}

// Has reports whether a status is among them.
func (s Statuses) Has(status int) bool {
	return slices.ContainsFunc(s, func(r Range) bool { return status >= r.From && status <= r.To })
}
