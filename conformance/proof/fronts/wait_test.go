package fronts

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// comingUp is a target that nobody listens on at first; then a proxy answers 503 for it, and then it is there.
func comingUp(t *testing.T, listens, ready time.Duration) conformance.Target {
	began := time.Now()
	server := harness.Faulty(t, "")
	target := harness.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if time.Since(began) < ready {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		server.ServeHTTP(w, r)
	}))
	dial := target.Dial
	target.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if time.Since(began) < listens {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}
		return dial(ctx, network, address)
	}
	return target
}

// TestWait shows that a deployment which is still coming up is waited for, as long as was asked and no longer, and then judged.
func TestWait(t *testing.T) {
	const s = time.Second
	for _, row := range []struct {
		name                 string
		listens, ready, wait time.Duration
		verdict              report.Verdict
		why                  string
		least, most          time.Duration
	}{
		{"it is there", 0, 0, 30 * s, report.VerdictPass, "", 0, s},
		{"it comes up", 3 * s, 8 * s, 30 * s, report.VerdictPass, "", 8 * s, 10 * s},
		{"nobody waits", 3 * s, 3 * s, 0, report.VerdictInconclusive, "http://server.test: the connection is refused: nothing listens there", 0, s},
		{"it takes longer", 60 * s, 60 * s, 5 * s, report.VerdictInconclusive, "http://server.test: the connection is refused: nothing listens there (after waiting for 5s)", 5 * s, 6 * s},
		{"it answers, and never well", 0, 24 * time.Hour, 5 * s, report.VerdictFail, "failed: start.accepted", 5 * s, 24 * time.Hour},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				target := comingUp(t, row.listens, row.ready)
				target.Wait, target.Timeout = row.wait, 20*s
				began := time.Now()
				r := harness.Check(t, target)
				took := time.Since(began)
				if r.Verdict != row.verdict || r.Targets[0].Why != row.why {
					t.Errorf("%s: %s", r.Verdict, r.Targets[0].Why)
				}
				if took < row.least || took > row.most {
					t.Errorf("it took %v", took)
				}
				if r.Duration.Duration() > took-row.least+s {
					t.Errorf("the run took %v of %v: waiting is no part of it", r.Duration.Duration(), took)
				}
			})
		})
	}
}

// Whoever waits is told why, and can stop.
func TestWaitingIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		reasons := map[string]bool{}
		target := comingUp(t, time.Hour, time.Hour)
		target.Wait = time.Hour
		target.Progress = func(p observe.Progress) {
			mu.Lock()
			defer mu.Unlock()
			reasons[p.ComingUp] = true
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		r, err := conformance.Check(ctx, target)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(r.Targets[0].Why, "interrupted while waiting for it: the connection is refused") {
			t.Error(r.Targets[0].Why)
		}
		if len(reasons) != 1 || !reasons["the connection is refused: nothing listens there"] {
			t.Error(reasons)
		}
	})
}

// TestWaitBehindProxy shows that a proxy which answers for the base URL by itself does not end the waiting: starts show when the
// API is up. A start that is refused for another reason is not waited for.
func TestWaitBehindProxy(t *testing.T) {
	for _, row := range []struct {
		name           string
		base, start    int
		ready          time.Duration
		verdict        report.Verdict
		least, most    time.Duration
		mostStartsSeen int
	}{
		{"404 at the base", 404, 502, 8 * time.Second, report.VerdictPass, 8 * time.Second, 10 * time.Second, 15},
		{"a redirect at the base", 302, 504, 8 * time.Second, report.VerdictPass, 8 * time.Second, 10 * time.Second, 15},
		{"never up", 404, 502, time.Hour, report.VerdictFail, 30 * time.Second, 40 * time.Second, 60},
		{"starts fail by themselves", 404, 500, time.Hour, report.VerdictFail, 0, 2 * time.Second, 20},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var starts atomic.Int64
				server := harness.Faulty(t, "")
				target := harness.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch up := time.Since(began) >= row.ready; {
					case r.URL.Path == "/" || r.URL.Path == "":
						w.WriteHeader(row.base)
					case !up:
						starts.Add(1)
						w.WriteHeader(row.start)
					default:
						server.ServeHTTP(w, r)
					}
				}))
				target.Wait = 30 * time.Second
				r := harness.Check(t, target)
				if took := time.Since(began); r.Verdict != row.verdict || took < row.least || took > row.most {
					t.Errorf("%s after %v: %s", r.Verdict, took, r.Targets[0].Why)
				}
				if starts.Load() > int64(row.mostStartsSeen) {
					t.Errorf("%d starts were sent while it was not up", starts.Load())
				}
			})
		})
	}
}
