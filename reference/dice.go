package reference

import (
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

// Dice makes random functions for [Options]. The zero value has no seed: each run
// of it is different.
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

// SeededDice makes functions that return the same sequences for the same seed, if
// they are made in the same order. So durations and failures repeat, in the order in
// which jobs begin. Ids do not repeat: they have to be unguessable.
func SeededDice(seed uint64) *Dice { return &Dice{seeded: true, seed: seed} }

// Fixed always returns the same duration.
func (d *Dice) Fixed(length time.Duration) func() time.Duration {
	d.numbers() // unused, but so the functions made later keep their sequences
	return func() time.Duration { return length }
}

// Uniform returns durations from low to high, all equally likely.
func (d *Dice) Uniform(low, high time.Duration) func() time.Duration {
	random := d.numbers()
	return func() time.Duration { return low + time.Duration(random()*float64(high-low)) }
}

// Exponential returns durations with that mean: most are short, and few are very long.
func (d *Dice) Exponential(mean time.Duration) func() time.Duration {
	random := d.numbers()
	return func() time.Duration {
		// The bound keeps a mean of centuries from overflowing a time.Duration.
		return time.Duration(min(-math.Log1p(-random())*float64(mean), math.MaxInt64/2))
	}
}

// Chance returns true with that probability: 0.2 is one time in five.
func (d *Dice) Chance(part float64) func() bool {
	random := d.numbers()
	return func() bool { return random() < part }
}

// numbers returns a function that returns random numbers from 0 to less than 1. Each
// such function has its own sequence: another one does not change it.
func (d *Dice) numbers() func() float64 {
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
