package honest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// A spread is how the lengths of jobs are spread.
type spread struct {
	name   string
	length func(*rand.Rand) float64 // in units of half a second
}

var spreads = []spread{
	{"exponential", (*rand.Rand).ExpFloat64},
	{"log-normal", func(r *rand.Rand) float64 { return math.Exp(1.5 * r.NormFloat64()) }},
	{"Pareto", func(r *rand.Rand) float64 { return math.Pow(1-r.Float64(), -1/1.5) }},
	{"uniform", func(r *rand.Rand) float64 { return 4 * r.Float64() }},
	{"either short or long", func(r *rand.Rand) float64 { return 0.2 + 10*float64(r.IntN(2)) }},
}

// A random server is one of a spread, by a seed: with queues and Retry-After on some.
func (s spread) traits(seed uint64) []trait {
	random := rand.New(rand.NewPCG(seed, uint64(len(s.name))))
	traits := []trait{
		ids("{n}-{r}{r}"), unless("monitor.pending"),
		lengths(func(int) time.Duration {
			return min(time.Hour, time.Duration(s.length(random)*float64(500*ms)))
		}),
		asked(func(t *conformance.Target) { t.JobTimeout, t.Timeout = 10*time.Hour, 100*time.Hour }),
	}
	switch seed % 8 {
	case 1:
		traits = append(traits, workers(2))
	case 2:
		traits = append(traits, workers(3), picking(random.IntN))
	case 3:
		traits = append(traits, latency(0, 300*ms))
	case 4:
		traits = append(traits, workers(1), picking(last))
	case 5:
		traits = append(traits, header(pending, "Retry-After", "1"))
	}
	return traits
}

// TestRandomLengths shows that nothing is read into the lengths of jobs. A failure names its seed.
func TestRandomLengths(t *testing.T) {
	runs := harness.RandomRuns(t)
	for _, s := range spreads {
		for part := range 4 {
			t.Run(fmt.Sprintf("%s/%d", s.name, part), func(t *testing.T) {
				t.Parallel()
				for seed := part; seed < runs; seed += 4 {
					harness.InFakeTime(t, fmt.Sprintf("seed=%d", seed), func(t *testing.T) { odd(s.name, s.traits(uint64(seed))...).hold(t) })
				}
			})
		}
	}
}
