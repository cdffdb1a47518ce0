package contract

import (
	"math"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A candidate is a limit that may explain which requests were refused.
type candidate struct {
	limit
	fill func() fill
}

// levels tell how much of the limit was used whenever a request was sent.
func (c candidate) levels(exchanges []*record.Exchange, refused []bool) []float64 {
	used, levels := c.fill(), make([]float64, len(exchanges))
	var passed []time.Duration
	for i, e := range exchanges {
		levels[i] = used(passed, e.Sent)
		if !refused[i] {
			passed = append(passed, e.Sent)
		}
	}
	return levels
}

// fits reports whether the limit separates the refused requests from the others.
func (c candidate) fits(exchanges []*record.Exchange, refused []bool, tried int) *limit {
	if bound, misfits, apart := separated(c.levels(exchanges, refused), refused, tried); apart {
		return c.of(bound, misfits)
	}
	return nil
}

// fitsBlurred reports whether it does if requests may have come a little later or earlier than they were sent. What is blurred has to be little beside
// the limit, and most requests have to be separated without that too: any order of some requests at about the same time would fit else.
func (c candidate) fitsBlurred(exchanges []*record.Exchange, refused []bool, tried int) *limit {
	levels := c.levels(exchanges, refused)
	for _, late := range []time.Duration{lateness, lateness / 5} {
		bound, misfits, apart := separated(blurred(exchanges, levels, refused, late), refused, tried)
		if apart && c.drain*late.Seconds() <= bound/4 && c.mostly(levels, refused, bound) {
			return c.of(bound, misfits)
		}
	}
	return nil
}

// mostly reports whether a bound separates more than half of the refused requests, and most of the others. A full window lets nothing through.
func (c candidate) mostly(levels []float64, refused []bool, bound float64) bool {
	below, over := 0, 0
	for i, level := range levels {
		switch {
		case refused[i] && level < bound:
			below++
		case !refused[i] && level >= bound:
			over++
		}
	}
	wrong, between := extent(refused)
	return below*2 < wrong && over*4 < len(levels)-wrong && !inOneSpan(over, wrong, between) && (c.window == 0 || over*4 < wrong)
}

// inOneSpan reports whether a span of time tells more of refused requests than a limit does: of what was beyond that as much was let through, and this is
// most of what was let through from the first that was refused to the last.
func inOneSpan(over, wrong, between int) bool { return over*4 > wrong && over*2 > between }

// extent is how many requests were refused, and how many were not from the first that was to the last.
func extent(refused []bool) (wrong, between int) {
	first, last := slices.Index(refused, true), 0
	for i, is := range refused {
		if is {
			wrong++
			last = i
		}
	}
	return wrong, last - first + 1 - wrong
}

func (l limit) of(bound float64, misfits int) *limit {
	l.most, l.misfits = max(1, int(math.Round(bound))), misfits
	return &l
}

// separated reports whether the levels of refused requests lie above those of the others, and above which bound; and how many lie on the wrong side of it.
func separated(levels []float64, refused []bool, tried int) (bound float64, misfits int, apart bool) {
	var wrong, right []float64
	for i, level := range levels {
		if refused[i] {
			wrong = append(wrong, level)
		} else {
			right = append(right, level)
		}
	}
	if len(wrong) == 0 {
		return 0, 0, false
	}
	slices.Sort(wrong)
	bound = wrong[int(jitter*float64(len(wrong)))]
	below, _ := slices.BinarySearch(wrong, bound)
	over := 0
	for _, level := range right {
		if level >= bound {
			over++
		}
	}
	_, between := extent(refused)
	switch {
	case bound <= 0 || over*10 > len(right):
	case inOneSpan(over, len(wrong), between):
	case fisher(len(wrong)-below, below, over, len(right)-over)*float64(tried) < significance/1000: // what is refused at regular intervals comes near to many limits
		return bound, below + over, true
	}
	return 0, 0, false
}

// blurred takes each request to have come a little later or earlier than it was sent, as far as that explains what became of it.
func blurred(exchanges []*record.Exchange, levels []float64, refused []bool, late time.Duration) []float64 {
	list := slices.Clone(levels)
	from := 0
	for i, e := range exchanges {
		for exchanges[from].Sent < e.Sent-late {
			from++
		}
		for k := from; k < len(exchanges) && exchanges[k].Sent <= e.Sent+late; k++ {
			if refused[i] {
				list[i] = max(list[i], levels[k])
			} else {
				list[i] = min(list[i], levels[k])
			}
		}
	}
	return list
}
