package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// An htmlTarget is one target's section.
type htmlTarget struct {
	Target
	htmlVerdict
	Number   int
	Several  bool   // it is one of several targets
	Prefix   string // of the ids of its requirements, where it is
	Reason   string // why the verdict is what it is
	Levels   []htmlLevel
	Outcomes []string // the columns of Levels
	Failed   []htmlRequirement
	Groups   []htmlGroup
	Charts   []htmlChart
	Times    *htmlTimes // how the times were spread; nil where nothing was measured
	Jobs     []htmlJob
	Left     htmlLeft // what is not shown

	shown map[int]bool // the exchanges that are listed, by number
}

// An htmlLevel counts a level's outcomes, in the order of the columns.
type htmlLevel struct {
	Level  contract.Level
	Counts []int
}

// An htmlGroup is the requirements of a group that did not fail.
type htmlGroup struct {
	Name, Says   string
	Requirements []htmlRequirement
}

// An htmlRequirement is one requirement with its evidence.
type htmlRequirement struct {
	Requirement
	Shown    htmlVerdict
	Filter   string // what the filter by outcome knows it as
	Open     bool
	Anchor   string
	Entries  []htmlEntry
	Needed   []htmlLink // the requirements without which it can't be judged
	Blocker  []htmlLink // the one that blocks it
	Evidence []htmlLink // the exchanges it rests on, where they are not drawn
	Axis     htmlAxis
	Steps    []htmlStep // the exchanges it rests on, in the order of time
	More     string     // how many exchanges are not among them, in words
}

// An htmlEntry is a labelled text, such as what was got.
type htmlEntry struct{ Label, Text string }

// An htmlLink is a link within the report; no anchor makes it plain text.
type htmlLink struct{ Anchor, Text string }

func newHTMLTarget(t Target, number int, several bool) htmlTarget {
	h := htmlTarget{Target: t, htmlVerdict: newVerdict(t.Verdict), Number: number, Several: several}
	if several {
		h.Prefix = fmt.Sprintf("t%d-", number)
	}
	h.Reason = strings.TrimPrefix(t.Why, t.BaseURL+": ")
	h.count()
	h.list()
	h.Times = newHTMLTimes(t)
	for _, r := range slices.Concat(t.failures(contract.Must), t.failures(contract.Should), t.known()) {
		h.Failed = append(h.Failed, h.requirement(r))
	}
	for _, r := range t.Requirements {
		if class := r.class(); class == string(contract.Fail) || class == "known" {
			continue
		}
		if name := r.group(); len(h.Groups) == 0 || h.Groups[len(h.Groups)-1].Name != name {
			h.Groups = append(h.Groups, htmlGroup{Name: name})
		}
		group := &h.Groups[len(h.Groups)-1]
		group.Requirements = append(group.Requirements, h.requirement(r))
	}
	return h
}

// Title names the target.
func (h htmlTarget) Title() string { return h.title() }

// Took is how long its run took.
func (h htmlTarget) Took() string { return span(h.Target.Duration) }

// count fills in the table of outcomes by level: without the rows and columns in which nothing is.
func (h *htmlTarget) count() {
	var outcomes []contract.Outcome
	var levels []contract.Level
	for _, l := range []contract.Level{contract.Must, contract.Should, contract.May} {
		for _, n := range h.Counts[l] {
			if n > 0 {
				levels = append(levels, l)
				break
			}
		}
	}
	for _, o := range []contract.Outcome{contract.Fail, contract.Pass, contract.Blocked, contract.NotObserved, contract.NotApplicable, contract.Yes, contract.No} {
		if slices.ContainsFunc(levels, func(l contract.Level) bool { return h.Counts[l][o] > 0 }) {
			outcomes = append(outcomes, o)
			h.Outcomes = append(h.Outcomes, saysOutcome(o))
		}
	}
	for _, l := range levels {
		row := htmlLevel{Level: l}
		for _, o := range outcomes {
			row.Counts = append(row.Counts, h.Counts[l][o])
		}
		h.Levels = append(h.Levels, row)
	}
}

func (h *htmlTarget) requirement(r Requirement) htmlRequirement {
	class := r.class()
	out := htmlRequirement{Requirement: r, Shown: r.shown(), Filter: class, Open: class == "fail" || class == "known", Anchor: h.Prefix + r.ID}
	for _, id := range r.Needs {
		out.Needed = append(out.Needed, h.link(id))
	}
	if r.BlockedBy != "" {
		out.Blocker = []htmlLink{h.link(r.BlockedBy)}
	}
	known := ""
	if r.Known != nil {
		known = r.Known.Says(r.ID)
	}
	for _, e := range []htmlEntry{
		{"known", known}, {"reason", r.Reason}, {"got", r.Got}, {"want", r.Want}, {"likely", r.Likely}, {"fix", r.Mend}, {"means", r.Means}, {"source", r.Source},
	} {
		if e.Text != "" {
			out.Entries = append(out.Entries, e)
		}
	}
	cited := h.inTime(r.Exchanges[:min(len(r.Exchanges), mostCitation)])
	if more := len(r.Exchanges) + r.MoreExchanges - len(cited); more > 0 {
		out.More = fmt.Sprintf("and %d more", more)
	}
	if r.Outcome == contract.Fail {
		out.Axis, out.Steps = h.steps(r, cited)
		return out
	}
	for _, e := range cited {
		out.Evidence = append(out.Evidence, htmlLink{h.anchor(e), fmt.Sprintf("#%d", e.Number)})
	}
	return out
}

// link is a link to a requirement, where it was judged.
func (h htmlTarget) link(id string) htmlLink {
	if _, found := h.Find(id); !found {
		return htmlLink{Text: id}
	}
	return htmlLink{h.Prefix + id, id}
}

// anchor is the id of an exchange, empty where it is not listed.
func (h *htmlTarget) anchor(e Exchange) string {
	if !h.shown[e.Number] {
		return ""
	}
	return fmt.Sprintf("t%d-e%d", h.Number, e.Number)
}
