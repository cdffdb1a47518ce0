package main

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// The embedded reference speaks the dialect that it is judged by, and a record of it is judged in the same way.
func TestEmbeddedDialects(t *testing.T) {
	for _, d := range settings.Dialects() {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			record := t.TempDir() + "/run.har"
			got := call("check", "--reference", "--dialect", d.Name, "--save", record)
			g.Expect(got.Code).To(Equal(0), got.Stdout+got.Stderr)
			g.Expect(got.Stdout).To(ContainSubstring("contract " + d.Name + " "))
			again := call("replay", record)
			g.Expect(again.Code).To(Equal(0), again.Stdout+again.Stderr)
			g.Expect(again.Stdout).To(Equal(got.Stdout))
		})
	}
}
