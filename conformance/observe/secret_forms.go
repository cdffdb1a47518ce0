package observe

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
)

// forms are the ways in which a server commonly writes a value that it was given: as it is, escaped for JSON, HTML or a URL, in
// base64, in hex, and in capitals or small letters.
func forms(value string) []string {
	quoted, _ := json.Marshal(value)
	var percent strings.Builder
	for _, b := range []byte(value) {
		fmt.Fprintf(&percent, "%%%02X", b)
	}
	inHex := hex.EncodeToString([]byte(value))
	list := []string{
		value, strings.Trim(string(quoted), `"`), html.EscapeString(value),
		url.QueryEscape(value), url.PathEscape(value), percent.String(), strings.ToLower(percent.String()),
		inHex, strings.ToUpper(inHex), strings.ToUpper(value), strings.ToLower(value),
	}
	for before := range 3 {
		list = append(list, inBase64(value, before, base64.RawStdEncoding), inBase64(value, before, base64.RawURLEncoding))
	}
	return list
}

// inBase64 is what a value looks like inside a longer text in base64, behind so many bytes (of three, RFC 4648 4): the
// characters that depend on nothing else.
func inBase64(value string, before int, encoding *base64.Encoding) string {
	text := encoding.EncodeToString(append(make([]byte, before), value...))
	text = text[(before*8+5)/6:]
	if (before+len(value))%3 != 0 {
		text = text[:len(text)-1]
	}
	return text
}
