package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// EscapeUnsafe makes text from anywhere safe to show on a terminal, on one line: control
// characters, terminal escapes, characters that reorder or hide text, and bytes that are not UTF-8 are
// written out (\x1b, \u202e). What is printed says what was sent.
func EscapeUnsafe(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(escaped(r))
		}
		i += size
	}
	return b.String()
}

func escaped(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	}
	return fmt.Sprintf(`\U%08x`, r)
}

// Truncate keeps the beginning of a text, up to so many characters, and says that there was more.
func Truncate(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	runes := []rune(text)
	return string(runes[:most-1]) + "…"
}

// truncateMiddle keeps the beginning and the end of a text: of a URL both tell something.
func truncateMiddle(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	tail := most / 3
	return string(runes[:most-tail-1]) + "…" + string(runes[len(runes)-tail:])
}

// WriteJSON writes a value as one JSON document, indented. Its strings are safe to show, too.
func WriteJSON(w io.Writer, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(escapeJSON(text), '\n'))
	return err
}

// escapeJSON escapes, in JSON that is valid already, what [encoding/json] leaves as it is
// though a terminal obeys it or a reader does not see it: DEL, C1 controls, bidi overrides; and ##[, which GitHub's
// runner obeys in a log. All of it can only stand inside strings.
func escapeJSON(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("##["), []byte(`##\u005b`))
	unsafe := func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }
	if bytes.IndexFunc(text, unsafe) < 0 {
		return text
	}
	var b bytes.Buffer
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if unsafe(r) {
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		} else {
			b.Write(text[i : i+size])
		}
		i += size
	}
	return b.Bytes()
}

// EscapeMarkdown makes a text safe outside code in Markdown, with nothing in it that Markdown takes for more than a character. What GitHub links
// though it is escaped is in code.
func EscapeMarkdown(text string) string { return markdownEscapes.Replace(EscapeUnsafe(text)) }

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "|", `\|`, "~", `\~`, "&", `\&`, "$", `\$`,
	"://", `\://`, "www.", `www\.`, "!", `\!`, "@", "`@`", "#", "`#`",
)
