package contract

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func TestCatalogueIsWellFormed(t *testing.T) {
	dotted := regexp.MustCompile(`^[a-z]+\.[a-z]+(-[a-z]+)*$`)
	groups := []string{"start", "location", "monitor", "result", "jobs", "http", "access", "browser"}
	known, last := map[string]bool{}, 0
	for _, r := range Catalogue() {
		t.Run(r.ID, func(t *testing.T) {
			g := NewWithT(t)
			g.Expect(r.ID).To(MatchRegexp(dotted.String()))
			g.Expect(known).NotTo(HaveKey(r.ID), "ids are unique")
			g.Expect(slices.Index(groups, r.Group())).To(BeNumerically(">=", last), "groups follow one another")
			g.Expect(r.Level).To(BeElementOf(Must, Should, May))
			g.Expect(r.Says).To(MatchRegexp(`\.\)?$`))
			g.Expect(r.Means).To(MatchRegexp(`[.?]$`))
			g.Expect(r.How).To(And(MatchRegexp(`^[A-Z].*\.$`), Not(ContainSubstring("  "))), "how it is judged")
			g.Expect(r.Source).To(MatchRegexp(`seed \d|RFC \d+ |Fetch|OWASP`))
			g.Expect(r.judge).NotTo(BeNil())
			text, err := os.ReadFile(r.File)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(text)).To(ContainSubstring(`"` + r.ID[:strings.IndexByte(r.ID, '.')]))
			g.Expect(r.Line).To(BeNumerically(">", 0))
			found, ok := Find(r.ID)
			g.Expect(ok).To(BeTrue())
			g.Expect(found.Says).To(Equal(r.Says))
		})
		known[r.ID], last = true, slices.Index(groups, r.Group())
	}
	for _, id := range Core() {
		if !known[id] {
			t.Errorf("core requirement %s is not in the catalogue", id)
		}
	}
	if _, found := Find("monitor.redy"); found {
		t.Error("found what is not there")
	}
}

func TestNeedsExistAndEnd(t *testing.T) {
	needs := map[string][]string{}
	for _, r := range written() {
		needs[r.ID] = r.Needs
	}
	var walk func(id string, path []string)
	walk = func(id string, path []string) {
		if slices.Contains(path, id) {
			t.Fatalf("a circle: %s", strings.Join(append(path, id), " needs "))
		}
		for _, need := range needs[id] {
			if _, known := needs[need]; !known {
				t.Fatalf("%s needs %s, which is not in the catalogue", id, need)
			}
			walk(need, append(path, id))
		}
	}
	for id := range needs {
		walk(id, nil)
	}
}

// TestNeedsAreDirect keeps the lists short: what a need needs in turn is not written again.
func TestNeedsAreDirect(t *testing.T) {
	all := map[string][]string{}
	for _, r := range Catalogue() {
		all[r.ID] = r.Needs
	}
	for _, r := range written() {
		for _, need := range r.Needs {
			if slices.ContainsFunc(r.Needs, func(other string) bool { return slices.Contains(all[other], need) }) {
				t.Errorf("%s needs %s by way of another need already", r.ID, need)
			}
		}
	}
}

// TestBlockedNeverPasses edits everything from the start on: no MUST may claim to have seen anything of what follows.
func TestBlockedNeverPasses(t *testing.T) {
	g := NewWithT(t)
	r := healthy()
	both(on(starts, status(500)), never(func(e *record.Exchange) bool { return e.Probe != "" }))(r)
	for _, r := range Judge(r.arranged(), Catalogue()) {
		if slices.Contains(r.Needs, "start.accepted") && r.Level == Must && r.Outcome != NotApplicable {
			g.Expect(r.Outcome).To(Equal(Blocked), r.ID)
			g.Expect(r.BlockedBy).To(Equal("start.accepted"), r.ID)
		}
	}
}

func TestNothingObservedNothingPasses(t *testing.T) {
	for _, r := range Judge(newRecord().arranged(), Catalogue()) {
		if r.Outcome.Judged() {
			t.Errorf("%s: %s %s, and nothing was seen", r.ID, r.Outcome, r.Got)
		}
	}
}

func TestJudgeKeepsTheOrderAsked(t *testing.T) {
	g := NewWithT(t)
	asked := Catalogue()
	slices.Reverse(asked)
	rulings := Judge(healthy().arranged(), asked)
	for i := range asked {
		g.Expect(rulings[i].ID).To(Equal(asked[i].ID))
	}
}

func TestDigest(t *testing.T) {
	g := NewWithT(t)
	all := Catalogue()
	g.Expect(Digest(all)).To(HaveLen(12))
	g.Expect(Digest(all)).To(Equal(Digest(Catalogue())))
	reworded := Catalogue()
	reworded[3].Says += " Always."
	g.Expect(Digest(reworded)).NotTo(Equal(Digest(all)))
	g.Expect(Digest(all[1:])).NotTo(Equal(Digest(all)))
}
