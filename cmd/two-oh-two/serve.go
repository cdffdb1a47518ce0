package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A serving is one call of serve.
type serving struct {
	*command
	addr     string
	duration time.Duration
	base     string
	faults   []string
	list     bool
}

func (c *command) serve() *cobra.Command {
	s := &serving{command: c}
	cmd := &cobra.Command{
		Use:   "serve [flags]",
		Short: "Serve the reference, with faults on request",
		Long: `Serves a server that keeps the contract, or that breaks it in the ways that --fault names. It ends,
with exit 0, on SIGINT or SIGTERM.`,
		Example: `  two-oh-two serve
  two-oh-two serve --fault monitor-late --job-duration 5s
  two-oh-two serve --list-faults`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.StringVar(&s.addr, "addr", "127.0.0.1:8202", "`HOST:PORT`: where to listen (127.0.0.1:8202)")
	fs.DurationVar(&s.duration, "job-duration", 2*time.Second, "`DURATION`: of a job (2s); 0s: it is done at once")
	fs.StringVar(&s.base, "base-path", "", "`PATH`: everything lies below it: /api/v1, say")
	fs.StringArrayVar(&s.faults, "fault", nil, "`NAME`: of what to break (repeatable)")
	fs.BoolVar(&s.list, "list-faults", false, "list what can be broken, and which requirements that breaks")
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("fault", complete(faultNames())))
	return cmd
}

func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usagef("%s takes no arguments, and %q is one", cmd.Name(), args[0])
}

func (s *serving) run(cmd *cobra.Command) error {
	if err := s.environment(cmd); err != nil {
		return err
	}
	if s.list {
		return s.listFaults()
	}
	if err := s.check(); err != nil {
		return err
	}
	duration := s.duration
	if duration == 0 {
		duration = -1 // zero means the reference's own default
	}
	server, err := reference.New(reference.Options{JobDuration: duration, BasePath: s.base, Faults: s.faults})
	if err != nil {
		return usagef("%s", strings.TrimPrefix(err.Error(), "reference: "))
	}
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", s.addr)
	var reason *net.OpError
	if errors.As(err, &reason) {
		err = reason.Err // the rest of it says again what is said here
	}
	if err != nil {
		return usagef("--addr: %s can't be listened on: %v", s.addr, err)
	}
	s.announce(listener.Addr())
	return server.Serve(ctx, listener)
}

// check refuses what the reference would refuse with less help.
func (s *serving) check() error {
	if s.duration < 0 {
		return usagef("--job-duration: %s is no time: 0s, 500ms or 2s, say, is needed", s.duration)
	}
	if _, _, err := net.SplitHostPort(s.addr); err != nil {
		return usagef("--addr: %q is not HOST:PORT: one such as 127.0.0.1:8202 or :8202 is needed", s.addr)
	}
	names := faultNames()
	for _, name := range s.faults {
		if slices.Contains(names, name) {
			continue
		}
		if near := contract.Nearest(name, names); near != "" {
			return usagef("--fault: there is no fault %q: did you mean %q?", name, near)
		}
		return usagef("--fault: there is no fault %q: --list-faults shows them all", name)
	}
	return nil
}

// announce says what is served, what is broken, and what to try.
func (s *serving) announce(address net.Addr) {
	url := "http://" + reachable(address) + strings.TrimRight(s.base, "/")
	fmt.Fprintf(s.stdout, "The reference, at %s, with jobs of %s.\n", url, s.duration)
	for _, f := range reference.Faults() {
		if slices.Contains(s.faults, f.Name) {
			fmt.Fprintf(s.stdout, "Fault %s: %s Breaks %s.\n", f.Name, f.Says, strings.Join(f.Breaks, ", "))
		}
	}
	fmt.Fprintf(s.stdout, "Try:  curl -i %s/deferredjob\n      two-oh-two check %s\n", url, url)
}

// reachable is an address as a client on this machine may use it: listening everywhere is no place to go.
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
