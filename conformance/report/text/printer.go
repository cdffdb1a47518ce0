package text

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A printer writes lines. Everything goes through [printer.line], which escapes it
// before it is painted: no text of a server's own reaches a terminal any other way.
type printer struct {
	style Style
	out   *bufio.Writer
	gaps  int // empty lines owed before the next line
}

// print has a text printed in the style. The errors are the writer's.
func (style Style) print(w io.Writer, print func(*printer)) error {
	if style.Width <= 0 {
		style.Width = defaultWidth
	}
	p := &printer{style: style, out: bufio.NewWriter(w)}
	print(p)
	return p.out.Flush()
}

// A word is a piece of a line, and what it is.
type word struct {
	role Role
	text string
}

func (p *printer) line(indent int, words ...word) {
	for ; p.gaps > 0; p.gaps-- {
		p.put("\n")
	}
	p.put(strings.Repeat(" ", indent))
	for _, w := range words {
		text := report.EscapeUnsafe(w.text)
		if p.style.Paint != nil && w.role != "" && text != "" {
			text = p.style.Paint(w.role, text)
		}
		p.put(text)
	}
	p.put("\n")
}

// put writes; an error stays with the writer, and is returned when it is flushed.
func (p *printer) put(text string) { _, _ = p.out.WriteString(text) }

// gap asks for one empty line before what comes next, if anything comes.
func (p *printer) gap() { p.gaps = 1 }

func (p *printer) rule() {
	p.gap()
	p.line(0, word{RoleFaint, strings.Repeat("─", min(p.style.Width, 60))})
}

// wrap writes a text in as many lines as it needs. Words are never broken: URLs stay whole.
func (p *printer) wrap(role Role, first, next, text string) {
	prefix := first
	for _, row := range Fill(report.EscapeUnsafe(text), p.style.Width-utf8.RuneCountInString(next)) {
		p.line(0, word{"", prefix}, word{role, row})
		prefix = next
	}
}

// entry is wrap with a label in front: "    got  404 Not Found".
func (p *printer) entry(label, text string) {
	if text == "" {
		return
	}
	const column = 10
	for i, row := range Fill(report.EscapeUnsafe(text), p.style.Width-column) {
		if i > 0 {
			label = ""
		}
		p.line(0, word{RoleFaint, strings.Repeat(" ", column-2-len(label)) + label + "  "}, word{"", row})
	}
}

// Fill breaks a text into rows of so many columns.
func Fill(text string, width int) []string {
	var rows []string
	row, used := "", 0
	for piece := range strings.FieldsSeq(text) {
		size := utf8.RuneCountInString(piece)
		switch {
		case row == "":
			row, used = piece, size
		case used+1+size <= width:
			row, used = row+" "+piece, used+1+size
		default:
			rows = append(rows, row)
			row, used = piece, size
		}
	}
	return append(rows, row)
}
