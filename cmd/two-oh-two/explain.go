package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/reference"
)

func (c *command) explain() *cobra.Command {
	return &cobra.Command{
		Use:               "explain ID|GROUP…",
		Short:             "Explain a requirement: what, why, source, how to see it broken",
		Long:              "Explains requirements: what each says, what it means to a client, where it is written, and how to see it broken.",
		Example:           "  two-oh-two explain monitor.ready",
		ValidArgsFunction: complete(idsAndGroups()),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("which requirement? two-oh-two list shows them all")
			}
			chosen, err := chosenBy(args)
			if err != nil {
				return err
			}
			for i, r := range chosen {
				if i > 0 {
					fmt.Fprintln(c.stdout)
				}
				explain(c.stdout, r)
			}
			return nil
		},
	}
}

func chosenBy(names []string) ([]contract.Requirement, error) {
	known := idsAndGroups()
	for _, name := range names {
		if slices.Contains(known, name) {
			continue
		}
		if near := contract.Nearest(name, known); near != "" {
			return nil, usagef("there is no requirement %q: did you mean %q?", name, near)
		}
		return nil, usagef("there is no requirement %q: two-oh-two list shows them all", name)
	}
	return slices.DeleteFunc(contract.Catalogue(), func(r contract.Requirement) bool {
		return !slices.Contains(names, r.ID) && !slices.Contains(names, r.Group())
	}), nil
}

// levels say what a failure of a requirement comes to.
var levels = map[contract.Level]string{
	contract.Must:   "where it fails, the server is not conformant",
	contract.Should: "where it fails, the server is not conformant to --strict only",
	contract.May:    "an observation: the answer is yes or no, and never fails",
}

func explain(w io.Writer, r contract.Requirement) {
	fmt.Fprintf(w, "%s  %s\n  %s\n\n", r.ID, r.Level, hang(r.Says, 2))
	entry := func(label, text string) {
		if text != "" {
			fmt.Fprintf(w, "%10s  %s\n", label, hang(text, 12))
		}
	}
	entry("means", r.Means)
	entry("level", fmt.Sprintf("%s: %s", r.Level, levels[r.Level]))
	entry("source", r.Source)
	entry("needs", strings.Join(r.Needs, ", "))
	var blocks []string
	for _, other := range contract.Catalogue() {
		if slices.Contains(other.Needs, r.ID) {
			blocks = append(blocks, other.ID)
		}
	}
	entry("blocks", strings.Join(blocks, ", "))
	broken := breaking(r.ID)
	if len(broken) == 0 {
		return
	}
	fmt.Fprintln(w, "\n  See it broken:")
	for _, f := range broken {
		fmt.Fprintf(w, "    two-oh-two serve --fault %s\n", f.Name)
		says := f.Says
		for _, need := range f.Needs {
			says += fmt.Sprintf(" (Shows only with: %s.)", need)
		}
		fmt.Fprintf(w, "      %s\n", hang(says, 6))
	}
	fmt.Fprintf(w, "    two-oh-two check --only %s http://127.0.0.1:8202\n", r.ID)
}

// breaking lists the faults of the reference that break a requirement.
func breaking(id string) []reference.Fault {
	return slices.DeleteFunc(reference.Faults(), func(f reference.Fault) bool { return !slices.Contains(f.Breaks, id) })
}
