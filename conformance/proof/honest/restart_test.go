package honest

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A restartable is a server whose process can be replaced by another. While there is none, a front answers 502.
type restartable struct {
	t       *testing.T
	options reference.Options
	now     atomic.Pointer[reference.Server]
	downFor time.Duration
}

func (s *restartable) begin() {
	server, err := reference.New(s.options)
	if err != nil {
		s.t.Error(err)
	}
	s.now.Store(server)
}

func (s *restartable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if server := s.now.Load(); server != nil {
		server.ServeHTTP(w, r)
		return
	}
	w.WriteHeader(http.StatusBadGateway)
}

// restart ends the process; the next one is there a while later.
func (s *restartable) restart(context.Context) error {
	s.now.Store(nil)
	time.AfterFunc(s.downFor, s.begin)
	return nil
}

// restarted judges a server that is restarted in the middle of the run.
func restarted(t *testing.T, options reference.Options, prepare func(*restartable, *conformance.Target)) report.Target {
	t.Helper()
	s := &restartable{t: t, options: options, downFor: 300 * time.Millisecond}
	s.begin()
	target := harness.Serve(t, s)
	target.Restart = s.restart
	if prepare != nil {
		prepare(s, &target)
	}
	return checked(t, target)
}

// What a store keeps is kept across a restart, and what a memory keeps is lost by it: one failure, and the others are blocked by that.
func TestRestart(t *testing.T) {
	for name, length := range map[string]time.Duration{"short jobs": 200 * time.Millisecond, "jobs of a second": time.Second, "long jobs": 5 * time.Second, "done at once": -1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				kept := restarted(t, reference.Options{JobDuration: length, Store: new(harness.Store)}, nil)
				passes(t, kept, "jobs.survive-restart")
				if length > 0 && kept.Duration > report.SecondsOf(22*length/10+800*time.Millisecond) {
					t.Errorf("it took %v", kept.Duration)
				}
			})
			synctest.Test(t, func(t *testing.T) {
				onlyFails(t, restarted(t, reference.Options{JobDuration: length}, nil), "jobs.survive-restart")
			})
		})
	}
}

// passes shows that a target passes, and a requirement of it that is not always judged.
func passes(t *testing.T, target report.Target, id string) {
	t.Helper()
	if q, _ := target.Find(id); target.Verdict != report.VerdictPass || q.Outcome != contract.Pass {
		t.Errorf("%s %s; %s: %s %s", target.Verdict, target.Why, id, q.Outcome, q.Reason)
	}
}

func onlyFails(t *testing.T, target report.Target, id string) {
	t.Helper()
	for _, q := range target.Requirements {
		if (q.Outcome == contract.Fail) != (q.ID == id) {
			t.Errorf("%s: %s %s%s", q.ID, q.Outcome, q.Got, q.Reason)
		}
	}
}

// A restart that fails, hangs or leaves the target down ends the run in time, and nothing can be told.
func TestRestartFails(t *testing.T) {
	const wait = 3 * time.Second
	for name, row := range map[string]struct {
		restart func(ctx context.Context, end <-chan struct{}) error
		why     string
	}{
		"fails":                                {func(context.Context, <-chan struct{}) error { return errors.New("exit status 1") }, "the restart failed: exit status 1"},
		"hangs":                                {func(ctx context.Context, _ <-chan struct{}) error { <-ctx.Done(); return ctx.Err() }, "the restart failed: it did not end within 3s"},
		"never returns":                        {func(_ context.Context, end <-chan struct{}) error { <-end; return nil }, "the restart failed: it did not end within 3s"},
		"never comes back":                     {nil, "the restart failed: the target did not come back within 3s: it answers 502 Bad Gateway"},
		"goes down late, and never comes back": {func(context.Context, <-chan struct{}) error { return nil }, "the restart failed: the target did not come back within 3s: it answers 502 Bad Gateway"},
	} {
		harness.InFakeTime(t, name, func(t *testing.T) {
			end := make(chan struct{})
			got := restarted(t, reference.Options{JobDuration: 900 * time.Millisecond, Store: new(harness.Store)}, func(s *restartable, target *conformance.Target) {
				target.RestartWait = wait
				s.downFor = time.Hour
				if row.restart != nil {
					target.Restart = func(ctx context.Context) error { return row.restart(ctx, end) }
				}
				if strings.Contains(name, "late") {
					time.AfterFunc(1500*time.Millisecond, func() { s.now.Store(nil) })
				}
			})
			close(end)
			if most := 900*time.Millisecond*11/10 + wait + 6*time.Second; got.Verdict != report.VerdictInconclusive || got.Why != row.why || got.Duration > report.SecondsOf(most) {
				t.Errorf("%s after %v: %s", got.Verdict, got.Duration, got.Why)
			}
		})
	}
}

// rolledOut judges two replicas behind a balancer that takes turns: a rollout replaces one after the other. Each leaves the balancer first, and is replaced a
// while later.
func rolledOut(t *testing.T, store reference.Store, drain bool) report.Target {
	t.Helper()
	options := reference.Options{JobDuration: time.Second, Store: store}
	replicas := []*restartable{{t: t, options: options}, {t: t, options: options}}
	for _, r := range replicas {
		r.begin()
	}
	var turn atomic.Int64
	target := harness.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := replicas[turn.Add(1)%2]
		if drain && at.now.Load() == nil {
			at = replicas[turn.Add(1)%2]
		}
		at.ServeHTTP(w, r)
	}))
	target.Rollout = func(context.Context) error {
		for _, r := range replicas {
			r.now.Store(nil)
			time.Sleep(400 * time.Millisecond)
			r.begin()
		}
		return nil
	}
	return checked(t, target)
}

// A rollout that drains replicas with a shared store is not noticed. One that drops requests fails jobs.survive-rollout, and nothing else.
func TestRollout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		passes(t, rolledOut(t, new(harness.Store), true), "jobs.survive-rollout")
	})
	synctest.Test(t, func(t *testing.T) { onlyFails(t, rolledOut(t, new(harness.Store), false), "jobs.survive-rollout") })
}
