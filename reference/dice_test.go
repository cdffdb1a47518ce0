package reference

import (
	"slices"
	"testing"
	"time"
)

func TestDice(t *testing.T) {
	mean := func(next func() time.Duration) (least, most, mean time.Duration) {
		least = 1 << 62
		var sum time.Duration
		const numbers = 20_000
		for range numbers {
			d := next()
			least, most, sum = min(least, d), max(most, d), sum+d
		}
		return least, most, sum / numbers
	}
	const ms = time.Millisecond
	for _, dice := range []*Dice{{}, SeededDice(0), SeededDice(42)} {
		// The bounds are ten standard deviations wide: chance does not fail this.
		if low, high, m := mean(dice.Uniform(100*ms, 300*ms)); low < 100*ms || low > 102*ms || high > 300*ms || high < 298*ms || (m-200*ms).Abs() > 5*ms {
			t.Errorf("uniform: %s to %s, mean %s", low, high, m)
		}
		if low, high, m := mean(dice.Exponential(100 * ms)); low < 0 || high < 400*ms || (m-100*ms).Abs() > 8*ms {
			t.Errorf("exponential: %s to %s, mean %s", low, high, m)
		}
		if n := count(dice.Chance(0.2), 20_000); n < 3400 || n > 4600 {
			t.Errorf("chance of 0.2: %d of 20000", n)
		}
	}
	if d := SeededDice(1).Uniform(ms, ms)(); d != ms {
		t.Errorf("from 1ms to 1ms: %s", d)
	}
	if count((&Dice{}).Chance(0), 1000) != 0 || count((&Dice{}).Chance(1), 1000) != 1000 {
		t.Error("never is not never, or always not always")
	}
	for next := range 100 {
		if d := SeededDice(uint64(next)).Exponential(1<<63 - 1)(); d < 0 {
			t.Errorf("an age overflows: %s", d)
		}
	}
	if d := (&Dice{}).Fixed(ms)(); d != ms {
		t.Errorf("fixed at 1ms: %s", d)
	}
}

func count(yes func() bool, of int) (n int) {
	for range of {
		if yes() {
			n++
		}
	}
	return n
}

// The same seed gives the same jobs, in the order in which they begin.
func TestSeed(t *testing.T) {
	jobs := func(dice *Dice, fails bool) (lengths []time.Duration, failures int) {
		o := Options{Duration: dice.Uniform(time.Second, time.Hour)}
		if fails {
			o.Fails = dice.Chance(0.5)
		}
		s := serverFor(t, o)
		for range 50 {
			x := &exchange{server: s, now: time.Now()}
			j, _ := s.begin(x)
			lengths = append(lengths, j.lasts)
			if j.fails {
				failures++
			}
		}
		return lengths, failures
	}
	a, failed := jobs(SeededDice(7), true)
	b, again := jobs(SeededDice(7), true)
	if !slices.Equal(a, b) || failed != again || failed == 0 || failed == 50 {
		t.Errorf("%v and %v, %d and %d failed", a, b, failed, again)
	}
	if c, _ := jobs(SeededDice(7), false); !slices.Equal(a, c) {
		t.Error("failures change the lengths")
	}
	for _, length := range []func(*Dice) func() time.Duration{
		func(d *Dice) func() time.Duration { return d.Fixed(time.Second) },
		func(d *Dice) func() time.Duration { return d.Exponential(time.Second) },
	} {
		dice, same := SeededDice(7), SeededDice(7)
		length(dice)
		same.Uniform(1, 2)
		for next, want := dice.Chance(0.5), same.Chance(0.5); again > 0; again-- {
			if next() != want() {
				t.Fatal("how lengths are made changes the failures")
			}
		}
	}
	for name, other := range map[string]*Dice{"another seed": SeededDice(8), "no seed": {}} {
		if d, _ := jobs(other, true); slices.Equal(a, d) {
			t.Errorf("%s: the same lengths", name)
		}
	}
}
