package report_test

import (
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A picture is a badge as it is read back.
type picture struct {
	Role  string `xml:"role,attr"`
	Label string `xml:"aria-label,attr"`
	Width int    `xml:"width,attr"`
	Title string `xml:"title"`
	Parts []struct {
		Fill  string `xml:"fill,attr"`
		Rects []struct {
			Width int    `xml:"width,attr"`
			Fill  string `xml:"fill,attr"`
		} `xml:"rect"`
		Texts []struct {
			X      int    `xml:"x,attr"`
			Length int    `xml:"textLength,attr"`
			Says   string `xml:",chardata"`
		} `xml:"text"`
	} `xml:"g"`
}

func readBadge(t *testing.T, r report.Report) (p picture) {
	t.Helper()
	NewWithT(t).Expect(xml.Unmarshal(render(t, "badge", r), &p)).To(Succeed())
	return p
}

func TestBadge(t *testing.T) {
	fine := several()
	fine.Targets, fine.Verdict = fine.Targets[1:2], report.VerdictPass
	for _, row := range []struct {
		report report.Report
		says   string
	}{
		{fine, "conformant"},
		{written(report.Options{}), "not conformant: 1"},
		{written(report.Options{Strict: true}), "not conformant: 3"},
		{report.Combine(), "could not tell"},
		{several(), "1 of 3 conformant"},
	} {
		g := NewWithT(t)
		p := readBadge(t, row.report)
		g.Expect(p.Title).To(Equal("two-oh-two: " + row.says))
		g.Expect(p).To(And(HaveField("Role", "img"), HaveField("Label", p.Title)))
		fields, texts := p.Parts[0].Rects, p.Parts[1].Texts
		g.Expect(texts[0].Says + ": " + texts[1].Says).To(Equal(p.Title))
		verdict, label := fields[0], fields[1]
		g.Expect(verdict.Width).To(Equal(p.Width))
		g.Expect(texts[0].X+texts[0].Length).To(BeNumerically("<", label.Width), "each text is in its field")
		g.Expect(texts[1].X).To(BeNumerically(">", label.Width))
		g.Expect(texts[1].X + texts[1].Length).To(BeNumerically("<", p.Width))
		for _, field := range fields {
			g.Expect(contrast(t, field.Fill, p.Parts[1].Fill)).To(BeNumerically(">=", 4.5), field.Fill)
		}
	}
}

// Nothing of a target's is in it.
func TestBadgeKnowsNoNames(t *testing.T) {
	r := several()
	for i := range r.Targets {
		r.Targets[i].Name, r.Targets[i].BaseURL, r.Targets[i].Why = `"><script>`, "http://evil.example", "]]>"
	}
	NewWithT(t).Expect(render(t, "badge", r)).To(Equal(render(t, "badge", several())))
}

// contrast is how much two colours differ, as WCAG 2 counts it: 1 to 21.
func contrast(t *testing.T, one, other string) float64 {
	t.Helper()
	luminance := func(colour string) float64 {
		var sum float64
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#")[2*i:2*i+2], 16, 8)
			if err != nil {
				t.Fatal(fmt.Errorf("%q: %w", colour, err))
			}
			c := float64(n) / 255
			if c <= 0.04045 {
				c /= 12.92
			} else {
				c = math.Pow((c+0.055)/1.055, 2.4)
			}
			sum += weight * c
		}
		return sum
	}
	a, b := luminance(one), luminance(other)
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}
