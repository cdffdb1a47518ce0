package faults

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestBehindALimit puts a rate limit that says 503 and no more in front of each fault. A fault that shows is found under its own requirement; what the
// limit refuses is reported under http.available, and no second story is told of either.
func TestBehindALimit(t *testing.T) {
	harness.Full(t)
	var mu sync.Mutex
	found, limits := 0, 0
	faults := reference.Faults()
	t.Run("faults", func(t *testing.T) {
		for _, fault := range faults {
			t.Run(fault.Name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					own, limited := behindALimit(t, fault)
					mu.Lock()
					defer mu.Unlock()
					found, limits = found+own, limits+limited
				})
			})
		}
	})
	if shown := len(faults) / 2; found < shown || limits < shown {
		t.Errorf("of %d faults %d were found, and the limit in front of %d; want half of each at least", len(faults), found, limits)
	}
}

// behindALimit tells whether the fault itself was found, and the limit.
func behindALimit(t *testing.T, fault reference.Fault) (own, limited int) {
	options, prepare := harness.ForFault(fault)
	options.Faults = []string{fault.Name}
	server, err := reference.New(options)
	if err != nil {
		t.Fatal(err)
	}
	serving := server.HTTPServer()
	serving.Handler = limitOf(60, 30, serving.Handler)
	listen := harness.ServeWith
	if slices.Contains(fault.Needs, reference.NeedsTLS) {
		listen = harness.ServeHTTPS
	}
	target := listen(t, serving)
	prepare(&target)
	target.JobTimeout = 20 * time.Second
	r, err := conformance.Check(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	var instead []string
	for _, q := range r.Targets[0].Requirements {
		switch {
		case q.Outcome != contract.Fail:
		case q.ID == "http.available":
			limited = 1
			if !slices.Contains([]string{"", "rate-limit", "front"}, q.Cause) && !slices.Contains(fault.Breaks, q.ID) {
				t.Errorf("%s: the cause is %s (%s)", q.ID, q.Cause, q.Likely)
			}
		case slices.Contains(fault.Breaks, q.ID):
			own = 1
		case q.Level == contract.Must && q.Cause == "" && strings.Contains(q.Got, "503 Service Unavailable"):
			// A refusal or two show no limit: it is what the start, or the monitor, was answered, and no more is said.
		case q.Level == contract.Must:
			instead = append(instead, q.ID+": "+q.Got)
		}
	}
	// With too few answers left to lay a fault on what it belongs to, it is told by what it breaks for each job.
	if len(instead) > 1 || len(instead) == 1 && own == 1 {
		t.Errorf("fails too: %q", instead)
	}
	return own, limited
}

// limitOf lets so many requests a second pass after a burst, and answers the others as nginx does.
func limitOf(perSecond, burst float64, next http.Handler) http.Handler {
	over := harness.OverRate(perSecond, burst)
	return instead(func(*http.Request) bool { return over() },
		refusing(http.StatusServiceUnavailable, "<html><head><title>503 Service Temporarily Unavailable</title></head></html>"))(next)
}
