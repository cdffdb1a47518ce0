package html

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A scale puts moments on a line that is a hundred wide. Where nothing happened for long, the line has a break.
type scale []stretch

// A stretch is a part of a scale on which time passes evenly.
type stretch struct {
	from, to    report.Seconds
	left, right float64 // in per cent
}

// An axisView is what is written below a drawing.
type axisView struct {
	Ticks  []tick
	Breaks []tick
}

// A tick is a moment on an axis, or a break in it.
type tick struct{ X, Text, Class string }

// linear is a scale without breaks.
func linear(from, to report.Seconds) scale {
	if !(to > from) {
		to = from + 0.001
	}
	return scale{{from, to, 0, 100}}
}

// withBreaks is a scale of what happened in these spans: a wait that is longer than all the rest is cut out.
func withBreaks(spans [][2]report.Seconds) scale {
	const mostBreaks, width, least = 3, 6.0, 14.0 // per cent of a break, and of the shortest stretch
	if len(spans) == 0 {
		return linear(0, 0)
	}
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b [2]report.Seconds) int { return cmp.Compare(a[0], b[0]) })
	s := scale{{from: spans[0][0], to: spans[0][1]}}
	for _, next := range spans[1:] {
		if last := &s[len(s)-1]; next[0] > last.to {
			s = append(s, stretch{from: next[0], to: next[1]})
		} else {
			last.to = max(last.to, next[1])
		}
	}
	s = s.joined(mostBreaks)
	total := report.Seconds(0)
	for i := range s {
		if !(s[i].to > s[i].from) {
			s[i].to = s[i].from + 0.0001
		}
		total += s[i].to - s[i].from
	}
	room := 100 - width*float64(len(s)-1) - least*float64(len(s))
	left := 0.0
	for i := range s {
		s[i].left, s[i].right = left, left+least+room*float64((s[i].to-s[i].from)/total)
		left = s[i].right + width
	}
	return s
}

// joined keeps the few waits that are longer than all that remains without them.
func (s scale) joined(most int) scale {
	waits := make([]report.Seconds, 0, len(s))
	for i := 1; i < len(s); i++ {
		waits = append(waits, s[i].from-s[i-1].to)
	}
	rest := s[len(s)-1].to - s[0].from
	longest := slices.Clone(waits)
	slices.SortFunc(longest, func(a, b report.Seconds) int { return cmp.Compare(b, a) })
	least := report.Seconds(math.Inf(1))
	for _, wait := range longest[:min(most, len(longest))] {
		if rest -= wait; wait <= rest*2 {
			break
		}
		least = wait
	}
	kept := scale{s[0]}
	for i, wait := range waits {
		if wait >= least {
			kept = append(kept, s[i+1])
		} else {
			kept[len(kept)-1].to = s[i+1].to
		}
	}
	return kept
}

// at is where a moment lies, in per cent.
func (s scale) at(moment report.Seconds) float64 {
	for i, part := range s {
		if moment <= part.to || i == len(s)-1 {
			share := float64((moment - part.from) / (part.to - part.from))
			return part.left + (part.right-part.left)*min(max(share, 0), 1)
		}
	}
	return 0
}

// axis writes a scale: even steps in a long stretch, the beginning of a short one, and how long a break is.
func (s scale) axis() axisView {
	var a axisView
	for i, part := range s {
		width := part.right - part.left
		step := step((part.to-part.from)/report.Seconds(max(width/13, 1)), part.to)
		first := math.Ceil(float64(part.from / step))
		if width < 30 {
			a.Ticks = append(a.Ticks, newTick(part.left, moment(part.from, 0.001), len(a.Ticks)))
			first = math.Inf(1)
		}
		for k := range 12 {
			t := report.Seconds(first+float64(k)) * step
			if !(t <= part.to) {
				break
			}
			a.Ticks = append(a.Ticks, newTick(s.at(t), moment(t, step), len(a.Ticks)))
		}
		if i > 0 {
			a.Breaks = append(a.Breaks, tick{X: percent(part.left - 3), Text: report.Took(part.from - s[i-1].to)})
		}
	}
	return a
}

// newTick makes a tick that stays within the drawing, and of which a narrow one may leave out every second.
func newTick(x float64, text string, index int) tick {
	t := tick{X: percent(x), Text: text}
	switch {
	case x < 4:
		t.Class = "first"
	case x > 96:
		t.Class = "last"
	case index%2 == 1:
		t.Class = "even"
	}
	return t
}

// step is the least even step that is no shorter than wanted: 1, 2 or 5 of a power of ten.
func step(wanted, end report.Seconds) report.Seconds {
	wanted = max(wanted, 1e-6, end/1e9)
	power := report.Seconds(math.Pow10(int(math.Floor(math.Log10(float64(wanted))))))
	for _, factor := range []report.Seconds{1, 2, 5} {
		if factor*power >= wanted {
			return factor * power
		}
	}
	return 10 * power
}

// moment writes a time with as many decimals as the steps of an axis need.
func moment(t, step report.Seconds) string {
	decimals := max(0, int(math.Ceil(-math.Log10(float64(step))-1e-9)))
	return strconv.FormatFloat(float64(t), 'f', decimals, 64) + " s"
}

func percent(x float64) string { return fmt.Sprintf("%.2f%%", x) }
