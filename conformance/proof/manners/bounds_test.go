package manners

import (
	"fmt"
	"slices"
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

// TestRate shows that a run keeps to the rate it is told, and judges what it would have judged.
func TestRate(t *testing.T) {
	for _, c := range []struct {
		rate float64
		jobs time.Duration
		most time.Duration
	}{{100, time.Second, 5 * time.Second}, {20, time.Second, 20 * time.Second}, {5, time.Second, time.Minute}, {2, time.Second, 3 * time.Minute}, {5, 20 * time.Second, 2 * time.Minute}} {
		harness.InFakeTime(t, fmt.Sprint(c.rate, " a second, jobs of ", c.jobs), func(t *testing.T) {
			var asked harness.Asks
			target := harness.Serve(t, asked.Around(harness.New(t, reference.Options{JobDuration: c.jobs, RetryAfter: reference.NoRetryAfter})))
			target.Rate = c.rate
			r := harness.Check(t, target)
			harness.Passes(t, r)
			if took := r.Duration.Duration(); took > c.most {
				t.Errorf("it took %v, want %v at most", took, c.most)
			}
			least := time.Duration(float64(time.Second) / c.rate)
			for i := 1; i < len(asked.At); i++ {
				if gap := asked.At[i].Sub(asked.At[i-1]); gap < least {
					t.Fatalf("request %d came %v after the one before, want %v at least", i, gap, least)
				}
			}
			for _, q := range r.Targets[0].Requirements {
				if slices.Contains(harness.Watched(), q.ID) && q.Outcome != contract.Pass {
					t.Errorf("%s is %s: %s", q.ID, q.Outcome, q.Reason)
				}
			}
		})
	}
}

// TestUrgentFirst shows that a monitor is read right after its 202, and a result right after its 201, however slow the rate.
func TestUrgentFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		target := harness.Serve(t, harness.New(t, reference.Options{JobDuration: time.Second, RetryAfter: reference.NoRetryAfter}))
		target.Rate, target.Jobs = 10, 40
		found := harness.Check(t, target).Targets[0]
		told := map[int]time.Duration{}
		seen := map[string]bool{}
		for _, e := range found.Exchanges {
			about := fmt.Sprint(e.Job, e.Role)
			if e.Job > 0 && e.Probe == "" && !seen[about] && e.Way != string(record.WayUnread) {
				seen[about] = true
				if waited := e.Sent.Duration() - told[e.Job]; told[e.Job] > 0 && waited > 2*time.Second && e.Role == string(record.RoleResult) {
					t.Errorf("job %d: the %s was asked for %v after it was named", e.Job, e.Role, waited)
				}
			}
			if e.Status == 202 || e.Status == 201 {
				told[e.Job] = e.Received.Duration()
			}
		}
		if len(seen) < 100 {
			t.Errorf("%d first reads were seen", len(seen))
		}
	})
}

// TestMaxJobs shows that whatever number of jobs is allowed is kept, that nothing fails for it, and that one suffices to judge the core.
func TestMaxJobs(t *testing.T) {
	t.Parallel()
	for most := 1; most <= 22; most++ {
		for _, jobs := range []int{1, min(most, 2), min(most, 8)} {
			harness.InFakeTime(t, fmt.Sprintf("%d, %d together", most, jobs), func(t *testing.T) {
				r, starts := startsOf(t, func(target *conformance.Target) { target.MaxJobs, target.Jobs = most, jobs })
				if starts > most {
					t.Errorf("%d requests may have begun a job, want %d at most", starts, most)
				}
				harness.Passes(t, r)
			})
		}
	}
}

// TestOneJob shows that one job at the same instant is enough to judge the core.
func TestOneJob(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := startsOf(t, func(target *conformance.Target) { target.Jobs = 1 })
		harness.Passes(t, r)
		for _, q := range r.Targets[0].Requirements {
			if q.ID == "jobs.concurrent" && q.Outcome != contract.NotObserved {
				t.Errorf("%s is %s", q.ID, q.Outcome)
			}
		}
	})
}

// startsOf judges the reference, and counts the requests that may have begun a job.
func startsOf(t *testing.T, prepare func(*conformance.Target)) (r report.Report, starts int) {
	t.Helper()
	var asked harness.Asks
	target := harness.Serve(t, asked.Around(harness.New(t, reference.Options{JobDuration: time.Second})))
	prepare(&target)
	r = harness.Check(t, target)
	for _, request := range asked.Requests {
		if request.URL.Path == "/deferredjob" {
			starts++
		}
	}
	return r, starts
}
