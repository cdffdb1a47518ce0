package main

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/har"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

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
	observations, err := readFile(k.command, files[0], har.Read, "replayed")
	if err != nil {
		return err
	}
	written, err := k.destinations("", files[0])
	if err != nil {
		return err
	}
	if err := removeStale(written); err != nil {
		return err
	}
	var reports []report.Report
	for _, o := range observations {
		o.Dialects = settings.Dialects()
		r, err := conformance.Judge(o, append(options, conformance.Version(version()))...)
		if err != nil {
			return usagef("%v", err)
		}
		reports = append(reports, r)
	}
	all := report.Combine(reports...)
	broken := k.write(all)
	return exit(outcome{false, broken, all.Verdict}.code())
}
