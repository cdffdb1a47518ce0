// Package badge writes the verdict as a picture for a README.
package badge

import (
	"fmt"
	"io"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// picture is two fields side by side, 20 pixels high, as badges are in most READMEs. Its texts are our own
// words and numbers: nothing that a target sent or is called by is among them. It has no ids, so that several may stand in one page.
const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="20" viewBox="0 0 %[1]d 20" role="img" aria-label="%[2]s: %[3]s">
  <title>%[2]s: %[3]s</title>
  <g>
    <rect width="%[1]d" height="20" rx="3" fill="%[7]s"/>
    <rect width="%[4]d" height="20" rx="3" fill="%[5]s"/>
    <rect x="%[6]d" width="3" height="20" fill="%[5]s"/>
  </g>
  <g fill="%[8]s" font-family="Verdana, DejaVu Sans, Geneva, sans-serif" font-size="11">
    <text x="%[9]d" y="14" textLength="%[10]d">%[2]s</text>
    <text x="%[11]d" y="14" textLength="%[12]d">%[3]s</text>
  </g>
</svg>
`

// colours are dark enough for white text: 4.5 to 1 at least, as WCAG 2 asks of text of that size (1.4.3).
var colours = map[report.Verdict]string{report.VerdictPass: "#1a7f37", report.VerdictFail: "#cf222e", report.VerdictInconclusive: "#8a5d00"}

const (
	labelColour = "#444d56"
	textColour  = "#ffffff"
	margin      = 6 // left and right of a text, in pixels
)

// Write writes the verdict as a small SVG for a README. The errors are the writer's.
func Write(w io.Writer, r report.Report) error {
	const label = "two-oh-two"
	verdict := says(r)
	left, right := textWidth(label), textWidth(verdict)
	field := left + 2*margin // the label's; the verdict's reaches below it, so that its corners are round on one side alone
	_, err := fmt.Fprintf(w, picture, field+right+2*margin, label, verdict, field, labelColour, field-3, colours[r.Verdict],
		textColour, margin, left, field+margin, right)
	return err
}

// says is the verdict in few words: with a number where that tells more.
func says(r report.Report) string {
	if len(r.Targets) > 1 {
		passed := 0
		for _, t := range r.Targets {
			if t.Verdict == report.VerdictPass {
				passed++
			}
		}
		return fmt.Sprintf("%d of %d conformant", passed, len(r.Targets))
	}
	if r.Verdict == report.VerdictFail {
		return fmt.Sprintf("%s: %d", r.Verdict.Says(), len(r.Targets[0].Gating()))
	}
	return r.Verdict.Says()
}

// advances are the widths of characters in Verdana, in thousandths of the font's size; digits are 636 wide.
var advances = map[rune]int{
	' ': 352, '-': 454, ':': 454, 'a': 601, 'b': 623, 'c': 521, 'd': 623, 'e': 596, 'f': 352, 'g': 623, 'h': 633, 'i': 274, 'j': 344,
	'k': 592, 'l': 274, 'm': 973, 'n': 633, 'o': 607, 'p': 623, 'q': 623, 'r': 427, 's': 521, 't': 394, 'u': 633, 'v': 592, 'w': 818,
	'x': 592, 'y': 592, 'z': 525,
}

// textWidth is how many pixels a text is wide, in Verdana of 11 pixels.
func textWidth(text string) int {
	const size, other = 11, 636
	sum := 0
	for _, c := range text {
		if width, known := advances[c]; known {
			sum += width
		} else {
			sum += other
		}
	}
	return (sum*size + 999) / 1000
}
