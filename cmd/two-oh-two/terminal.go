package main

import (
	"io"
	"os"

	"github.com/fatih/color"
	"golang.org/x/term"

	"github.com/two-oh-two/two-oh-two/conformance/report/text"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// style is how the text report looks on standard output.
func (k *reporting) style() text.Style {
	style := text.Style{Verbose: k.Verbose, Quiet: k.Quiet}
	columns, terminal := terminalOf(k.stdout)
	if terminal {
		// Lines that are wider than this are hard to read; narrower ones break every URL.
		style.Width = min(max(columns-1, 60), 110)
	}
	if k.colours(terminal || k.inShownLog()) {
		style.Paint = paint
	}
	return style
}

// colours decides whether there are any: flags win over the environment, and the environment over where the output goes.
func (k *reporting) colours(seen bool) bool {
	forced := func(name string) bool {
		value := k.getenv(name)
		return value != "" && value != "0" && value != "false"
	}
	switch {
	case k.Color == settings.ColorAlways:
		return true
	case k.Color == settings.ColorNever, k.NoColor, k.getenv("NO_COLOR") != "":
		return false
	case forced("FORCE_COLOR"), forced("CLICOLOR_FORCE"):
		return true
	}
	return seen && !k.dumb() && k.getenv("CLICOLOR") != "0"
}

// dumb reports whether the terminal knows plain text alone.
func (c *command) dumb() bool { return c.getenv("TERM") == "dumb" }

// inShownLog reports whether standard output goes to the log of a job of GitHub or GitLab, which show colours, and not into a file.
func (c *command) inShownLog() bool {
	if c.getenv(onGitHub) != "true" && c.getenv("GITLAB_CI") != "true" {
		return false
	}
	f, ok := c.stdout.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && !info.Mode().IsRegular()
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
