package compare

import "github.com/two-oh-two/two-oh-two/conformance/report"

// Times are how long answers of one kind took, before and after.
type Times struct {
	Role          string // start, monitor or result
	Before, After report.Spread
	Slower        bool // by more than chance explains
}

// What counts as slower. In runs against servers that had not changed, on a busy machine with two cores, p50 differed by up to 5 ms, and p99, which is one
// answer of a hundred, by up to 130 ms.
const (
	slowerP50 = 1.5
	slowerP99 = 3
	leastP50  = 0.010 // seconds
	leastP99  = 0.250
	fewTimes  = 10  // of fewer p50 is chance
	manyTimes = 100 // of fewer p99 is the longest of all
)

func newTimes(before, after *report.Distribution) []Times {
	if before == nil || after == nil {
		return nil
	}
	var all []Times
	for _, row := range []struct {
		role      string
		was, time *report.Spread
	}{{"start", before.Starts, after.Starts}, {"monitor", before.Reads, after.Reads}, {"result", before.Results, after.Results}} {
		if row.was != nil && row.time != nil {
			all = append(all, Times{row.role, *row.was, *row.time, slower(*row.was, *row.time)})
		}
	}
	return all
}

func slower(before, after report.Spread) bool {
	count := min(before.Count, after.Count)
	p50 := after.P50 > before.P50*slowerP50 && after.P50-before.P50 > leastP50
	p99 := after.P99 > before.P99*slowerP99 && after.P99-before.P99 > leastP99
	return count >= fewTimes && p50 || count >= manyTimes && p99
}

// Slower are the times of answers that take longer than before.
func (t Target) Slower() []Times {
	var slower []Times
	for _, times := range t.Times {
		if times.Slower {
			slower = append(slower, times)
		}
	}
	return slower
}
