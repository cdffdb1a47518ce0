package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// topicMark is the annotation that says what a flag is about.
const topicMark = "topic"

// embeddedJob is how long a job of the embedded reference takes: long enough to be seen pending.
const embeddedJob = time.Second

// A checking is one call of check.
type checking struct {
	*command
	settings conformance.Settings
	reports  []string // as given: FORMAT=FILE
	verbose  bool
	quiet    bool
	noColor  bool

	outputs []report.Output
}

func (c *command) check() *cobra.Command {
	k := &checking{command: c, settings: conformance.Settings{Getenv: c.getenv, Stdin: c.stdin}}
	cmd := &cobra.Command{
		Use:   "check [flags] [BASE-URL…]",
		Short: "Judge servers; without a URL, the reference, embedded",
		Long: `Lives jobs through on each server, records every exchange, and judges the record by the contract.
Without a BASE-URL it judges the reference, embedded: that shows what a report looks like.`,
		Example: `  two-oh-two check http://localhost:8080
  two-oh-two check --json '{"work": {n}}' --start-path /v1/jobs https://example.com/api
  two-oh-two check -H "Authorization: Bearer $TOKEN" --report json=report.json https://example.com`,
		Annotations: map[string]string{"after": `Every flag can be set in the environment too: TWO_OH_TWO_ and its name, upper-case, with underscores
(TWO_OH_TWO_JOB_TIMEOUT=30m); a flag that repeats has a line for each value. Flags win.

Exit: 0 conformant; 1 not; 2 wrong usage, nothing was sent; 3 could not tell; 4 a report could not be
written, or a bug; 130 interrupted, what was judged until then is reported.`},
		RunE: func(cmd *cobra.Command, args []string) error { return k.run(cmd, args) },
	}
	addSettings(cmd.Flags(), &k.settings)
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringArrayVar(&k.reports, "report", nil, "`FORMAT=FILE|-`: a report, as text or json (repeatable)")
	fs.BoolVarP(&k.verbose, "verbose", "v", false, "every requirement and every exchange, a line each")
	fs.BoolVarP(&k.quiet, "quiet", "q", false, "the verdict and the headlines of failures only")
	fs.BoolVar(&k.noColor, "no-color", false, "no colours (so does NO_COLOR; there are none in a pipe)")
	for _, name := range []string{"report", "verbose", "quiet", "no-color"} {
		fs.Lookup(name).Annotations = map[string][]string{topicMark: {"What is reported"}}
	}
	completeSettings(cmd)
	return cmd
}

// addSettings makes flags of the shared settings, with curl's letters.
func addSettings(fs *pflag.FlagSet, settings *conformance.Settings) {
	shared := flag.NewFlagSet("", flag.ContinueOnError)
	settings.Bind(shared)
	for _, setting := range conformance.AllSettings() {
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

func (k *checking) run(cmd *cobra.Command, urls []string) error {
	for _, url := range urls {
		k.settings.Set("base-url", url)
	}
	if err := k.environment(cmd); err != nil {
		return err
	}
	if k.verbose && k.quiet {
		return usagef("--verbose and --quiet contradict each other: leave one of them out")
	}
	targets, options, err := k.settings.Targets()
	var wrong *conformance.SettingError
	if errors.As(err, &wrong) && wrong.Setting == "--base-url" && len(urls) > 0 {
		wrong.Setting = "BASE-URL"
	}
	if err != nil {
		return err
	}
	if err := k.prepare(); err != nil {
		return err
	}
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	embedded := ""
	if targets[0].BaseURL == "" {
		served, err := embed(ctx)
		if err != nil {
			return fmt.Errorf("the embedded reference can't be served: %w", err)
		}
		defer served.stop()
		targets[0].BaseURL, embedded = served.url, "the embedded reference"
		if !k.quiet {
			fmt.Fprintln(k.stderr, "two-oh-two: no BASE-URL is given: the embedded reference is judged")
		}
	}
	all, err := k.judge(ctx, targets, append(options, conformance.Version(version())))
	if err != nil {
		return &usageError{text: err.Error()}
	}
	all.Targets[0].Name = embedded
	broken := k.write(all)
	return exit(outcome{ctx.Err() != nil, broken, all.Verdict}.code())
}

// judge judges one target after the other: side by side they would disturb each other's times.
func (k *checking) judge(ctx context.Context, targets []conformance.Target, options []conformance.Option) (report.Report, error) {
	var reports []report.Report
	for i, target := range targets {
		title := ""
		if len(targets) > 1 {
			title = fmt.Sprintf("%d of %d, ", i+1, len(targets))
		}
		live := newLive(k.stderr, k.quiet, title)
		target.Progress = live.show
		r, err := conformance.Check(ctx, target, options...)
		live.erase()
		if err != nil {
			return report.Report{}, err
		}
		reports = append(reports, r)
	}
	return report.Combine(reports...), nil
}

// prepare settles where reports go, before anything is sent.
func (k *checking) prepare() error {
	taken := map[string]bool{}
	for _, text := range k.reports {
		output, err := report.ParseOutput(text)
		if err == nil && taken[output.Path] {
			err = fmt.Errorf("%q goes where another report goes already", text)
		}
		if err == nil {
			err = report.Writable(output.Path)
		}
		if err != nil {
			return usagef("--report: %v", err)
		}
		taken[output.Path] = true
		k.outputs = append(k.outputs, output)
	}
	for _, output := range k.outputs {
		if err := report.RemoveStale(output.Path); err != nil {
			return usagef("--report: what an earlier run left can't be removed: %v", err)
		}
	}
	if !taken[report.Stdout] {
		text, err := report.FormatNamed("text")
		if err != nil {
			return err
		}
		k.outputs = append(k.outputs, report.Output{Format: text, Path: report.Stdout})
	}
	return nil
}

// write writes every report, whatever becomes of the others, and says whether one failed.
func (k *checking) write(r report.Report) (failed bool) {
	for _, output := range k.outputs {
		if err := k.writeOne(output, r); err != nil {
			fmt.Fprintf(k.stderr, "two-oh-two: the %s report could not be written: %v\n", output.Format.Name, err)
			failed = true
		}
	}
	return failed
}

func (k *checking) writeOne(output report.Output, r report.Report) error {
	format, here := output.Format, output.Path == report.Stdout
	if format.Name == "text" {
		style := report.Style{Verbose: k.verbose}
		if here {
			style = k.style()
		}
		format.Write = report.Text(style)
	}
	if here {
		return format.Write(k.stdout, r)
	}
	return report.WriteFile(output.Path, format, r)
}

// A served reference answers until it is stopped.
type served struct {
	url  string
	stop func()
}

func embed(ctx context.Context) (*served, error) {
	server, err := reference.New(reference.Options{JobDuration: embeddedJob})
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	// An interruption ends the run first, and this server after it.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	return &served{"http://" + listener.Addr().String(), func() { cancel(); <-ended }}, nil
}
