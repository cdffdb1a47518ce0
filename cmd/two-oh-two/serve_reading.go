package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

// The functions below read the value of one setting each. Their errors go on after the setting's name.

// times are durations as a flag has them: one for all, or drawn at random.
type times struct {
	text string
	draw func(*reference.Dice) func() time.Duration
}

func readTimes(text string) (times, error) {
	mean, exponential := strings.CutPrefix(text, "exp:")
	from, to, uniform := strings.Cut(mean, "..")
	if !uniform {
		to = from
	}
	low, lowErr := time.ParseDuration(from)
	high, highErr := time.ParseDuration(to)
	read := times{text: text}
	switch {
	case lowErr != nil, highErr != nil, low < 0, high < 0, max(low, high) > settings.LongestTime, exponential && uniform:
		return read, fmt.Errorf("%q is not a time: use a form such as 500ms, 1s..3s or exp:2s", text)
	case low > high:
		return read, fmt.Errorf("%q has its longer time first: swap the two", text)
	case exponential:
		read.draw = func(dice *reference.Dice) func() time.Duration { return dice.Exponential(low) }
	case uniform:
		read.draw = func(dice *reference.Dice) func() time.Duration { return dice.Uniform(low, high) }
	default:
		read.draw = func(dice *reference.Dice) func() time.Duration { return dice.Fixed(low) }
	}
	return read, nil
}

func readSeed(text string) (*reference.Dice, error) {
	if text == "" {
		return new(reference.Dice), nil
	}
	number, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%q is not a whole number, such as 42", text)
	}
	return reference.SeededDice(number), nil
}

func readShare(text string) (float64, error) {
	part, err := strconv.ParseFloat(text, 64)
	if err != nil || !(part >= 0 && part <= 1) { // NaN is neither
		return 0, fmt.Errorf("%q is not a number from 0 to 1, such as 0.2", text)
	}
	return part, nil
}

func readExpiry(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > settings.LongestTime {
		return 0, fmt.Errorf("%q is not a duration above zero, such as 10s, 5m or 1h", text)
	}
	return d, nil
}

func readCapacity(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("%q is not a whole number from 1", text)
	}
	return n, nil
}

func readRetryAfter(text string) (reference.RetryForm, error) {
	if _, err := strconv.ParseUint(text, 10, 31); err == nil {
		return reference.RetryForm(text), nil
	}
	form, known := retryForms[text]
	if !known {
		return "", fmt.Errorf("%q is not one of %s, or a number of seconds", text, strings.Join(words(retryForms), ", "))
	}
	return form, nil
}

func words[T any](of map[string]T) []string { return slices.Sorted(maps.Keys(of)) }

// A spoken dialect is one as a flag names it; the contract's own, as in the reference's options, is none.
type spoken struct {
	text string
	dialect.Dialect
}

func readDialect(text string) (spoken, error) {
	if text == dialect.TwoOhTwo.Name {
		return spoken{text: text}, nil
	}
	d, err := settings.Dialect(text)
	return spoken{text, d}, err
}

func (s *serving) addFault(name string) error {
	if names := faultNames(); !slices.Contains(names, name) {
		return fmt.Errorf("there is no fault %q: %s", name, settings.DidYouMean(name, names, "--list-faults shows them all"))
	}
	s.options.Faults = append(s.options.Faults, name)
	return nil
}
