package contract

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A limit is a rate above which requests are refused: so many in a window of time, or in a bucket that drains at a rate.
type limit struct {
	most    int           // requests that fit
	window  time.Duration // in which they fit; 0 for a bucket
	drain   float64       // of a bucket: requests a second
	atOnce  bool          // or as many at the same time
	every   time.Duration // or one for each URL in this time
	role    record.Role   // the resource that it is for; "" for all
	misfits int           // requests that it does not explain: refused below it, or let through above
}

func (l *limit) String() string {
	what := "request"
	if l.role != "" {
		what = string(l.role) + " " + what
	}
	if l.atOnce {
		return plural(l.most, what) + " at the same time"
	}
	switch {
	case l.every > 0:
		return fmt.Sprintf("one %s in %s for each URL", what, span(l.every))
	case l.window > 0:
		return fmt.Sprintf("%s in %s", plural(l.most, what), span(l.window))
	}
	return fmt.Sprintf("about %s a second after a burst of %d", plural(int(math.Round(l.drain)), what), l.most)
}

// mend is what to do about it.
func (l *limit) mend() string {
	if l.atOnce {
		return "let requests wait for a connection to the application, or let it take more of them (workers, the gateway's max_conns); or answer 429 with Retry-After"
	}
	if l.every > 0 {
		return "answer 429, with Retry-After, to what comes too soon; and say Retry-After with {pending}, so that clients know when to ask again"
	}
	return fmt.Sprintf("answer 429, with Retry-After; or keep this run below the limit with --rate %d", l.rate())
}

// rate is how many requests a second keep below the limit, with some room.
func (l *limit) rate() int {
	perSecond := l.drain
	if l.window > 0 {
		perSecond = float64(l.most) / l.window.Seconds()
	}
	return max(1, int(perSecond*0.8))
}

// The limits that are tried: windows as servers have them, and drains in steps of an eighth.
var (
	limitWindows = []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, time.Minute}
	limitDrains  = drains(1, 2000, 1.125)
)

const limitPhases = 18 // the most instants at which a fixed window may have begun

func drains(from, to, step float64) (list []float64) {
	for drain := from; drain > 0 && drain <= to; drain *= step {
		list = append(list, drain)
	}
	return list
}

// reopenings are instants about those at which a request was first let through again after one was refused: a fixed window may have begun then, at the
// earliest when the one was sent, and at the latest when the other was.
func reopenings(exchanges []*record.Exchange, refused []bool) (list []time.Duration) {
	for i, e := range exchanges {
		if i > 0 && refused[i-1] && !refused[i] && len(list) < limitPhases {
			before := exchanges[i-1].Sent
			list = append(list, (before+e.Sent)/2, before+1, e.Sent)
		}
	}
	return list
}

// A fill tells how much of a limit was used when a request was sent, by those that had been let through. It is called in order, with a list that grows.
type fill func(passed []time.Duration, at time.Duration) float64

const (
	// jitter is the share of refused requests that may seem to be below the limit: times are those of the client.
	jitter = 0.1
	// lateness is how much later than others a request may come to the limiter.
	lateness = 25 * time.Millisecond
	// mostBlurred is how many requests are looked at so: each is compared with those sent about then.
	mostBlurred = 1500
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

// observedDrain is how many requests a second were let through while others were refused: in the longest time in which refusals followed each other, no
// further apart than told.
func observedDrain(exchanges []*record.Exchange, refused []bool, apart time.Duration) float64 {
	var from, last, longest time.Duration
	var passed, most int
	for i, e := range exchanges {
		switch {
		case !refused[i]:
			passed++
			continue
		case last == 0 || e.Sent-last > apart:
			from, passed = e.Sent, 0
		case e.Sent-from > longest:
			longest, most = e.Sent-from, passed
		}
		last = e.Sent
	}
	if longest == 0 {
		return 0
	}
	return float64(most) / longest.Seconds()
}

// bucket is how full a bucket is that drains at a rate.
func bucket(drain float64) fill {
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
func sliding(window time.Duration) fill {
	from := 0
	return func(passed []time.Duration, at time.Duration) float64 {
		for from < len(passed) && passed[from] <= at-window {
			from++
		}
		return float64(len(passed) - from)
	}
}

// fixed is how many were let through since a window began.
func fixed(window, phase time.Duration) fill {
	from := 0
	return func(passed []time.Duration, at time.Duration) float64 {
		began := (at+phase)/window*window - phase
		for from < len(passed) && passed[from] < began {
			from++
		}
		return float64(len(passed) - from)
	}
}
