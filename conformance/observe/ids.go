package observe

import (
	"slices"
	"strings"
	"sync"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	leastID      = 8  // characters of an id that can't be taken for something else
	leastDigits  = 12 // of an id of digits alone: shorter ones may be any number
	placeKept    = 16 // bytes before an id that identify its place
	mentionsKept = 16
	longestID    = 1 << 10
	partsOfURL   = 64       // that are searched: ids can't be recognised in a URL with more
	mostIDs      = 16 << 20 // bytes of all parts that are known
)

// A register knows the ids of jobs: the parts of the URLs they were given that no other job's URLs have.
type register struct {
	mu     sync.Mutex
	owners map[string]int // of each part; 0 where two jobs have it
	jobs   map[int]bool
	bytes  int
	heads  map[string][]int // the lengths of parts, by their first leastID bytes
}

func newRegister() *register {
	return &register{owners: map[string]int{}, jobs: map[int]bool{}, heads: map[string][]int{}}
}

// learn takes a URL that a job was given.
func (r *register) learn(job int, url string) {
	if url == "" {
		return
	}
	if i := strings.Index(url, "://"); i >= 0 {
		url = url[i+3:]
	}
	_, url, _ = strings.Cut(url, "/")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.jobs[job] = true
	parts := strings.FieldsFunc(url, func(c rune) bool { return strings.ContainsRune("/?&=;#", c) })
	for _, part := range parts[:min(len(parts), partsOfURL)] {
		if len(part) > longestID || len(part) < leastID || len(part) < leastDigits && strings.Trim(part, "0123456789") == "" {
			continue
		}
		switch owner, known := r.owners[part]; {
		case known && owner != job:
			r.owners[part] = 0
		case !known && r.bytes+len(part) <= mostIDs:
			r.owners[part] = job
			r.bytes += len(part)
			if head := part[:leastID]; !slices.Contains(r.heads[head], len(part)) {
				r.heads[head] = append(r.heads[head], len(part))
			}
		}
	}
}

// mentions finds the ids that occur in a text, as words of their own.
func (r *register) mentions(text []byte) []record.Mention {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.jobs) < 2 {
		return nil // with one job every part of its URL looks like an id
	}
	text = text[:min(len(text), searched)]
	var found []record.Mention
	work := workEach*len(text) + workFree
	for i := 0; i+leastID <= len(text) && len(found) < mentionsKept && work > 0; i++ {
		if i > 0 && wordByte(text[i-1]) {
			continue
		}
		for _, length := range r.heads[string(text[i:i+leastID])] {
			end := i + length
			work -= length
			if end > len(text) || end < len(text) && wordByte(text[end]) {
				continue
			}
			if owner := r.owners[string(text[i:end])]; owner != 0 {
				found = append(found, record.Mention{Job: owner, Before: string(text[max(0, i-placeKept):i])})
			}
		}
	}
	return found
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '-'
}
