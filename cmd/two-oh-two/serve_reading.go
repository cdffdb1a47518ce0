package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A reading parses values of flags and keeps the first error.
type reading struct{ wrong error }

func (r *reading) refuse(flag, text, why string) {
	if r.wrong == nil {
		r.wrong = usagef("--%s: %q %s", flag, text, why)
	}
}

func (r *reading) dice(seed string) *reference.Dice {
	if seed == "" {
		return new(reference.Dice)
	}
	number, err := strconv.ParseUint(seed, 10, 64)
	if err != nil {
		r.refuse("seed", seed, "is not a whole number, such as 42")
	}
	return reference.SeededDice(number)
}

func (r *reading) times(flag, text string, dice *reference.Dice) func() time.Duration {
	const forms = "is not a time: use a form such as 500ms, 1s..3s or exp:2s"
	read := func(part string) time.Duration {
		d, err := time.ParseDuration(part)
		if err != nil || d < 0 || d > settings.LongestTime {
			r.refuse(flag, text, forms)
		}
		return d
	}
	if mean, exponential := strings.CutPrefix(text, "exp:"); exponential {
		return dice.Exponential(read(mean))
	}
	if from, to, uniform := strings.Cut(text, ".."); uniform {
		low, high := read(from), read(to)
		if low > high {
			r.refuse(flag, text, "has its longer time first: swap the two")
		}
		return dice.Uniform(low, high)
	}
	return dice.Fixed(read(text))
}

func (r *reading) chance(flag, text string, dice *reference.Dice) func() bool {
	part, err := strconv.ParseFloat(text, 64)
	if err != nil || !(part >= 0 && part <= 1) { // NaN is neither
		r.refuse(flag, text, "is not a number from 0 to 1, such as 0.2")
	}
	return dice.Chance(part)
}

func (r *reading) expiry(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > settings.LongestTime {
		r.refuse("expiry", text, "is not a duration above zero, such as 10s, 5m or 1h")
	}
	return d
}

func (r *reading) capacity(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		r.refuse("capacity", text, "is not a whole number from 1")
	}
	return n
}

func (r *reading) retryAfter(text string) reference.RetryForm {
	if _, err := strconv.ParseUint(text, 10, 31); err == nil {
		return reference.RetryForm(text)
	}
	if _, known := retryForms[text]; !known {
		r.refuse("retry-after", text, "is not one of "+strings.Join(words(retryForms), ", ")+", or a number of seconds")
	}
	return retryForms[text]
}

func choice[T any](r *reading, flag, text string, of map[string]T) T {
	form, known := of[text]
	if !known {
		r.refuse(flag, text, "is not one of "+strings.Join(words(of), ", "))
	}
	return form
}

func words[T any](of map[string]T) []string { return slices.Sorted(maps.Keys(of)) }

func (r *reading) faults(given []string) {
	names := faultNames()
	for _, name := range given {
		if slices.Contains(names, name) || r.wrong != nil {
			continue
		}
		r.wrong = usagef("--fault: there is no fault %q: %s", name, settings.DidYouMean(name, names, "--list-faults shows them all"))
	}
}
