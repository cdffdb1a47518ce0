package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

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
			return helpf("completion for which shell? There are %s", strings.Join(shells, ", "))
		}
		return helpf("there is no completion for %q: %s", args[0], settings.DidYouMean(args[0], shells, ""))
	}
}
