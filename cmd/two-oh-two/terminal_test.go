package main

import (
	"io"
	"os"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// A flag wins over the environment, and that over whether colours can be seen.
func TestColours(t *testing.T) {
	for _, row := range []struct {
		said, environ string
		onTerminal    bool
		elsewhere     bool
	}{
		{"", "", true, false},
		{"", "TERM=dumb", false, false},
		{"", "CLICOLOR=0", false, false},
		{"", "NO_COLOR=1", false, false},
		{"", "NO_COLOR=1 FORCE_COLOR=1", false, false},
		{"", "FORCE_COLOR=1", true, true},
		{"", "FORCE_COLOR=0", true, false},
		{"", "CLICOLOR_FORCE=1 TERM=dumb", true, true},
		{"always", "NO_COLOR=1 TERM=dumb", true, true},
		{"never", "FORCE_COLOR=1", false, false},
		{"no-color", "FORCE_COLOR=1", false, false},
	} {
		k := &reporting{command: &command{environ: strings.Fields(row.environ)}, Command: &settings.Command{Color: row.said, NoColor: row.said == "no-color"}}
		got := []bool{k.colours(true), k.colours(false)}
		NewWithT(t).Expect(got).To(Equal([]bool{row.onTerminal, row.elsewhere}), "%s %s", row.said, row.environ)
	}
}

// The log of a job of GitHub or GitLab has colours, a file that its script writes has none, and --color has the last word.
func TestColoursOfLogs(t *testing.T) {
	t.Parallel()
	record := saved(t, "")
	file, err := os.Create(t.TempDir() + "/log")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	defer func() { _ = file.Close() }() // a file that is open can't be removed everywhere
	for _, row := range []struct {
		environ, flag string
		toFile        bool
		coloured      bool
	}{
		{"GITHUB_ACTIONS=true", "", false, true},
		{"GITLAB_CI=true", "", false, true},
		{"GITLAB_CI=true", "", true, false},
		{"GITLAB_CI=true", "--color=never", false, false},
		{"GITLAB_CI=true", "--no-color", false, false},
		{"TERM=xterm", "", false, false},
		{"TERM=xterm", "--color=always", false, true},
	} {
		r, w, err := os.Pipe()
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
		out := w
		if row.toFile {
			out = file
		}
		c := &command{stdin: strings.NewReader(""), stdout: out, stderr: io.Discard, environ: []string{row.environ}}
		read := make(chan string)
		go func() { text, _ := io.ReadAll(r); read <- string(text) }()
		NewWithT(t).Expect(c.run(t.Context(), append([]string{"replay", "-q", "--only=start", record}, strings.Fields(row.flag)...))).To(Equal(exitConformant))
		_ = w.Close()
		text := <-read
		if row.toFile {
			content, _ := os.ReadFile(file.Name())
			text = string(content)
		}
		NewWithT(t).Expect(strings.Contains(text, "\x1b[")).To(Equal(row.coloured), "%+v: %q", row, text)
		NewWithT(t).Expect(text).To(ContainSubstring("conformant"))
	}
}
