package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is the width of help: what fits a terminal that nobody made larger.
const helpWidth = 100

// help writes how a command is used: what it does, examples, flags by topic.
func help(cmd *cobra.Command, _ []string) {
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s\n\nUsage: %s\n", hang(cmd.Long, 0), useLine(cmd))
	if cmd.HasExample() {
		fmt.Fprintf(out, "\n%s\n", cmd.Example)
	}
	if subs := available(cmd); len(subs) > 0 {
		fmt.Fprintln(out, "\nCommands:")
		for _, sub := range subs {
			fmt.Fprintf(out, "  %-12s %s\n", sub.Name(), sub.Short)
		}
	}
	for _, topic := range flagTopics(cmd) {
		fmt.Fprintf(out, "\n%s:\n", topic.name)
		for _, f := range topic.flags {
			fmt.Fprint(out, flagLine(f))
		}
	}
	if after := cmd.Annotations["after"]; after != "" {
		fmt.Fprintf(out, "\n%s\n", after)
	}
}

func useLine(cmd *cobra.Command) string {
	if cmd.HasSubCommands() {
		return cmd.CommandPath() + " COMMAND"
	}
	return cmd.UseLine()
}

func available(cmd *cobra.Command) []*cobra.Command {
	var subs []*cobra.Command
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			subs = append(subs, sub)
		}
	}
	return subs
}

// A flagTopic is the flags that are about one thing.
type flagTopic struct {
	name  string
	flags []*pflag.Flag
}

// flagTopics sorts flags by what they are about, as their annotations say.
func flagTopics(cmd *cobra.Command) []flagTopic {
	var topics []flagTopic
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := "Flags"
		if marked := f.Annotations[topicMark]; marked != nil {
			name = marked[0]
		}
		if f.Hidden {
			return
		}
		for i := range topics {
			if topics[i].name == name {
				topics[i].flags = append(topics[i].flags, f)
				return
			}
		}
		topics = append(topics, flagTopic{name, []*pflag.Flag{f}})
	})
	return topics
}

// flagLine is a flag in help: "  -X, --request METHOD     of a start".
func flagLine(f *pflag.Flag) string {
	const column = 30
	value, usage := pflag.UnquoteUsage(f)
	usage = strings.TrimPrefix(usage, value+": ")
	name := "      --" + f.Name
	if f.Shorthand != "" {
		name = "  -" + f.Shorthand + ", --" + f.Name
	}
	if f.NoOptDefVal == "" {
		name += " " + value
	}
	if len(name) > column-2 {
		return name + "\n" + strings.Repeat(" ", column) + hang(usage, column) + "\n"
	}
	return fmt.Sprintf("%-*s%s\n", column, name, hang(usage, column))
}

// versionCommand is "two-oh-two version", which many try before --version.
func (c *command) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version, as --version does",
		Long:  "Prints the version of two-oh-two, what it was built from, and the version of the contract that it judges by.",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(c.stdout, "two-oh-two %s\n", build())
			return err
		},
	}
}

// named is the command that words name, with all its flags; nil where there is none.
func named(root *cobra.Command, words []string) *cobra.Command {
	at, rest, err := root.Find(words)
	if err != nil || len(rest) > 0 {
		return nil
	}
	at.InitDefaultHelpFlag()
	return at
}

// completeCommands completes the name of a command.
func completeCommands(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var names []cobra.Completion
	if at := named(cmd.Root(), args); at != nil {
		for _, sub := range available(at) {
			names = append(names, cobra.CompletionWithDesc(sub.Name(), sub.Short))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// helpCommand is "two-oh-two help COMMAND".
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Say how a command is used",
		Long:  "Says how a command is used.",

		ValidArgsFunction: completeCommands,
		RunE: func(_ *cobra.Command, args []string) error {
			at := named(root, args)
			if at == nil {
				return knownCommand(root, args)
			}
			return at.Help()
		},
	}
}
