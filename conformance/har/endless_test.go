//go:build !race

package har_test

import (
	"io"
	"runtime"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/har"
)

// What is measured here is memory, of which the race detector takes its own.

// An endless reader goes on saying the same.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(b []byte) (int, error) {
	n := copy(b, e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	return n, nil
}

// Files without an end are refused, and little of them is held.
func TestEndlessFiles(t *testing.T) {
	whole := string(written(t, recorded()))
	entries := whole[:strings.Index(whole, `"entries": [`)+len(`"entries": [`)]
	for _, row := range []struct{ name, begins, goesOn, says string }{
		{"blanks", "", " ", "a value of more than 4 MiB"},
		{"a string", `{"log":{"comment":"`, "x", "a value of more than 4 MiB"},
		{"a key", `{"`, "x", "a value of more than 4 MiB"},
		{"a number", `{"a":`, "9", "a value of more than 4 MiB"},
		{"nesting", `{"a":`, "[", "exceeded max depth"},
		{"nesting in the log", `{"log":`, `{"log":`, "exceeded max depth"},
		{"nesting in an entry", entries, `{"request":`, "exceeded max depth"},
		{"empty entries", entries + "{}", ",{}", "it is a HAR that something else wrote"},
		{"empty pages", `{"log":{"pages":[{}`, ",{}", "it is a HAR that something else wrote"},
		{"other members", `{"a":1`, `,"a":{"b":[1,2,3,"` + strings.Repeat("x", 1<<16) + `"]}`, "it is larger than 512 MiB"},
		{"nameless fields", entries + `{"request":{"headers":[{}`, ",{}", "a value of more than 4 MiB"},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := NewWithT(t)
			goesOn := &endless{text: strings.Repeat(row.goesOn, 1+4096/len(row.goesOn))}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := har.ReadUpTo(io.MultiReader(strings.NewReader(row.begins), goesOn), 40<<20)
			runtime.ReadMemStats(&after)
			g.Expect(err).To(MatchError(ContainSubstring(row.says)))
			g.Expect(int64(after.HeapSys)-int64(before.HeapSys)).To(BeNumerically("<", 256<<20), "bytes held at once")
		})
	}
}
