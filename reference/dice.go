package reference

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

// Dice make the functions of [Options] that say something else each time. The
// zero value is never the same twice.
//
//	dice := reference.SeededDice(42)
//	reference.New(reference.Options{
//		Duration: dice.Uniform(time.Second, 3*time.Second),
//		Fails:    dice.Chance(0.2),
//	})
type Dice struct {
	seeded      bool
	seed, taken uint64
}

// SeededDice throw the same for the same seed: the functions that were made in the same
// order say the same things, one call after another. So lengths and failures are
// repeated in the order in which jobs begin. Ids are not: they have to be unguessable.
func SeededDice(seed uint64) *Dice { return &Dice{seeded: true, seed: seed} }

// Fixed says the same time always.
func (d *Dice) Fixed(length time.Duration) func() time.Duration {
	d.throws() // none are needed; but those of later functions stay what they are when a length is fixed
	return func() time.Duration { return length }
}

// Uniform says any time from low to high.
func (d *Dice) Uniform(low, high time.Duration) func() time.Duration {
	throw := d.throws()
	return func() time.Duration { return low + time.Duration(throw()*float64(high-low)) }
}

// Exponential says times whose mean is given: most are short, and few are very long.
func (d *Dice) Exponential(mean time.Duration) func() time.Duration {
	throw := d.throws()
	return func() time.Duration {
		// The bound is for means of centuries: a time.Duration ends there.
		return time.Duration(min(-math.Log1p(-throw())*float64(mean), math.MaxInt64/2))
	}
}

// Chance says yes in a part of all cases: 0.2 is in one of five.
func (d *Dice) Chance(part float64) func() bool {
	throw := d.throws()
	return func() bool { return throw() < part }
}

// throws returns numbers from 0 to less than 1. Each of its functions has
// numbers of its own, so that one more of them changes nothing about the others.
func (d *Dice) throws() func() float64 {
	if !d.seeded {
		return rand.Float64 // needs no lock
	}
	d.taken++
	numbers := rand.New(rand.NewPCG(d.seed, d.taken))
	var mu sync.Mutex
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return numbers.Float64()
	}
}
