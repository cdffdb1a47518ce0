package harness

import (
	"sync"
	"time"
)

// OverRate makes a rate limit, a bucket of tokens: it reports whether a request is beyond so many a second after a burst.
func OverRate(perSecond, burst float64) (over func() bool) {
	var mu sync.Mutex
	tokens, at := burst, time.Now()
	return func() bool {
		mu.Lock()
		defer mu.Unlock()
		now := time.Now()
		tokens, at = min(burst, tokens+now.Sub(at).Seconds()*perSecond), now
		if tokens < 1 {
			return true
		}
		tokens--
		return false
	}
}
