package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

// wordsRow is the setting of the dialect in which requirements are told.
func wordsRow(spoken *string) settings.Setting {
	return settings.Setting{Name: "dialect", Usage: "`NAME|FILE`: dialect in whose words the requirements are", Default: dialect.TwoOhTwo.Name, Words: settings.DialectNames}.Text(spoken)
}

func (c *command) explain() *cobra.Command {
	var spoken string
	from, rows := &settings.Sources{Getenv: c.getenv}, []settings.Setting{wordsRow(&spoken)}
	cmd := &cobra.Command{
		Use:   "explain [flags] ID|GROUP|CAUSE…",
		Short: "Explain a requirement (what, why, how judged, source, seen where) or a cause",
		Long: "Explains requirements: what each says, what it means to a client, how it is judged and what is not a failure, " +
			"where it is written, the causes that a failure may have, how to see it broken, and where it was seen broken in the field. " +
			"Explains causes, as a report names them: what a run showed.",
		Example:           "  two-oh-two explain monitor.ready\n  two-oh-two explain rate-limit",
		ValidArgsFunction: complete(explained()),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return helpf("which requirement? two-oh-two list shows them all")
			}
			if err := c.apply(cmd, from, rows); err != nil {
				return err
			}
			listed, err := catalogueOf(spoken, contract.Version, nil)
			if err != nil {
				return err
			}
			if listed.requirements, err = chosenBy(args, explained(), listed.requirements); err != nil {
				return err
			}
			return explainAll(c.stdout, listed, spoken, args)
		},
	}
	addFlags(cmd, from, rows)
	return cmd
}

// explained are the names that can be explained: of requirements, of groups and of causes.
func explained() []string {
	names := settings.Names()
	for _, c := range contract.CausesOf(dialect.TwoOhTwo) {
		names = append(names, c.Name)
	}
	return names
}

// explainAll explains what applies to the dialect, and says of the rest of what was asked that it does not.
func explainAll(w io.Writer, c catalogue, spoken string, names []string) error {
	var texts []string
	flag := ""
	if c.of.Name != dialect.TwoOhTwo.Name {
		flag = " --dialect " + spoken
	}
	all, causes, faults := contract.Of(c.of), contract.CausesOf(c.of), faultsIn(c.of)
	for _, r := range c.requirements {
		texts = append(texts, explanation{r, neededBy(r.ID, all), toldWith(r.ID, causes), breaking(r.ID, faults), contract.FieldReports(r.ID)}.text(flag))
	}
	for _, name := range names {
		if slices.ContainsFunc(c.requirements, func(r contract.Requirement) bool { return r.ID == name || r.Group() == name }) {
			continue
		}
		if i := slices.IndexFunc(causes, func(cause contract.KnownCause) bool { return cause.Name == name }); i >= 0 {
			texts = append(texts, causeText(causes[i]))
			continue
		}
		texts = append(texts, fmt.Sprintf("%s does not apply to the dialect %s (%s).\n", name, c.of.Name, c.of.Title))
	}
	_, err := io.WriteString(w, strings.Join(texts, "\n"))
	return err
}

func causeText(c contract.KnownCause) string {
	return fmt.Sprintf("%s  cause\n  %s\n\n      of  %s\n", c.Name, hang(c.Shown, 2), hang(strings.Join(c.Of, ", "), 10))
}

// chosenBy are the requirements that are named, by id or group. Names that are not known are an error.
func chosenBy(names, known []string, from []contract.Requirement) ([]contract.Requirement, error) {
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, usagef("there is no requirement %q: %s", name, settings.DidYouMean(name, known, "two-oh-two list shows them all"))
		}
	}
	return slices.DeleteFunc(from, func(r contract.Requirement) bool {
		return !slices.Contains(names, r.ID) && !slices.Contains(names, r.Group())
	}), nil
}

// levels say what a failure of a requirement does to the verdict.
var levels = map[contract.Level]string{
	contract.Must:   "where it fails, the server is not conformant",
	contract.Should: "where it fails, the server is not conformant to --strict only",
	contract.May:    "an observation: the answer is yes or no, and never fails",
}

// An explanation is one requirement and what goes with it.
type explanation struct {
	contract.Requirement
	blocks  []string // the requirements that may have nothing to be judged on where this one fails
	causes  []contract.KnownCause
	faults  []reference.Fault
	reports []contract.FieldReport
}

func (e explanation) text(flag string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n  %s\n\n", e.ID, e.Level, hang(e.Says, 2))
	for _, entry := range []struct{ label, text string }{
		{"means", e.Means},
		{"judged", e.How},
		{"level", fmt.Sprintf("%s: %s", e.Level, levels[e.Level])},
		{"source", e.Source},
		{"needs", strings.Join(e.Needs, ", ")},
		{"blocks", strings.Join(e.blocks, ", ")},
	} {
		if entry.text != "" {
			fmt.Fprintf(&b, "%8s  %s\n", entry.label, hang(entry.text, 10))
		}
	}
	e.caused(&b)
	e.broken(&b, flag)
	e.seen(&b, flag != "")
	return b.String()
}

// caused tells which causes a report may name, and what shows each.
func (e explanation) caused(b *strings.Builder) {
	if len(e.causes) == 0 {
		return
	}
	b.WriteString("\n  Causes that a report may name, and what the run has shown where it does:\n")
	for _, c := range e.causes {
		fmt.Fprintf(b, "    %s\n      %s\n", c.Name, hang(c.Shown, 6))
	}
}

// broken tells how to see the requirement broken.
func (e explanation) broken(b *strings.Builder, flag string) {
	if len(e.faults) == 0 {
		return
	}
	b.WriteString("\n  See it broken:\n")
	for _, f := range e.faults {
		says := f.Says
		for _, need := range f.Needs {
			says += fmt.Sprintf(" (Shows only with: %s.)", need)
		}
		fmt.Fprintf(b, "    two-oh-two serve%s --fault %s\n      %s\n", flag, f.Name, hang(says, 6))
	}
	fmt.Fprintf(b, "  and then:\n    two-oh-two check%s --only %s http://127.0.0.1:8202\n", flag, e.ID)
}

// seen tells where it was seen broken, or where clients met what it is about.
func (e explanation) seen(b *strings.Builder, elsewhere bool) {
	if len(e.reports) == 0 {
		return
	}
	where := "this dialect of the pattern or a neighbouring one"
	if elsewhere {
		where = "one dialect of the pattern or another"
	}
	fmt.Fprintf(b, "\n  Seen in the field, in %s:\n", where)
	for _, report := range e.reports {
		fmt.Fprintf(b, "    %s\n      %s\n      %s\n", report.Title(), hang(report.Says, 6), report.URL())
	}
}

// neededBy lists those of the requirements that may have nothing to be judged on where this one fails.
func neededBy(id string, all []contract.Requirement) []string {
	var blocks []string
	for _, other := range all {
		if slices.Contains(other.Needs, id) {
			blocks = append(blocks, other.ID)
		}
	}
	return blocks
}

// faultsIn lists the faults of the reference where it speaks the dialect.
func faultsIn(of dialect.Dialect) []reference.Fault {
	if reference.Serves(of) != nil {
		return nil
	}
	return slices.DeleteFunc(reference.Faults(), func(f reference.Fault) bool { return f.Applies(of) != nil })
}

// toldWith lists those of the causes that a requirement may be told with.
func toldWith(id string, causes []contract.KnownCause) []contract.KnownCause {
	return slices.DeleteFunc(slices.Clone(causes), func(c contract.KnownCause) bool { return !slices.Contains(c.Of, id) })
}

// breaking lists those of the faults that break a requirement.
func breaking(id string, faults []reference.Fault) []reference.Fault {
	return slices.DeleteFunc(slices.Clone(faults), func(f reference.Fault) bool { return !slices.Contains(f.Breaks, id) })
}
