package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Curl is a command line that sends an exchange's request again, to a target. Where a secret was recorded as a
// placeholder such as $AUTHORIZATION, the shell fills it in, or says that it is needed.
func Curl(t record.Target, e *record.Exchange) string {
	if e == nil || e.Request.URL == "" {
		return ""
	}
	words := []string{"curl", "-i", "--path-as-is"}
	if uri.SameOrigin(e.Request.URL, t.BaseURL) { // what lies elsewhere is reached in its own way
		for _, given := range t.Curl {
			words = append(words, quoteOdd(given))
		}
		if e.Peer != "" {
			words = append(words, "--connect-to", quoteOdd("::"+e.Peer))
		}
	}
	switch method := e.Request.Method; {
	case method == "HEAD":
		words = append(words, "--head")
	case method != "GET":
		words = append(words, "-X", quote(method))
	}
	for _, f := range e.Request.Fields {
		ours := strings.EqualFold(f.Name, "User-Agent") && strings.HasPrefix(f.Value, "two-oh-two/")
		if ours || strings.EqualFold(f.Name, "Accept-Encoding") {
			continue
		}
		words = append(words, "-H", quote(f.Name+": "+f.Value))
	}
	if e.Request.BodyLength > 0 {
		words = append(words, "--data-raw", body(t, e))
	}
	return strings.Join(append(words, quote(e.Request.URL)), " ")
}

// body is a word for the body of a start: with its placeholders filled in, as they were in some other way.
func body(t record.Target, e *record.Exchange) string {
	if t.Body == "" {
		return `"${BODY:?it may hold secrets, and is not recorded}"`
	}
	filled := strings.NewReplacer("{n}", strconv.Itoa(e.Number), "{uuid}", "00000000-0000-4000-8000-000000000001").Replace(t.Body)
	return quote(filled)
}

// quoteOdd quotes a word that the shell would not take as it is.
func quoteOdd(word string) string {
	if plain(word) {
		return word
	}
	return quote(word)
}

// plain reports whether a word means itself to a shell, within double quotes too.
func plain(word string) bool {
	const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.,:/=+@%"
	return word != "" && strings.Trim(word, characters) == ""
}

// quote quotes a word for a POSIX shell; a placeholder of ours stays open to the shell, which refuses to go on without its value.
func quote(word string) string {
	if before, name, found := strings.Cut(word, ": $"); found && plain(before) && placeholder(name) {
		return `"` + before + ": ${" + name + `:?a secret, which is not recorded}"`
	}
	if escaped := EscapeUnsafe(word); escaped != word {
		return ansiQuote(word)
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// ansiQuote writes bytes that can't be shown as $'…' has them (POSIX 2024, shell quoting): pasted, it sends the same bytes.
func ansiQuote(word string) string {
	var b strings.Builder
	b.WriteString("$'")
	for i := 0; i < len(word); {
		r, size := utf8.DecodeRuneInString(word[i:])
		switch {
		case r == '\'' || r == '\\':
			b.WriteString("\\" + string(r))
		case r != utf8.RuneError && unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			for _, c := range []byte(word[i : i+size]) {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		}
		i += size
	}
	return b.String() + "'"
}

func placeholder(name string) bool {
	return name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}
