package observe

import (
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	inFlight     = 128                   // requests, and connections of one kind, at once
	fewInFlight  = 32                    // of them, and of connections, as any server has to bear: what fails among no more is its own fault
	loadWait     = 50 * time.Millisecond // before what our own load kept from being answered is asked again; then twice as long
	loadPatience = 8                     // times that it is asked
)

// ownLoad takes a failure on us where it may be our doing: this machine has no more connections to give, or so many
// requests of ours were under way at once that a server may refuse some, or be slow. They are fewer from then on.
func (r *run) ownLoad(passed pass, err error, failure record.Failure) record.Failure {
	for _, limit := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.EADDRNOTAVAIL} {
		if errors.Is(err, limit) {
			r.lighten(passed)
			return record.Failure{Kind: record.FailureLoad, Text: "this machine has no more connections to give (" + limit.Error() + "): see ulimit -n"}
		}
	}
	switch failure.Kind {
	case record.FailureConnect, record.FailureTimeout, record.FailureBroken:
		if load := r.lighten(passed); load > fewInFlight {
			return record.Failure{Kind: record.FailureLoad, Text: fmt.Sprintf("%s; this run had %d connections, or requests under way", failure.Text, load)}
		}
	}
	return failure
}

// lighten takes load off the server where there was much, and returns how much there was while the request that failed was under way:
// requests or connections.
func (r *run) lighten(failed pass) int {
	load := max(r.gate.fewer(failed), r.connections.open.since(failed.at))
	if load > fewInFlight {
		r.connections.close() // those that nobody uses
	}
	return load
}

// A crowd counts what is there at the same time, and remembers the last time at which that was much: what fails may do so a
// moment after those that were too many have gone.
type crowd struct {
	mu     sync.Mutex
	now    int
	most   int       // since it was last few
	ending time.Time // when it was last more than few
	peak   int       // how many it was then, at most
}

func (c *crowd) enter() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now++
	c.most = max(c.most, c.now)
}

func (c *crowd) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now--; c.now == fewInFlight {
		c.ending, c.peak, c.most = time.Now(), c.most, c.now
	}
}

// since returns how many there are, or were at a time after that, if they were more than few.
func (c *crowd) since(at time.Time) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ending.Before(at) && c.peak > c.now {
		return c.peak
	}
	return c.now
}

// mayAgain reports whether a request may be made again: one that may have begun a job counts as another.
func (r *run) mayAgain(a ask) bool { return a.role != record.RoleStart || r.mayBegin() }

// fewer lets half as many requests be under way at once from now on, once for all those that fail together. It returns
// how many were while the one that failed was, at most.
func (g *gate) fewer(failed pass) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	under := max(g.under, failed.under)
	if under > fewInFlight/2 && failed.at.After(g.narrow) {
		g.narrow = time.Now()
		g.most = max(min(g.most, under)/2, fewInFlight/2)
	}
	return under
}
