package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Spellings is how many other spellings of a URL are asked for, at most.
const Spellings = 8

// Respelled is a URL with one letter or digit of the last part of its path escaped, which changes nothing of what it names (RFC 3986 6.2.2.2): who chooses
// a replica by the path may choose another one then. It is empty where there are no more such letters.
func Respelled(url string, n int) string {
	u := uri.Split(url)
	order := escapable(u.Path)
	if n >= len(order) {
		return ""
	}
	i := order[n]
	u.Path = u.Path[:i] + escapeOf(u.Path[i]) + u.Path[i+1:]
	return u.String()
}

func escapeOf(c byte) string { return fmt.Sprintf("%%%02X", c) }

// escapable lists the letters and digits of the last part of a path. By turns it has one that changes, escaped, whether the sum of the path is even, and one
// that does not: a simple hash tells two replicas apart by that alone (sdbm, of HAProxy).
func escapable(path string) (order []int) {
	var lists [2][]int
	for i := len(path) - 1; i >= 0 && path[i] != '/'; i-- {
		c := path[i]
		word := c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
		if !word || strings.ContainsRune(path[max(0, i-2):i], '%') {
			continue
		}
		same := c
		for _, e := range []byte(escapeOf(c)) {
			same ^= e
		}
		lists[1-same&1] = append(lists[1-same&1], i)
	}
	for i := range max(len(lists[0]), len(lists[1])) {
		for _, list := range lists {
			if i < len(list) {
				order = append(order, list[i])
			}
		}
	}
	return order
}

// askedRespelled are the answers to the same request as an exchange, by other spellings of its URL.
func (o *view) askedRespelled(e *record.Exchange) []*record.Exchange {
	var spellings []string
	for n := range Spellings {
		spellings = append(spellings, Respelled(e.Request.URL, n))
	}
	return slices.DeleteFunc(o.probes(record.ProbeDiagnosis, e.Role), func(other *record.Exchange) bool {
		return !slices.Contains(spellings, other.Request.URL) || other.Request.Credentials != e.Request.Credentials
	})
}
