package dialect

import (
	"encoding/json"
	"fmt"
	"strings"
)

// MarshalJSON implements [json.Marshaler]: the document that [Parse] reads.
func (d Dialect) MarshalJSON() ([]byte, error) { return json.Marshal(d.document()) }

// document is the dialect as Parse reads it; what is empty is left out.
func (d Dialect) document() any {
	m, s, c := d.Monitor, d.Result, d.Cancel
	return some(map[string]any{
		"name": d.Name, "title": d.Title, "source": d.Source, "level": d.Level,
		"start": some(map[string]any{"methods": texts(d.Start.Methods), "sync": d.Start.Sync.document(), "reply": d.Start.Reply.document(),
			"ask": some(map[string]any{"headers": words(d.Start.Ask.Headers), "query": words(d.Start.Ask.Query)})}),
		"monitor": some(map[string]any{"at": m.At.document(), "pending": m.Pending.document(), "done": m.Done.document(),
			"failed": m.Failed.document(), "cancelled": m.Cancelled.document(), "unknown": m.Unknown.document()}),
		"result": some(map[string]any{"at": s.At.document(), "pending": s.Pending.document(), "done": s.Done.document(),
			"failed": s.Failed.document(), "unknown": s.Unknown.document()}),
		"cancel": some(map[string]any{"method": c.Method, "at": c.At.document(), "reply": c.Reply.document(), "then": string(c.Then)}),
	})
}

// some leaves out what is empty; nil where nothing is left.
func some(entries map[string]any) any {
	for key, value := range entries {
		if value == nil || value == "" {
			delete(entries, key)
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return entries
}

func texts(list []string) any {
	var out []any
	for _, text := range list {
		out = append(out, text)
	}
	return orNil(out)
}

func orNil(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list
}

func words(list map[string]string) any {
	out := map[string]any{}
	for key, word := range list {
		out[key] = word
	}
	return some(out)
}

func (r *Reply) document() any {
	if r == nil {
		return nil
	}
	out := map[string]any{"status": r.Status.document(), "headers": patterns(r.Headers), "body": patterns(r.Body), "should": r.Should.document(), "may": r.May.document()}
	whole := some(out)
	if r.Empty {
		out["body"] = nil // said, and not left out
		return out
	}
	return whole
}

func (s Statuses) document() any {
	var out []any
	for _, r := range s {
		if r.To > r.From {
			out = append(out, fmt.Sprintf("%dxx", r.From/100))
		} else {
			out = append(out, r.From)
		}
	}
	return orNil(out)
}

func (refs Refs) document() any {
	var out []any
	for _, ref := range refs {
		text := strings.TrimSuffix(string(ref.Form)+" "+ref.Arg, " ")
		if ref.Start {
			text = "start " + text
		}
		out = append(out, text)
	}
	return orNil(out)
}

func patterns(list map[string]Pattern) any {
	out := map[string]any{}
	for key, p := range list {
		out[key] = p.document()
	}
	if len(out) == 0 {
		return nil
	}
	return out
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
