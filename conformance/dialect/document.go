package dialect

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// An object is a map of a document: its keys, and what each is read into and written from.
type object []struct {
	key string
	at  any
}

func (d *Dialect) object() object {
	s, m, r, c := &d.Start, &d.Monitor, &d.Result, &d.Cancel
	return object{
		{"name", &d.Name}, {"title", &d.Title}, {"source", &d.Source}, {"level", &d.Level},
		{"start", object{{"methods", &s.Methods}, {"ask", object{{"headers", &s.Ask.Headers}, {"query", &s.Ask.Query}}}, {"sync", &s.Sync}, {"reply", &s.Reply}}},
		{"monitor", object{{"at", &m.At}, {"pending", &m.Pending}, {"done", &m.Done}, {"failed", &m.Failed}, {"cancelled", &m.Cancelled}, {"unknown", &m.Unknown}}},
		{"result", object{{"at", &r.At}, {"pending", &r.Pending}, {"done", &r.Done}, {"failed", &r.Failed}, {"unknown", &r.Unknown}}},
		{"cancel", object{{"method", &c.Method}, {"at", &c.At}, {"reply", &c.Reply}, {"then", (*string)(&c.Then)}}},
	}
}

// A body is the part of a reply that may be said to be absent.
type body Reply

func (r *Reply) object() object {
	return object{{"status", &r.Status}, {"headers", &r.Headers}, {"body", (*body)(r)}, {"should", &r.Should}, {"may", &r.May}}
}

// A spot is a value of a dialect, and the keys that lead to it.
type spot struct {
	path []string
	at   any
}

// spots lists what the object is made of, and what that is made of.
func (o object) spots(path ...string) (list []spot) {
	for _, entry := range o.there() {
		here := spot{append(path[:len(path):len(path)], entry.key), entry.at}
		list = append(append(list, here), within(entry.at).spots(here.path...)...)
	}
	return list
}

// there is the object without the replies that it does not have.
func (o object) there() (list object) {
	for _, entry := range o {
		if reply, may := entry.at.(**Reply); may && *reply != nil {
			entry.at = *reply
		} else if may {
			continue
		}
		list = append(list, entry)
	}
	return list
}

// within is what a value is made of; nil where it is one of its own.
func within(at any) object {
	switch at := at.(type) {
	case object:
		return at
	case *Reply:
		return at.object()
	}
	return nil
}

// MarshalJSON implements [json.Marshaler]: the document that [Parse] reads.
func (d Dialect) MarshalJSON() ([]byte, error) { return json.Marshal(d.object().written()) }

// written is the object as Parse reads it, without what is empty.
func (o object) written() map[string]any {
	entries := map[string]any{}
	for _, entry := range o.there() {
		inner := any(within(entry.at).written())
		switch at := entry.at.(type) {
		case object, *Reply:
		case *body:
			inner = at.Body
			if at.Empty {
				entries[entry.key] = nil
			}
		default:
			inner = reflect.ValueOf(at).Elem().Interface()
		}
		if reflect.ValueOf(inner).Len() > 0 { // texts, lists and maps
			entries[entry.key] = inner
		}
	}
	return entries
}

// MarshalJSON implements [json.Marshaler]: the status, or the class of them.
func (r Range) MarshalJSON() ([]byte, error) {
	if r.To > r.From {
		return json.Marshal(r.String())
	}
	return json.Marshal(r.From)
}

// MarshalText implements [encoding.TextMarshaler]: "start header Location".
func (r Ref) MarshalText() ([]byte, error) {
	text := strings.TrimSuffix(string(r.Form)+" "+r.Arg, " ")
	if r.Start {
		text = "start " + text
	}
	return []byte(text), nil
}

// MarshalJSON implements [json.Marshaler]: the words, or the placeholder in its braces.
func (p Pattern) MarshalJSON() ([]byte, error) {
	text := ""
	switch {
	case p.Kind == Constant:
		return json.Marshal(p.Words)
	case p.Kind == Except:
		for _, word := range p.Words {
			text += "|" + fmt.Sprint(word)
		}
		text = strings.Replace(text, "|", "!", 1)
	case p.Absolute:
		text = "{" + string(p.Kind) + "!}"
	case p.To > 0:
		text = fmt.Sprintf("{%s %d-%d}", p.Kind, p.From, p.To)
	default:
		text = "{" + string(p.Kind) + "}"
	}
	return json.Marshal(text)
}
