package honest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// many has so many jobs begun at the same instant.
func many(n int) trait { return asked(func(t *conformance.Target) { t.Jobs = n }) }

// Servers that many jobs at once are hard for, or that make them hard for us.
var crowds = []oddity{
	odd("nothing odd"),
	odd("instant jobs", instant()),
	odd("jobs of half a minute", lasting(30*second)),
	odd("jobs of random length", lengths(exponential(2*second)), unless("jobs.independent")),
	odd("a hundred workers", workers(100), lasting(100*ms)),
	odd("ids that begin alike, and results that name the job before", ids("job-2026-11-24-{n}-{r}"), namesTheOneBefore()),
	odd("signed anew at each read", resigned(time.Hour), unless("result.not-early")),
	odd("far away", latency(150*ms, 150*ms), unless("jobs.independent")),
	odd("slow: ten answers a second", oneByOne(100*ms), asked(func(t *conformance.Target) { t.Timeout = time.Hour }),
		unless("monitor.pending", "monitor.status", "monitor.uncacheable", "monitor.not-cached", "monitor.no-store", "monitor.pending-location", "result.not-early", "jobs.independent")),
	odd("refuses more than 40 connections", fewConnections(40, syscall.ECONNREFUSED)),
	odd("resets more than 40 connections", fewConnections(40, syscall.ECONNRESET)),
	odd("a limit of 300 requests a second", refusing(429, "1", overRate(300, 300)), unless("jobs.independent")),
	odd("a hundred may run at once", behind(atMost(100, 503, "1")), unless("jobs.independent")),
}

// TestManyJobs shows that what is judged of a few jobs is judged of many, that no server is bitten for what they cost it, and
// that each job costs a few requests.
func TestManyJobs(t *testing.T) {
	for i, o := range crowds {
		if i%harness.Rows(t) > 0 {
			continue
		}
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			few, _ := o.judgedWith(t, 8)
			lots, unless := o.judgedWith(t, harness.Jobs(t))
			for i, q := range lots.Requirements {
				if was := few.Requirements[i]; was.Outcome.Judged() && !q.Outcome.Judged() && !slices.Contains(unless, q.ID) {
					t.Errorf("%s is %s (%s), and was judged with 8 jobs", q.ID, q.Outcome, q.Reason)
				}
			}
			if lots.Verdict != report.VerdictPass {
				t.Errorf("verdict %s: %s %s", lots.Verdict, lots.Why, lots.Stopped)
			}
			// The sample, and those begun alone, are read densely.
			if most := 80*60 + 10*lots.Jobs.Begun; lots.Jobs.Requests > most {
				t.Errorf("%d requests for %d jobs, want %d at most", lots.Jobs.Requests, lots.Jobs.Begun, most)
			}
		})
	}
}

func (o oddity) judgedWith(t *testing.T, jobs int) (found report.Target, unless []string) {
	synctest.Test(t, func(t *testing.T) {
		crowded := odd(o.name, append(o.traits[:len(o.traits):len(o.traits)], many(jobs))...)
		s, judged := crowded.judged(t)
		s.alarms(t, judged)
		found, unless = judged, s.unless
	})
	return found, unless
}

// exponential lengths differ much: most jobs are quick, and a few take several times the mean.
func exponential(mean time.Duration) func(int) time.Duration {
	return func(n int) time.Duration {
		part := float64(uint32(n)*2654435761) / (1 << 32)
		return time.Duration(-math.Log(1-part) * float64(mean))
	}
}

// namesTheOneBefore has results that name the job before beside their own: no result is another's for that.
func namesTheOneBefore() trait {
	return func(s *oddServer) {
		s.product = func(j *work) (string, []byte) {
			return "application/json", fmt.Appendf(nil, `{"id":%q,"after":%q}`, j.id, s.id(j.n-1))
		}
	}
}

// oneByOne answers one request at a time.
func oneByOne(takes time.Duration) trait {
	return behind(func(next http.Handler) http.Handler {
		turn := make(chan struct{}, 1)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case turn <- struct{}{}:
			case <-r.Context().Done():
				return
			}
			time.Sleep(takes)
			<-turn
			next.ServeHTTP(w, r)
		})
	})
}

// fewConnections refuses, or resets, connections beyond so many.
func fewConnections(most int64, with syscall.Errno) trait {
	return func(s *oddServer) {
		s.listen = func(t *testing.T, server *http.Server, protocol string) conformance.Target {
			target := inMemory(t, server, protocol)
			var open atomic.Int64
			dial := target.Dial
			target.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				if open.Add(1) > most {
					open.Add(-1)
					time.Sleep(rand.N(ms))
					return nil, &net.OpError{Op: "dial", Net: network, Err: with}
				}
				conn, err := dial(ctx, network, address)
				return harness.OnClose(conn, sync.OnceFunc(func() { open.Add(-1) })), err
			}
			return target
		}
	}
}
