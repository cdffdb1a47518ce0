package honest

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// Servers that share a store fail nothing, asked by their addresses or behind a balancer. Servers that share nothing fail jobs.replicas, and nothing else.
func TestReplicas(t *testing.T) {
	for name, length := range map[string]time.Duration{"short jobs": 200 * time.Millisecond, "jobs of a second": time.Second, "long jobs": 5 * time.Second, "done at once": -1} {
		for way, serve := range map[string]func(*testing.T, reference.Options) conformance.Target{
			"two addresses": func(t *testing.T, o reference.Options) conformance.Target {
				return harness.ServeReplicas(t, harness.Servers(t, 2, o)...)
			},
			"three addresses": func(t *testing.T, o reference.Options) conformance.Target {
				return harness.ServeReplicas(t, harness.Servers(t, 3, o)...)
			},
			"a balancer": func(t *testing.T, o reference.Options) conformance.Target {
				return harness.Serve(t, harness.Replicas(t, 2, o))
			},
		} {
			t.Run(name+", "+way, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					shared := checked(t, serve(t, reference.Options{JobDuration: length, Store: new(harness.Store)}))
					if shared.Verdict != report.VerdictPass {
						t.Errorf("with one store: %s %s", shared.Verdict, shared.Why)
					}
				})
				if length < 0 && way == "a balancer" {
					return // jobs that are done at once are read too seldom to be known, unknown and known again for certain
				}
				synctest.Test(t, func(t *testing.T) {
					onlyFails(t, checked(t, serve(t, reference.Options{JobDuration: length})), "jobs.replicas")
				})
			})
		}
	}
}

// Replicas take no more requests than a run without them, and both addresses are asked for monitors and results, late ones too.
func TestReplicasShareTheReads(t *testing.T) {
	requests := func(t *testing.T, servers int) (all int, away map[string]int) {
		away = map[string]int{}
		got := checked(t, harness.ServeReplicas(t, harness.Servers(t, servers, reference.Options{JobDuration: time.Second, Store: new(harness.Store)})...))
		for _, e := range got.Exchanges {
			if e.Peer != "" && e.Late {
				away["late "+e.Role]++
			} else if e.Peer != "" {
				away[e.Role]++
			}
		}
		if q, _ := got.Find("jobs.replica-lag"); servers > 1 && q.Outcome != contract.No {
			t.Errorf("jobs.replica-lag: %s %s", q.Outcome, q.Reason)
		}
		return len(got.Exchanges), away
	}
	synctest.Test(t, func(t *testing.T) {
		one, _ := requests(t, 1)
		two, away := requests(t, 2)
		if two > one+one/10 { // how many reads a run takes differs a little from run to run
			t.Errorf("%d requests, and %d without a replica", two, one)
		}
		for _, what := range []string{"monitor", "result", "late monitor", "late result"} {
			if away[what] == 0 {
				t.Errorf("no %s was asked of the replica: %v", what, away)
			}
		}
	})
}

// A replica that refuses from the start is named, and one that ends in the middle fails jobs.replicas alone.
func TestReplicaIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := harness.ServeReplicas(t, harness.Servers(t, 1, reference.Options{JobDuration: time.Second})...)
		target.Replicas = []string{"nobody.test:80"}
		got := checked(t, target)
		if want := "http://server.test: the replica nobody.test:80: the connection is refused: nothing listens there"; got.Verdict != report.VerdictInconclusive || got.Why != want {
			t.Errorf("%s %q", got.Verdict, got.Why)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		servers, began := harness.Servers(t, 2, reference.Options{JobDuration: 2 * time.Second, Store: new(harness.Store)}), time.Now()
		ends := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if time.Since(began) > time.Second {
				panic(http.ErrAbortHandler)
			}
			servers[1].ServeHTTP(w, r)
		})
		onlyFails(t, checked(t, harness.ServeReplicas(t, servers[0], ends)), "jobs.replicas")
	})
}

// No honest server is bitten where half of the reads go to another address of it.
func TestHonestByReplica(t *testing.T) {
	harness.Full(t)
	for i, o := range oddities {
		if i%harness.Rows(t) > 0 {
			continue
		}
		o.traits = append(slices.Clone(o.traits), asked(func(t *conformance.Target) { t.Replicas = []string{"other.test:443"} }))
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { o.hold(t) })
		})
	}
}

// A restart waits for each replica to come back: that one takes longer than the others is no failure.
func TestReplicasAreRestarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		passes(t, bothRestarted(t, reference.Options{JobDuration: time.Second, Store: new(harness.Store)}, 300*ms, 600*ms), "jobs.survive-restart")
	})
}
