package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/har"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// embeddedJob is how long a job of the embedded reference takes: long enough to be seen pending.
const embeddedJob = time.Second

// A checking is one call of check.
type checking struct {
	reporting
	save string // a path; empty where nothing is saved
	show bool   // the settings, and nothing else is done

	reference bool // the embedded one is meant

	kept []*record.Observation // to be saved
}

func (c *command) check() *cobra.Command {
	k := &checking{reporting: newReporting(c)}
	cmd := &cobra.Command{
		Use:   "check [flags] [BASE-URL…]",
		Short: "Judge servers; without a URL, the reference, embedded",
		Long: `Lives jobs through on each server, records every exchange, and judges the record by the contract.
Without a BASE-URL it judges the reference, embedded: that shows what a report looks like.`,
		Example: `  two-oh-two check http://localhost:8080
  two-oh-two check --json '{"work": {n}}' --start-path /v1/jobs https://example.com/api
  two-oh-two check -H "Authorization: Bearer $TOKEN" --report json=report.json https://example.com`,
		Annotations: map[string]string{"after": `Every flag can be set in the environment too: TWO_OH_TWO_ and its name, upper-case, with underscores
(TWO_OH_TWO_JOB_TIMEOUT=30m); a flag that repeats has a line for each value. And in the file of --config,
under its own name (job-timeout: 30m). Flags win over the environment, and that over the file.

Exit: 0 conformant; 1 not; 2 wrong usage, nothing was sent; 3 could not tell; 4 a report could not be
written, or a bug; 130 interrupted, what was judged until then is reported.`},
		RunE: func(cmd *cobra.Command, args []string) error { return k.run(cmd, args) },
	}
	everything := func(conformance.Setting) bool { return true }
	k.addFlags(cmd, everything)
	cmd.Flags().StringVar(&k.save, "save", "", "`FILE`: the record, as a HAR that browsers open and two-oh-two replay judges again")
	cmd.Flags().BoolVar(&k.reference, "reference", false, "judge the embedded reference: where a BASE-URL may be expected, as in CI, it has to be said")
	markTopic(cmd.Flags(), topicOfTarget, "reference")
	cmd.Flags().BoolVar(&k.show, "show-config", false, "print what is set and by what, and judge nothing")
	markTopic(cmd.Flags(), topicReported, "save", "show-config")
	return cmd
}

func (k *checking) run(cmd *cobra.Command, urls []string) error {
	for _, url := range urls {
		if url == "" {
			return usagef("a BASE-URL is empty: is a variable not set? %s", howReference)
		}
		k.settings.Set("base-url", url)
	}
	if err := k.supplement(cmd, &k.settings); err != nil {
		return err
	}
	k.settings.WritesKnown = k.known
	targets, options, err := k.settings.Targets()
	var wrong *conformance.SettingError
	if errors.As(err, &wrong) && wrong.Setting == "--base-url" && len(urls) > 0 {
		wrong.Setting = "BASE-URL"
	}
	if err != nil {
		return err
	}
	if k.show {
		return k.showConfig(cmd)
	}
	if err := k.prepare(k.save); err != nil {
		return err
	}
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	if targets[0].BaseURL == "" {
		if err := k.meansReference(); err != nil {
			return err
		}
		served, err := embed(ctx)
		if err != nil {
			return fmt.Errorf("the embedded reference can't be served: %w", err)
		}
		defer served.stop()
		targets[0].BaseURL, targets[0].Name = served.url, "the embedded reference"
		if !k.quiet && !k.reference {
			fmt.Fprintln(k.stderr, "two-oh-two: no BASE-URL is given: the embedded reference is judged")
		}
	}
	all, err := k.judge(ctx, targets, append(options, conformance.Version(version()), conformance.Keep(k.keep)))
	if err != nil {
		return &usageError{text: err.Error()}
	}
	if ctx.Err() == nil { // a run that was interrupted is reported all the same: to interrupt that too ends the process
		k.writing = ctx
	}
	unsaved := !k.saved()
	broken := k.write(all) || unsaved
	return exit(outcome{ctx.Err() != nil, broken, all.Verdict}.code())
}

const howReference = "--reference judges the embedded reference"

// meansReference refuses to judge the reference where somebody else's server is likely to be meant: a gate would be green
// for a variable that is not set, or a file that is not found.
func (k *checking) meansReference() error {
	switch variable := conformance.Environment("base-url"); {
	case k.reference:
		return nil
	case slices.ContainsFunc(k.environ, func(v string) bool { return v == variable+"=" }):
		return usagef("%s is empty, and no BASE-URL is given: %s", variable, howReference)
	case k.configured != "":
		return usagef("%s names no base-url, and no BASE-URL is given: %s", k.configured, howReference)
	case k.getenv("CI") != "" && k.getenv("CI") != "false":
		return usagef("no BASE-URL is given, and in CI (the variable of that name is set) one is expected: %s", howReference)
	}
	return nil
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

// keep is given each observation before it is judged.
func (k *checking) keep(o *record.Observation) {
	if k.save != "" {
		k.kept = append(k.kept, o)
	}
}

// saved saves the record, where that is wished for, and says whether that went well.
func (k *checking) saved() bool {
	if k.save == "" {
		return true
	}
	write := func(w io.Writer) error { return har.Write(w, k.kept...) }
	err := k.writeTo(k.save, write)
	if err != nil {
		fmt.Fprintf(k.stderr, "two-oh-two: the record could not be saved: %v\n", err)
	}
	return err == nil
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
