package dialect

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Fill returns what a placeholder is filled with, at a field or a place in a body; nil leaves it out. Optional is what a reply only allows.
type Fill func(place string, p Pattern, optional bool) any

// A Message is an answer to be served. Body is JSON, nil for none.
type Message struct {
	Status int
	Fields map[string]string
	Body   []byte
}

// Say makes the answer of a reply: of several statuses the first, of several words too. Constants that it only allows are not said.
func (r Reply) Say(fill Fill) (Message, error) {
	said := Message{Fields: map[string]string{}}
	if len(r.Status) > 0 {
		said.Status = r.Status[0].From
	}
	var body any
	for _, part := range r.parts() {
		for _, p := range part.places() {
			switch value := p.pattern.say(p.name, part.key == "may", fill); {
			case value == nil:
			case p.header:
				said.Fields[p.name] = fmt.Sprint(value)
			default:
				body = put(body, strings.Split(p.name, "/")[1:], value)
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
func (p Pattern) say(place string, optional bool, fill Fill) any {
	switch {
	case !p.isSign(0):
		return fill(place, p, optional)
	case optional:
		return nil
	case p.Kind == Except:
		word := "Running"
		for slices.ContainsFunc(p.Words, func(w any) bool { return w == word }) {
			word += "On"
		}
		return word
	case len(p.Words) == 0:
		return nil
	}
	if from, _, isClass := class(p.Words[0]); isClass {
		return from
	}
	return p.Words[0]
}

// Edit returns a JSON document with another value at a place; without any where the value is nil.
func Edit(document []byte, pointer string, value any) []byte {
	var parsed any
	if json.Unmarshal(document, &parsed) != nil {
		return document
	}
	edited, err := json.Marshal(put(parsed, strings.Split(pointer, "/")[1:], value))
	if err != nil {
		return document
	}
	return edited
}

// put puts a value at a place in a document, which grows as needed: a number is a place in a list where the list has it, or ends there.
// Nothing is taken away.
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
	if value == nil && len(tokens) == 1 {
		delete(entries, token)
		return entries
	}
	entries[token] = put(entries[token], tokens[1:], value)
	return entries
}
