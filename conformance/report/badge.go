package report

import (
	"fmt"
	"io"
)

// badge is the picture: two fields side by side, 20 pixels high, as badges are in most READMEs. Its texts are our own
// words and numbers: nothing that a target sent or is called by is among them. It has no ids, so that several may stand in one page.
const badge = `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="20" viewBox="0 0 %[1]d 20" role="img" aria-label="%[2]s: %[3]s">
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

// badgeColours are dark enough for white text: 4.5 to 1 at least, as WCAG 2 asks of text of that size (1.4.3).
var badgeColours = map[Verdict]string{VerdictPass: "#1a7f37", VerdictFail: "#cf222e", VerdictInconclusive: "#8a5d00"}

const (
	badgeLabelColour = "#444d56"
	badgeTextColour  = "#ffffff"
	badgeMargin      = 6 // left and right of a text, in pixels
)

// Badge writes the verdict as a small SVG for a README. The errors are the writer's.
func Badge(w io.Writer, r Report) error {
	const label = "two-oh-two"
	says := r.badgeSays()
	left, right := textWidth(label), textWidth(says)
	field := left + 2*badgeMargin // the label's; the verdict's reaches below it, so that its corners are round on one side alone
	_, err := fmt.Fprintf(w, badge, field+right+2*badgeMargin, label, says, field, badgeLabelColour, field-3, badgeColours[r.Verdict],
		badgeTextColour, badgeMargin, left, field+badgeMargin, right)
	return err
}

// badgeSays is the verdict in few words: with a number where that tells more.
func (r Report) badgeSays() string {
	if len(r.Targets) > 1 {
		passed := 0
		for _, t := range r.Targets {
			if t.Verdict == VerdictPass {
				passed++
			}
		}
		return fmt.Sprintf("%d of %d conformant", passed, len(r.Targets))
	}
	says := signs[r.Verdict].says
	if r.Verdict == VerdictFail {
		says += fmt.Sprintf(": %d", len(r.Targets[0].broken()))
	}
	return says
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
