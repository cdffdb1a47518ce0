package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/har"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

// embeddedJob is how long a job of the embedded reference takes: long enough to be seen pending.
const embeddedJob = time.Second

// A checking is one call of check.
type checking struct {
	reporting
	kept []*record.Observation // to be saved
}

func (c *command) check() *cobra.Command {
	k := &checking{reporting: newReporting(c)}
	cmd := &cobra.Command{
		Use:   "check [flags] [BASE-URL…]",
		Short: "Judge servers; without a URL, the reference, embedded",
		Long: `Runs jobs to completion on each server, records every request, and judges the record by the contract.
Without a BASE-URL it judges the embedded reference: that shows what a report looks like.`,
		Example: `  two-oh-two check http://localhost:8080
  two-oh-two check --json '{"work": {n}}' --start-path /v1/jobs https://example.com/api
  two-oh-two check -H "Authorization: Bearer $TOKEN" --report json=report.json https://example.com`,
		Annotations: map[string]string{"after": `Every flag can be set by the environment: TWO_OH_TWO_ and its name, upper-case, with underscores
(TWO_OH_TWO_JOB_TIMEOUT=30m). The variable of a repeatable flag has a line for each value. The file of
--config sets flags under their names (job-timeout: 30m). Flags win over the environment, and the
environment wins over the file.

Exit: 0 conformant; 1 not; 2 wrong usage, nothing was sent; 3 could not tell; 4 a report could not be
written, or a bug; 130 interrupted, what was judged until then is reported.`},
		RunE: func(cmd *cobra.Command, args []string) error { return k.run(cmd, args) },
	}
	addFlags(cmd, &k.settings.Sources, k.settings.Rows())
	return cmd
}

func (k *checking) run(cmd *cobra.Command, urls []string) error {
	if err := k.takeURLs(urls); err != nil {
		return err
	}
	if err := k.configure(cmd); err != nil {
		return err
	}
	targets, options, err := k.settings.Targets()
	if err != nil {
		return err
	}
	k.noteConfig()
	written, err := k.destinations(k.Save, "")
	if err != nil {
		return err
	}
	if k.Show || k.WriteConfig != "" {
		return k.show(targets)
	}
	if err := removeStale(written); err != nil {
		return err
	}
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	k.running = ctx
	stopReference, err := k.embedIfNone(ctx, targets)
	if err != nil {
		return err
	}
	defer stopReference()
	all, err := k.judge(ctx, targets, append(options, conformance.Version(version()), conformance.Keep(k.keep)))
	if err != nil {
		return usagef("%v", err)
	}
	return k.tell(ctx, all)
}

// tell writes what was seen and what came out, and exits with the code for it.
func (k *checking) tell(ctx context.Context, all report.Report) error {
	if ctx.Err() == nil { // a run that was interrupted is reported all the same: to interrupt that too ends the process
		k.writing = ctx
	}
	broken := !k.saved()
	broken = k.write(all) || broken
	return exit(outcome{ctx.Err() != nil, broken, all.Verdict}.code())
}

// takeURLs takes the arguments for base URLs.
func (k *checking) takeURLs(urls []string) error {
	for _, url := range urls {
		if url == "" {
			return usagef("a BASE-URL is empty: is a variable not set? %s", howReference)
		}
		k.settings.Set("base-url", url)
		k.settings.Called = map[string]string{"base-url": "BASE-URL"}
	}
	return nil
}

// show prints the settings, where a run would take them, or writes them as a configuration.
func (k *checking) show(targets []conformance.Target) error {
	if k.WriteConfig != "" {
		return k.writeConfig()
	}
	if targets[0].BaseURL == "" {
		if err := k.meansReference(); err != nil {
			return err
		}
	}
	return k.settings.Show(k.stdout, k.settings.Rows())
}

// writeConfig writes the settings as a configuration. It never overwrites a file.
func (k *checking) writeConfig() error {
	if _, err := os.Stat(k.WriteConfig); err == nil && !formats.IsStandard(k.WriteConfig) {
		return usagef("--write-config: there is a file %s already: remove it first, or name another", k.WriteConfig)
	}
	return k.writeTo(k.WriteConfig, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "# yaml-language-server: $schema=%sconfig.json\n"+
			"# Settings of two-oh-two check, which reads them from %s. A line without # is a setting.\n", schemaBase, settings.DefaultPath)
		return errors.Join(err, k.settings.Write(w, k.settings.Rows()))
	})
}

// embedIfNone serves the embedded reference where no base URL is given, in the target's dialect, until it is stopped.
func (k *checking) embedIfNone(ctx context.Context, targets []conformance.Target) (stop func(), err error) {
	target := &targets[0]
	if target.BaseURL != "" {
		return func() {}, nil
	}
	if err := k.meansReference(); err != nil {
		return nil, err
	}
	server, err := reference.New(reference.Options{JobDuration: embeddedJob, Dialect: target.Dialect})
	if err != nil {
		return nil, fmt.Errorf("the embedded reference can't be served: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the embedded reference can't be served: %w", err)
	}
	target.BaseURL, target.Name = "http://"+listener.Addr().String(), "the embedded reference"
	target.StartPath = cmp.Or(target.StartPath, server.StartPath())
	if !k.Quiet && !k.Reference {
		fmt.Fprintln(k.stderr, "two-oh-two: no BASE-URL is given: the embedded reference is judged")
	}
	// An interruption ends the run first, and this server after it.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener) }()
	return func() { cancel(); <-ended }, nil
}

const howReference = "--reference judges the embedded reference"

// meansReference refuses to judge the reference where somebody else's server is likely to be meant: a gate would be green
// for a variable that is not set, or a file that is not found.
func (k *checking) meansReference() error {
	switch variable := settings.Environment("base-url"); {
	case k.Reference:
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
		live := k.newLive(title)
		target.Progress, target.MaxRecord = live.show, observe.ShareRecord(observe.Target(target), len(targets))
		r, err := conformance.Check(ctx, target, options...)
		live.erase()
		if err != nil && i > 0 { // requests were sent, to those before: what was found of them is reported
			r, err = conformance.Judge(&record.Observation{
				Target: record.Target{Name: target.Name, BaseURL: target.BaseURL}, Began: time.Now(), Unreachable: err.Error(),
			}, options...)
		}
		if err != nil {
			return report.Report{}, err
		}
		reports = append(reports, r)
	}
	return report.Combine(reports...), nil
}

// keep is given each observation before it is judged.
func (k *checking) keep(o *record.Observation) {
	if k.Save != "" {
		k.kept = append(k.kept, o)
	}
}

// saved saves the record, where that is wished for, and says whether that went well.
func (k *checking) saved() bool {
	if k.Save == "" {
		return true
	}
	err := k.writeTo(k.Save, func(w io.Writer) error { return har.Write(w, k.kept...) })
	if err != nil {
		fmt.Fprintf(k.stderr, "two-oh-two: the record could not be saved: %v\n", err)
	}
	return err == nil
}
