package main

import (
	"errors"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/compare"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
	"github.com/two-oh-two/two-oh-two/conformance/report/markdown"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// A diffing is one call of diff.
type diffing struct {
	reporting
	format string
}

// own are the settings that diff alone has.
func (d *diffing) own() []settings.Setting {
	forms := func() []string { return []string{"text", "markdown"} }
	return []settings.Setting{settings.Setting{Name: "format", Usage: "`text|markdown`: form of the comparison", Default: "text", Words: forms}.One(&d.format)}
}

// ofColours reports whether a setting of check is one of diff too.
func ofColours(row settings.Setting) bool { return row.Name == "color" || row.Name == "no-color" }

// rows are all settings of diff.
func (d *diffing) rows() []settings.Setting {
	shared := slices.DeleteFunc(d.settings.Rows(), func(row settings.Setting) bool { return !ofColours(row) })
	return append(d.own(), shared...)
}

func (c *command) diff() *cobra.Command {
	d := &diffing{reporting: newReporting(c)}
	cmd := &cobra.Command{
		Use:   "diff [flags] BEFORE.json AFTER.json",
		Short: "Compare two JSON reports: what newly fails, what is mended, what became slower",
		Long: `Compares two reports that --report json wrote: which requirements newly fail, which are mended, and how long answers
take now. Requirements count as in the verdict: a SHOULD that fails is shown, and counts where the run is strict.`,
		Example: `  two-oh-two check --report json=after.json https://staging.example.com
  two-oh-two diff before.json after.json
  two-oh-two diff --format markdown before.json after.json > comment.md`,
		Annotations: map[string]string{"after": `One of the two may be - for standard input.

Exit: 0 nothing newly fails; 1 something does; 2 wrong usage, or a file is no such report; 3 nothing
newly fails, but a verdict of AFTER is inconclusive; 4 a bug, or it could not be written.`},
		RunE: func(cmd *cobra.Command, args []string) error { return d.run(cmd, args) },
	}
	addFlags(cmd, &d.settings.Sources, d.rows())
	return cmd
}

func (d *diffing) run(cmd *cobra.Command, paths []string) error {
	if err := d.variables(cmd); err != nil {
		return err
	}
	if len(paths) != 2 {
		return helpf("two JSON reports are needed, and %d are given", len(paths))
	}
	if paths[0] == stdinPath && paths[1] == stdinPath {
		return usagef("one of the two reports can be read from standard input, and not both")
	}
	if err := errors.Join(d.settings.Apply(d.own()), d.settings.Take(ofColours)); err != nil {
		return err
	}
	if err := d.contradiction(); err != nil {
		return err
	}
	var reports []report.Report
	for _, path := range paths {
		r, err := d.readReport(path)
		if err != nil {
			return err
		}
		reports = append(reports, r)
	}
	changes := compare.Of(reports[0], reports[1])
	if err := d.writeChanges(changes); err != nil {
		return err
	}
	verdict := report.VerdictPass
	switch {
	case changes.Failing():
		verdict = report.VerdictFail
	case len(reports[1].Targets) == 0, slices.ContainsFunc(reports[1].Targets, func(t report.Target) bool { return t.Verdict == report.VerdictInconclusive }):
		verdict = report.VerdictInconclusive
	}
	return exit(outcome{verdict: verdict}.code())
}

// writeChanges writes a comparison to standard output. On GitHub nothing in it is a command: it has texts of servers.
func (d *diffing) writeChanges(changes compare.Changes) error {
	write := text.Changes(d.style())
	if d.format == "markdown" {
		write = markdown.Changes
	}
	if d.getenv(onGitHub) != "true" {
		return write(d.stdout, changes)
	}
	quiet := formats.QuietLog(d.stdout)
	return errors.Join(write(quiet, changes), quiet.Flush())
}

// readReport reads a JSON report.
func (c *command) readReport(path string) (report.Report, error) {
	return readFile(c, path, compare.Read, "compared")
}

// stdinPath is the path that stands for standard input.
const stdinPath = "-"

// readFile reads a file, or standard input. Where it is not what is expected, the error says what can't be done with it.
func readFile[T any](c *command, path string, read func(io.Reader) (T, error), done string) (content T, err error) {
	in, name := io.NopCloser(c.stdin), "standard input"
	if path != stdinPath {
		if in, err = os.Open(path); err != nil {
			return content, usagef("%v", err)
		}
		name = path
	}
	defer func() { _ = in.Close() }()
	if content, err = read(in); err != nil {
		return content, usagef("%q can't be %s: %v", name, done, err)
	}
	return content, nil
}
