package dialect

import (
	"encoding/json"
	"fmt"
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
	for _, entry := range o {
		here := spot{append(path[:len(path):len(path)], entry.key), entry.at}
		list = append(list, here)
		switch at := entry.at.(type) {
		case object:
			list = append(list, at.spots(here.path...)...)
		case *Reply:
			list = append(list, at.object().spots(here.path...)...)
		case **Reply:
			if *at != nil {
				list = append(list, (*at).object().spots(here.path...)...)
			}
		}
	}
	return list
}

// MarshalJSON implements [json.Marshaler]: the document that [Parse] reads.
func (d Dialect) MarshalJSON() ([]byte, error) { return json.Marshal(written(d.object())) }

// written is a part of a dialect as Parse reads it; nil where it is empty.
func written(at any) any {
	switch at := at.(type) {
	case object:
		entries := map[string]any{}
		for _, entry := range at {
			value := written(entry.at)
			if b, isBody := entry.at.(*body); value != nil || isBody && b.Empty {
				entries[entry.key] = value
			}
		}
		return orNil(entries, len(entries))
	case *string:
		return orNil(*at, len(*at))
	case *[]string:
		return orNil(*at, len(*at))
	case *map[string]string:
		return orNil(*at, len(*at))
	case *map[string]Pattern:
		return writtenPatterns(*at)
	case *Statuses:
		return writtenList(*at)
	case *Refs:
		return writtenList(*at)
	case *body:
		return writtenPatterns(at.Body)
	case *Reply:
		return written(at.object())
	case **Reply:
		if *at != nil {
			return written(*at)
		}
	}
	return nil
}

func orNil(value any, size int) any {
	if size == 0 {
		return nil
	}
	return value
}

func writtenList[T interface{ document() any }](list []T) any {
	var out []any
	for _, one := range list {
		out = append(out, one.document())
	}
	return orNil(out, len(out))
}

func writtenPatterns(list map[string]Pattern) any {
	out := map[string]any{}
	for key, p := range list {
		out[key] = p.document()
	}
	return orNil(out, len(out))
}

func (r Range) document() any {
	if r.To > r.From {
		return fmt.Sprintf("%dxx", r.From/100)
	}
	return r.From
}

func (r Ref) document() any {
	text := strings.TrimSuffix(string(r.Form)+" "+r.Arg, " ")
	if r.Start {
		text = "start " + text
	}
	return text
}

func (p Pattern) document() any {
	switch {
	case p.Kind == Constant:
		return p.Words
	case p.Kind == Except:
		words := make([]string, len(p.Words))
		for i, word := range p.Words {
			words[i] = fmt.Sprint(word)
		}
		return "!" + strings.Join(words, "|")
	case p.Absolute:
		return "{" + string(p.Kind) + "!}"
	case p.To > 0:
		return fmt.Sprintf("{%s %d-%d}", p.Kind, p.From, p.To)
	}
	return "{" + string(p.Kind) + "}"
}
