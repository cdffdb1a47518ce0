package report

import (
	"fmt"
	"math"
)

const (
	mostPhases    = 24 // drawn: a run has about eight, but a record may be somebody else's
	barsTop       = 48 // of a histogram, in pixels: the lines of its three marks are above
	barsHeight    = 64
	barGap        = 0.6 // between two bars, in per cent
	longPhaseName = 40
)

// An htmlPhase is a part of the run, as a bar on the run's clock.
type htmlPhase struct {
	Name, Took, When string
	X, W             string // of its bar
	At, Class        string // of its text: where, and to which side of it
}

// phases draws the parts of the run.
func (c *htmlChart) phases(phases []Phase, s scale) {
	for _, p := range phases[:min(len(phases), mostPhases)] {
		x, end := s.at(p.From), s.at(max(p.To, p.From))
		part := htmlPhase{
			Name: shortened(p.Name, longPhaseName), Took: fmt.Sprintf("%.3f s", float64(p.To-p.From)),
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

// htmlTimes are how the times of a run were spread.
type htmlTimes struct {
	Open    bool // jobs are many
	Spreads []htmlSpread
}

// An htmlSpread is a spread as a row of a table and as a histogram.
type htmlSpread struct {
	Name, Says    string
	Count         int
	P50, P99, Max string
	Label         string // what is drawn, in words
	Bars          []htmlBar
	Ticks         []htmlTick
	Marks         []htmlTime
}

// An htmlBar is a bucket.
type htmlBar struct {
	X, W  string
	Y, H  int
	Title string
}

// An htmlTime is a percentile on a histogram. Each has a height of its own, so that none hides another.
type htmlTime struct {
	htmlTick
	Y int
}

func newHTMLTimes(t Target) *htmlTimes {
	if t.Distribution == nil {
		return nil
	}
	times := htmlTimes{Open: t.many()}
	for _, s := range t.Distribution.spreads() {
		times.Spreads = append(times.Spreads, newHTMLSpread(s))
	}
	return &times
}

func newHTMLSpread(s namedSpread) htmlSpread {
	out := htmlSpread{Name: s.name, Says: s.says, Count: s.Count, P50: span(s.P50), P99: span(s.P99), Max: span(s.Max)}
	out.Label = fmt.Sprintf("%s, %s: half within %s, 99%% within %s, all within %s", out.Says, counted(s.Count, "time"), out.P50, out.P99, out.Max)
	most := 1
	for _, b := range s.Buckets {
		most = max(most, b.Count)
	}
	width := 100 / float64(max(len(s.Buckets), 1))
	for i, b := range s.Buckets {
		high := int(math.Ceil(barsHeight * float64(max(b.Count, 0)) / float64(most)))
		out.Bars = append(out.Bars, htmlBar{
			X: percent(width*float64(i) + barGap/2), W: percent(width - barGap), Y: barsTop + barsHeight - high, H: high,
			Title: fmt.Sprintf("%d of %d up to %s", b.Count, s.Count, span(b.To)),
		})
	}
	for i, text := range []string{"p50 " + out.P50, "p99 " + out.P99, "max " + out.Max} {
		x := s.at([]Seconds{s.P50, s.P99, s.Max}[i])
		mark := htmlTime{htmlTick{X: percent(x), Text: text, Class: "first"}, barsTop - 8 - 15*i}
		if x > 25 { // to the left no line of a greater one goes through it
			mark.Class = "last"
		}
		out.Marks = append(out.Marks, mark)
	}
	out.ticks(s.Buckets, width)
	return out
}

// ticks writes the bounds of the buckets: as many as there is room for, the last among them.
func (s *htmlSpread) ticks(buckets []Bucket, width float64) {
	const every = 4
	for i := len(buckets) - 1; i >= 0; i -= every {
		tick := htmlTick{X: percent(width * float64(i+1)), Text: span(buckets[i].To)}
		if i == len(buckets)-1 {
			tick.Class = "last"
		}
		s.Ticks = append(s.Ticks, tick)
	}
}

// at is where a time lies on a histogram, in per cent: bars are as wide as each other, and times in one lie by their logarithm.
func (s *Spread) at(time Seconds) float64 {
	for i, b := range s.Buckets {
		if time > b.To && i < len(s.Buckets)-1 {
			continue
		}
		part := 0.5
		if from, to := s.from(i), float64(b.To); from > 0 && to > from {
			part = math.Log(float64(time)/from) / math.Log(to/from)
		}
		if !(part >= 0) { // not a number too
			part = 0
		}
		return 100 * (float64(i) + min(part, 1)) / float64(len(s.Buckets))
	}
	return 0
}

// from is where a bucket begins. Of the first it is not written down: bounds grow by one factor.
func (s *Spread) from(i int) float64 {
	switch {
	case i > 0:
		return float64(s.Buckets[i-1].To)
	case len(s.Buckets) > 1:
		return float64(s.Buckets[0].To) * float64(s.Buckets[0].To) / float64(s.Buckets[1].To)
	}
	return 0
}
