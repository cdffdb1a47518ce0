package observe

import (
	"context"
	"sync"
	"time"
)

const (
	defaultRetryAfter = time.Second           // after a 429 without Retry-After
	firstSpacing      = 20 * time.Millisecond // between requests, once a limit was met
	maxSpacing        = time.Second
)

// An urgency is the line in which a request waits.
type urgency int

const (
	ordinary   urgency = iota // probes, and what else is asked for jobs that are watched closely
	urgent                    // the first read of a monitor after its 202, and of a result after its 201: later reads would miss early failures
	deferrable                // starts and reads of bulk jobs
	lines
)

// precedence is which line goes before which.
var precedence = [lines]urgency{urgent, ordinary, deferrable}

// A gate admits requests: a bounded number at once, no faster than the target allows, urgent ones first.
type gate struct {
	minSpacing time.Duration // between requests; zero where the caller sets no rate

	mu          sync.Mutex
	closed      bool          // nothing passes
	maxUnderWay int           // requests under way at once
	narrowedAt  time.Time     // when that was made fewer last
	under       int           // requests under way
	held        time.Time     // nothing passes before
	next        time.Time     // when the next may pass
	spacing     time.Duration // between requests; zero until a limit was met
	waiting     [lines][]*ticket
	timer       *time.Timer // looks again when the next may pass, where one waits for that
}

func newGate(rate float64) *gate {
	g := &gate{maxUnderWay: maxInFlight}
	if rate > 0 {
		g.minSpacing = time.Duration(float64(time.Second) / rate)
	}
	g.timer = time.AfterFunc(time.Hour, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.advance()
	})
	g.timer.Stop() // until one waits
	return g
}

// A ticket is a request in line.
type ticket struct {
	passed chan struct{} // closed when it may pass
	gone   bool          // its request was given up
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

// advance admits the requests that may pass now. It needs g.mu.
func (g *gate) advance() {
	for g.under < g.maxUnderWay && !g.closed {
		line := g.nextLine()
		if line == nil {
			return
		}
		now := time.Now()
		if wait := max(g.held.Sub(now), g.next.Sub(now)); wait > 0 {
			g.timer.Reset(wait)
			return
		}
		g.under++
		if space := max(g.spacing, g.minSpacing); space > 0 {
			g.next = now.Add(space)
		}
		first := (*line)[0]
		first.pass = pass{now, g.under}
		close(first.passed)
		(*line)[0], *line = nil, (*line)[1:]
	}
}

// nextLine returns the line whose first request passes next; nil where all are empty.
func (g *gate) nextLine() *[]*ticket {
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

// hold keeps everything back for a while, and makes the line slower from then on:
// once for all the answers that say the same at the same time.
func (g *gate) hold(wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if !g.held.After(now) {
		g.spacing = min(max(2*g.spacing, firstSpacing), maxSpacing)
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
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}

// shut lets nothing pass until it is opened, and waits for what is under way, for so long at most.
func (g *gate) shut(ctx context.Context, most time.Duration) {
	const step = 5 * time.Millisecond
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	for end := time.Now().Add(most); g.busy() && ctx.Err() == nil && time.Now().Before(end); {
		sleep(ctx, step)
	}
}

func (g *gate) busy() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.under > 0
}

// open lets pass again.
func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = false
	g.advance()
}

// narrowTo lets no more than so many requests be under way at once from now on.
func (g *gate) narrowTo(most int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.maxUnderWay = min(g.maxUnderWay, most)
}

// fewer lets half as many requests be under way at once from now on, once for all those that fail together. It returns
// how many were while the one that failed was, at most.
func (g *gate) fewer(failed pass) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	under := max(g.under, failed.under)
	if under > safeInFlight/2 && failed.at.After(g.narrowedAt) {
		g.narrowedAt = time.Now()
		g.maxUnderWay = max(min(g.maxUnderWay, under)/2, safeInFlight/2)
	}
	return under
}
