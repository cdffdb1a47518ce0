package report

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A Distribution says how the times of a run were spread. Each is absent where there was nothing to measure.
type Distribution struct {
	Starts  *Spread `json:"starts,omitempty"`  // from a start to its 202
	Reads   *Spread `json:"reads,omitempty"`   // from asking for a monitor to its answer
	Ends    *Spread `json:"ends,omitempty"`    // how old a job was when it was seen done, from its 202 on
	Results *Spread `json:"results,omitempty"` // from asking for a result to the beginning of its answer
}

// A Spread is the distribution of a number of times. A percentile is a time that was measured: the least that so many are not above.
type Spread struct {
	Count   int      `json:"count"`
	P50     Seconds  `json:"p50"`
	P99     Seconds  `json:"p99"`
	Max     Seconds  `json:"max"`
	Buckets []Bucket `json:"buckets"` // a histogram: bounds grow by one factor from the least time to the greatest
}

// A Bucket counts the times up to a bound, and above that of the bucket before.
type Bucket struct {
	To    Seconds `json:"to"`
	Count int     `json:"count"`
}

// manyJobs is from how many jobs on reports show the distribution of their times.
const manyJobs = 50

// Many reports whether there were so many jobs that reports show the distribution of their times.
func (t Target) Many() bool { return t.Jobs.Begun >= manyJobs }

// A NamedSpread is a spread and what was measured.
type NamedSpread struct {
	*Spread
	Name string // in short, before the times
	Says string // in full
}

// Spreads are those that were measured, in the order of a job's life.
func (d *Distribution) Spreads() []NamedSpread {
	return slices.DeleteFunc([]NamedSpread{
		{d.Starts, "202 after", "from a start to its 202"},
		{d.Reads, "monitors read in", "from asking for a monitor to its answer"},
		{d.Ends, "seen done after", "from a job's 202 until it was seen done"},
		{d.Results, "results in", "from asking for a result to its answer"},
	}, func(s NamedSpread) bool { return s.Spread == nil })
}

const (
	bucketsAtMost = 12
	leastTime     = time.Microsecond // below which times are not told apart
)

func newDistribution(o *record.Observation) *Distribution {
	var starts, reads, ends, results []time.Duration
	took := func(list []time.Duration, exchanges []*record.Exchange) []time.Duration {
		for _, e := range exchanges {
			if e.Answered() {
				list = append(list, e.Received-e.Sent)
			}
		}
		return list
	}
	for _, j := range o.Jobs {
		if j.Accepted(o.Protocol) {
			starts = append(starts, j.Start.Received-j.Start.Sent)
		}
		if j.Done != nil && j.Start != nil {
			ends = append(ends, j.Done.Received-j.Start.Received)
		}
		reads, results = took(reads, j.Reads), took(results, j.Results)
	}
	if len(starts)+len(reads)+len(ends)+len(results) == 0 {
		return nil
	}
	return &Distribution{newSpread(starts), newSpread(reads), newSpread(ends), newSpread(results)}
}

func newSpread(times []time.Duration) *Spread {
	if len(times) == 0 {
		return nil
	}
	slices.Sort(times)
	for i := range times {
		times[i] = max(times[i], 0) // a saved record may have a clock of its own
	}
	at := func(part float64) Seconds {
		return SecondsOf(times[int(math.Ceil(part*float64(len(times))))-1])
	}
	return &Spread{Count: len(times), P50: at(0.5), P99: at(0.99), Max: at(1), Buckets: newBuckets(times)}
}

// newBuckets makes a histogram of sorted times.
func newBuckets(times []time.Duration) []Bucket {
	least, most := max(times[0], leastTime), max(times[len(times)-1], leastTime)
	factor := math.Pow(float64(most)/float64(least), 1./bucketsAtMost)
	var buckets []Bucket
	from := 0
	for i := 1; i <= bucketsAtMost && from < len(times); i++ {
		to := roundedUp(float64(least) * math.Pow(factor, float64(i)))
		if i == bucketsAtMost {
			to = max(to, roundedUp(float64(most)))
		}
		n, _ := slices.BinarySearchFunc(times, to, func(t, to time.Duration) int { return cmp.Or(cmp.Compare(t, to), -1) })
		if n > from || len(buckets) > 0 {
			buckets = append(buckets, Bucket{SecondsOf(to), n - from})
		}
		from = n
	}
	return buckets
}

// roundedUp rounds a time up to three digits, so that bounds are easy to read and the same on every machine.
func roundedUp(nanoseconds float64) time.Duration {
	unit := math.Pow(10, math.Floor(math.Log10(nanoseconds))-2)
	if unit <= 1 {
		return time.Duration(math.Ceil(nanoseconds))
	}
	return time.Duration(math.Ceil(nanoseconds/unit-1e-9) * unit)
}
