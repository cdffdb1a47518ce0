// Package harness is what the folders of proofs share: servers and networks in memory, runs, and how much is proved.
// Tests alone import it.
package harness

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"
)

// FullVariable is the one switch for proofs that start processes, browsers or other languages, and for all rows of the large tables.
// 1 switches them on. A larger number is also the number of random servers of each kind. CI has the race detector try what runs without it.
const FullVariable = "TWO_OH_TWO_FULL"

// Full skips a test that is too long for every run, unless the switch is on.
func Full(t testing.TB) {
	t.Helper()
	if size(t) == 0 {
		t.Skip("set " + FullVariable + "=1 to run what starts processes or takes long")
	}
}

// Rows is how many rows of a long table one is tried of: with the switch all are.
func Rows(t testing.TB) (oneIn int) {
	if size(t) == 0 {
		return 6
	}
	return 1
}

// RowsBeside is Rows for a table that says again, in other words, what another one says: a sixth of it is tried in CI.
func RowsBeside(t testing.TB) (oneIn int) {
	if size(t) == 1 {
		return 6
	}
	return Rows(t)
}

// Jobs is how many jobs the tests of many jobs begin at once: more than there are requests under way.
func Jobs(t testing.TB) int {
	if size(t) == 0 || Raced {
		return 140
	}
	return 600
}

// RandomRuns is how many servers of each kind are made by chance.
func RandomRuns(t testing.TB) int {
	switch n := size(t); {
	case n > 1:
		return n
	case Raced:
		return 4
	case n == 0:
		return 8
	}
	return 40
}

// SideBySide lets more tests of a package run side by side than there are processors, where nobody says how many: they wait for
// processes, or for jobs in real time, meanwhile.
func SideBySide() {
	flag.Parse()
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		_ = flag.Set("test.parallel", "6")
	}
}

// size is the value of the switch, 0 where it is off.
func size(t testing.TB) int {
	t.Helper()
	n, err := switched()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// switched reads the switch once a test asks, so that go test's cache knows of it, and hides it from the processes that tests
// start: to the command it would be a misspelt setting.
var switched = sync.OnceValues(func() (int, error) {
	value := os.Getenv(FullVariable)
	if value == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s: %q is no number", FullVariable, value)
	}
	return n, os.Unsetenv(FullVariable)
})
