package observe

import (
	"fmt"
	"sync"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	maxInFlight    = 128                   // requests, and connections of one kind, at once
	safeInFlight   = 32                    // requests or connections that any server has to bear: failures among no more are its own
	loadRetryDelay = 50 * time.Millisecond // before a request that failed by our own load is sent again; doubled each time
	maxLoadRetries = 8                     // times that it is sent
)

// attributeLoad returns a FailureLoad where our own load may have caused the failure: this machine has no more connections,
// or a server may refuse or delay that many requests at once. Fewer are sent at once from then on.
func (r *run) attributeLoad(passed pass, err error, failure record.Failure) record.Failure {
	if limit := errnoOf(err, limitErrnos); limit != 0 {
		r.reduceLoad(passed)
		return record.Failure{Kind: record.FailureLoad, Text: "this machine has no more connections to give (" + limit.Error() + "): see ulimit -n"}
	}
	switch failure.Kind {
	case record.FailureConnect, record.FailureTimeout, record.FailureBroken:
		if load := r.reduceLoad(passed); load > safeInFlight {
			return record.Failure{Kind: record.FailureLoad, Text: fmt.Sprintf("%s; this run had %d connections, or requests under way", failure.Text, load)}
		}
	}
	return failure
}

// reduceLoad reduces the load where there was much, and returns how much there was while the request that failed was under way:
// requests or connections.
func (r *run) reduceLoad(failed pass) int {
	load := max(r.gate.fewer(failed), r.connections.open.since(failed.at))
	if load > safeInFlight {
		r.connections.closeIdle() // the idle ones
	}
	return load
}

// Concurrency counts what is open at the same time, and remembers when that last exceeded safeInFlight: a failure may show
// a moment after the load has gone.
type concurrency struct {
	mu      sync.Mutex
	now     int
	most    int       // since it was last few
	endedAt time.Time // when it was last more than few
	peak    int       // how many it was then, at most
}

func (c *concurrency) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now++
	c.most = max(c.most, c.now)
}

func (c *concurrency) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now--; c.now == safeInFlight {
		c.endedAt, c.peak, c.most = time.Now(), c.most, c.now
	}
}

// since returns how many there are, or were at a time after that, if they were more than few.
func (c *concurrency) since(at time.Time) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.endedAt.Before(at) && c.peak > c.now {
		return c.peak
	}
	return c.now
}

// mayRetry reports whether a request may be made again: one that may have begun a job counts as another.
func (r *run) mayRetry(a ask) bool { return a.role != record.RoleStart || r.reserveJob() }
