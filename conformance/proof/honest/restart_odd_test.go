package honest

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A command may do no more than ask for a restart: the old process answers for a while after it has returned. What that one knew is kept by a store,
// and lost with a memory, as with any restart.
func TestRestartComesLate(t *testing.T) {
	for _, after := range []time.Duration{350 * ms, 600 * ms, 800 * ms} {
		for _, downFor := range []time.Duration{0, 50 * ms, 300 * ms} {
			t.Run(after.String()+", down for "+downFor.String(), func(t *testing.T) {
				late := func(s *restartable, target *conformance.Target) {
					s.downFor = downFor
					target.Restart = func(ctx context.Context) error {
						time.AfterFunc(after, func() { _ = s.restart(ctx) })
						return nil
					}
				}
				synctest.Test(t, func(t *testing.T) {
					passes(t, restarted(t, reference.Options{JobDuration: 900 * ms, Store: new(harness.Store)}, late), "jobs.survive-restart")
				})
				synctest.Test(t, func(t *testing.T) {
					onlyFails(t, restarted(t, reference.Options{JobDuration: 900 * ms}, late), "jobs.survive-restart")
				})
			})
		}
	}
}

// What stands in front of a server may answer for the base URL while nothing is behind it: that is not the server.
func TestRestartBehindAFront(t *testing.T) {
	front := func(s *restartable, target *conformance.Target) {
		s.downFor = second
		target.Dial = harness.Serve(s.t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			s.ServeHTTP(w, r)
		})).Dial
	}
	synctest.Test(t, func(t *testing.T) {
		passes(t, restarted(t, reference.Options{JobDuration: 900 * ms, Store: new(harness.Store)}, front), "jobs.survive-restart")
	})
	synctest.Test(t, func(t *testing.T) {
		onlyFails(t, restarted(t, reference.Options{JobDuration: 900 * ms}, front), "jobs.survive-restart")
	})
}

// A reviver is a store whose jobs a restart changes, as one that takes them up again does.
type reviver struct {
	harness.Store
	change func(j reference.Job, restarted time.Time) reference.Job
	at     time.Time // of the restart
}

func (s *reviver) Get(ctx context.Context, id string) (reference.Job, error) {
	j, err := s.Store.Get(ctx, id)
	if err == nil && j.Began.Before(s.at) {
		j = s.change(j, s.at)
	}
	return j, err
}

// running has a change be one of jobs that had not ended.
func running(change func(j *reference.Job, restarted time.Time)) func(reference.Job, time.Time) reference.Job {
	return func(j reference.Job, restarted time.Time) reference.Job {
		if j.Began.Add(j.Lasts).After(restarted) {
			change(&j, restarted)
		}
		return j
	}
}

// Running jobs may go on, begin again or be reported as failed. They may not be pending for ever, nor may done ones run again.
func TestRestartTakesUpJobs(t *testing.T) {
	fails := running(func(j *reference.Job, at time.Time) { j.Lasts, j.Fails = at.Sub(j.Began), true })
	for _, row := range []struct {
		name   string
		change func(reference.Job, time.Time) reference.Job
		expect record.Expectation
		broken string // what fails; empty where nothing does
	}{
		{"running jobs begin again", running(func(j *reference.Job, at time.Time) { j.Began = at }), "", ""},
		{"running jobs begin again, and take longer", running(func(j *reference.Job, at time.Time) { j.Began, j.Lasts = at, 3*j.Lasts }), "", ""},
		{"running jobs fail, and that is expected", fails, record.ExpectEither, ""},
		{"running jobs fail, and that is not expected", fails, record.ExpectSuccess, "result.ok"},
		{"running jobs are pending for ever", running(func(j *reference.Job, _ time.Time) { j.Lasts = time.Since(j.Began) + 500*ms }), "", "jobs.survive-restart"},
		{"all jobs begin again, done ones too", func(j reference.Job, at time.Time) reference.Job { j.Began = at; return j }, "", "jobs.survive-restart"},
	} {
		for _, length := range []time.Duration{900 * ms, 5 * second} {
			harness.InFakeTime(t, row.name+", "+length.String(), func(t *testing.T) {
				store := &reviver{change: row.change}
				got := restarted(t, reference.Options{JobDuration: length, Store: store}, func(s *restartable, target *conformance.Target) {
					target.Expect, target.JobTimeout = row.expect, 20*second
					target.Restart = func(ctx context.Context) error { store.at = time.Now(); return s.restart(ctx) }
				})
				if row.broken == "" {
					passes(t, got, "jobs.survive-restart")
				} else {
					onlyFails(t, got, row.broken)
				}
			})
		}
	}
}

// bothRestarted judges two replicas, each of which is down for a time of its own when they are restarted.
func bothRestarted(t *testing.T, options reference.Options, oneDown, otherDown time.Duration) report.Target {
	t.Helper()
	one, other := &restartable{t: t, options: options, downFor: oneDown}, &restartable{t: t, options: options, downFor: otherDown}
	one.begin()
	other.begin()
	target := harness.ServeReplicas(t, one, other)
	target.Restart = func(ctx context.Context) error { return errors.Join(one.restart(ctx), other.restart(ctx)) }
	return checked(t, target)
}

// Two servers that keep their jobs in memories lose them by a restart too. That is one cause, and one failure: which jobs a replica knows has to be right
// before it can be told what a restart takes from it.
func TestReplicasThatForgetAreRestarted(t *testing.T) {
	for _, length := range []time.Duration{900 * ms, 5 * second} {
		synctest.Test(t, func(t *testing.T) {
			got := bothRestarted(t, reference.Options{JobDuration: length}, 300*ms, 300*ms)
			onlyFails(t, got, "jobs.replicas")
			if q, _ := got.Find("jobs.survive-restart"); q.Outcome != contract.Blocked || q.BlockedBy != "jobs.replicas" {
				t.Errorf("jobs.survive-restart: %s %s", q.Outcome, q.Reason)
			}
		})
	}
}
