package dialect

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// An Error is what is wrong with a dialect, and where.
type Error struct {
	Path []string // the keys that lead to the place: "monitor", "pending", "status"
	Says string
}

// Error names the place and says what is wrong there.
func (e *Error) Error() string {
	if len(e.Path) == 0 {
		return e.Says
	}
	return strings.Join(e.Path, ".") + ": " + e.Says
}

// Parse reads a document: maps, lists, texts, numbers, booleans and nil, as decoders make them. The error is an [*Error] that names
// the first place that is wrong, by [Dialect.Check] too.
func Parse(document any) (Dialect, error) {
	r := &reader{}
	d := r.dialect(node{reader: r, value: document})
	if r.err != nil {
		return Dialect{}, r.err
	}
	if err := d.Check(); err != nil {
		return Dialect{}, err
	}
	return d, nil
}

// UnmarshalJSON implements [json.Unmarshaler]: it is [Parse] of a JSON document.
func (d *Dialect) UnmarshalJSON(text []byte) (err error) {
	var document any
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&document); err != nil {
		return err
	}
	*d, err = Parse(document)
	return err
}

// A reader reads a document and keeps the first thing that is wrong with it.
type reader struct{ err *Error }

// A node is a value of a document, and where it stands.
type node struct {
	reader *reader
	path   []string
	value  any
	there  bool
}

func (n node) fail(format string, args ...any) {
	if n.reader.err == nil {
		n.reader.err = &Error{Path: n.path, Says: fmt.Sprintf(format, args...)}
	}
}

// object returns the values of a map by key. With keys given, no other may be there.
func (n node) object(keys ...string) map[string]node {
	entries, isMap := n.value.(map[string]any)
	if !isMap {
		if n.there {
			n.fail("a map is needed here, with %s", or(keys))
		}
		return map[string]node{}
	}
	children := map[string]node{}
	for _, key := range sortedKeys(entries) {
		child := node{n.reader, append(slices.Clone(n.path), key), entries[key], true}
		if len(keys) > 0 && !slices.Contains(keys, key) {
			child.fail("%q is no key here: there are %s", key, strings.Join(keys, ", "))
		}
		children[key] = child
	}
	for _, key := range keys {
		if _, there := children[key]; !there {
			children[key] = node{n.reader, append(slices.Clone(n.path), key), nil, false}
		}
	}
	return children
}

func (n node) text() string {
	text, isText := n.value.(string)
	if n.there && !isText {
		n.fail("text is needed here, and not %s", shown(n.value))
	}
	return text
}

// list returns the elements of a list; a single value is a list of one.
func (n node) list() []node {
	if elements, isList := n.value.([]any); isList {
		list := make([]node, len(elements))
		for i, element := range elements {
			list[i] = node{n.reader, append(slices.Clone(n.path), strconv.Itoa(i)), element, true}
		}
		return list
	}
	if !n.there {
		return nil
	}
	return []node{n}
}

func (n node) texts() (list []string) {
	for _, element := range n.list() {
		list = append(list, element.text())
	}
	return list
}

func (r *reader) dialect(n node) Dialect {
	n.there = true
	top := n.object("name", "title", "source", "level", "start", "monitor", "result", "cancel")
	start := top["start"].object("methods", "ask", "sync", "reply")
	monitor := top["monitor"].object("at", "pending", "done", "failed", "cancelled", "unknown")
	result := top["result"].object("at", "pending", "done", "failed", "unknown")
	cancel := top["cancel"].object("method", "at", "reply", "then")
	ask := start["ask"].object("headers", "query")
	return Dialect{
		Name: top["name"].text(), Title: top["title"].text(), Source: top["source"].text(), Level: top["level"].text(),
		Start: Start{Methods: start["methods"].texts(), Sync: start["sync"].statuses(), Reply: start["reply"].reply(),
			Ask: Ask{Headers: ask["headers"].words(), Query: ask["query"].words()}},
		Monitor: Monitor{At: monitor["at"].refs(), Pending: monitor["pending"].reply(), Done: monitor["done"].reply(),
			Failed: monitor["failed"].optional(), Cancelled: monitor["cancelled"].optional(), Unknown: monitor["unknown"].optional()},
		Result: Result{At: result["at"].refs(), Pending: result["pending"].optional(), Done: result["done"].optional(),
			Failed: result["failed"].optional(), Unknown: result["unknown"].optional()},
		Cancel: Cancel{Method: cancel["method"].text(), At: cancel["at"].refs(), Reply: cancel["reply"].reply(), Then: Then(cancel["then"].text())},
	}
}

func (n node) words() map[string]string {
	if !n.there {
		return nil
	}
	words := map[string]string{}
	for key, child := range n.object() {
		words[key] = child.text()
	}
	return words
}

func (n node) optional() *Reply {
	if !n.there {
		return nil
	}
	r := n.reply()
	return &r
}

func (n node) reply() Reply {
	keys := n.object("status", "headers", "body", "should", "may")
	r := Reply{Status: keys["status"].statuses(), Headers: keys["headers"].patterns()}
	if body := keys["body"]; body.there && body.value == nil {
		r.Empty = true
	} else {
		r.Body = body.patterns()
	}
	r.Should, r.May = keys["should"].optional(), keys["may"].optional()
	return r
}

func (n node) statuses() (s Statuses) {
	for _, element := range n.list() {
		if from, to, isClass := class(element.value); isClass {
			s = append(s, Range{from, to})
			continue
		}
		status, isWhole := whole(element.value)
		if !isWhole || status < 200 || status > 599 {
			element.fail("%s is no status of an answer: 200 to 599, or 2xx, 3xx, 4xx, 5xx", shown(element.value))
		}
		s = append(s, Range{status, status})
	}
	return s
}

// whole reads a whole number, as decoders of several kinds give it.
func whole(value any) (int, bool) {
	switch n := value.(type) {
	case int:
		return n, true
	case uint64:
		return int(min(n, math.MaxInt32)), true
	case float64:
		return int(n), n == math.Trunc(n) && math.Abs(n) < 1<<31
	case json.Number:
		i, err := strconv.Atoi(n.String())
		return i, err == nil
	}
	return 0, false
}

func (n node) refs() (refs Refs) {
	for _, element := range n.list() {
		text := element.text()
		rest, start := strings.CutPrefix(text, "start ")
		form, arg, _ := strings.Cut(rest, " ")
		ref := Ref{Start: start, Form: Form(form), Arg: arg}
		switch {
		case rest == "monitor":
			ref = Ref{Form: URL, Arg: "{monitor}"}
		case ref.Form == Header && arg != "", ref.Form == URL && arg != "", (ref.Form == Link || ref.Form == Value) && strings.HasPrefix(arg, "/"), ref.Form == Inline && arg == "":
		default:
			element.fail("%q is no reference: header NAME, link /pointer, value /pointer, url TEMPLATE, inline", text)
		}
		refs = append(refs, ref)
	}
	return refs
}

func (n node) patterns() map[string]Pattern {
	if !n.there {
		return nil
	}
	patterns := map[string]Pattern{}
	for key, child := range n.object() {
		patterns[key] = child.pattern()
	}
	return patterns
}

func (n node) pattern() Pattern {
	text, isText := n.value.(string)
	switch {
	case isText && strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}"):
		return n.placeholder(text[1 : len(text)-1])
	case isText && strings.HasPrefix(text, "!"):
		p := Pattern{Kind: Except}
		for _, word := range strings.Split(text[1:], "|") {
			p.Words = append(p.Words, word)
		}
		return p
	}
	p := Pattern{}
	if n.value == nil {
		return Pattern{Words: []any{nil}}
	}
	for _, element := range n.list() {
		word := element.value
		if number, isWhole := whole(word); isWhole {
			word = number
		}
		switch word.(type) {
		case string, int, bool, nil:
		default:
			element.fail("%s is no constant: text, a whole number, true, false, or ~ for what is not there", shown(word))
		}
		p.Words = append(p.Words, word)
	}
	return p
}

// placeholders that have no argument.
var kinds = []Kind{Monitors, Results, ID, Time, Seconds, Percent, Any, Content}

func (n node) placeholder(text string) Pattern {
	name, bounds, bounded := strings.Cut(text, " ")
	bare, absolute := strings.CutSuffix(name, "!")
	p := Pattern{Kind: Kind(bare), Absolute: absolute}
	switch {
	case !slices.Contains(kinds, p.Kind), absolute && p.Kind != Monitors && p.Kind != Results, bounded && p.Kind != Seconds:
		n.fail("{%s} is no placeholder: {monitor}, {monitor!}, {result}, {result!}, {id}, {time}, {secs}, {secs 10-600}, {pct}, {any}, {value}", text)
	case bounded:
		if _, err := fmt.Sscanf(bounds, "%d-%d", &p.From, &p.To); err != nil || p.From < 0 || p.From > p.To || p.To == 0 {
			n.fail("{%s} has no bounds as in {secs 10-600}", text)
		}
	}
	return p
}

// shown is a value of a document as a sentence has it.
func shown(value any) string {
	switch value.(type) {
	case nil:
		return "nothing (~)"
	case map[string]any:
		return "a map"
	case []any:
		return "a list"
	case string:
		return fmt.Sprintf("%q", value)
	}
	return fmt.Sprint(value)
}
