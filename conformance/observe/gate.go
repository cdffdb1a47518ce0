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

// An urgency is the line in which a request waits.
type urgency int

const (
	ordinary urgency = iota // probes, and what else is asked for jobs that are watched closely
	urgent                  // the first read of a monitor after its 202, and of a result after its 201: their moment passes
	patient                 // starts and reads of the crowd: one is as good as another
	lines
)

// precedence is which line goes before which.
var precedence = [lines]urgency{urgent, ordinary, patient}

// A gate lets requests through: so many at once, no faster than the target wishes, and those first whose moment passes.
type gate struct {
	least time.Duration // between requests; zero where the caller sets no rate

	mu      sync.Mutex
	most    int           // requests under way at once
	narrow  time.Time     // when that was made fewer last
	under   int           // requests under way
	held    time.Time     // nothing passes before
	next    time.Time     // when the next may pass
	spacing time.Duration // between requests; zero until a limit was met
	waiting [lines][]*ticket
	timer   *time.Timer // calls when the next may pass, where one waits for that
}

func newGate(rate float64) *gate {
	g := &gate{most: inFlight}
	if rate > 0 {
		g.least = time.Duration(float64(time.Second) / rate)
	}
	return g
}

// A ticket is a request in line.
type ticket struct {
	passed chan struct{} // closed when it may pass
	gone   bool          // nobody waits for it any more
	pass
}

// A pass is what a request found when it was let through.
type pass struct {
	at    time.Time
	under int // requests under way with it
}

// enter waits until a request may pass, and reports whether it may: not where ctx ends first. Who entered has to leave.
func (g *gate) enter(ctx context.Context, u urgency) (pass, bool) {
	t := &ticket{passed: make(chan struct{})}
	g.mu.Lock()
	g.waiting[u] = append(g.waiting[u], t)
	g.advance()
	g.mu.Unlock()
	select {
	case <-t.passed:
		return t.pass, true
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-t.passed:
		g.under--
		g.advance()
	default:
		t.gone = true
	}
	return pass{}, false
}

// leave makes room for another request.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.under--
	g.advance()
}

// advance lets through whoever may pass now. It needs g.mu.
func (g *gate) advance() {
	for g.under < g.most {
		line := g.longestDue()
		if line == nil {
			return
		}
		now := time.Now()
		if wait := g.opens(now).Sub(now); wait > 0 {
			g.callIn(wait)
			return
		}
		g.under++
		if space := max(g.spacing, g.least); space > 0 {
			g.next = now.Add(space)
		}
		first := (*line)[0]
		first.pass = pass{now, g.under}
		close(first.passed)
		(*line)[0], *line = nil, (*line)[1:]
	}
}

// longestDue is the line whose first is to pass before all others; nil where nobody waits.
func (g *gate) longestDue() *[]*ticket {
	for _, u := range precedence {
		line := &g.waiting[u]
		for len(*line) > 0 && (*line)[0].gone {
			*line = (*line)[1:]
		}
		if len(*line) > 0 {
			return line
		}
	}
	return nil
}

// opens is when the next may pass.
func (g *gate) opens(now time.Time) time.Time {
	switch {
	case g.next.After(now) && g.next.After(g.held):
		return g.next
	case g.held.After(now):
		return g.held
	}
	return now
}

// callIn looks again after a while.
func (g *gate) callIn(wait time.Duration) {
	if g.timer != nil {
		g.timer.Stop()
	}
	g.timer = time.AfterFunc(wait, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.advance()
	})
}

// close ends what the gate has under way by itself.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.timer != nil {
		g.timer.Stop()
	}
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
