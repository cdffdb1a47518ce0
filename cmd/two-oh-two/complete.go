package main

import (
	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// complete completes a word with one of a list; shells do the matching.
func complete(words []string) cobra.CompletionFunc {
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
}

// completeSettings teaches shells the values of check's flags that are names.
func completeSettings(cmd *cobra.Command) {
	var formats []string
	for _, name := range report.FormatNames() {
		formats = append(formats, name+"=")
	}
	for flag, words := range map[string][]string{"only": idsAndGroups(), "skip": idsAndGroups()} {
		cobra.CheckErr(cmd.RegisterFlagCompletionFunc(flag, complete(words)))
	}
	cobra.CheckErr(cmd.RegisterFlagCompletionFunc("report",
		cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoSpace|cobra.ShellCompDirectiveNoFileComp)))
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
