package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// topicMark is the annotation that says what a flag is about.
const topicMark = "topic"

// addFlags makes flags of settings, and has shells complete their values.
func addFlags(cmd *cobra.Command, from *settings.Sources, rows []settings.Setting) {
	cmd.Flags().SortFlags = false
	for _, row := range rows {
		f := pflag.PFlagFromGoFlag(from.Flag(row))
		f.Shorthand, f.Hidden = row.Short, row.Argument
		if row.Topic != "" {
			f.Annotations = map[string][]string{topicMark: {row.Topic}}
		}
		cmd.Flags().AddFlag(f)
		if row.Words != nil {
			cobra.CheckErr(cmd.RegisterFlagCompletionFunc(row.Name, complete(row.Words())))
		}
	}
}

// complete completes a word with one of a list; shells do the matching.
func complete(words []string) cobra.CompletionFunc {
	directive := cobra.ShellCompDirectiveNoFileComp
	if strings.HasSuffix(strings.Join(words, ""), "=") { // a value is to follow
		directive |= cobra.ShellCompDirectiveNoSpace
	}
	return cobra.FixedCompletions(words, directive)
}

// variables refuses a variable that is a misspelt setting of any command.
func (c *command) variables(cmd *cobra.Command) error {
	var names []string
	for _, other := range cmd.Root().Commands() { // what is meant for another command is no mistake
		other.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	}
	return settings.UnknownVariables(c.environ, names)
}

// apply applies the settings of a command that has no configuration.
func (c *command) apply(cmd *cobra.Command, from *settings.Sources, rows []settings.Setting) error {
	if err := c.variables(cmd); err != nil {
		return err
	}
	return from.Apply(rows)
}

// configure reads the configuration: the one that --config names, or the one in the working directory.
func (k *reporting) configure(cmd *cobra.Command, ignored ...string) (err error) {
	if err := k.variables(cmd); err != nil {
		return err
	}
	k.configured, err = k.settings.ReadConfig(settings.Here, ignored...)
	return err
}

// noteConfig says that the configuration in the working directory was read, which nobody may have meant.
func (k *reporting) noteConfig() {
	if found := k.settings.Found(); found != "" && !k.Quiet && !k.Show && k.WriteConfig == "" {
		fmt.Fprintf(k.stderr, "two-oh-two: using ./%s\n", found)
	}
}

func (c *command) getenv(name string) string {
	for _, variable := range c.environ {
		if value, found := strings.CutPrefix(variable, name+"="); found {
			return value
		}
	}
	return ""
}
