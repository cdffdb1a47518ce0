package main

import (
	"io"
	"os"

	"github.com/fatih/color"
	"golang.org/x/term"

	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// style is how the text report looks on standard output.
func (k *reporting) style() text.Style {
	style := text.Style{Verbose: k.Verbose, Quiet: k.Quiet}
	columns, terminal := terminalOf(k.stdout)
	if !terminal {
		return style
	}
	// Lines that are wider than this are hard to read; narrower ones break every URL.
	style.Width = min(max(columns-1, 60), 110)
	if !k.NoColor && k.getenv("NO_COLOR") == "" && k.getenv("TERM") != "dumb" {
		style.Paint = paint
	}
	return style
}

// terminalOf says how wide a writer's terminal is, if it is one.
func terminalOf(w io.Writer) (columns int, terminal bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	columns, _, err := term.GetSize(int(f.Fd()))
	if err != nil || columns <= 0 {
		columns = 80
	}
	return columns, true
}

// paint colours a piece of the report. The colours are those of the terminal's own palette.
func paint(role text.Role, piece string) string {
	attributes := map[text.Role][]color.Attribute{
		text.RoleGood:    {color.FgGreen},
		text.RoleBad:     {color.FgRed, color.Bold},
		text.RoleWarning: {color.FgYellow},
		text.RoleStrong:  {color.Bold},
		text.RoleFaint:   {color.Faint},
	}[role]
	if attributes == nil {
		return piece
	}
	c := color.New(attributes...)
	c.EnableColor() // whatever the library thinks of the process's own output
	return c.Sprint(piece)
}
