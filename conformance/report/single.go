package report

import (
	"bufio"
	"strings"
)

// Explain tells one requirement's failure in plain text, as the text report would: for a
// test's output. It is empty for a requirement that did not fail.
func (t Target) Explain(r Requirement) string {
	if r.Got == "" && r.Want == "" {
		return ""
	}
	var text strings.Builder
	p := &printer{style: Style{Width: 96}, out: bufio.NewWriter(&text)}
	p.failure(t, r, true)
	p.out.Flush()
	return strings.TrimRight(text.String(), "\n")
}

// Find returns the requirement of that id as it was judged.
func (t Target) Find(id string) (Requirement, bool) {
	for _, r := range t.Requirements {
		if r.ID == id {
			return r, true
		}
	}
	return Requirement{}, false
}
