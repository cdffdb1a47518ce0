package dialect

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Values are what the placeholders of a reply are filled with when it is served.
type Values struct {
	Monitor, Result string
	ID              string
	Now             time.Time
	Seconds         int // until it is worth while to ask again
	Percent         int
	Content         any // the result itself, as a value of JSON
}

// A Said is an answer to be served. Body is JSON, nil for none.
type Said struct {
	Status int
	Fields map[string]string
	Body   []byte
}

// Say makes the answer of a reply: of several statuses the first, of several words too. Everything is said that is required or recommended.
func (r Reply) Say(v Values) (Said, error) {
	said := Said{Fields: map[string]string{}}
	if len(r.Status) > 0 {
		said.Status = r.Status[0].From
	}
	var body any
	parts := []Reply{r}
	if r.Should != nil {
		parts = append(parts, *r.Should)
	}
	for _, part := range parts {
		for name, p := range part.Headers {
			if value := p.say(v); value != nil {
				said.Fields[name] = fmt.Sprint(value)
			}
		}
		for _, pointer := range sortedKeys(part.Body) {
			if value := part.Body[pointer].say(v); value != nil {
				body = put(body, strings.Split(pointer, "/")[1:], value)
			}
		}
	}
	if body == nil {
		return said, nil
	}
	var err error
	said.Body, err = json.Marshal(body)
	return said, err
}

// say is a value that fits the pattern; nil for none.
func (p Pattern) say(v Values) any {
	switch p.Kind {
	case Constant:
		if len(p.Words) == 0 {
			return nil
		}
		if from, _, isClass := class(p.Words[0]); isClass {
			return from
		}
		return p.Words[0]
	case Except:
		return "Running"
	case Monitors:
		return v.Monitor
	case Results:
		return v.Result
	case ID:
		return v.ID
	case Time:
		return v.Now.UTC().Format(time.RFC3339)
	case Seconds:
		return max(v.Seconds, p.From)
	case Percent:
		return v.Percent
	case Content:
		return v.Content
	}
	return "any"
}

// put puts a value at a place in a document, which grows as needed: a number is a place in a list where the list has it, or ends there.
func put(document any, tokens []string, value any) any {
	if len(tokens) == 0 {
		return value
	}
	token := strings.ReplaceAll(strings.ReplaceAll(tokens[0], "~1", "/"), "~0", "~")
	if list, isList := document.([]any); token == "0" && (document == nil || isList) {
		if len(list) == 0 {
			list = []any{nil}
		}
		list[0] = put(list[0], tokens[1:], value)
		return list
	}
	entries, isMap := document.(map[string]any)
	if !isMap {
		entries = map[string]any{}
	}
	entries[token] = put(entries[token], tokens[1:], value)
	return entries
}
