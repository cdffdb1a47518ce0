package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// A command is the process as its parts see it: nothing global is used beside it.
type command struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	log            io.Writer // stderr, where commands of ours to whoever reads the log go
	environ        []string

	configured string // the path of the configuration that was read; empty where none was
}

// run returns what the process exits with. The end of the context is an interruption.
func (c *command) run(ctx context.Context, args []string) (code int) {
	c.log = c.stderr
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(c.log, "two-oh-two: a bug of ours: %v, at %s\n", p, panicked())
			code = exitBroken
		}
	}()
	if c.getenv(onGitHub) == "true" {
		quiet := formats.QuietLog(c.stderr)
		defer quiet.Flush()
		c.stderr = quiet
	}
	root := c.root()
	// Cobra takes the process's arguments where it is given nil.
	root.SetArgs(append([]string{}, args...))
	at, err := root.ExecuteContextC(ctx)
	code, show := codeOf(err)
	if show {
		fmt.Fprintf(c.stderr, "two-oh-two: %s\n", err)
	}
	if wantsHelp(err) {
		fmt.Fprintf(c.stderr, "See %s --help.\n", at.CommandPath())
	}
	return code
}

func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "two-oh-two",
		Short: "Judge servers of the two-oh-two contract",
		Long: `Judges servers that report on long-running jobs by status codes alone: a start is answered 202, its
monitor 200 while the job runs and 201 once it is done, and the result 200.`,
		Example: `  two-oh-two check https://example.com/api
  two-oh-two serve --fault monitor-late`,
		Version: version(),
		Args:    knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(c.stderr)
			return errors.Join(cmd.Help(), exit(exitUsage))
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(c.stdin)
	root.SetOut(c.stdout)
	root.SetErr(c.stderr)
	root.SetVersionTemplate("two-oh-two " + build() + "\n")
	root.SetHelpFunc(help)
	root.SetFlagErrorFunc(flagError)
	root.SuggestionsMinimumDistance = 2
	root.AddCommand(c.check(), c.replay(), c.diff(), c.serve(), c.list(), c.explain(), c.schema(), c.versionCommand(), c.manual())
	root.SetHelpCommand(helpCommand(root))
	nameShells(root)
	return root
}

// knownCommand refuses what is no command, and sees through the likeliest mistakes.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if strings.Contains(args[0], "://") {
		return helpf("%q is a URL and not a command: two-oh-two check %[1]s would judge it", args[0])
	}
	var names []string
	for _, sub := range available(cmd) {
		names = append(names, sub.Name())
	}
	return helpf("there is no command %q: %s", args[0], settings.DidYouMean(args[0], names, ""))
}

// flagError makes one sentence of what pflag says, with the nearest flag.
func flagError(cmd *cobra.Command, err error) error {
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return helpf("%v", err)
	}
	name := unknown.GetSpecifiedName()
	if short := unknown.GetSpecifiedShortnames(); short != "" {
		return helpf("there is no flag -%s", name)
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return helpf("there is no flag --%s: %s", name, settings.DidYouMean("--"+name, names, "none is like it"))
}

// interruptible is a context that ends with the first SIGINT or SIGTERM. A second one kills the
// process, as it does where nobody listens.
func interruptible(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(parent, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
