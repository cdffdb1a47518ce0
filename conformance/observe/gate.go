package observe

import (
	"context"
	"sync"
	"time"
)

const (
	unsaidWait   = time.Second           // after a 429 without Retry-After
	firstSpacing = 20 * time.Millisecond // between requests, once a limit was met
	mostSpacing  = time.Second
)

// A gate lets requests through no faster than the target wishes.
type gate struct {
	mu      sync.Mutex
	held    time.Time     // nothing passes before
	next    time.Time     // the next free place in the line
	spacing time.Duration // between places; zero until a limit was met
}

// pass waits for a place in the line. It returns early where ctx ends.
func (g *gate) pass(ctx context.Context) {
	g.mu.Lock()
	now := time.Now()
	at := now
	if g.held.After(at) {
		at = g.held
	}
	if g.spacing > 0 {
		if g.next.After(at) {
			at = g.next
		}
		g.next = at.Add(g.spacing)
	}
	g.mu.Unlock()
	sleep(ctx, at.Sub(now))
}

// hold keeps everything back for a while, and makes the line slower from then on:
// once for all the answers that say the same at the same time.
func (g *gate) hold(wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if !g.held.After(now) {
		g.spacing = min(max(2*g.spacing, firstSpacing), mostSpacing)
	}
	if until := now.Add(wait); until.After(g.held) {
		g.held = until
	}
	if g.next.Before(g.held) {
		g.next = g.held
	}
}

// sleep waits, or returns early where ctx ends.
func sleep(ctx context.Context, wait time.Duration) {
	if wait <= 0 {
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
