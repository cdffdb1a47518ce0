package contract

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Version is the version of the catalogue, the newest.
const Version = "1.0"

// versions are all there have been, the oldest first. A version is added here, and named by Since where a requirement enters.
var versions = []string{Version}

// Versions returns the versions of the contract that can be judged by, the oldest first.
func Versions() []string { return slices.Clone(versions) }

// AsOf returns what a catalogue was in a version of the contract: the requirements that there were by then, and each
// that had just entered as a MUST as the SHOULD that it is for one version, so that a newer tool turns nobody's gate red.
// The error names the versions there are.
func AsOf(requirements []Requirement, version string) ([]Requirement, error) {
	return asOf(requirements, version, versions)
}

func asOf(requirements []Requirement, version string, versions []string) ([]Requirement, error) {
	now := slices.Index(versions, version)
	if now < 0 {
		return nil, fmt.Errorf("there is no version %q of the contract: there is %s", version, strings.Join(versions, ", "))
	}
	var then []Requirement
	for _, r := range requirements {
		since := max(0, slices.Index(versions, r.Since))
		if since > now {
			continue
		}
		if since == now && since > 0 && r.Level == Must {
			r.Level = Should
		}
		then = append(then, r)
	}
	return then, nil
}

// Catalogue returns every requirement that can be judged, in the contract's order.
func Catalogue() []Requirement { return Of(dialect.TwoOhTwo) }

// Of returns the contract of a dialect, in its words: the requirements that apply to it.
func Of(d dialect.Dialect) []Requirement {
	if d.Name == "" || d.Name == dialect.TwoOhTwo.Name {
		return slices.Clone(catalogue())
	}
	p := record.Bind(d, "", "")
	return inWordsOf(&p)
}

// catalogue is made once: nothing in it changes.
var catalogue = sync.OnceValue(func() []Requirement { return inWordsOf(&record.TwoOhTwo) })

// written are the requirements as they stand in their files, each with its direct needs alone.
func written() []Requirement {
	return slices.Concat(startGroup, locationGroup, monitorGroup, resultGroup, jobsGroup, httpGroup, accessGroup, browserGroup, cancelGroup)
}

// inWordsOf are those that apply to a protocol, with the words in braces filled in.
func inWordsOf(p *record.Protocol) []Requirement {
	words := wordsOf(p)
	var list []Requirement
	for _, r := range written() {
		if r.applies != nil && !r.applies(p) {
			continue
		}
		for _, prose := range []*string{&r.Says, &r.Means, &r.How} {
			*prose = words.Replace(*prose)
		}
		if p.Dialect.Name != dialect.TwoOhTwo.Name {
			r.Source = sourceIn(r.Source, p.Dialect)
			if r.ofForm && p.Dialect.Level != "" {
				r.Level = Level(p.Dialect.Level)
			}
		}
		list = append(list, r)
	}
	return withNeeds(list)
}

// require notes where a requirement is written. Its prose may be broken into lines there.
func require(r Requirement) Requirement {
	_, r.File, r.Line, _ = runtime.Caller(1)
	for _, prose := range []*string{&r.Says, &r.Means, &r.How} {
		*prose = strings.Join(strings.Fields(*prose), " ")
	}
	return r
}

// withNeeds puts before each direct need of a requirement what that need needs in turn: of several that failed, the cause comes first.
func withNeeds(requirements []Requirement) []Requirement {
	direct, here := map[string][]string{}, map[string]bool{}
	for _, r := range written() {
		direct[r.ID] = r.Needs
	}
	for _, r := range requirements {
		here[r.ID] = true
	}
	var all func(id string) []string
	all = func(id string) []string {
		var list []string
		for _, need := range direct[id] {
			for _, n := range append(all(need), need) {
				if here[n] && !slices.Contains(list, n) { // a dialect may lack one
					list = append(list, n)
				}
			}
		}
		return list
	}
	for i, r := range requirements {
		requirements[i].Needs = all(r.ID)
		requirements[i].DefersTo = slices.DeleteFunc(slices.Clone(r.DefersTo), func(id string) bool { return !here[id] })
	}
	return requirements
}

// Digest is a short fingerprint of ids, levels and sentences: two reports with
// the same digest were judged by the same words.
func Digest(requirements []Requirement) string {
	sum := sha256.New()
	for _, r := range requirements {
		sum.Write([]byte(r.ID + "\x00" + string(r.Level) + "\x00" + r.Says + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil))[:12]
}

// Group is the part of an id before the dot: "monitor" of "monitor.ready".
func (r Requirement) Group() string {
	group, _, _ := strings.Cut(r.ID, ".")
	return group
}

// ByGroup cuts a list of requirements, or of what is said of them, into its groups: those of one group stand side by side in it.
func ByGroup[R interface{ Group() string }](list []R) [][]R {
	var groups [][]R
	for i, r := range list {
		if i == 0 || r.Group() != list[i-1].Group() {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], r)
	}
	return groups
}

// Anywhere reports whether a requirement that is looked for is one of any dialect.
func Anywhere(wanted func(Requirement) bool) bool { return slices.ContainsFunc(written(), wanted) }

// Find returns the requirement with that id, in the words of two-oh-two; those of other dialects alone too.
func Find(id string) (Requirement, bool) {
	requirements := append(Catalogue(), written()...)
	i := slices.IndexFunc(requirements, func(r Requirement) bool { return r.ID == id })
	if i < 0 {
		return Requirement{}, false
	}
	return requirements[i], true
}
