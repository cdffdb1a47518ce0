package contract

import (
	"slices"
	"testing"

	. "github.com/onsi/gomega"
)

// A new MUST enters as a SHOULD for one version, and is not there in those before.
func TestAsOf(t *testing.T) {
	all := []Requirement{{ID: "a.first", Level: Must}, {ID: "a.later", Level: Must, Since: "1.1"}, {ID: "a.good", Level: Should, Since: "1.1"}, {ID: "a.last", Level: Must, Since: "1.2"}}
	for version, want := range map[string][]string{
		"1.0": {"MUST a.first"},
		"1.1": {"MUST a.first", "SHOULD a.later", "SHOULD a.good"},
		"1.2": {"MUST a.first", "MUST a.later", "SHOULD a.good", "SHOULD a.last"},
	} {
		then, err := asOf(all, version, []string{"1.0", "1.1", "1.2"})
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
		var got []string
		for _, r := range then {
			got = append(got, string(r.Level)+" "+r.ID)
		}
		NewWithT(t).Expect(got).To(Equal(want), version)
	}
	_, err := asOf(all, "0.9", []string{"1.0", "1.1"})
	NewWithT(t).Expect(err).To(MatchError(`there is no version "0.9" of the contract: there is 1.0, 1.1`))
}

func TestVersions(t *testing.T) {
	g := NewWithT(t)
	g.Expect(Versions()).To(ContainElement(Version))
	g.Expect(Versions()[len(Versions())-1]).To(Equal(Version), "the newest is the last")
	for _, r := range Catalogue() {
		g.Expect(r.Since == "" || slices.Contains(Versions(), r.Since)).To(BeTrue(), r.ID)
	}
	now, err := AsOf(Catalogue(), Version)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(now).To(HaveLen(len(Catalogue())))
}
