package hostile

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// How many byte streams are generated: those of all rows, or for as long as fuzzVariable says. Each run takes others.
const (
	fuzzVariable = "TWO_OH_TWO_FUZZ"
	allStreams   = 180 // a tenth of a second each
)

// A mutation changes a stream somewhere; other is one to take from.
type mutation func(r *rand.Rand, stream, other []byte) []byte

var mutations = []mutation{
	func(r *rand.Rand, s, _ []byte) []byte { s[r.IntN(len(s))] ^= 1 << r.IntN(8); return s },  // flip
	func(r *rand.Rand, s, _ []byte) []byte { s[r.IntN(len(s))] = byte(r.Uint32()); return s }, // replace
	func(r *rand.Rand, s, _ []byte) []byte { i, j := span(r, s); return join(s[:j], s[i:]) },  // duplicate
	func(r *rand.Rand, s, _ []byte) []byte { i, j := span(r, s); return join(s[:i], s[j:]) },  // cut
	func(r *rand.Rand, s, _ []byte) []byte { return s[:r.IntN(len(s))] },                      // end
	func(r *rand.Rand, s, o []byte) []byte {
		i, _ := span(r, s)
		a, b := span(r, o)
		return join(s[:i], o[a:b], s[i:])
	}, // splice
	func(r *rand.Rand, s, _ []byte) []byte { i, j := span(r, s); return join(s[j:], s[i:j], s[:i]) }, // swap
	func(r *rand.Rand, s, _ []byte) []byte { // insert
		i, _ := span(r, s)
		return join(s[:i], []byte(tokens[r.IntN(len(tokens))]), s[i:])
	},
	func(r *rand.Rand, s, _ []byte) []byte {
		i, j := span(r, s)
		return join(s[:i], bytes.Repeat(s[i:j], 1+r.IntN(500)), s[j:])
	}, // repeat
}

// tokens are what a reader of HTTP may stumble over.
var tokens = []string{
	"\r\n", "\n", "\r\n\r\n", "\x00", ":", "HTTP/1.1 100 \r\n\r\n", "HTTP/1.1 101 \r\n\r\n", "Transfer-Encoding: chunked\r\n", "Content-Length: 1\r\n", "0\r\n\r\n", "ffffffff\r\n",
	nasty, token, "Location: ", "Retry-After: 99999999999\r\n", "\x00\x00\x00\x04\x00\x00\x00\x00\x00", "\xff\xff\xff", "::error::x\n", "##[error]",
}

func span(r *rand.Rand, s []byte) (from, to int) {
	from = r.IntN(len(s) + 1)
	return from, from + r.IntN(min(len(s)-from, 200)+1)
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// mutated is a stream changed a few times, taking from others.
func mutated(r *rand.Rand, stream []byte, others [][]byte) []byte {
	stream = bytes.Clone(stream)
	for range 1 + r.IntN(4) {
		if len(stream) == 0 || len(stream) > 1<<20 {
			break
		}
		stream = bytes.Clone(mutations[r.IntN(len(mutations))](r, stream, others[r.IntN(len(others))]))
	}
	return stream
}

// corpus are answers that are kept: what is generated takes parts of them, and each is a row too.
func corpus(t *testing.T) (all [][]byte) {
	t.Helper()
	paths, err := filepath.Glob("testdata/corpus/*.http")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	return all
}

// TestCorpus shows that the laws hold for the answers that are kept.
func TestCorpus(t *testing.T) {
	for i, text := range corpus(t) {
		harness.InFakeTime(t, itoa(i), func(t *testing.T) { lawful(t, row{role: jobs, talk: raw(string(text))}, 0) })
	}
}

// TestGenerated shows that the laws hold for streams that nobody thought of. A seed shows the same again, alone: TWO_OH_TWO_SEED.
func TestGenerated(t *testing.T) {
	t.Parallel()
	others, first := corpus(t), rand.Uint64()
	until, most := time.Time{}, allStreams/harness.Rows(t)
	if long := os.Getenv(fuzzVariable); long != "" {
		d, err := time.ParseDuration(long)
		if err != nil {
			t.Fatalf("%s: %v", fuzzVariable, err)
		}
		until = time.Now().Add(d)
	}
	only := os.Getenv("TWO_OH_TWO_SEED")
	if only != "" {
		if _, err := fmt.Sscan(only, &first); err != nil {
			t.Fatalf("TWO_OH_TWO_SEED: %v", err)
		}
	}
	t.Logf("the first seed is %d", first)
	n := 0
	for ; n == 0 || only == "" && (n < most && until.IsZero() || time.Now().Before(until)); n++ {
		seed := first + uint64(n)
		harness.InFakeTime(t, fmt.Sprint("seed ", seed), func(t *testing.T) { lawful(t, generated(seed, others), 0) })
	}
	t.Logf("%d streams", n)
}

// generated is the row of a seed: some answers, of one role or of all, are mutated. Every other one is in HTTP/2.
func generated(seed uint64, others [][]byte) row {
	r := rand.New(rand.NewPCG(seed, 0))
	m := mutator{of: []role{jobs, start, monitor, result}[r.IntN(4)], often: 1 + r.IntN(3), source: r.Uint64(), others: others}
	if seed%2 == 0 {
		return row{role: m.of, h2: m.talk2}
	}
	return row{role: m.of, talk: m.talk}
}

// A mutator mutates one in so many answers.
type mutator struct {
	of     role
	often  int
	source uint64
	others [][]byte
}

// random is the same for an answer whichever connection comes first.
func (m mutator) random(number int) *rand.Rand {
	return rand.New(rand.NewPCG(m.source, uint64(number)))
}

func (m mutator) talk(c *call) bool {
	if c.number%m.often > 0 {
		return honest(c)
	}
	r := m.random(c.number)
	said := c.say(string(mutated(r, c.honest, m.others)))
	return said && r.IntN(3) > 0 && !strings.Contains(string(c.honest), "Connection: close")
}
