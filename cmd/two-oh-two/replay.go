package main

import (
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/har"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// stdinPath is the path that stands for standard input.
const stdinPath = "-"

// A replaying is one call of replay.
type replaying struct{ reporting }

func (c *command) replay() *cobra.Command {
	k := &replaying{newReporting(c)}
	cmd := &cobra.Command{
		Use:   "replay [flags] FILE",
		Short: "Judge what check --save saved: the same reports, and nothing is sent",
		Long: `Judges a record that check --save wrote, by the contract as this version has it. Nothing is sent. 
With the same --only, --skip and --strict, the verdict, the reports and the exit are those of the check,
whatever has become of the server since.`,
		Example: `  two-oh-two check --save run.har https://example.com/api
  two-oh-two replay -v --only monitor run.har`,
		Annotations: map[string]string{"after": `FILE may be - for standard input. The flags can be set in the environment, as check's can.

Exit: 0 conformant; 1 not; 2 wrong usage, or FILE is not such a record; 3 could not tell; 4 a report
could not be written, or a bug.`},
		RunE: func(cmd *cobra.Command, args []string) error { return k.run(cmd, args) },
	}
	rows := slices.DeleteFunc(k.settings.Rows(), func(row settings.Setting) bool { return !row.Replay })
	addFlags(cmd, &k.settings.Sources, rows)
	return cmd
}

func (k *replaying) run(cmd *cobra.Command, files []string) error {
	// The configuration says where a check writes: who only looks again must not replace that.
	if err := k.configure(cmd, "report", "add-report", "write-known-failures"); err != nil {
		return err
	}
	if len(files) != 1 {
		return helpf("one FILE is needed, as check --save wrote it, and %d are given", len(files))
	}
	options, err := k.settings.Options()
	if err != nil {
		return err
	}
	k.noteConfig()
	observations, err := k.load(files[0])
	if err != nil {
		return err
	}
	if err := k.refuseOverwrite(files[0]); err != nil {
		return err
	}
	if err := k.prepare(""); err != nil {
		return err
	}
	var reports []report.Report
	for _, o := range observations {
		o.Dialects = settings.Dialects()
		r, err := conformance.Judge(o, append(options, conformance.Version(version()))...)
		if err != nil {
			return &usageError{text: err.Error()}
		}
		reports = append(reports, r)
	}
	all := report.Combine(reports...)
	broken := k.write(all)
	return exit(outcome{false, broken, all.Verdict}.code())
}

// load reads a record.
func (k *replaying) load(path string) ([]*record.Observation, error) {
	in, name := k.stdin, "standard input"
	if path != stdinPath {
		f, err := os.Open(path)
		if err != nil {
			return nil, usagef("%v", err)
		}
		defer func() { _ = f.Close() }()
		in, name = f, path
	}
	observations, err := har.Read(in)
	if err != nil {
		return nil, usagef("%q can't be replayed: %v", name, err)
	}
	return observations, nil
}

// refuseOverwrite refuses a report that would take the place of the record that it is about.
func (k *replaying) refuseOverwrite(path string) error {
	record, err := os.Stat(path)
	if err != nil {
		return nil // standard input
	}
	for _, text := range k.Reports {
		output, err := formats.ParseOutput(text)
		if err != nil {
			return usagef("--report: %v", err)
		}
		if there, err := os.Stat(output.Path); err == nil && os.SameFile(there, record) {
			return usagef("--report: %q would take the place of the record that is replayed", text)
		}
	}
	return nil
}
