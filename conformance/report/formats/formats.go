// Package formats has every format that a report can be written in, and writes files.
package formats

import (
	"fmt"
	"io"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/internal/suggest"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/badge"
	"github.com/two-oh-two/two-oh-two/conformance/report/github"
	"github.com/two-oh-two/two-oh-two/conformance/report/html"
	"github.com/two-oh-two/two-oh-two/conformance/report/junit"
	"github.com/two-oh-two/two-oh-two/conformance/report/markdown"
	"github.com/two-oh-two/two-oh-two/conformance/report/sarif"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// A Format is a way to write a report, and all that the command needs to know of it.
type Format struct {
	Name  string // as --report calls it
	Says  string // what it is for, in a few words
	Write func(io.Writer, report.Report) error

	Styled  func(text.Style) func(io.Writer, report.Report) error // where it has a style, for a terminal; it is what standard output has by default
	Summary bool                                                  // it is appended to the summary of a job of GitHub Actions
	Runner  bool                                                  // it is commands for the runner of GitHub Actions, and goes to its log
}

var all = []Format{
	{Name: "text", Says: "for people", Write: text.Write, Styled: text.Styled},
	{Name: "json", Says: "for programs; its field names are fixed", Write: func(w io.Writer, r report.Report) error { return report.WriteJSON(w, r) }},
	{Name: "html", Says: "one file for a browser", Write: html.Write},
	{Name: "junit", Says: "for readers of test results: Jenkins, GitLab, IDEs", Write: junit.Write},
	{Name: "markdown", Says: "for a job's summary, or a comment on a change", Write: markdown.Write, Summary: true},
	{Name: "sarif", Says: "for code scanning, as SARIF 2.1.0", Write: sarif.Write},
	{Name: "badge", Says: "an SVG that shows the verdict", Write: badge.Write},
	{Name: "github", Says: "annotations, as GitHub's runner reads them from a log", Write: github.Write, Runner: true},
}

// All returns every format there is.
func All() []Format { return slices.Clone(all) }

// Default is the format of standard output, where nothing else is to go there.
func Default() Format { return all[0] }

// Names are the names of [All].
func Names() []string {
	var names []string
	for _, f := range all {
		names = append(names, f.Name)
	}
	return names
}

// Named returns the format of that name; the error names the nearest one.
func Named(name string) (Format, error) {
	for _, f := range all {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("there is no report format %q: %s", name, suggest.DidYouMean(name, Names(), ""))
}
