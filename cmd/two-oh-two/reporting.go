package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/config"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// topicMark is the annotation that says what a flag is about.
const topicMark = "topic"

const topicReported = "What is reported"

// A reporting is what a command that judges is told, and where its reports go: check's and replay's alike.
type reporting struct {
	*command
	settings conformance.Settings
	reports  []string // as given: FORMAT=FILE
	verbose  bool
	quiet    bool
	noColor  bool
	known    string // a path to write known failures to; empty where none are written

	outputs []formats.Output
	writing context.Context // as long as it lasts, what is reported is written
}

func newReporting(c *command) reporting {
	return reporting{command: c, settings: conformance.Settings{Getenv: c.getenv, Stdin: c.stdin, Files: config.Files{}}, writing: context.Background()}
}

// addFlags adds the shared settings that are chosen, and those of reports.
func (k *reporting) addFlags(cmd *cobra.Command, chosen func(conformance.Setting) bool) {
	fs := cmd.Flags()
	fs.SortFlags = false
	addSettings(fs, &k.settings, chosen)
	fs.StringArrayVar(&k.reports, "report", nil, "`FORMAT=FILE|-`: a report, as "+formats.InWords()+" (repeatable)")
	fs.BoolVarP(&k.verbose, "verbose", "v", false, "every requirement and every exchange, a line each")
	fs.BoolVarP(&k.quiet, "quiet", "q", false, "the verdict and the headlines of failures only")
	fs.BoolVar(&k.noColor, "no-color", false, "no colours (so does NO_COLOR; there are none in a pipe)")
	fs.StringVar(&k.known, "write-known-failures", "", "`FILE`: what fails now, as the list that --known-failures reads")
	markTopic(fs, topicReported, "report", "verbose", "quiet", "no-color", "write-known-failures")
	completeSettings(cmd)
}

func markTopic(fs *pflag.FlagSet, topic string, names ...string) {
	for _, name := range names {
		fs.Lookup(name).Annotations = map[string][]string{topicMark: {topic}}
	}
}

// addSettings makes flags of shared settings, with curl's letters.
func addSettings(fs *pflag.FlagSet, settings *conformance.Settings, chosen func(conformance.Setting) bool) {
	shared := flag.NewFlagSet("", flag.ContinueOnError)
	settings.Bind(shared)
	for _, setting := range conformance.AllSettings() {
		if !chosen(setting) {
			continue
		}
		f := pflag.PFlagFromGoFlag(shared.Lookup(setting.Name))
		f.Shorthand = setting.Short
		f.Annotations = map[string][]string{topicMark: {setting.Topic}}
		f.Hidden = setting.Name == "base-url" // check has arguments for it
		if setting.Repeats {
			f.Usage += " (repeatable)"
		}
		fs.AddFlag(f)
	}
}

// A destination is a path that something is written to, and the words that chose it.
type destination struct{ flag, given, path string }

// prepare settles where reports go, and the record where it is saved, before anything is sent.
func (k *reporting) prepare(save string) error {
	if k.verbose && k.quiet {
		return usagef("--verbose and --quiet contradict each other: leave one of them out")
	}
	var all []destination
	for _, given := range k.reports {
		output, err := formats.ParseOutput(given)
		if err != nil {
			return usagef("--report: %v", err)
		}
		all = append(all, destination{"--report", given, output.Path})
		k.outputs = append(k.outputs, output)
	}
	if save != "" {
		all = append(all, destination{"--save", save, save})
	}
	taken, err := clearOutputs(all)
	if err != nil {
		return err
	}
	if k.known != "" {
		if place := formats.Place(k.known); taken[place] || taken.has(place) {
			return usagef("--write-known-failures: %q goes where another report goes already", k.known)
		}
		if err := formats.Writable(k.known); err != nil { // what is there may be read yet, and stays until it is replaced
			return usagef("--write-known-failures: %v", err)
		}
	}
	if !taken[formats.Stdout] {
		k.outputs = append(k.outputs, formats.Output{Format: formats.Default(), Path: formats.Stdout})
	}
	return nil
}

// places are the files that something is written to.
type places map[string]bool

// has reports whether a place is one of them by another name, a hard link.
func (p places) has(place string) bool {
	at, err := os.Stat(place)
	if err != nil || !at.Mode().IsRegular() {
		return false
	}
	for other := range p {
		if info, err := os.Stat(other); err == nil && os.SameFile(at, info) {
			return true
		}
	}
	return false
}

// clearOutputs looks whether every path can be written to, and only then removes what earlier runs left there.
func clearOutputs(all []destination) (taken places, err error) {
	taken = places{}
	for _, to := range all {
		if place := formats.Place(to.path); taken[place] || taken.has(place) {
			return nil, usagef("%s: %q goes where another report goes already", to.flag, to.given)
		}
		if err := formats.Writable(to.path); err != nil {
			return nil, usagef("%s: %v", to.flag, err)
		}
		taken[formats.Place(to.path)] = true
	}
	for _, to := range all {
		if err := formats.RemoveStale(to.path); err != nil {
			return nil, usagef("%s: what an earlier run left can't be removed: %v", to.flag, err)
		}
	}
	return taken, nil
}

// write writes every report, whatever becomes of the others, and says whether one failed. Files come first: whoever reads
// standard output may go away.
func (k *reporting) write(r report.Report) (failed bool) {
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
	if k.known == "" {
		return false
	}
	untold := slices.ContainsFunc(r.Targets, func(t report.Target) bool { return t.Verdict == report.VerdictInconclusive })
	if untold || len(r.Targets) == 0 {
		fmt.Fprintf(k.stderr, "two-oh-two: %s is left as it is: too little was seen to say what fails\n", k.known)
		return false
	}
	if err := k.writeTo(k.known, func(w io.Writer) error { return config.WriteKnownFailures(w, r) }); err != nil {
		fmt.Fprintf(k.stderr, "two-oh-two: the known failures could not be written: %v\n", err)
		return true
	}
	return false
}

func (k *reporting) writeOne(output formats.Output, r report.Report) error {
	format := output.Format
	if format.Styled != nil {
		style := text.Style{Verbose: k.verbose}
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
	return formats.Save(path, lasting)
}
