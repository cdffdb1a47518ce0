package contract

import (
	"fmt"
	"math"
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
	// mostBlurred is up to how many requests are taken to have come later or earlier: each is compared with those sent about then.
	mostBlurred = 1500
)

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
