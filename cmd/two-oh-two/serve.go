package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A serving is one call of serve.
type serving struct {
	*command
	settings settings.Sources

	addr, metricsAddr, log string
	store, locations       string
	list                   bool
	dialect                spoken
	tokens                 owners
	duration, latency      times
	failRate               float64
	dice                   *reference.Dice
	options                reference.Options // what is set as it is given
}

func (c *command) serve() *cobra.Command {
	s := &serving{command: c, settings: settings.Sources{Getenv: c.getenv}}
	rows := s.rows()
	cmd := &cobra.Command{
		Use:   "serve [flags]",
		Short: "Run the reference server, with faults on request",
		Long: `Runs a server that keeps the contract, or breaks it in the ways that --fault names. On SIGINT or
SIGTERM it answers the requests under way and exits with 0.`,
		Example: `  two-oh-two serve
  two-oh-two serve --fault monitor-late --job-duration 5s
  two-oh-two serve --job-duration 1s..3s --fail-rate 0.2 --latency exp:50ms --seed 42 --log text
  two-oh-two serve --list-faults`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd, rows) },
	}
	addFlags(cmd, &s.settings, rows)
	return cmd
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return helpf("%s takes no arguments, and %q is one", cmd.Name(), args[0])
}

func (s *serving) run(cmd *cobra.Command, rows []settings.Setting) error {
	if err := s.variables(cmd); err != nil {
		return err
	}
	if err := s.settings.ReadSection(settings.Here, settings.Serve, rows); err != nil {
		return err
	}
	if err := s.settings.Apply(rows); err != nil {
		return err
	}
	if s.list {
		return s.listFaults()
	}
	s.complete()
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	closeStore, err := s.keepJobs(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	server, err := reference.New(s.options)
	if err != nil {
		return usagef("%s", strings.TrimPrefix(err.Error(), "reference: "))
	}
	listener, err := listen(ctx, "--addr", s.addr)
	if err != nil {
		return err
	}
	h := server.HTTPServer()
	w, err := s.watch(ctx, h, server)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer w.close()
	s.options.StartPath = server.StartPath()
	s.announce(listener.Addr(), w)
	return reference.Serve(ctx, h, listener)
}

// keepJobs opens the store that --store names, if it names one. What it returns closes that.
func (s *serving) keepJobs(ctx context.Context) (closing func(), err error) {
	if s.store == "" {
		return func() {}, nil
	}
	s.options.Store, closing, err = openStore(ctx, s.store)
	if err != nil {
		return nil, usagef("--store: %v", err)
	}
	return closing, nil
}

func listen(ctx context.Context, flag, addr string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return nil, usagef("%s: %q is not HOST:PORT: give an address such as 127.0.0.1:8202 or :8202", flag, addr)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", addr)
	if reason, ok := errors.AsType[*net.OpError](err); ok {
		err = reason.Err // its other fields repeat the address
	}
	if err != nil {
		return nil, usagef("%s: can't listen on %s: %v", flag, addr, err)
	}
	return listener, nil
}

// announce prints the URL, the settings that differ from the defaults, and commands to try.
func (s *serving) announce(address net.Addr, w *watch) {
	url := "http://" + reachable(address) + strings.TrimRight(s.options.BasePath, "/")
	fmt.Fprintf(s.stdout, "Reference server at %s; job duration %s.\n", url, s.duration.text)
	if s.failRate > 0 {
		fmt.Fprintf(s.stdout, "Share of jobs that fail: %v.\n", s.failRate)
	}
	if s.latency.text != noLatency {
		fmt.Fprintf(s.stdout, "Every request is delayed by %s.\n", s.latency.text)
	}
	for _, f := range reference.Faults() {
		if slices.Contains(s.options.Faults, f.Name) {
			fmt.Fprintf(s.stdout, "Fault %s: %s Breaks %s.\n", f.Name, f.Says, strings.Join(f.Breaks, ", "))
		}
	}
	if s.store != "" {
		fmt.Fprintln(s.stdout, "Jobs are kept in a store; they outlive this server.")
	}
	if w.address != nil {
		fmt.Fprintf(s.stdout, "Metrics at http://%s/metrics, health at /healthz.\n", reachable(w.address))
	}
	expect := ""
	if s.failRate > 0 {
		expect = "--expect either "
	}
	if s.dialect.Name != "" {
		expect += "--dialect " + s.dialect.text + " "
	}
	path, startAt := s.options.StartPath, ""
	if path != observe.DefaultStartPath {
		startAt = "--start-path " + path + " "
	}
	fmt.Fprintf(s.stdout, "Try:  curl -i %s%s%s\n      two-oh-two check %s%s%s%s\n", s.startFlags(), url, path, expect, startAt, s.startFlags(), url)
}

// reachable returns an address that clients on this machine can use: 0.0.0.0 and :: are not.
func reachable(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("localhost:%d", tcp.Port)
	}
	return address.String()
}

func (s *serving) listFaults() error {
	var b strings.Builder
	for _, f := range reference.Faults() {
		says := f.Says + " Breaks " + strings.Join(f.Breaks, ", ") + "."
		for _, need := range f.Needs {
			says += fmt.Sprintf(" Shows only with: %s.", need)
		}
		fmt.Fprintf(&b, "%s\n    %s\n", f.Name, hang(says, 4))
	}
	_, err := io.WriteString(s.stdout, b.String())
	return err
}

func faultNames() []string {
	var names []string
	for _, f := range reference.Faults() {
		names = append(names, f.Name)
	}
	return names
}
