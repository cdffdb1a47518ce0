package har

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// An exact is text that survives byte for byte: a JSON string where it is UTF-8, else {"base64": …}.
type exact string

type encoded struct {
	Base64 []byte `json:"base64"`
}

// MarshalJSON implements [json.Marshaler].
func (e exact) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(e)) {
		return json.Marshal(string(e))
	}
	return json.Marshal(encoded{[]byte(e)})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (e *exact) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '{' {
		var bytes encoded
		err := json.Unmarshal(text, &bytes)
		*e = exact(bytes.Base64)
		return err
	}
	return json.Unmarshal(text, (*string)(e))
}

// showable is a text as a standard field can have it.
func showable(text string) string { return strings.ToValidUTF8(text, "\ufffd") }

// unshowable is the text itself where a standard field can't have it; else nil.
func unshowable(text string) []byte {
	if utf8.ValidString(text) {
		return nil
	}
	return []byte(text)
}

// either undoes the two.
func either(shown string, bytes []byte) string {
	if len(bytes) > 0 {
		return string(bytes)
	}
	return shown
}

// asciiOnly escapes, in JSON, all that is not printable ASCII. It can only stand inside strings, and there are
// characters in it that a terminal obeys or a reader does not see.
func asciiOnly(text []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r < 0x7f {
			b.WriteByte(text[i])
		} else {
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		}
		i += size
	}
	return b.Bytes()
}
