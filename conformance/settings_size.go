package conformance

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// units of sizes, by their lower-case names: the longer ones first, so that "kib" is not read as "b".
var units = []struct {
	name  string
	bytes float64
}{
	{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30},
	{"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9},
	{"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {"b", 1},
}

func setMaxBody(p *plan, value string) error {
	number, factor := strings.ToLower(strings.TrimSpace(value)), 1.0
	for _, unit := range units {
		if bare, found := strings.CutSuffix(number, unit.name); found {
			number, factor = strings.TrimSpace(bare), unit.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	size := n * factor
	if err != nil || math.IsNaN(size) || size < 1 || size > 1<<50 {
		return fmt.Errorf("%q is no size: one such as 1000000, 500kB or 64MiB is needed", value)
	}
	p.target.MaxBody = int64(size)
	return nil
}
