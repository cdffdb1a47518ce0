package honest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// TestFlowControlPaces shows that a limit on all requests paces the run, whether it is told by 429 or by 503; and that 503 for one
// resource, or now and then, delays no other request.
func TestFlowControlPaces(t *testing.T) {
	for _, row := range []struct {
		most time.Duration
		oddity
	}{
		{18 * second, odd("twenty a second, 429", refusing(429, "1", overRate(20, 1)), lasting(second))},
		{18 * second, odd("twenty a second, 503", refusing(503, "1", overRate(20, 1)), lasting(second))},
		{4 * second, odd("four jobs at a time, 503", behind(atMost(4, 503, "1")))},
		{30 * second, odd("one in nine, 503", refusing(503, "1", every(9)), lasting(20*second))},
	} {
		t.Run(row.name, func(t *testing.T) {
			var took []time.Duration // how requests meet the limit is a matter of chance: one of three runs has to be as quick
			for range 3 {
				synctest.Test(t, func(t *testing.T) {
					_, found := row.judged(t)
					if found.Verdict != report.VerdictPass {
						t.Errorf("%s %s", found.Verdict, found.Why)
					}
					took = append(took, found.Duration.Duration())
				})
				if slices.Min(took) <= row.most {
					return
				}
			}
			t.Errorf("it took %v, want one of them within %v", took, row.most)
		})
	}
}

// TestFlowControlOnly shows that a run ends where nothing but flow control has come for as long as a job may take, and no earlier.
func TestFlowControlOnly(t *testing.T) {
	quota := func(status int, from, to int64) func(http.Handler) http.Handler {
		return func(next http.Handler) http.Handler {
			var asked atomic.Int64
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if n := asked.Add(1); n > from && n <= to {
					w.Header().Set("Retry-After", "1")
					w.WriteHeader(status)
					return
				}
				next.ServeHTTP(w, r)
			})
		}
	}
	const ever = 1 << 60
	for _, row := range []struct {
		name    string
		front   func(http.Handler) http.Handler
		verdict report.Verdict
		why     string
	}{
		{"a quota is used up", quota(429, 40, ever), report.VerdictInconclusive, "everything has been answered 429 since request 41"},
		{"maintenance begins", quota(503, 40, ever), report.VerdictInconclusive, "everything has been answered 503 since request 41"},
		{"from the first request on", quota(429, 0, ever), report.VerdictInconclusive, "everything has been answered 429 since request 1"},
		{"a pause", quota(429, 40, 60), report.VerdictPass, ""},
	} {
		harness.InFakeTime(t, row.name, func(t *testing.T) {
			_, found := odd(row.name, behind(row.front), asked(func(t *conformance.Target) { t.JobTimeout = 20 * second })).judged(t)
			if found.Verdict != row.verdict || !strings.HasPrefix(found.Why, row.why) {
				t.Errorf("%s: %s", found.Verdict, found.Why)
			}
			if took := found.Duration.Duration(); row.verdict == report.VerdictInconclusive && (took < 19*second || took > 25*second) {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// TestNeverDoneWithRetryAfter shows that jobs which never end are found whatever the job timeout is, where pending answers ask to
// come back later; and that no monitor is asked earlier than it wishes.
func TestNeverDoneWithRetryAfter(t *testing.T) {
	for _, timeout := range []time.Duration{1500 * ms, 4 * second, 5 * second, 6 * second, 7 * second, 8 * second, 10 * second, 12 * second} {
		for _, lasts := range []time.Duration{time.Hour, timeout - 300*ms} {
			harness.InFakeTime(t, fmt.Sprint(timeout, " ", lasts), func(t *testing.T) {
				_, found := odd("", latency(3*ms, 3*ms), lasting(lasts), header(pending, "Retry-After", "1"),
					asked(func(t *conformance.Target) { t.JobTimeout = timeout })).judged(t)
				completes, _ := found.Find("monitor.completes")
				if want := map[bool]contract.Outcome{true: contract.Fail, false: contract.Pass}[lasts == time.Hour]; completes.Outcome != want {
					t.Errorf("monitor.completes: %s; %s", completes.Outcome, found.Why)
				}
			})
		}
	}
}
