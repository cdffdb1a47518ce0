package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

// complete completes a word with one of a list; shells do the matching.
func complete(words []string) cobra.CompletionFunc {
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
}

// completeSettings teaches shells the values of check's flags that are names.
func completeSettings(cmd *cobra.Command) {
	var values []string
	for _, name := range formats.Names() {
		values = append(values, name+"=")
	}
	for flag, words := range map[string][]string{"only": idsAndGroups(), "skip": idsAndGroups()} {
		cobra.CheckErr(cmd.RegisterFlagCompletionFunc(flag, complete(words)))
	}
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("report",
		cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoSpace|cobra.ShellCompDirectiveNoFileComp)))
}

// idsAndGroups are the names that --only, --skip and explain take, each group before its requirements.
func idsAndGroups() []string {
	var names []string
	last := ""
	for _, r := range contract.Catalogue() {
		if r.Group() != last {
			last = r.Group()
			names = append(names, last)
		}
		names = append(names, r.ID)
	}
	return names
}

// nameShells words cobra's completion command as the others are, and lets it refuse a shell that it does not know.
func nameShells(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	cmd, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	var shells []string
	for _, shell := range cmd.Commands() {
		shells = append(shells, shell.Name())
		shell.Short, shell.Args = "Write the script for "+shell.Name(), noArguments
		shell.Long = "Writes the script that lets " + shell.Name() + " complete words."
		shell.Example = "  two-oh-two completion " + shell.Name() + " > FILE, which " + shell.Name() + " reads when it starts"
	}
	cmd.Short = "Write a script that lets a shell complete words"
	cmd.Long = "Writes a script that lets a shell complete commands, flags, requirements and faults."
	cmd.Example = "  source <(two-oh-two completion bash)"
	cmd.Args = cobra.ArbitraryArgs // RunE refuses them
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("completion for which shell? There are %s", strings.Join(shells, ", "))
		}
		return usagef("there is no completion for %q: %s", args[0], report.DidYouMean(args[0], shells))
	}
}
