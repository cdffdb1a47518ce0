package record

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
)

// LongestValue is how many bytes of one text from a server a record keeps, and how long a URL may be that is asked for:
// everybody has to bear URIs of this length, and nobody longer ones (RFC 9110 4.1).
const LongestValue = 8000

// shortenedEnd is how what [Shorten] returns ends.
var shortenedEnd = regexp.MustCompile(`… \(\d+ bytes, SHA-256 [0-9a-f]{64}\)$`)

// longestEnd is how long that end is at most.
const longestEnd = len("… ( bytes, SHA-256 )") + 2*sha256.Size + 19

// Shorten returns a text as a record keeps it: as it is up to so many bytes. Of a longer one it is the beginning, with the
// length and the hash of all of it: two that are the same stay so, and two that differ do too.
func Shorten(text string, most int) string {
	if beginning, _ := Beginning(text); len(beginning) <= most {
		return text
	}
	end := max(most, 0)
	for end > 0 && end > most-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Sprintf("%s… (%d bytes, SHA-256 %x)", text[:end], len(text), sha256.Sum256([]byte(text)))
}

// Beginning returns what of a text is in the record, and whether that is all of it.
func Beginning(text string) (beginning string, whole bool) {
	if !strings.HasSuffix(text, ")") {
		return text, true
	}
	tail := max(0, len(text)-longestEnd)
	if at := shortenedEnd.FindStringIndex(text[tail:]); at != nil {
		return text[:tail+at[0]], false
	}
	return text, true
}

// Follow returns where the pointer of an answer leads, resolved; empty where it is not one, or is empty. The start is that of the
// answer's job, nil where there is none: a dialect may look there.
func (p Pointer) Follow(e, start *Exchange) string {
	reference, asked := p.Reference(e, start)
	if reference == "" {
		return ""
	}
	beginning, whole := Beginning(reference)
	if !whole { // nobody can have followed it: it is told apart from others, and no more
		return uri.Resolve(asked, TrimHalfEscape(beginning)) + reference[len(beginning):]
	}
	return uri.Resolve(asked, reference)
}

// Reference returns the reference that an answer gives, and the URL that it is resolved against.
func (p Pointer) Reference(e, start *Exchange) (reference, asked string) {
	base := dialect.Base{Target: p.base, Here: e.Request.URL}
	if e.Role == RoleStart {
		start = e
	}
	var begun dialect.Answer
	if start != nil {
		begun, base.Start = start.Answer(), p.ask.Unasked(start.Request.URL)
	}
	reference, by := p.refs.Reference(e.Answer(), begun, base)
	if by.Start {
		return reference, start.Request.URL
	}
	return reference, e.Request.URL
}

// TrimHalfEscape returns the beginning of a reference without half an escape at its end.
func TrimHalfEscape(beginning string) string {
	if i := strings.LastIndexByte(beginning, '%'); i >= 0 && i > len(beginning)-3 {
		return beginning[:i]
	}
	return beginning
}

// JudgedFields lists the fields of answers that judgements look at, in canonical form, those first without which nothing can be judged.
func JudgedFields() []string {
	return []string{
		"Location", "Retry-After", "Date", "Cache-Control", "Age", "Expires", "Content-Type", "Etag", "Last-Modified", "Allow", "Www-Authenticate",
		"Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Allow-Credentials",
		"Access-Control-Expose-Headers", "Vary", "Content-Length", "Content-Encoding", "Server", "Via",
	}
}

// Weight is how many bytes an exchange takes in a HAR at most: its texts as they are written there, and what is round them.
func (e *Exchange) Weight() int {
	const each, eachField, eachParameter, eachMention = 1500, 50, 25, 80
	n := each + 2*Written(e.Request.URL) + eachParameter*strings.Count(e.Request.URL, "&") + len(`\u0000`)*strings.Count(e.Request.URL, "%")
	n += 2*Written(e.Failure.Text) + Written(string(e.Body.Beginning)) + Written(e.Body.Cut) + Written(e.Body.NotJSON) + eachMention*len(e.Body.Mentions)
	for _, fields := range [][]Field{e.Request.Fields, e.Fields} {
		for _, f := range fields {
			n += eachField + Written(f.Name) + Written(f.Value)
			if strings.EqualFold(f.Name, "Location") || strings.EqualFold(f.Name, "Content-Type") {
				n += Written(f.Value) // HAR tells it twice
			}
		}
	}
	return n
}

// Written is how many bytes a text has at most where it is written as JSON or HTML have it: what is no plain ASCII is escaped,
// and bytes that are no text are in base64 besides.
func Written(text string) int {
	const escape = len(`\u0000`)
	n := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c < 0x7f {
			n++
			if strings.IndexByte(`"\'+<>&`, c) >= 0 {
				n += escape - 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			n += escape + 2
		case r > 0xffff:
			n += 2 * escape
		default:
			n += escape
		}
		i += size
	}
	return n
}
