package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// whyCutOff explains a body that is cut off by what tells its end alone: it is whole JSON.
func whyCutOff(e *record.Exchange) cause {
	switch {
	case !endsAsJSON(e):
		return cause{}
	case e.Has("Content-Length"):
		return cause{name: "length-too-large", says: "what came is whole JSON: Content-Length is more than what is sent", mend: lengthMend}
	}
	return cause{name: "chunks-without-end", says: "what came is whole JSON: the last chunk, of length 0, does not follow it", mend: chunksMend}
}

// endsAsJSON reports whether all of a body is known, and is one whole object or array of JSON.
func endsAsJSON(e *record.Exchange) bool {
	text := bytes.TrimSpace(e.Body.Beginning)
	return int64(len(e.Body.Beginning)) == e.Body.Length && len(text) > 0 && (text[0] == '{' || text[0] == '[') && json.Valid(text)
}

// whyIncomplete explains a body that is cut off, or that came whole and is not the JSON that it is declared to be.
func whyIncomplete(o *view, j *jobView, e *record.Exchange) cause {
	if e.Body.Cut != "" {
		return whyCutOff(e)
	}
	if number := noJSONNumber.FindSubmatch(e.Body.Beginning); number != nil {
		return cause{name: "not-a-json-number", says: fmt.Sprintf("the body is whole, and has %s, which JSON does not know", number[1]), mend: "write null, or a string, in its place (Python: allow_nan=False)"}
	}
	for _, later := range j.ownResults(o) {
		if c := whyGrows(e, later); later.Body.NotJSON == "" && c.says != "" {
			return c
		}
	}
	for _, m := range jsonMistakes {
		if m.in(e.Body.Beginning, e.Body.NotJSON) {
			return cause{name: m.name, says: m.says, mend: m.mend}
		}
	}
	return cause{}
}

// noJSONNumber is a number that JSON does not know, where a value stands (RFC 8259 6).
var noJSONNumber = regexp.MustCompile(`[:\[,]\s*(NaN|-?Infinity)\b`)

// A jsonMistake is a way in which a body that is declared JSON is not, as its beginning and what a parser says of it show.
type jsonMistake struct {
	in               func(text []byte, parser string) bool
	name, says, mend string
}

// jsonMistakes are tried in this order.
var jsonMistakes = []jsonMistake{
	{func(text []byte, _ string) bool { return bytes.HasPrefix(text, []byte{0x1f, 0x8b}) },
		"gzip-undeclared", "the body is gzip, and no Content-Encoding says so", "declare Content-Encoding: gzip where the request accepts it, or send the body as it is"},
	{func(text []byte, _ string) bool { return bytes.HasPrefix(bytes.TrimSpace(text), []byte("<")) },
		"markup-in-json", "the body begins as HTML or XML does, as an error page or a warning would",
		"look at the beginning of the body: let errors have a status of their own, and write warnings to a log (PHP: display_errors=Off)"},
	{func(text []byte, parser string) bool {
		return trailingComma.Match(text) && stopsAtEnd.MatchString(parser)
	},
		"trailing-comma", "a comma stands before the end of an array or an object, which JSON does not allow", "write commas between values alone; a JSON library does"},
	{func(text []byte, _ string) bool { return quotedAsPython.Match(text) },
		"not-json-quotes", "its names or texts are in single quotes, as Python writes values", "write it with a JSON library (json.dumps, and not str)"},
	{func(text []byte, _ string) bool { return jsonLines(text) },
		"json-lines", "the body has one JSON value on each line", "declare it as application/x-ndjson or application/jsonl"},
	{func(text []byte, _ string) bool { return jsonJoined(text) },
		"json-joined", "the body has several JSON values, one behind the other", "put them into one array, or send one of them"},
	{func(text []byte, parser string) bool {
		return beginsAsJSON.Match(text) && strings.Contains(parser, "not UTF-8") && !utf8.Valid(lastWhole(text))
	},
		"json-not-utf-8", "its texts are not in UTF-8, as those of JSON have to be", "encode the body as UTF-8, where it is written and wherever it is converted on the way"},
	{func(_ []byte, parser string) bool { return controlInText.MatchString(parser) },
		"json-control-character", "a text in it has a line end, a tab or another control character as it is", `write them escaped (\n, \t), as a JSON library does; texts that are put between quotes by hand are not`},
	{func(text []byte, parser string) bool {
		return beginsAsJSON.Match(text) && strings.HasPrefix(parser, "unexpected end")
	},
		"json-cut", "the answer is whole as HTTP counts it, and its JSON ends in the middle: it was cut before it was sent",
		"look at what writes the body: a limit of its size (a column, a buffer, a log), or an encoder that stops half-way"},
}

// trailingComma is a comma that nothing follows, and stopsAtEnd what a parser says that stumbles over it: in a text it would not.
var (
	trailingComma = regexp.MustCompile(`,\s*[\]}]`)
	stopsAtEnd    = regexp.MustCompile(`^invalid character '[\]}]' looking for beginning`)
)

// quotedAsPython is the beginning of a list or a dictionary as Python prints it.
var quotedAsPython = regexp.MustCompile(`^\s*[\[({]+'`)

// beginsAsJSON is the beginning of an object or an array.
var beginsAsJSON = regexp.MustCompile(`^\s*[{\[]`)

// controlInText is what a parser says of a control character in a text.
var controlInText = regexp.MustCompile(`^invalid character '\\\S+' in string literal`)

// jsonLines reports whether the first two lines are JSON each.
func jsonLines(text []byte) bool {
	lines := bytes.SplitN(text, []byte("\n"), 3)
	return len(lines) == 3 && json.Valid(lines[0]) && json.Valid(lines[1]) && len(bytes.TrimSpace(lines[0])) > 0 && len(bytes.TrimSpace(lines[1])) > 0
}

// jsonJoined reports whether an object or an array is followed by another.
func jsonJoined(text []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var first json.RawMessage
	return beginsAsJSON.Match(text) && decoder.Decode(&first) == nil && beginsAsJSON.Match(text[decoder.InputOffset():])
}

// lastWhole leaves out a character of which a text's end may have cut a part.
func lastWhole(text []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(text); i++ {
		if at := len(text) - i; utf8.RuneStart(text[at]) {
			if !utf8.FullRune(text[at:]) {
				return text[:at]
			}
			break
		}
	}
	return text
}
