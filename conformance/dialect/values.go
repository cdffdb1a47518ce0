package dialect

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
)

// longestValue is how many bytes of JSON are kept of a value; of a longer one, its hash. Links are kept whole.
const longestValue = 256

// Wanted lists the places in bodies by which the dialect speaks, each once, sorted; none where it speaks by statuses and fields alone.
func (d Dialect) Wanted() []string {
	return d.names(func(p place) bool { return !p.header })
}

// Fields lists the header fields of answers by which the dialect speaks, in canonical form, each once, sorted.
func (d Dialect) Fields() []string {
	fields := d.names(func(p place) bool { return p.header })
	for i, name := range fields {
		fields[i] = textproto.CanonicalMIMEHeaderKey(name)
	}
	return fields
}

// SignPlaces lists the fields, and the places in bodies, whose constants tell what an answer says, each once, sorted, as they are written.
func (d Dialect) SignPlaces() []string {
	return d.names(func(p place) bool {
		return p.pattern.isSign(0) && slices.ContainsFunc(p.pattern.Words, func(word any) bool { return word != nil })
	})
}

// names lists the places of all replies and references that are chosen, as they are written.
func (d Dialect) names(chosen func(place) bool) []string {
	written := map[string]string{}
	for _, s := range d.object().spots() {
		var places []place
		switch at := s.at.(type) {
		case *Reply:
			places = at.places()
		case *Refs:
			for _, ref := range *at {
				places = append(places, ref.places()...)
			}
		}
		for _, p := range places {
			if chosen(p) {
				written[p.canonical()] = p.name
			}
		}
	}
	return slices.Sorted(maps.Values(written))
}

// places are those that a reference looks at.
func (r Ref) places() (list []place) {
	switch r.Form {
	case Header, Link, Value:
		return []place{{name: r.Arg, header: r.Form == Header, pattern: Pattern{Kind: Any}}}
	case URL:
		for _, part := range placeholders(r.Arg) {
			if strings.HasPrefix(part, "/") {
				list = append(list, place{name: part, pattern: Pattern{Kind: Any}})
			}
		}
	}
	return list
}

// Read reads what a body holds at places in it, as JSON; nil where it is no JSON. What is not there is left out, and so is what comes after the
// end of a body that broke off. A value that is longer than [longestValue] is its hash, unless it is a text that may be a link.
//
// No more is built of a body than its values: what it takes does not depend on what else it holds.
func Read(body []byte, pointers []string) map[string]string {
	if len(pointers) == 0 {
		return nil
	}
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")) // a byte order mark may be ignored (RFC 8259 8.1)
	r := valueReader{json.NewDecoder(bytes.NewReader(body)), pointers, map[string]string{}}
	if err := r.read(""); err != nil && len(r.values) == 0 {
		return nil
	}
	return r.values
}

type valueReader struct {
	*json.Decoder
	pointers []string
	values   map[string]string
}

// read reads the value that stands at a place.
func (r *valueReader) read(place string) error {
	below := func(pointer string) bool { return strings.HasPrefix(pointer, place+"/") }
	if place != "" && slices.Contains(r.pointers, place) || !slices.ContainsFunc(r.pointers, below) {
		return r.keep(place, below)
	}
	open, err := r.Token()
	if delimiter, inside := open.(json.Delim); err != nil || !inside || delimiter != '{' && delimiter != '[' {
		return err
	}
	for i := 0; r.More(); i++ {
		name := strconv.Itoa(i)
		if open == json.Delim('{') {
			key, err := r.Token()
			if err != nil {
				return err
			}
			name = strings.NewReplacer("~", "~0", "/", "~1").Replace(key.(string))
		}
		if err := r.read(place + "/" + name); err != nil {
			return err
		}
	}
	_, err = r.Token()
	return err
}

// keep keeps a value where it is wanted, and reads what stands below it where that is.
func (r *valueReader) keep(place string, below func(string) bool) error {
	var text json.RawMessage
	if err := r.Decode(&text); err != nil || !slices.Contains(r.pointers, place) {
		return err
	}
	if slices.ContainsFunc(r.pointers, below) {
		var inside []string
		for _, pointer := range r.pointers {
			if below(pointer) {
				inside = append(inside, pointer[len(place):])
			}
		}
		for pointer, value := range Read(text, inside) {
			r.values[place+pointer] = value
		}
	}
	var words string
	isText := json.Unmarshal(text, &words) == nil && text[0] == '"'
	if plain, err := json.Marshal(text); err == nil {
		text = plain // without blanks
	}
	if len(text) > longestValue && !isText {
		sum := sha256.Sum256(text)
		text = strconv.AppendQuote(nil, "sha256:"+hex.EncodeToString(sum[:]))
	}
	r.values[place] = string(text)
	return nil
}

// Text is a recorded value as text: what a JSON string says, and else the JSON.
func Text(value string) string {
	if n := len(value); n > 1 && value[0] == '"' && value[n-1] == '"' && strings.IndexByte(value, '\\') < 0 {
		return value[1 : n-1] // most are such
	}
	var text string
	if json.Unmarshal([]byte(value), &text) == nil {
		return text
	}
	return value
}
