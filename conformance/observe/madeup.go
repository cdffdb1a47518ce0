package observe

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
)

const (
	digits = "0123456789"
	lower  = "abcdefghijklmnopqrstuvwxyz"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

	samplesForPlaces = 4 // ids of one length, from which each place's own alphabet is learnt
	longCounter      = 9 // digits of a made-up number, where the known ones are short: far outside any counter
)

// madeUp makes a URL of a shape with ids that no server issued: the same length and alphabet, changed in several
// places. It reports false where a varying part is a signature, which can't be made up.
func madeUp(shape uri.Shape, random *rand.Rand) (string, bool) {
	values := make([]string, shape.Parts())
	for part := range values {
		if secretParameter(shape.Parameter(part)) {
			return "", false
		}
		known := shape.Values(part)
		for try := 0; ; try++ {
			values[part] = madeUpID(known, random)
			if !slices.Contains(known, values[part]) {
				break
			}
			if try == 100 {
				return "", false
			}
		}
	}
	return shape.With(values), true
}

func madeUpID(known []string, random *rand.Rand) string {
	model := known[random.IntN(len(known))]
	if strings.Trim(model, digits) == "" {
		return number(model, random)
	}
	if counter, rest := leadingNumber(model); counter != "" && allLead(known) {
		return number(counter, random) + rest // what follows may be for people alone
	}
	if places, ok := alphabets(known); ok {
		id := []byte(model)
		for i := range id {
			id[i] = places[i][random.IntN(len(places[i]))]
		}
		return string(id)
	}
	hex := !strings.ContainsFunc(strings.Join(known, ""), func(c rune) bool { return c > 'f' && c <= 'z' || c > 'F' && c <= 'Z' })
	id := []byte(model)
	for i := shared(known); i < len(id); i++ {
		if id[i] == '%' {
			i += 2 // an escape stays what it is
			continue
		}
		id[i] = another(id[i], hex, random)
	}
	return string(id)
}

// leadingNumber cuts a number off an id that goes on in another way: "42-report".
func leadingNumber(id string) (counter, rest string) {
	rest = strings.TrimLeft(id, digits)
	if rest == "" || strings.ContainsAny(rest[:1], lower+upper) {
		return "", id
	}
	return id[:len(id)-len(rest)], rest
}

func allLead(known []string) bool {
	return !slices.ContainsFunc(known, func(id string) bool { counter, _ := leadingNumber(id); return counter == "" })
}

// number makes a number far from the known ones: as long as they are where that is long, else longer.
func number(model string, random *rand.Rand) string {
	id := make([]byte, max(len(model), longCounter))
	for i := range id {
		id[i] = digits[random.IntN(10)]
	}
	id[0] = digits[1+random.IntN(9)]
	return string(id)
}

// alphabets learns what stands at each place of ids of one length, from ids enough to learn it
// from: so a fixed prefix, a dash or a UUID's version stay what they are.
func alphabets(known []string) ([]string, bool) {
	if len(known) < samplesForPlaces {
		return nil, false
	}
	places := make([]string, len(known[0]))
	rich := 0
	for _, id := range known {
		if len(id) != len(places) || strings.Contains(id, "%") {
			return nil, false
		}
		for i := range places {
			if strings.IndexByte(places[i], id[i]) < 0 {
				places[i] += id[i : i+1]
			}
		}
	}
	for _, place := range places {
		if len(place) > 2 {
			rich++
		}
	}
	return places, rich >= leastID
}

// shared is how many bytes all ids begin with.
func shared(known []string) int {
	n := 0
	for n < len(known[0]) {
		for _, id := range known {
			if n >= len(id) || id[n] != known[0][n] {
				return n
			}
		}
		n++
	}
	return n
}

// another is another character of the same kind.
func another(c byte, hex bool, random *rand.Rand) byte {
	for _, kind := range []string{digits, lower, upper} {
		if strings.IndexByte(kind, c) < 0 {
			continue
		}
		if hex && kind != digits {
			kind = kind[:6]
		}
		return kind[random.IntN(len(kind))]
	}
	return c
}
