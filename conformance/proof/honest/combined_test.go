package honest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// alone are rows that can't be had together with others: they set what another has to know, or are no longer honest then.
var alone = []string{
	"two users", "two users and one answer for all", // they know where things are
	"a name and a password in the base URL", "an IPv6 address", "a host in capitals, with the port", // and these the base URL
	"a result elsewhere that is out of reach", "a token everywhere, and a result elsewhere that won't have it", "the same, allowed",
	"four workers that wait on idle connections", "two workers that wait on idle connections for long", // with slow answers, nobody can wait so long
	"a result without any id",                                                           // is honest only where all results are the same
	"Last-Modified is heeded", "Last-Modified is heeded, and clocks of replicas differ", // by a clock that may be another than that of Date
	"two seconds for every answer", "results of 5 MB", "results of 5 MB, in chunks", "a pending answer of 2 MB", // slow to run, so often
}

// TestHonestCombined takes one oddity of each kind, by chance, all in one server. A failure names its seed.
func TestHonestCombined(t *testing.T) {
	runs := harness.RandomRuns(t)
	for part := range 4 {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			for seed := part; seed < runs; seed += 4 {
				harness.InFakeTime(t, fmt.Sprintf("seed=%d", seed), func(t *testing.T) { combined(uint64(seed)).stand(t) })
			}
		})
	}
}

// stand is hold for a server of which nobody knows what can be seen of it.
func (o oddity) stand(t *testing.T) {
	s, found := o.judged(t)
	if s.alarms(t, found); found.Verdict == report.VerdictFail {
		t.Errorf("verdict %s: %s", found.Verdict, found.Why)
	}
	if t.Failed() {
		t.Log(o.name)
	}
}

func combined(seed uint64) oddity {
	random := rand.New(rand.NewPCG(seed, 0))
	var names []string
	var traits []trait
	for _, kind := range [][]oddity{oddPlaces, oddIDs, oddLives, oddAnswers, oddWays, oddAccess} {
		o := kind[random.IntN(len(kind))]
		if !slices.Contains(alone, o.name) {
			names, traits = append(names, o.name), append(traits, o.traits...)
		}
	}
	return odd(strings.Join(names, " + "), traits...)
}
