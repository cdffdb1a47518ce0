package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Curl is a command line that sends an exchange's request again. Where a secret was recorded as a
// placeholder such as $AUTHORIZATION, the shell fills it in. Bodies are left to the reader.
func Curl(e *record.Exchange) string {
	if e == nil || e.Request.URL == "" {
		return ""
	}
	words := []string{"curl", "-i", "--path-as-is"}
	switch method := e.Request.Method; {
	case method == "HEAD":
		words = append(words, "--head")
	case method != "GET":
		words = append(words, "-X", quote(method))
	}
	for _, f := range e.Request.Fields {
		if strings.EqualFold(f.Name, "User-Agent") || strings.EqualFold(f.Name, "Accept-Encoding") {
			continue
		}
		words = append(words, "-H", quote(f.Name+": "+f.Value))
	}
	if e.Request.BodyLength > 0 {
		words = append(words, "--data-binary", "@BODY")
	}
	return strings.Join(append(words, quote(e.Request.URL)), " ")
}

// quote quotes a word for a POSIX shell; a placeholder of ours stays open to the shell.
func quote(word string) string {
	if i := strings.Index(word, ": $"); i >= 0 && placeholder(word[i+3:]) {
		return `"` + word + `"`
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
