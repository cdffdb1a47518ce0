package contract

import (
	"cmp"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// findLimit finds a limit that the refused requests were beyond, and that the others were not. A limiter counts what it lets through.
func findLimit(exchanges []*record.Exchange, refused func(*record.Exchange) bool) *limit {
	observed := observedDrain(exchanges, refused)
	candidates := slices.Concat(drains(observed*0.9, observed*1.1, 1.005), limitDrains)
	tried := len(candidates) + len(limitWindows)*(limitPhases+1) + 2 // those, and as many at once
	for _, drain := range candidates {
		if l := fits(limit{drain: drain}, bucket(drain), exchanges, refused, tried); l != nil {
			return l
		}
	}
	for _, window := range limitWindows {
		if l := fits(limit{window: window}, sliding(window), exchanges, refused, tried); l != nil {
			return l
		}
		for _, began := range reopenings(exchanges, refused) {
			if l := fits(limit{window: window}, fixed(window, window-began%window), exchanges, refused, tried); l != nil {
				return l
			}
		}
	}
	for _, countsRefused := range []bool{false, true} { // to refuse a request may take time too
		if l := fitsAtOnce(exchanges, refused, countsRefused, tried); l != nil {
			return l
		}
	}
	return nil
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
	bound, apart := separated(levels, isRefused, tried)
	if !apart || bound < 1 {
		return nil
	}
	l := limit{atOnce: true}
	return l.of(bound)
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
		bound, apart := separated(levels, isRefused, 2)
		if !apart {
			continue
		}
		soonest := 0.0 // of those that were let through
		for i, level := range levels {
			if !isRefused[i] && level < bound {
				soonest = max(soonest, level)
			}
		}
		return &limit{every: time.Duration(float64(time.Second) / cmp.Or(soonest, bound)).Round(5 * time.Millisecond)}
	}
	return nil
}
