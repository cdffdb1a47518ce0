package observe

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// enters passes the gate and leaves it at once.
func enters(t *testing.T, g *gate, u urgency) {
	t.Helper()
	if _, may := g.enter(t.Context(), u); !may {
		t.Error("it did not pass")
	}
	g.leave()
}

func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0)
		defer g.timer.Stop()
		began := time.Now()
		enters(t, g, ordinary)
		g.hold(2 * time.Second)
		g.hold(time.Second) // another answer of the same moment: neither shorter nor slower
		for range 3 {
			enters(t, g, ordinary)
		}
		if took := time.Since(began); took != 2*time.Second+2*firstSpacing {
			t.Errorf("passed after %v", took)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		g.hold(time.Hour)
		if _, may := g.enter(ctx, urgent); may {
			t.Error("passed while all was held back, and the run was over")
		}
	})
}

func TestGateRate(t *testing.T) {
	for _, c := range []struct {
		rate  float64
		takes time.Duration // eleven requests
	}{{0, 0}, {5, 2 * time.Second}, {0.5, 20 * time.Second}, {1000, 10 * time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			g := newGate(c.rate)
			defer g.timer.Stop()
			began := time.Now()
			for range 11 {
				enters(t, g, ordinary)
			}
			if took := time.Since(began); took != c.takes {
				t.Errorf("at %v a second, 11 took %v, not %v", c.rate, took, c.takes)
			}
		})
	}
}

// TestGateUrgency shows who goes first where a line has formed, and that nobody is let through beyond the bound.
func TestGateUrgency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0)
		defer g.timer.Stop()
		g.maxUnderWay = 1
		g.enter(t.Context(), ordinary)
		var order []urgency
		var all sync.WaitGroup
		for _, u := range []urgency{deferrable, ordinary, deferrable, urgent, ordinary, urgent} {
			all.Go(func() {
				g.enter(t.Context(), u)
				if g.under != 1 {
					t.Errorf("%d are under way", g.under)
				}
				order = append(order, u)
				g.leave()
			})
			synctest.Wait()
		}
		g.leave()
		all.Wait()
		for i, u := range []urgency{urgent, urgent, ordinary, ordinary, deferrable, deferrable} {
			if order[i] != u {
				t.Fatalf("they went in the order %v", order)
			}
		}
	})
}

// TestGateAbandoned shows that who no longer waits takes nobody's place.
func TestGateAbandoned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0)
		defer g.timer.Stop()
		g.maxUnderWay = 1
		g.enter(t.Context(), ordinary)
		ctx, cancel := context.WithCancel(t.Context())
		go g.enter(ctx, urgent)
		synctest.Wait()
		cancel()
		synctest.Wait()
		g.leave()
		enters(t, g, deferrable)
		if g.under != 0 {
			t.Errorf("%d are under way", g.under)
		}
	})
}

// TestGateFewer shows that what fails together narrows the gate once, and never below what any server has to bear.
func TestGateFewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(0)
		defer g.timer.Stop()
		for _, want := range []int{64, 32, 16, 16} {
			time.Sleep(time.Second)
			var passes []pass
			for range g.maxUnderWay {
				p, _ := g.enter(t.Context(), ordinary)
				passes = append(passes, p)
			}
			time.Sleep(time.Second)
			for _, p := range passes {
				if under := g.fewer(p); under > len(passes) {
					t.Errorf("%d of %d were under way", under, len(passes))
				}
				g.leave()
			}
			if g.maxUnderWay != want {
				t.Errorf("%d may be under way at once, not %d", g.maxUnderWay, want)
			}
		}
	})
}

func TestSampled(t *testing.T) {
	for _, c := range []struct{ many, sample int }{{1, 1}, {8, 8}, {64, 64}, {65, 64}, {100, 64}, {10_000, 64}} {
		sample, last := 0, 0
		for n := range c.many {
			if sampled(n, c.many) {
				sample, last = sample+1, n
			}
		}
		if sample != c.sample || last < c.many-c.many/32-1 {
			t.Errorf("of %d jobs %d are sampled, the last is the %dth", c.many, sample, last)
		}
	}
}

// What says nothing of its urgency is ordinary: a probe must not delay what can't wait.
func TestOrdinaryByDefault(t *testing.T) {
	if (ask{}).urgency != ordinary {
		t.Error("an ask that says nothing jumps the line")
	}
}
