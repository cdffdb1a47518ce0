package html

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A chart is a drawing of all jobs on one clock, or of a part of it.
type chart struct {
	Title  string
	Axis   axisView
	Phases []phaseBar // the parts of the run, above its jobs
	More   string     // how many parts are not drawn, in words
	Lanes  []laneView
}

// A laneView is one job in a chart.
type laneView struct {
	Job      job
	Label    string // what is drawn, in words
	From, To string // its life, as far as it lies in the chart; empty where it does not
	Done     bool
	Marks    []markView
}

// A markView is an exchange in a lane.
type markView struct {
	Anchor, Title, Shape, Class, X, Y string
	Late                              bool
	Above                             string // the height of the bar above what went to a replica; empty for what did not
}

// A stepView is an exchange that a failure rests on: its line, and its bar on a time scale that these exchanges share.
type stepView struct {
	exchangeView
	Who          string
	Shape, Title string
	Telling      bool
	Details      []string // what matters of the telling one: facts, fields, body
	X, W, Mark   string   // of its bar: where, how wide, and where its mark is
}

// shapes are how marks are drawn, round the origin: they differ without their colours.
var shapes = map[string]string{
	"start":   "M-4 -5L5 0L-4 5Z",
	"pending": "M-3.5 0A3.5 3.5 0 1 1 3.5 0A3.5 3.5 0 1 1 -3.5 0Z",
	"done":    "M0 -5.5L5.5 0L0 5.5L-5.5 0Z",
	"result":  "M-4 -4H4V4H-4Z",
	"failed":  "M-5 -3L-3 -5L0 -2L3 -5L5 -3L2 0L5 3L3 5L0 2L-3 5L-5 3L-2 0Z",
	"other":   "M0 -5L5 4H-5Z",
}

// legend names the marks.
var legend = []markView{
	{Shape: "start", Class: "start", Title: "start accepted"},
	{Shape: "pending", Class: "pending", Title: "monitor: pending"},
	{Shape: "done", Class: "done", Title: "monitor: done"},
	{Shape: "result", Class: "result", Title: "result"},
	{Shape: "failed", Class: "failed", Title: "failed: 4xx, 5xx or no answer"},
	{Shape: "other", Class: "other", Title: "any other answer"},
	{Shape: "pending-fresh", Class: "pending", Title: "hollow: on a fresh connection"},
	{Shape: "pending", Class: "pending", Title: "underlined: read late, at the end of the run", Late: true},
}

// chart draws the jobs: over the whole run, and closer where failures show and where most happened.
func (h *targetView) chart(failing map[int]bool) {
	var sent []weighed
	last := report.Seconds(0)
	for _, j := range h.Jobs {
		for _, e := range j.Exchanges {
			w := weighed{e.Sent, 1}
			if failing[e.Number] {
				w.weight = 20 // what a failure rests on is worth more than what is dense
			}
			sent = append(sent, w)
			last = max(last, end(e.Exchange))
		}
	}
	if len(sent) == 0 {
		return
	}
	whole := last
	for _, p := range h.Target.Phases {
		whole = max(whole, p.To)
	}
	h.Charts = append(h.Charts, h.lanes("The whole run", 0, whole))
	h.Charts[0].phases(h.Target.Phases, linear(0, whole))
	window := last / 20
	for _, from := range densest(sent, window) {
		h.Charts = append(h.Charts, h.lanes(fmt.Sprintf("Closer: from %.3f s to %.3f s", float64(from), float64(from+window)), from, from+window))
	}
}

// A weighed is a moment, and how much it is worth a closer look.
type weighed struct {
	at     report.Seconds
	weight int
}

// densest are the beginnings of the two windows that don't overlap and weigh most, in the order of time.
func densest(moments []weighed, window report.Seconds) []report.Seconds {
	const least, margin = 8, 0.02 // what is worth a look; how much of a window is left before its first moment
	slices.SortFunc(moments, func(a, b weighed) int { return cmp.Compare(a.at, b.at) })
	var froms []report.Seconds
	for range 2 {
		best, from, weight, to := least-1, report.Seconds(-1), 0, 0
		for _, m := range moments {
			for ; to < len(moments) && moments[to].at <= m.at+window*0.9; to++ {
				weight += moments[to].weight
			}
			apart := !slices.ContainsFunc(froms, func(other report.Seconds) bool { return m.at < other+window && other < m.at+window })
			if weight > best && apart {
				best, from = weight, m.at
			}
			weight -= m.weight
		}
		if from < 0 {
			break
		}
		froms = append(froms, max(0, from-window*margin))
	}
	slices.Sort(froms)
	return froms
}

// Replicas reports whether other addresses were asked for jobs.
func (h *targetView) Replicas() bool {
	return slices.ContainsFunc(h.Target.Exchanges, func(e report.Exchange) bool { return e.Peer != "" })
}

func (h *targetView) lanes(title string, from, to report.Seconds) chart {
	s := linear(from, to)
	c := chart{Title: title, Axis: s.axis()}
	for _, j := range h.Jobs {
		lane := laneView{Job: j, Done: j.done}
		if j.Number != 0 && j.life[0] <= to && j.life[1] >= from {
			lane.From, lane.To = percent(s.at(j.life[0])), percent(s.at(j.life[1]))
		}
		for _, e := range j.Exchanges {
			if moment := end(e.Exchange); moment >= from && moment <= to {
				lane.Marks = append(lane.Marks, e.mark(s))
			}
		}
		if len(lane.Marks) == 0 {
			continue
		}
		lane.Label = strings.TrimSuffix(fmt.Sprintf("%s, %s here: %s", j.Title, report.Counted(len(lane.Marks), "exchange"), j.Says), ": ")
		c.Lanes = append(c.Lanes, lane)
	}
	return c
}

// mark draws an exchange at the time of its answer: probes below the job's own life.
func (e exchangeView) mark(s scale) markView {
	m := markView{
		Anchor: e.Anchor, Shape: e.Kind, Class: e.Class, X: percent(s.at(end(e.Exchange))), Y: "10", Late: e.Late,
		Title: fmt.Sprintf("#%d, %s s: %s %s → %s, %s", e.Number, e.When, report.Truncate(e.Request.Method, report.MaxMethod), e.What, report.Truncate(e.Answer, 60), e.Took),
	}
	if e.Fresh {
		m.Shape += "-fresh"
		m.Title += ", fresh connection"
	}
	if e.Probe != "" {
		m.Y = "22"
	}
	if e.Peer != "" {
		m.Above = map[string]string{"10": "-6", "22": "6"}[m.Y] // where the bar below late ones goes, 16 higher
		m.Title += ", to replica " + e.Peer
	}
	return m
}

// steps are the exchanges that a failure rests on, on a time scale of their own.
func (h *targetView) steps(r report.Requirement, cited []report.Exchange) (axisView, []stepView) {
	var spans [][2]report.Seconds
	for _, e := range cited {
		spans = append(spans, [2]report.Seconds{e.Sent, end(e)})
	}
	s := withBreaks(spans)
	var steps []stepView
	for _, e := range cited {
		view, x, to := h.full(e), s.at(e.Sent), s.at(end(e))
		mark := view.mark(s)
		view.Anchor, view.Answer = h.anchor(e), e.Answer(true)
		step := stepView{
			exchangeView: view, Who: e.Whose(), Shape: mark.Shape, Title: mark.Title, Telling: e.Number == r.Exchanges[0],
			X: percent(x), W: percent(max(to-x, 0.3)), Mark: percent(to),
		}
		if step.Telling {
			step.Details = details(e, r)
		}
		steps = append(steps, step)
	}
	return s.axis(), steps
}

// details are what matters of an exchange to a failure, a line each.
func details(e report.Exchange, r report.Requirement) []string {
	prefix := map[report.DetailKind]string{report.DetailRequest: "> ", report.DetailAnswer: "< "}
	var lines []string
	for _, d := range e.Details(r) {
		line := prefix[d.Kind] + d.Text
		if d.Note != "" {
			line += "  (" + d.Note + ")"
		}
		lines = append(lines, line)
	}
	return lines
}
