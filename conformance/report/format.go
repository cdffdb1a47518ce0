package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/suggest"
)

// A Format is a way to write a report.
type Format struct {
	Name  string // as --report calls it
	Says  string // what it is for, in a few words
	Write func(io.Writer, Report) error
}

// Formats returns every format there is. The text is plain: see [Text] for others.
func Formats() []Format {
	return []Format{
		{"text", "for people", Text(Style{})},
		{"json", "for programs; its field names are fixed", JSON},
		{"html", "one file for a browser", HTML},
		{"junit", "for readers of test results: Jenkins, GitLab, IDEs", JUnit},
		{"markdown", "for a job's summary, or a comment on a change", Markdown},
		{"sarif", "for code scanning, as SARIF 2.1.0", SARIF},
		{"badge", "an SVG that shows the verdict", Badge},
		{"github", "annotations, as GitHub's runner reads them from a log", GitHub},
	}
}

// FormatNames are the names of [Formats].
func FormatNames() []string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// AllFormats names them in words: "text, json or html".
func AllFormats() string {
	names := FormatNames()
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// FormatNamed returns the format of that name; the error names the nearest one.
func FormatNamed(name string) (Format, error) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("there is no report format %q: %s", name, DidYouMean(name, FormatNames()))
}

// DidYouMean is how a sentence about a misspelt name ends: with the nearest known name, or,
// where none is near, with all of them if they are few.
func DidYouMean(name string, known []string) string {
	return suggest.DidYouMean(name, known, "nothing is spelt like it")
}
