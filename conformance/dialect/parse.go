package dialect

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
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
	r, d := &reader{}, Dialect{}
	node{reader: r, value: document}.read(d.object())
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
}

func (n node) fail(format string, args ...any) {
	if n.reader.err == nil {
		n.reader.err = &Error{Path: n.path, Says: fmt.Sprintf(format, args...)}
	}
}

func (n node) child(key string, value any) node {
	n.shows(key)
	child := node{n.reader, append(n.path[:len(n.path):len(n.path)], key), value}
	if text, isText := value.(string); isText {
		child.shows(text)
	}
	return child
}

// longestText is how many bytes a text of a document may have.
const longestText = 1000

// shows refuses a text that no output can show.
func (n node) shows(text string) {
	if len(text) > longestText || strings.ContainsFunc(text, unicode.IsControl) {
		n.fail("a text has no control characters, such as line breaks, and %d bytes at most", longestText)
	}
}

// read reads a value into a part of a dialect.
func (n node) read(at any) {
	switch at := at.(type) {
	case object:
		n.object(at)
	case *string:
		*at = n.text()
	case *[]string:
		*at = each(n, node.text)
	case *map[string]string:
		*at = entries(n, node.text)
	case *map[string]Pattern:
		*at = entries(n, node.pattern)
	case *Statuses:
		*at = each(n, node.status)
	case *Refs:
		*at = each(n, node.ref)
	case *body:
		if at.Empty = n.value == nil; !at.Empty {
			at.Body = entries(n, node.pattern)
		}
	case *Reply:
		n.object(at.object())
	case **Reply:
		*at = &Reply{}
		n.object((*at).object())
	}
}

// object reads a map whose keys are known.
func (n node) object(o object) {
	keys := make([]string, len(o))
	for i, entry := range o {
		keys[i] = entry.key
	}
	values, isMap := n.value.(map[string]any)
	if !isMap {
		n.fail("a map is needed here, and not %s: there are the keys %s", shown(n.value), strings.Join(keys, ", "))
	}
	for _, key := range sortedKeys(values) {
		child := n.child(key, values[key])
		if i := slices.Index(keys, key); i >= 0 {
			child.read(o[i].at)
		} else {
			child.fail("%q is no key here: there are %s", key, strings.Join(keys, ", "))
		}
	}
}

func (n node) text() string {
	text, isText := n.value.(string)
	if !isText {
		n.fail("text is needed here, and not %s", shown(n.value))
	}
	return text
}

// each reads the elements of a list; a single value is a list of one.
func each[T any](n node, read func(node) T) (list []T) {
	elements, isList := n.value.([]any)
	if !isList {
		return []T{read(n)}
	}
	if len(elements) == 0 {
		n.fail("the list is empty: leave it out, or say what is in it")
	}
	for i, element := range elements {
		list = append(list, read(n.child(strconv.Itoa(i), element)))
	}
	return list
}

// entries reads a map whose keys are the document's own.
func entries[T any](n node, read func(node) T) map[string]T {
	values, isMap := n.value.(map[string]any)
	if !isMap {
		n.fail("a map is needed here, and not %s", shown(n.value))
	}
	if len(values) == 0 {
		return nil
	}
	out := map[string]T{}
	for _, key := range sortedKeys(values) {
		out[key] = read(n.child(key, values[key]))
	}
	return out
}

func (n node) status() Range {
	if from, to, isClass := class(n.value); isClass && from >= 200 {
		return Range{from, to}
	}
	status, isWhole := whole(n.value)
	if !isWhole || status < 200 || status > 599 {
		n.fail("%s is no status of an answer: 200 to 599, or 2xx, 3xx, 4xx, 5xx", shown(n.value))
	}
	return Range{status, status}
}

// whole reads a whole number, as decoders of several kinds give it.
func whole(value any) (int, bool) {
	switch n := value.(type) {
	case int:
		return n, true
	case float64:
		return int(n), n == math.Trunc(n) && math.Abs(n) < 1<<31
	case json.Number:
		i, err := strconv.Atoi(n.String())
		return i, err == nil
	}
	return 0, false
}

func (n node) ref() Ref {
	text := n.text()
	rest, start := strings.CutPrefix(text, "start ")
	form, arg, _ := strings.Cut(rest, " ")
	switch {
	case arg != "" && slices.Contains([]Form{Header, Link, Value, URL}, Form(form)):
		return Ref{start, Form(form), arg}
	case text == string(Inline):
		return Ref{Form: Inline}
	case text == "monitor":
		return Ref{Form: URL, Arg: "{monitor}"}
	}
	n.fail("%q is no reference: header NAME, link /pointer, value /pointer, url TEMPLATE, inline, monitor", text)
	return Ref{}
}

func (n node) pattern() Pattern {
	text, isText := n.value.(string)
	switch {
	case isText && strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}"):
		return n.placeholder(text[1 : len(text)-1])
	case isText && strings.HasPrefix(text, "!"):
		p := Pattern{Kind: Except}
		for word := range strings.SplitSeq(text[1:], "|") {
			if word = strings.TrimSpace(word); word == "" || word == "~" || strings.ContainsAny(word, "{}!") {
				n.fail("%q excludes no word: \"!A|B\" stands for anything that is there, but A and B", text)
			}
			p.Words = append(p.Words, word)
		}
		return p
	}
	return Pattern{Words: each(n, node.word)}
}

// word reads one constant.
func (n node) word() any {
	if number, isWhole := whole(n.value); isWhole {
		return number
	}
	switch word := n.value.(type) {
	case string:
		if strings.ContainsAny(word, "{}") || strings.HasPrefix(word, "!") {
			n.fail("%q is no constant: a placeholder, or what begins with !, stands alone and whole, as in \"{id}\"", word)
		}
	case bool, nil:
	default:
		n.fail("%s is no constant: text, a whole number, true, false, or ~ for what is not there", shown(word))
	}
	return n.value
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
		if _, err := fmt.Sscanf(bounds, "%d-%d", &p.From, &p.To); err != nil || p.From < 0 || p.From > p.To || p.To == 0 || bounds != fmt.Sprintf("%d-%d", p.From, p.To) {
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
		return fmt.Sprintf("%.200q", value)
	}
	return fmt.Sprint(value)
}
