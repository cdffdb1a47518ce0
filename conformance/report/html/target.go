package html

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A targetView is one target's section.
type targetView struct {
	report.Target
	verdict
	Number   int
	Several  bool   // it is one of several targets
	Prefix   string // of the ids of its requirements, where it is
	Reason   string // why the verdict is what it is
	Levels   []level
	Outcomes []string // the columns of Levels
	Failed   []group  // what has to be looked at, by how it counts
	Groups   []group
	Charts   []chart
	Times    *times // latency; nil where nothing was measured
	Jobs     []job
	Left     left // what is not shown

	shown map[int]bool // the exchanges that are listed, by number
}

// A level counts a level's outcomes, in the order of the columns.
type level struct {
	Level  contract.Level
	Counts []int
}

// A group is requirements under one heading.
type group struct {
	Name, Anchor string
	Requirements []requirementView
}

// A requirementView is one requirement with its evidence.
type requirementView struct {
	report.Requirement
	Shown    verdict
	Filter   string // what the filter by outcome knows it as
	Open     bool   // it has to be looked at
	Anchor   string
	Entries  []report.Entry
	Needed   []link // the requirements without which it can't be judged
	Blocker  []link // the one that blocks it
	Evidence []link // the exchanges it rests on, where they are not drawn
	Axis     axisView
	Steps    []stepView // the exchanges it rests on, in the order of time
	More     string     // how many exchanges are not among them, in words
}

// A link is a link within the report; no anchor makes it plain text.
type link struct{ Anchor, Text string }

func newTarget(t report.Target, number int, several bool) targetView {
	h := targetView{Target: t, verdict: newVerdict(t.Verdict), Number: number, Several: several}
	if several {
		h.Prefix = fmt.Sprintf("t%d-", number)
	}
	h.Reason = t.Reason()
	h.count()
	h.list()
	h.Times = newTimes(t)
	h.addFailures("What failed", report.Failed, report.Missing)
	h.addFailures("The list of known failures is out of date", report.Outdated)
	h.addFailures("Failures that do not fail the verdict", report.NonGating, report.Expected)
	rest := slices.DeleteFunc(slices.Clone(t.Requirements), func(r report.Requirement) bool { return r.Status(t.Strict).State.Open() })
	for _, list := range contract.ByGroup(rest) {
		h.Groups = append(h.Groups, h.group(list[0].Group(), list))
	}
	return h
}

func (h *targetView) addFailures(heading string, states ...report.State) {
	if list := h.In(states...); len(list) > 0 {
		part := h.group(heading, list)
		part.Anchor = fmt.Sprintf("t%d-failures-%d", h.Number, len(h.Failed)+1)
		h.Failed = append(h.Failed, part)
	}
}

func (h *targetView) group(name string, list []report.Requirement) group {
	g := group{Name: name}
	for _, r := range list {
		g.Requirements = append(g.Requirements, h.requirement(r))
	}
	return g
}

// Title names the target.
func (h targetView) Title() string { return h.Target.Title() }

// But is what a reader must not miss beside the verdict.
func (h targetView) But() string { return strings.TrimPrefix(h.Target.Headline(), h.Says) }

// count fills in the table of outcomes by level: without the rows and columns in which nothing is.
func (h *targetView) count() {
	var outcomes []contract.Outcome
	levels := slices.DeleteFunc(slices.Clone(contract.Levels), func(l contract.Level) bool {
		return !slices.ContainsFunc(report.Outcomes, func(o contract.Outcome) bool { return h.Counts[l][o] > 0 })
	})
	for _, o := range report.Outcomes {
		if slices.ContainsFunc(levels, func(l contract.Level) bool { return h.Counts[l][o] > 0 }) {
			outcomes = append(outcomes, o)
			h.Outcomes = append(h.Outcomes, report.OutcomeText(o))
		}
	}
	for _, l := range levels {
		row := level{Level: l}
		for _, o := range outcomes {
			row.Counts = append(row.Counts, h.Counts[l][o])
		}
		h.Levels = append(h.Levels, row)
	}
}

func (h *targetView) requirement(r report.Requirement) requirementView {
	status := r.Status(h.Strict)
	out := requirementView{Requirement: r, Entries: r.Entries(), Shown: newStatus(status), Filter: status.Class, Open: status.State.Open(), Anchor: h.Prefix + r.ID}
	for _, id := range r.Needs {
		out.Needed = append(out.Needed, h.link(id))
	}
	if r.BlockedBy != "" {
		out.Blocker = []link{h.link(r.BlockedBy)}
	}
	cited := h.InTime(r.Exchanges[:min(len(r.Exchanges), mostCitation)])
	if more := len(r.Exchanges) + r.MoreExchanges - len(cited); more > 0 {
		out.More = fmt.Sprintf("and %d more", more)
	}
	if r.Outcome == contract.Fail {
		out.Axis, out.Steps = h.steps(r, cited)
		return out
	}
	for _, e := range cited {
		out.Evidence = append(out.Evidence, link{h.anchor(e), fmt.Sprintf("#%d", e.Number)})
	}
	return out
}

// link is a link to a requirement, where it was judged.
func (h targetView) link(id string) link {
	if _, found := h.Find(id); !found {
		return link{Text: id}
	}
	return link{h.Prefix + id, id}
}

// anchor is the id of an exchange, empty where it is not listed.
func (h *targetView) anchor(e report.Exchange) string {
	if !h.shown[e.Number] {
		return ""
	}
	return fmt.Sprintf("t%d-e%d", h.Number, e.Number)
}
