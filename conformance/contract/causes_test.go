package contract

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// TestKnownCauses holds the list of causes against the code, which has each of them and no other.
func TestKnownCauses(t *testing.T) {
	g := NewWithT(t)
	code := source(t)
	var names []string
	for _, c := range knownCauses() {
		names = append(names, c.Name)
		if !strings.Contains(code, `"`+c.Name+`"`) {
			t.Errorf("no code tells %s", c.Name)
		}
		g.Expect(c.Shown).To(MatchRegexp(`^[A-Z].*\.$`), c.Name)
		for _, id := range c.Of {
			_, known := Find(id)
			g.Expect(known).To(BeTrue(), "%s: there is no requirement %q", c.Name, id)
		}
	}
	g.Expect(slices.Compact(slices.Sorted(slices.Values(names)))).To(HaveLen(len(names)), "two have one name")
	for _, found := range regexp.MustCompile(`(?:cause\{name: |cited\(|\.name = |repairKind += )"([a-z-]+)"`).FindAllStringSubmatch(code, -1) {
		g.Expect(names).To(ContainElement(found[1]), "causes.json lacks it")
	}
}

// source is the text of all files of this folder that are no tests.
func source(t *testing.T) string {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}
