package settings

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Bounds of numbers. What lies beyond is a slip of the pen: no server is judged by a million jobs or for a year, and sums of
// what lies within overflow nothing.
const (
	mostJobs    = 1_000_000
	LongestTime = 365 * 24 * time.Hour
	leastRate   = 0.001 // a request in 17 minutes: fewer, and the default time limit ends before the second
	mostRate    = 1e6
	mostSize    = 1 << 50
)

// rate reads requests per second.
func rate(value string) (float64, error) {
	rate, err := strconv.ParseFloat(value, 64)
	if err != nil || !(rate >= leastRate && rate <= mostRate) { // NaN is neither
		return 0, fmt.Errorf("%q is no number of requests per second: one from %v to %.0f is needed, such as 20 or 0.5", value, leastRate, mostRate)
	}
	return rate, nil
}

// count reads a number of jobs.
func count(value string) (int, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > mostJobs {
		return 0, fmt.Errorf("%q is no number of jobs: a whole number from 1 to %d is needed", value, mostJobs)
	}
	return n, nil
}

// duration reads a time above zero.
func duration(value string) (time.Duration, error) {
	d, err := time.ParseDuration(value)
	if n, number := strconv.ParseFloat(value, 64); err != nil && number == nil && !math.IsNaN(n) && !math.IsInf(n, 0) {
		return 0, fmt.Errorf("%q has no unit: %ss or %sm, say, is needed", value, value, value)
	}
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is no duration: one such as 500ms, 10s, 5m or 1h30m is needed", value)
	case d <= 0:
		return 0, fmt.Errorf("%s is too short: a duration above zero is needed", value)
	case d > LongestTime:
		return 0, fmt.Errorf("%s is longer than a year: a shorter duration is needed, such as 10s, 5m or 1h30m", value)
	}
	return d, nil
}

// wait is duration, but for zero, which is the default.
func wait(value string) (time.Duration, error) {
	if d, err := time.ParseDuration(value); err == nil && d == 0 {
		return 0, nil
	}
	return duration(value)
}

// units of sizes, by their lower-case names: the longer ones first, so that "kib" is not read as "b".
var units = []struct {
	name  string
	bytes float64
}{
	{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30},
	{"ki", 1 << 10}, {"mi", 1 << 20}, {"gi", 1 << 30}, // Kubernetes' way
	{"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9},
	{"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {"b", 1},
}

// size reads a number of bytes.
func size(value string) (int64, error) {
	number, factor := strings.ToLower(strings.TrimSpace(value)), 1.0
	for _, unit := range units {
		if bare, found := strings.CutSuffix(number, unit.name); found {
			number, factor = strings.TrimSpace(bare), unit.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	size := n * factor
	if err != nil || math.IsNaN(size) || size < 1 || size > mostSize {
		return 0, fmt.Errorf("%q is no size: one such as 1000000, 500kB or 64MiB is needed", value)
	}
	return int64(size), nil
}

func parseBool(to *bool, value string) error {
	on, err := strconv.ParseBool(value)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", value)
	}
	*to = on
	return nil
}
