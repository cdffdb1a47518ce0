package dialect

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
)

// LongestValue is how many bytes of JSON are kept of a value; of a longer one, its hash. Links are kept whole.
const LongestValue = 256

// Wanted lists the places in bodies by which the dialect speaks, each once, sorted; none where it speaks by statuses and fields alone.
func (d Dialect) Wanted() []string {
	var list []string
	for _, r := range d.allReplies() {
		for pointer := range r.Body {
			list = append(list, pointer)
		}
	}
	for _, ref := range slices.Concat(d.Monitor.At, d.Result.At, d.Cancel.At) {
		switch ref.Form {
		case Link, Value:
			list = append(list, ref.Arg)
		case URL:
			for _, part := range placeholders(ref.Arg) {
				if strings.HasPrefix(part, "/") {
					list = append(list, part)
				}
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Fields lists the header fields of answers by which the dialect speaks, in canonical form, each once, sorted.
func (d Dialect) Fields() []string {
	var list []string
	for _, r := range d.allReplies() {
		for name := range r.Headers {
			list = append(list, textproto.CanonicalMIMEHeaderKey(name))
		}
	}
	for _, ref := range slices.Concat(d.Monitor.At, d.Result.At, d.Cancel.At) {
		if ref.Form == Header {
			list = append(list, textproto.CanonicalMIMEHeaderKey(ref.Arg))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// SignPlaces lists the fields, and the places in bodies, whose constants tell what an answer says, each once, sorted.
func (d Dialect) SignPlaces() []string {
	var list []string
	for _, r := range d.allReplies() {
		for _, patterns := range []map[string]Pattern{r.Headers, r.Body} {
			for name, p := range patterns {
				if p.IsSign() && slices.ContainsFunc(p.Words, func(word any) bool { return word != nil }) {
					list = append(list, name)
				}
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// allReplies are those of all resources, with what they should and may hold.
func (d Dialect) allReplies() []Reply {
	m, s := d.Monitor, d.Result
	var list []Reply
	for _, r := range []*Reply{&d.Start.Reply, &m.Pending, &m.Done, m.Failed, m.Cancelled, m.Unknown, s.Pending, s.Done, s.Failed, s.Unknown, &d.Cancel.Reply} {
		for ; r != nil; r = nil {
			list = append(list, *r)
			for _, more := range []*Reply{r.Should, r.May} {
				if more != nil {
					list = append(list, *more)
				}
			}
		}
	}
	return list
}

// Read reads what a body holds at places in it, as JSON; nil where it is no JSON. What is not there is left out. A value that is
// longer than [LongestValue] is its hash, unless it is a text that may be a link.
func Read(body []byte, pointers []string) map[string]string {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var document any
	if len(pointers) == 0 || decoder.Decode(&document) != nil {
		return nil
	}
	values := map[string]string{}
	for _, pointer := range pointers {
		value, there := at(document, pointer)
		if !there {
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			continue
		}
		if _, isText := value.(string); len(text) > LongestValue && !isText {
			sum := sha256.Sum256(text)
			text = strconv.AppendQuote(nil, "sha256:"+hex.EncodeToString(sum[:]))
		}
		values[pointer] = string(text)
	}
	return values
}

// at is the value at a JSON pointer (RFC 6901).
func at(document any, pointer string) (value any, there bool) {
	for _, token := range strings.Split(pointer, "/")[1:] {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch inside := document.(type) {
		case map[string]any:
			if document, there = inside[token]; !there {
				return nil, false
			}
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(inside) {
				return nil, false
			}
			document = inside[i]
		default:
			return nil, false
		}
	}
	return document, true
}

// Text is a recorded value as text: what a JSON string says, and else the JSON.
func Text(value string) string {
	var text string
	if json.Unmarshal([]byte(value), &text) == nil {
		return text
	}
	return value
}
