package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A command is the process as its parts see it: nothing global is used beside it.
type command struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string
}

func (c *command) run(args []string) int {
	root := c.root()
	// Cobra takes the process's arguments where it is given nil.
	root.SetArgs(append([]string{}, args...))
	at, err := root.ExecuteC()
	code, tell := codeOf(err)
	if tell {
		fmt.Fprintf(c.stderr, "two-oh-two: %s\n", err)
	}
	if code == exitUsage && tell {
		fmt.Fprintf(c.stderr, "See %s --help.\n", at.CommandPath())
	}
	return code
}

func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "two-oh-two",
		Short: "Judge servers of the two-oh-two contract",
		Long: `Judges servers that tell of a long-running job with status codes alone: a start is answered 202, the
monitor that it names 200 while the job runs and 201 once it is done, and the result that this names 200.`,
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
	root.SetVersionTemplate("two-oh-two {{.Version}}\n")
	root.SetHelpFunc(help)
	root.SetFlagErrorFunc(flagError)
	root.SuggestionsMinimumDistance = 2
	root.AddCommand(c.check(), c.replay(), c.serve(), c.list(), c.explain())
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
		return usagef("%q is a URL and not a command: two-oh-two check %[1]s would judge it", args[0])
	}
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return usagef("there is no command %q: %s", args[0], report.DidYouMean(args[0], names))
}

// flagError makes one sentence of what pflag says, with the nearest flag.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usagef("%v", err)
	}
	name := unknown.GetSpecifiedName()
	if short := unknown.GetSpecifiedShortnames(); short != "" {
		return usagef("there is no flag -%s", name)
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if near := contract.Nearest(name, names); near != "" {
		return usagef("there is no flag --%s: did you mean --%s?", name, near)
	}
	return usagef("there is no flag --%s", name)
}

// environment gives the flags that were not given what the environment says, under the names that the
// shared settings have there too.
func (c *command) environment(cmd *cobra.Command) error {
	var names []string
	var wrong error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		names = append(names, f.Name)
		variable := conformance.Environment(f.Name)
		value := c.getenv(variable)
		if f.Changed || value == "" || isSetting(f.Name) || f.Name == "help" {
			return
		}
		for _, line := range lines(f, value) {
			if err := cmd.Flags().Set(f.Name, line); err != nil && wrong == nil {
				wrong = usagef("%s: %q is not a value for it", variable, line)
			}
		}
	})
	if wrong != nil {
		return wrong
	}
	return conformance.UnknownVariables(c.environ, names...)
}

// lines are the values of a flag that repeats, one a line; else there is one.
func lines(f *pflag.Flag, value string) []string {
	if _, repeats := f.Value.(pflag.SliceValue); repeats {
		return strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == '\r' })
	}
	return []string{value}
}

func isSetting(name string) bool {
	for _, setting := range conformance.AllSettings() {
		if setting.Name == name {
			return true
		}
	}
	return false
}

func (c *command) getenv(name string) string {
	for _, variable := range c.environ {
		if value, found := strings.CutPrefix(variable, name+"="); found {
			return value
		}
	}
	return ""
}

// interruptible is a context that ends with the first SIGINT or SIGTERM. A second one kills the
// process, as it does where nobody listens.
func interruptible(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(parent, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// version is the module's version, or the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return strings.TrimPrefix(v, "v")
	}
	return "devel"
}
