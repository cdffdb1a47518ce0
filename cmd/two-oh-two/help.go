package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/two-oh-two/two-oh-two/conformance"
)

// helpWidth is the width of help: what fits a terminal that nobody made larger.
const helpWidth = 100

// help writes how a command is used: what it does, examples, flags by topic.
func help(cmd *cobra.Command, _ []string) {
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s\n\nUsage: %s\n", strings.TrimSpace(cmd.Long), useLine(cmd))
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
		fmt.Fprintf(out, "\n%s:\n%s", topic.name, topic.flags.FlagUsagesWrapped(helpWidth))
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

type flagTopic struct {
	name  string
	flags *pflag.FlagSet
}

// flagTopics sorts flags by what they are about: the shared settings say so themselves, the
// rest are about the command.
func flagTopics(cmd *cobra.Command) []flagTopic {
	var topics []flagTopic
	add := func(topic string, f *pflag.Flag) {
		for _, t := range topics {
			if t.name == topic {
				t.flags.AddFlag(f)
				return
			}
		}
		fs := pflag.NewFlagSet(topic, pflag.ContinueOnError)
		fs.SortFlags = false
		fs.AddFlag(f)
		topics = append(topics, flagTopic{topic, fs})
	}
	for _, setting := range conformance.AllSettings() {
		if f := cmd.Flags().Lookup(setting.Name); f != nil && !f.Hidden && f.Annotations[settingMark] != nil {
			add(setting.Topic, f)
		}
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && f.Annotations[settingMark] == nil {
			add("Flags of this command", f)
		}
	})
	return topics
}

// helpCommand is "two-oh-two help COMMAND".
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Say how a command is used",
		Long:  "Says how a command is used.",
		RunE: func(_ *cobra.Command, args []string) error {
			at, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 || at == nil {
				return knownCommand(root, args)
			}
			at.InitDefaultHelpFlag()
			return at.Help()
		},
	}
}
