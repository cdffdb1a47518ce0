package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// A reporting is what a command that judges is told, and where its reports go: check's and replay's alike.
type reporting struct {
	*command
	*settings.Command // what settings say of it
	settings          *settings.Run

	outputs  []formats.Output
	baseline *report.Report  // what --baseline names; nil for none
	running  context.Context // ends when the command is interrupted
	writing  context.Context // ends when the writing of reports is interrupted too
}

func newReporting(c *command) reporting {
	run := &settings.Run{Sources: settings.Sources{Getenv: c.getenv}, Stdin: c.stdin, Formats: formats.Names(), Sections: c.sections()}
	return reporting{command: c, Command: &run.Command, settings: run, running: context.Background(), writing: context.Background()}
}

// A destination is a path that something is written to, and the words that chose it.
type destination struct {
	flag, given, path string
	stays             bool // what an earlier run left there is not removed
}

// is reports whether two paths lead to the same file, by two names too.
func (d destination) is(path string) bool {
	one, other := formats.Place(d.path), formats.Place(path)
	if one == other || one == formats.Stdout || other == formats.Stdout {
		return one == other
	}
	this, err := os.Stat(one)
	that, otherErr := os.Stat(other)
	return err == nil && otherErr == nil && this.Mode().IsRegular() && os.SameFile(this, that)
}

// removeStale removes what earlier runs left where something will be written.
func removeStale(all []destination) error {
	for _, to := range all {
		if to.stays {
			continue
		}
		if err := formats.RemoveStale(to.path); err != nil {
			return usagef("%s: what an earlier run left can't be removed: %v", to.flag, err)
		}
	}
	return nil
}

// destinations are where reports, the record and the known failures go. It refuses what can't be written, or is the record that is replayed,
// and changes nothing.
func (k *reporting) destinations(save, replayed string) ([]destination, error) {
	if err := k.contradiction(); err != nil {
		return nil, err
	}
	all, err := k.parseOutputs()
	if err != nil {
		return nil, err
	}
	if save != "" {
		all = append(all, destination{k.source("save"), save, save, false})
	}
	if !slices.ContainsFunc(all, func(to destination) bool { return to.is(formats.Stdout) }) {
		k.outputs = append(k.outputs, formats.Output{Format: formats.Default(), Path: formats.Stdout})
	}
	if k.WriteKnown != "" { // the file may be an input too
		all = append(all, destination{k.source("write-known-failures"), k.WriteKnown, k.WriteKnown, true})
	}
	for i, to := range all {
		if slices.ContainsFunc(all[:i], func(other destination) bool { return to.is(other.path) }) {
			return nil, usagef("%s: %q goes where another report goes already", to.flag, to.given)
		}
		if replayed != "" && replayed != stdinPath && to.is(replayed) {
			return nil, usagef("%s: %q would take the place of the record that is replayed", to.flag, to.given)
		}
		if err := formats.Writable(to.path); err != nil {
			return nil, usagef("%s: %v", to.flag, err)
		}
	}
	return all, k.readBaseline() // it may be replaced by this run's report
}

// parseOutputs reads which reports are wanted, and where they go.
func (k *reporting) parseOutputs() (all []destination, err error) {
	k.outputs = nil
	for i, given := range slices.Concat(k.Reports, k.MoreReports) {
		flag := k.source("report")
		if i >= len(k.Reports) {
			flag = k.source("add-report")
		}
		output, err := formats.ParseOutput(given)
		if err != nil {
			return nil, usagef("%s: %v", flag, err)
		}
		all = append(all, destination{flag, given, output.Path, false})
		k.outputs = append(k.outputs, output)
	}
	return all, nil
}

// source is what gave a setting its value, for messages: its flag, its variable, or a line of a file.
func (k *reporting) source(name string) string {
	_, by := k.settings.Given(settings.Setting{Name: name, Repeats: true})
	return cmp.Or(by, "--"+name)
}

// contradiction refuses what can't be meant together.
func (k *reporting) contradiction() error {
	switch {
	case k.Verbose && k.Quiet:
		return usagef("--verbose and --quiet contradict each other: leave one of them out")
	case k.NoColor && k.Color == settings.ColorAlways:
		return usagef("--no-color and --color always contradict each other: leave one of them out")
	}
	return nil
}

// readBaseline reads the report that --baseline names.
func (k *reporting) readBaseline() error {
	if k.Baseline == "" {
		return nil
	}
	r, err := k.readReport(k.Baseline)
	if err != nil {
		return fmt.Errorf("%s: %w", k.source("baseline"), err)
	}
	k.baseline = &r
	return nil
}

// write writes every report, whatever becomes of the others, and says whether one failed. Files come first: whoever reads
// standard output may go away.
func (k *reporting) write(r report.Report) (failed bool) {
	r.Baseline = k.baseline
	slices.SortStableFunc(k.outputs, func(a, b formats.Output) int { return standardLast(a) - standardLast(b) })
	for _, output := range k.outputs {
		if err := k.writeOne(output, r); err != nil {
			fmt.Fprintf(k.stderr, "two-oh-two: the %s report could not be written: %v\n", output.Format.Name, err)
			failed = true
		}
	}
	failed = k.writeKnown(r) || failed
	return k.reportToGitHub(r) || failed
}

func standardLast(o formats.Output) int {
	if formats.IsStandard(o.Path) {
		return 1
	}
	return 0
}

// writeKnown writes the known failures, where that is wished for. From a run that tells nothing there are none to be learnt.
func (k *reporting) writeKnown(r report.Report) (failed bool) {
	if k.WriteKnown == "" {
		return false
	}
	untold := slices.ContainsFunc(r.Targets, func(t report.Target) bool { return t.Verdict == report.VerdictInconclusive })
	if untold || len(r.Targets) == 0 {
		fmt.Fprintf(k.stderr, "two-oh-two: %s is left as it is: too little was seen to say what fails\n", k.WriteKnown)
		return false
	}
	if err := k.writeTo(k.WriteKnown, func(w io.Writer) error { return settings.WriteKnownFailures(w, r) }); err != nil {
		fmt.Fprintf(k.stderr, "two-oh-two: the known failures could not be written: %v\n", err)
		return true
	}
	return false
}

func (k *reporting) writeOne(output formats.Output, r report.Report) error {
	format := output.Format
	if format.Styled != nil {
		style := text.Style{Verbose: k.Verbose}
		if output.Path == formats.Stdout {
			style = k.style()
		}
		format.Write = format.Styled(style)
	}
	format = k.forLog(format, output.Path)
	return k.writeTo(output.Path, func(w io.Writer) error { return format.Write(w, r) })
}

func (k *reporting) writeTo(path string, write func(io.Writer) error) error {
	lasting := func(w io.Writer) error { return write(formats.Until(k.writing, w)) }
	if path == formats.Stdout {
		return lasting(k.stdout)
	}
	return formats.Save(k.running, path, lasting)
}
