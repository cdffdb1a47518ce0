package html

import (
	"fmt"
	"math"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

const (
	mostPhases    = 24 // drawn: a run has about eight, but a record may be somebody else's
	barsTop       = 48 // of a histogram, in pixels: the lines of its three marks are above
	barsHeight    = 64
	barGap        = 0.6 // between two bars, in per cent
	longPhaseName = 40
)

// A phaseBar is a part of the run, as a bar on the run's clock.
type phaseBar struct {
	Name, Took, When string
	X, W             string // of its bar
	At, Class        string // of its text: where, and to which side of it
}

// phases draws the parts of the run.
func (c *chart) phases(phases []report.Phase, s scale) {
	for _, p := range phases[:min(len(phases), mostPhases)] {
		x, end := s.at(p.From), s.at(max(p.To, p.From))
		part := phaseBar{
			Name: report.Truncate(p.Name, longPhaseName), Took: fmt.Sprintf("%.3f s", float64(p.To-p.From)),
			When: fmt.Sprintf("from %.3f s to %.3f s", float64(p.From), float64(p.To)),
			X:    percent(x), W: percent(max(end-x, 0.3)), At: percent(x), Class: "first",
		}
		switch short := end-x < 20; { // beside its bar where that is short, and within it else
		case x > 70 && short:
			part.Class = "last"
		case short:
			part.At = percent(end)
		}
		c.Phases = append(c.Phases, part)
	}
	if more := len(phases) - len(c.Phases); more > 0 {
		c.More = fmt.Sprintf("and %d more", more)
	}
}

// times are how the times of a run were spread.
type times struct {
	Open    bool // jobs are many
	Spreads []spreadView
}

// A spreadView is a spread as a row of a table and as a histogram.
type spreadView struct {
	report.NamedSpread
	Label string // what is drawn, in words
	Bars  []bar
	Ticks []tick
	Marks []percentile
}

// A bar is a bucket.
type bar struct {
	X, W  string
	Y, H  int
	Title string
}

// A percentile is drawn percentile on a histogram. Each has a height of its own, so that none hides another.
type percentile struct {
	tick
	Y int
}

func newTimes(t report.Target) *times {
	if t.Distribution == nil {
		return nil
	}
	times := times{Open: t.Many()}
	for _, s := range t.Distribution.Spreads() {
		times.Spreads = append(times.Spreads, newSpread(s))
	}
	return &times
}

func newSpread(s report.NamedSpread) spreadView {
	p50, p99, longest := report.Took(s.P50), report.Took(s.P99), report.Took(s.Max)
	out := spreadView{NamedSpread: s}
	out.Label = fmt.Sprintf("%s, %s: half within %s, 99%% within %s, all within %s", s.Says, report.Counted(s.Count, "time"), p50, p99, longest)
	most := 1
	for _, b := range s.Buckets {
		most = max(most, b.Count)
	}
	width := 100 / float64(max(len(s.Buckets), 1))
	for i, b := range s.Buckets {
		high := int(math.Ceil(barsHeight * float64(max(b.Count, 0)) / float64(most)))
		out.Bars = append(out.Bars, bar{
			X: percent(width*float64(i) + barGap/2), W: percent(width - barGap), Y: barsTop + barsHeight - high, H: high,
			Title: fmt.Sprintf("%d of %d up to %s", b.Count, s.Count, report.Took(b.To)),
		})
	}
	for i, text := range []string{"p50 " + p50, "p99 " + p99, "max " + longest} {
		x := at(s, []report.Seconds{s.P50, s.P99, s.Max}[i])
		mark := percentile{tick{X: percent(x), Text: text, Class: "first"}, barsTop - 8 - 15*i}
		if x > 25 { // to the left no line of a greater one goes through it
			mark.Class = "last"
		}
		out.Marks = append(out.Marks, mark)
	}
	out.ticks(s.Buckets, width)
	return out
}

// ticks writes the bounds of the buckets: as many as there is room for, the last among them.
func (s *spreadView) ticks(buckets []report.Bucket, width float64) {
	const every = 4
	for i := len(buckets) - 1; i >= 0; i -= every {
		tick := tick{X: percent(width * float64(i+1)), Text: report.Took(buckets[i].To)}
		if i == len(buckets)-1 {
			tick.Class = "last"
		}
		s.Ticks = append(s.Ticks, tick)
	}
}

// at is where a time lies on a histogram, in per cent: bars are as wide as each other, and times in one lie by their logarithm.
func at(s report.NamedSpread, time report.Seconds) float64 {
	for i, b := range s.Buckets {
		if time > b.To && i < len(s.Buckets)-1 {
			continue
		}
		part := 0.5
		if least, to := from(s, i), float64(b.To); least > 0 && to > least {
			part = math.Log(float64(time)/least) / math.Log(to/least)
		}
		if !(part >= 0) { // not a number too
			part = 0
		}
		return 100 * (float64(i) + min(part, 1)) / float64(len(s.Buckets))
	}
	return 0
}

// from is where a bucket begins. Of the first it is not written down: bounds grow by one factor.
func from(s report.NamedSpread, i int) float64 {
	switch {
	case i > 0:
		return float64(s.Buckets[i-1].To)
	case len(s.Buckets) > 1:
		return float64(s.Buckets[0].To) * float64(s.Buckets[0].To) / float64(s.Buckets[1].To)
	}
	return 0
}
