package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manual writes manual pages from what --help is written from. It is our own, as cobra's takes words such as
// TWO_OH_TWO_JOBS for Markdown, and knows no topics of flags.
func (c *command) manual() *cobra.Command {
	return &cobra.Command{
		Use:     "manual [COMMAND]",
		Short:   "Write the manual page of a command, for man",
		Long:    "Writes the manual page of two-oh-two, or of one of its commands, in the form that man reads.",
		Example: "  two-oh-two manual check | man -l -",

		ValidArgsFunction: completeCommands,
		RunE: func(cmd *cobra.Command, args []string) error {
			at := named(cmd.Root(), args)
			if at == nil {
				return knownCommand(cmd.Root(), args)
			}
			return writeManual(c.stdout, at)
		},
	}
}

// writeManual writes a page in the macros of man(7).
func writeManual(w io.Writer, cmd *cobra.Command) error {
	p := &page{}
	name := strings.ReplaceAll(cmd.CommandPath(), " ", "-")
	p.macro("TH", strings.ToUpper(name), "1", "", "two-oh-two "+version(), "two-oh-two")
	p.macro("SH", "NAME")
	p.text(name + ` \- ` + roff(cmd.Short))
	p.macro("SH", "SYNOPSIS")
	p.text(`\fB` + roff(useLine(cmd)) + `\fR`)
	p.macro("SH", "DESCRIPTION")
	p.paragraphs(cmd.Long)
	if subs := available(cmd); len(subs) > 0 {
		p.macro("SH", "COMMANDS")
		for _, sub := range subs {
			p.entry(`\fB`+roff(sub.Name())+`\fR`, sub.Short)
		}
	}
	for _, topic := range flagTopics(cmd) {
		p.macro("SH", strings.ToUpper(topic.name))
		for _, f := range topic.flags {
			label, usage := labelled(f)
			p.entry(label, usage)
		}
	}
	if after := cmd.Annotations["after"]; after != "" {
		p.macro("SH", "NOTES")
		p.paragraphs(after)
	}
	if cmd.HasExample() {
		p.macro("SH", "EXAMPLES")
		p.macro("nf")
		for line := range strings.Lines(cmd.Example) {
			p.text(roff(strings.TrimSpace(line)))
		}
		p.macro("fi")
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

// labelled is a flag as a page names it, and what it is for.
func labelled(f *pflag.Flag) (label, usage string) {
	value, usage := pflag.UnquoteUsage(f)
	label = `\fB--` + roff(f.Name) + `\fR`
	if f.Shorthand != "" {
		label = `\fB-` + f.Shorthand + `\fR, ` + label
	}
	if f.NoOptDefVal == "" {
		label += ` \fI` + roff(value) + `\fR`
	}
	return strings.ReplaceAll(label, "--", `\-\-`), strings.TrimPrefix(usage, value+": ")
}

// A page is one in the making.
type page struct{ b strings.Builder }

func (p *page) macro(name string, words ...string) {
	p.b.WriteString("." + name)
	for _, word := range words {
		fmt.Fprintf(&p.b, ` "%s"`, strings.ReplaceAll(roff(word), `"`, `\(dq`))
	}
	p.b.WriteByte('\n')
}

// text writes a line. One that begins with a dot or a quote would be taken for a macro.
func (p *page) text(line string) {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		line = `\&` + line
	}
	p.b.WriteString(line + "\n")
}

func (p *page) paragraphs(text string) {
	for i, paragraph := range strings.Split(text, "\n\n") {
		if i > 0 {
			p.macro("PP")
		}
		p.text(roff(strings.Join(strings.Fields(paragraph), " ")))
	}
}

func (p *page) entry(label, text string) {
	p.macro("TP")
	p.text(label)
	p.text(roff(text))
}

// roff escapes what roff would interpret, and what is not ASCII, since groff reads Latin-1 by default.
func roff(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case r > '~':
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
