package contract

import (
	"fmt"
	"math"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A limit is a rate above which requests are refused: so many in a window of time, or in a bucket that drains at a rate.
type limit struct {
	most   int           // requests that fit
	window time.Duration // in which they fit; 0 for a bucket
	drain  float64       // of a bucket: requests a second
}

func (l *limit) String() string {
	if l.window > 0 {
		return fmt.Sprintf("%s in %s", plural(l.most, "request"), span(l.window))
	}
	return fmt.Sprintf("about %s a second after a burst of %d", plural(int(math.Round(l.drain)), "request"), l.most)
}

// rate is how many requests a second keep below the limit, with some room.
func (l *limit) rate() int {
	perSecond := l.drain
	if l.window > 0 {
		perSecond = float64(l.most) / l.window.Seconds()
	}
	return max(1, int(perSecond*0.8))
}

// The limits that are tried: windows and drains as servers have them.
var (
	limitWindows = []time.Duration{time.Second, 2 * time.Second, 10 * time.Second, time.Minute}
	limitPhases  = 10 // where a fixed window may begin
	limitDrains  = []float64{1, 2, 3, 5, 7, 10, 14, 20, 28, 40, 56, 80, 100, 112, 160, 200, 224, 320, 450, 500, 640, 900, 1000}
)

// findLimit finds a limit that the refused requests were beyond, and that the others were not. A limiter counts what it lets through.
func findLimit(answers []answer, refused []*record.Exchange) *limit {
	isRefused := map[*record.Exchange]bool{}
	for _, e := range refused {
		isRefused[e] = true
	}
	tried := len(limitDrains) + len(limitWindows)*(limitPhases+1)
	test := func(l limit, fill func(passed []time.Duration, at time.Duration) float64) *limit {
		var passed []time.Duration
		var wrong, right []float64
		for _, a := range answers {
			level := fill(passed, a.Sent)
			if isRefused[a.Exchange] {
				wrong = append(wrong, level)
				continue
			}
			right = append(right, level)
			passed = append(passed, a.Sent)
		}
		bound := lowest(wrong)
		with := 0
		for _, level := range right {
			if level >= bound {
				with++
			}
		}
		if bound < 3 || !contrast(len(wrong), 0, with, len(right)-with, tried) {
			return nil
		}
		l.most = int(math.Round(bound))
		return &l
	}
	for _, drain := range limitDrains {
		if l := test(limit{drain: drain}, bucket(drain)); l != nil {
			return l
		}
	}
	for _, window := range limitWindows {
		if l := test(limit{window: window}, sliding(window)); l != nil {
			return l
		}
		for phase := range limitPhases {
			if l := test(limit{window: window}, fixed(window, window*time.Duration(phase)/time.Duration(limitPhases))); l != nil {
				return l
			}
		}
	}
	return nil
}

func lowest(levels []float64) float64 {
	least := math.Inf(1)
	for _, level := range levels {
		least = min(least, level)
	}
	return least
}

// bucket is how full a bucket is that drains at a rate. It is called with the same list, which grows, in order.
func bucket(drain float64) func([]time.Duration, time.Duration) float64 {
	level, seen, last := 0.0, 0, time.Duration(0)
	return func(passed []time.Duration, at time.Duration) float64 {
		for ; seen < len(passed); seen++ {
			level = max(0, level-drain*(passed[seen]-last).Seconds()) + 1
			last = passed[seen]
		}
		return max(0, level-drain*(at-last).Seconds())
	}
}

// sliding is how many were let through in the window before.
func sliding(window time.Duration) func([]time.Duration, time.Duration) float64 {
	from := 0
	return func(passed []time.Duration, at time.Duration) float64 {
		for from < len(passed) && passed[from] <= at-window {
			from++
		}
		return float64(len(passed) - from)
	}
}

// fixed is how many were let through since a window began.
func fixed(window, phase time.Duration) func([]time.Duration, time.Duration) float64 {
	from := 0
	return func(passed []time.Duration, at time.Duration) float64 {
		began := (at+phase)/window*window - phase
		for from < len(passed) && passed[from] < began {
			from++
		}
		return float64(len(passed) - from)
	}
}
