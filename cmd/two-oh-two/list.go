package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A catalogue is the requirements of one version of the contract.
type catalogue struct {
	of           dialect.Dialect
	version      string
	requirements []contract.Requirement
}

// listings are the ways to write a catalogue.
var listings = map[string]func(io.Writer, catalogue) error{"text": listText, "json": listJSON, "markdown": listMarkdown}

// A listChoice is what list is asked for.
type listChoice struct {
	format, version, spoken string
	dialects                bool
}

// listRows are the settings of list.
func listRows(to *listChoice) []settings.Setting {
	forms := func() []string { return []string{"text", "json", "markdown"} }
	return []settings.Setting{
		settings.Setting{Name: "format", Usage: "`NAME`: form of the list: text, json or markdown", Default: "text", Words: forms}.One(&to.format),
		settings.Setting{Name: "contract", Usage: "`VERSION`: version of the contract", Default: contract.Version, Words: contract.Versions}.One(&to.version),
		wordsRow(&to.spoken),
		settings.Setting{Name: "dialects", Usage: "list the dialects that are built in, in place of requirements"}.On(&to.dialects),
	}
}

func (c *command) list() *cobra.Command {
	var to listChoice
	from, rows := &settings.Sources{Getenv: c.getenv}, listRows(&to)
	cmd := &cobra.Command{
		Use:               "list [flags] [ID|GROUP…]",
		Short:             "List the requirements of the contract",
		Long:              "Lists the requirements of the contract: what each says, and how much depends on it.",
		ValidArgsFunction: complete(settings.Names()),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.apply(cmd, from, rows); err != nil {
				return err
			}
			if to.dialects {
				return writeDialects(c.stdout, to.format, settings.Dialects())
			}
			listed, err := catalogueOf(to.spoken, to.version, args)
			if err != nil {
				return err
			}
			return listings[to.format](c.stdout, listed)
		},
	}
	addFlags(cmd, from, rows)
	return cmd
}

// catalogueOf is the contract of a version: all of its requirements, or those that are named.
func catalogueOf(spoken, version string, names []string) (catalogue, error) {
	of, err := settings.Dialect(spoken)
	if err != nil {
		return catalogue{}, usagef("--dialect: %v", err)
	}
	requirements, err := contract.AsOf(contract.Of(of), version)
	if err != nil {
		return catalogue{}, usagef("--contract: %v", err)
	}
	if len(names) > 0 {
		requirements, err = chosenBy(names, settings.Names(), requirements)
	}
	return catalogue{of, version, requirements}, err
}

func listText(w io.Writer, c catalogue) error {
	var b strings.Builder
	for _, group := range contract.ByGroup(c.requirements) {
		for _, r := range group {
			fmt.Fprintf(&b, "%-24s %-6s  %s\n", r.ID, r.Level, hang(r.Says, 33))
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%d requirements, contract %s %s. See: two-oh-two explain ID\n", len(c.requirements), c.of.Name, c.version)
	_, err := io.WriteString(w, b.String())
	return err
}

// A listedDialect is what the JSON list has of one. Field names are fixed; fields may be added.
type listedDialect struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Source  string `json:"source"`
	Served  bool   `json:"served"`            // the reference speaks it
	Missing string `json:"missing,omitempty"` // why it does not
}

// writeDialects writes the dialects, a line each: name, title and source, and why serve can't speak it.
func writeDialects(w io.Writer, format string, dialects []dialect.Dialect) error {
	var rows []listedDialect
	for _, d := range dialects {
		row := listedDialect{Name: d.Name, Title: d.Title, Source: d.Source, Served: true}
		if err := reference.Serves(d); err != nil {
			row.Served, row.Missing = false, err.Error()
		}
		rows = append(rows, row)
	}
	if format == "json" {
		return writeJSON(w, rows)
	}
	var b strings.Builder
	if format == "markdown" {
		b.WriteString("| name | title | source | serve |\n|---|---|---|---|\n")
	}
	for _, row := range rows {
		if format == "markdown" {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", row.Name, plain.Replace(row.Title), plain.Replace(row.Source), plain.Replace(cmp.Or(row.Missing, "yes")))
			continue
		}
		fmt.Fprintf(&b, "%-26s %s (%s)\n", row.Name, row.Title, row.Source)
		if !row.Served {
			fmt.Fprintf(&b, "%26s not served: %s\n", "", row.Missing)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// hang breaks a text into lines that begin in the column where it begins.
func hang(words string, column int) string {
	return strings.Join(text.Fill(words, helpWidth-column), "\n"+strings.Repeat(" ", column))
}

// A listed requirement is what the JSON list has of one. Field names are fixed; fields may be added.
type listed struct {
	ID     string         `json:"id"`
	Level  contract.Level `json:"level"`
	Says   string         `json:"says"`
	Means  string         `json:"means"`
	How    string         `json:"how"`
	Source string         `json:"source"`
	Needs  []string       `json:"needs"`
}

func listJSON(w io.Writer, c catalogue) error {
	list := []listed{}
	for _, r := range c.requirements {
		list = append(list, listed{r.ID, r.Level, r.Says, r.Means, r.How, r.Source, append([]string{}, r.Needs...)})
	}
	return writeJSON(w, struct {
		Name         string   `json:"name"`
		Version      string   `json:"version"`
		Digest       string   `json:"digest"`
		Requirements []listed `json:"requirements"`
	}{c.of.Name, c.version, contract.Digest(c.requirements), list})
}

func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// listMarkdown writes the whole contract as a page: the pattern in three steps, what each requirement says, by group, and then how it is judged.
func listMarkdown(w io.Writer, c catalogue) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# The %s contract, version %s\n\n", c.of.Name, c.version)
	if p := record.TwoOhTwo; c.of.Name == p.Dialect.Name {
		fmt.Fprintf(&b, "A job that takes longer than a request is reported by status codes alone:\n\n"+
			"1. A client asks the **start** for one, and is answered %s, with the %s of the job's **monitor**.\n"+
			"2. The monitor is answered %s while the job runs (it is *pending*), and %s once it has ended (it is *done*), with the %s of its **result**.\n"+
			"3. The result is answered %s; %s where the job failed.\n\n",
			p.Accepted, p.Monitor, p.Pending, p.Done, p.Product, p.Success, p.Failure)
	} else {
		fmt.Fprintf(&b, "The pattern in the words of %s (%s).\n\n", plain.Replace(c.of.Title), plain.Replace(c.of.Source))
	}
	for _, level := range contract.Levels {
		fmt.Fprintf(&b, "- **%s**: %s\n", level, levels[level])
	}
	for _, group := range contract.ByGroup(c.requirements) {
		fmt.Fprintf(&b, "\n## %s\n\n| id | level | requirement | source |\n|---|---|---|---|\n", group[0].Group())
		for _, r := range group {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.ID, r.Level, plain.Replace(r.Says), plain.Replace(r.Source))
		}
		b.WriteString("\nHow it is judged, and what is not a failure:\n\n")
		for _, r := range group {
			if r.How != "" {
				fmt.Fprintf(&b, "- **%s**: %s\n", r.ID, plain.Replace(r.How))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// plain keeps a text what it is in Markdown.
var plain = strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;", "`", "\\`")
