package harness

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/reference"
)

// New is the reference with options, which have to be right.
func New(t testing.TB, options reference.Options) *reference.Server {
	t.Helper()
	server, err := reference.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// Faulty is the reference with a fault, or with none, and short jobs.
func Faulty(t testing.TB, fault string) *reference.Server {
	t.Helper()
	return FaultyFor(t, fault, 100*time.Millisecond)
}

// FaultyFor is Faulty with jobs of that length.
func FaultyFor(t testing.TB, fault string, jobs time.Duration) *reference.Server {
	t.Helper()
	options := reference.Options{JobDuration: jobs}
	if fault != "" {
		options.Faults = []string{fault}
	}
	return New(t, options)
}

// Asks are what a server was asked, and when.
type Asks struct {
	mu       sync.Mutex
	Requests []*http.Request
	At       []time.Time
}

// Around notes what a handler is asked.
func (l *Asks) Around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		l.Requests, l.At = append(l.Requests, r), append(l.At, time.Now())
		l.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}
