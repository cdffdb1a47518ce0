package contract

import (
	"cmp"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// findLimit finds a limit that the refused requests were beyond, and that the others were not. A limiter counts what it lets through.
func findLimit(exchanges []*record.Exchange, isRefused func(*record.Exchange) bool) *limit {
	refused := make([]bool, len(exchanges))
	for i, e := range exchanges {
		refused[i] = isRefused(e)
	}
	candidates := candidateLimits(exchanges, refused)
	tried := 2 * (len(candidates) + 2) // those, once more if blurred, and as many at once
	for _, c := range candidates {
		if l := c.fits(exchanges, refused, tried); l != nil {
			return l
		}
	}
	for _, countsRefused := range []bool{false, true} { // to refuse a request may take time too
		if l := fitsAtOnce(exchanges, isRefused, countsRefused, tried); l != nil {
			return l
		}
	}
	for _, c := range candidates {
		if len(exchanges) > mostBlurred {
			break
		}
		if l := c.fitsBlurred(exchanges, refused, tried); l != nil {
			return l
		}
	}
	return nil
}

// candidateLimits are the buckets and the windows that may explain which requests were refused.
func candidateLimits(exchanges []*record.Exchange, refused []bool) (list []candidate) {
	var rates []float64
	for _, apart := range []time.Duration{250 * time.Millisecond, 50 * time.Millisecond} { // the shorter it is, the less time is in it in which less was asked than is allowed
		observed := observedDrain(exchanges, refused, apart)
		rates = append(rates, drains(observed*0.9, observed*1.1, 1.005)...)
	}
	for _, drain := range append(rates, limitDrains...) {
		list = append(list, candidate{limit{drain: drain}, func() fill { return bucket(drain) }})
	}
	began := reopenings(exchanges, refused)
	for _, window := range limitWindows {
		list = append(list, candidate{limit{window: window}, func() fill { return sliding(window) }})
		for _, at := range began {
			list = append(list, candidate{limit{window: window}, func() fill { return fixed(window, window-at%window) }})
		}
	}
	return list
}

// fitsAtOnce reports whether the refused requests were those that came while more were under way than with the others.
func fitsAtOnce(exchanges []*record.Exchange, refused func(*record.Exchange) bool, countsRefused bool, tried int) *limit {
	levels, isRefused := make([]float64, len(exchanges)), make([]bool, len(exchanges))
	late := latenessAtOnce(exchanges, refused)
	var underWay []*record.Exchange // in the order sent; those that have ended go
	for i, e := range exchanges {
		isRefused[i] = refused(e)
		underWay = slices.DeleteFunc(underWay, func(other *record.Exchange) bool { return other.Ended+late <= e.Sent })
		for _, other := range underWay {
			if isRefused[i] || other.Ended-late > e.Sent {
				levels[i]++
			}
		}
		if countsRefused || !isRefused[i] {
			underWay = append(underWay, e)
		}
	}
	bound, misfits, apart := separated(levels, isRefused, tried)
	if !apart || bound < 1 {
		return nil
	}
	l := limit{atOnce: true}
	return l.of(bound, misfits)
}

// latenessAtOnce is by how much the server may see the end of a request earlier or later than the client: little beside what one takes.
func latenessAtOnce(exchanges []*record.Exchange, refused func(*record.Exchange) bool) time.Duration {
	var takes []time.Duration
	for _, e := range exchanges {
		if !refused(e) {
			takes = append(takes, e.Ended-e.Sent)
		}
	}
	if len(takes) == 0 {
		return 0
	}
	slices.Sort(takes)
	return min(lateness, takes[len(takes)/2]/8)
}

// tooSoon reports whether the refused requests were those that came too soon after another one for the same URL: the last one, or the last that was
// let through.
func tooSoon(exchanges []*record.Exchange, refused func(*record.Exchange) bool) *limit {
	for _, countsRefused := range []bool{true, false} {
		levels, isRefused := make([]float64, len(exchanges)), make([]bool, len(exchanges))
		last := map[string]time.Duration{}
		for i, e := range exchanges {
			isRefused[i] = refused(e)
			if before, again := last[e.Request.URL]; again {
				levels[i] = 1 / max(e.Sent-before, time.Microsecond).Seconds()
			}
			if countsRefused || !isRefused[i] {
				last[e.Request.URL] = e.Sent
			}
		}
		bound, misfits, apart := separated(levels, isRefused, 2)
		if !apart {
			continue
		}
		soonest := 0.0 // of those that were let through
		for i, level := range levels {
			if !isRefused[i] && level < bound {
				soonest = max(soonest, level)
			}
		}
		return &limit{misfits: misfits, every: time.Duration(float64(time.Second) / cmp.Or(soonest, bound)).Round(5 * time.Millisecond)}
	}
	return nil
}
