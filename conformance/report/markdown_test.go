package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// outline is what a parser that is not ours takes a document for, by GitHub's rules: every block, and everything in a line that is not
// text. In folded is what stands in code or HTML blocks.
func outline(t *testing.T, source []byte) (kinds []string, code string) {
	t.Helper()
	var folded strings.Builder
	document := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
	err := ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering || n.Kind() == ast.KindText {
			return ast.WalkContinue, nil
		}
		kind := n.Kind().String()
		switch n := n.(type) {
		case *ast.HTMLBlock:
			kind += " " + strings.TrimSpace(string(n.Lines().Value(source)))
		case *ast.Heading:
			kind += fmt.Sprint(n.Level)
		case *ast.CodeSpan, *ast.FencedCodeBlock:
			if n.Type() == ast.TypeBlock {
				folded.Write(n.Lines().Value(source))
			} else {
				for c := n.FirstChild(); c != nil; c = c.NextSibling() {
					folded.Write(c.(*ast.Text).Segment.Value(source))
				}
			}
			folded.WriteString("\n")
		}
		kinds = append(kinds, kind)
		return ast.WalkContinue, nil
	})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return kinds, folded.String()
}

// hostile texts, each of which is an element somewhere in Markdown, or a link that GitHub makes by itself.
var hostile = []string{
	"<img src=x onerror=alert(1)>", "</details></summary><script>alert(1)</script>", "<!-- ", "[press](https://evil.example)", "![](https://evil.example/x.png)",
	"https://evil.example", "www.evil.example", "me@evil.example", "@somebody", "#123", "GH-123", "``` x", "`", "``", "a``````````b", "~~~", "~~gone~~", "| a | b |", `\|`, `\`,
	"# heading", "- item", "> quote", "***", "&lt;b&gt;", "&#64;", "[^1]", "[ ]: x", "$x$", "\n\n# heading\n\n", "\n```\n", "\r\n", "\x1b[31m", "\u202e", " ", "",
	"`` `<b>` ``", ":warning:", "<https://evil.example>", "\\`", "text`", "`text",
}

// poisoned is a report in which every text that is not ours is that one, twice: so that it stands at the beginning, at the end and within.
func poisoned(evil string) report.Report {
	r := report.Combine(several(), written(report.Options{Known: known()}))
	evil = evil + " " + evil
	for i := range r.Targets {
		t := &r.Targets[i]
		t.BaseURL, t.Name, t.Run = "http://h/"+evil, evil, evil
		if t.Why != "" {
			t.Why = evil
		}
		for k := range t.Requirements {
			q := &t.Requirements[k]
			if q.Outcome == contract.Fail {
				q.Got, q.Want, q.Likely, q.Curl, q.Says = evil, evil, evil, evil, "It is "+evil+" so."
			}
			if q.Known != nil {
				q.Known.Reason, q.Known.Link, q.Known.Message = evil, evil, evil
			}
			if q.Reason != "" && q.BlockedBy == "" {
				q.Reason = evil
			}
		}
		for k := range t.Exchanges {
			e := &t.Exchanges[k]
			e.Request.URL, e.Request.Method, e.StatusText = "http://h/"+evil, evil, evil
			e.Fields = append(e.Fields, record.Field{Name: "Location", Value: evil})
			e.Body = &report.Body{Length: 9, Beginning: evil, Cut: evil}
		}
	}
	r.Targets[2].Why = evil
	return r
}

// Nothing that a server sends is more than text to a reader of Markdown: a document is laid out the same, whatever was sent.
func TestMarkdownIsHarmless(t *testing.T) {
	want, _ := outline(t, render(t, "markdown", poisoned("word")))
	for _, evil := range hostile {
		source := render(t, "markdown", poisoned(evil))
		got, code := outline(t, source)
		g := NewWithT(t)
		g.Expect(withoutOurs(got)).To(Equal(withoutOurs(want)), "%q", evil)
		if seen := strings.TrimSpace(evil); seen != "" && !strings.ContainsAny(evil, "\n\r\x1b\u202e") {
			g.Expect(code).To(ContainSubstring(seen), "what was sent is shown")
		}
	}
}

// withoutOurs leaves out the code in which a sentence of ours hides an @ or a #, of which there may be any number.
func withoutOurs(kinds []string) (rest []string) {
	for _, kind := range kinds {
		if kind != "CodeSpan" {
			rest = append(rest, kind)
		}
	}
	return rest
}

// The outline can differ.
func TestOutlineSeesElements(t *testing.T) {
	for _, evil := range []string{"<b>", "https://evil.example", "[a](b)", "![a](b)", "# a", "~~a~~", "a@b.example", "*a*", "- a", "<!-- -->", "| a |\n| - |"} {
		kinds, _ := outline(t, []byte(evil))
		NewWithT(t).Expect(kinds).NotTo(Equal([]string{"Document", "Paragraph"}), evil)
	}
}

// A comment takes 65,536 characters: what is too long is shortened and says so, and the verdict and all that failed stay.
func TestMarkdownFits(t *testing.T) {
	for _, row := range []struct {
		name              string
		targets, failures int
		shortened         bool
		evidence          bool // of the first failure
	}{
		{"one failure", 1, 1, false, true},
		{"many", 1, 40, true, true},
		{"everything", 1, 120, true, false},
		{"everywhere", 12, 120, true, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := NewWithT(t)
			var all []report.Report
			for n := range row.targets {
				r := written(report.Options{})
				target := &r.Targets[0]
				target.BaseURL = fmt.Sprint("http://host", n)
				failed := target.Requirements[3]
				for i := range row.failures - 1 {
					failed.ID = fmt.Sprintf("group.number-%d", i)
					failed.Got = strings.Repeat("x ", 400)
					target.Requirements = append(target.Requirements, failed)
				}
				all = append(all, r)
			}
			source := render(t, "markdown", report.Combine(all...))
			g.Expect(len(source)).To(BeNumerically("<", 60_000))
			g.Expect(bytes.Contains(source, []byte("*Shortened to fit"))).To(Equal(row.shortened))
			for n := range row.targets {
				g.Expect(string(source)).To(ContainSubstring("## ✗ not conformant: `http://host%d`", n))
			}
			for i := range row.failures - 1 {
				g.Expect(strings.Count(string(source), fmt.Sprintf("`group.number-%d`", i))).To(BeNumerically(">=", row.targets))
			}
			g.Expect(bytes.Contains(source, []byte("<details><summary>evidence"))).To(Equal(row.evidence))
		})
	}
}
