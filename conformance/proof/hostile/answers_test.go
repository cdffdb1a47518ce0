package hostile

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// deadWithin is how soon a dead target has to be known.
const deadWithin = 6 * time.Second

// TestDead shows that a target which is none is one diagnosis, soon, and not as many failures as there are requirements.
func TestDead(t *testing.T) {
	for _, c := range []struct {
		name string
		talk talk
		says string
	}{
		{"never answers", held(""), "did not answer a HEAD request in HTTP within 5s"},
		{"speaks no HTTP", raw("SSH-2.0-OpenSSH_9.2\r\n"), "not an answer in HTTP"},
		{"closes at once", raw(""), "closed the connection without an answer in HTTP"},
		{"drips its header", slow("HTTP/1.1 200 OK\r\n", "X-Drip: 1\r\n", second), "did not answer a HEAD request in HTTP within 5s"},
		{"floods its header", endless("HTTP/1.1 200 OK\r\n", "X-Flood: "+strings.Repeat("x", 1000)+"\r\n"), "not an answer in HTTP"},
	} {
		harness.InFakeTime(t, c.name, func(t *testing.T) {
			_, target := inMemory(t, row{role: every, talk: c.talk})
			r := harness.Check(t, target)
			found := r.Targets[0]
			if r.Verdict != report.VerdictInconclusive || !strings.Contains(found.Why, c.says) || len(found.Requirements) > 0 {
				t.Errorf("verdict %s, why %q, %d requirements", r.Verdict, found.Why, len(found.Requirements))
			}
			if took := found.Duration.Duration(); took > deadWithin {
				t.Errorf("known after %v only", took)
			}
		})
	}
	t.Run("nothing listens", func(t *testing.T) {
		r := harness.Check(t, conformance.Target{BaseURL: "http://" + closedPort(t)})
		if why := r.Targets[0].Why; r.Verdict != report.VerdictInconclusive || !strings.Contains(why, "refused") {
			t.Errorf("verdict %s, why %q", r.Verdict, why)
		}
	})
}

func closedPort(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// TestHostile shows that a run ends within its bounds whatever its monitors or results do, and never with a pass.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, path string
		answer     http.HandlerFunc
		fails      string
	}{
		{"hangs", "/monitor/", hang, "monitor.ready"},
		{"drips its body", "/monitor/", dripping, "monitor.ready"},
		{"resets", "/monitor/", reset, "monitor.ready"},
		{"floods its header", "/monitor/", manyFields, "monitor.ready"},
		{"floods its monitor", "/monitor/", harness.Pour(make([]byte, 1<<20), 0), "monitor.ready"},
		{"redirects in a loop", "/monitor/", loop, "monitor.pending"},
		{"result hangs", "/result/", hang, "result.ok"},
		{"result drips", "/result/", dripping, "result.ok"},
		{"result resets", "/result/", reset, "result.ok"},
		{"start hangs", "/deferredjob", hang, "start.accepted"},
		{"start resets", "/deferredjob", reset, "start.accepted"},
	} {
		harness.InFakeTime(t, c.name, func(t *testing.T) {
			target := harness.Serve(t, instead(t, c.path, c.answer))
			target.NoProbes = true // the answers to probes would be as bad
			r := harness.Check(t, target)
			if got := harness.Failures(r); got != c.fails {
				t.Errorf("fails %q, want %q", got, c.fails)
			}
			if took := r.Duration.Duration(); r.Verdict != report.VerdictFail || took > 2*time.Minute {
				t.Errorf("verdict %s after %v", r.Verdict, took)
			}
		})
	}
}

// instead is the reference, but for the paths that begin so.
func instead(t *testing.T, path string, answer http.HandlerFunc) http.Handler {
	honest := harness.New(t, reference.Options{JobDuration: 200 * time.Millisecond})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, path) {
			answer(w, r)
			return
		}
		honest.ServeHTTP(w, r)
	})
}

var dripping = harness.Pour([]byte("."), 100*time.Millisecond)

func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func reset(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func manyFields(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("X-Flood", strings.Repeat("x", 2<<20))
}

func loop(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }

// TestSwitching shows that an answer which hands the connection over ends as others do: to the preflight already.
func TestSwitching(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, target := inMemory(t, row{role: every, talk: held("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")})
		r := harness.Check(t, target)
		if took := r.Duration.Duration(); r.Verdict == report.VerdictPass || took > time.Minute {
			t.Errorf("verdict %s after %v", r.Verdict, took)
		}
	})
}

// TestDeafDialer shows that a run ends with its timeout though what opens its connections does not.
func TestDeafDialer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		defer close(stop)
		target := conformance.Target{BaseURL: "http://server.test", Timeout: 3 * time.Second}
		target.Dial = func(context.Context, string, string) (net.Conn, error) { <-stop; return nil, net.ErrClosed }
		began := time.Now()
		r := harness.Check(t, target)
		if took := time.Since(began); r.Verdict != report.VerdictInconclusive || took > target.Timeout+2*time.Second {
			t.Errorf("verdict %s after %v", r.Verdict, took)
		}
	})
}

// TestFlowControlEnds shows that flow control without end ends the run with the job timeout, and that the run says so.
func TestFlowControlEnds(t *testing.T) {
	later := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	for _, path := range []string{"/deferredjob", "/monitor/", "/result/"} {
		harness.InFakeTime(t, path, func(t *testing.T) {
			target := harness.Serve(t, instead(t, path, later))
			target.JobTimeout = 10 * time.Second
			r := harness.Check(t, target)
			if took := r.Duration.Duration(); r.Verdict != report.VerdictInconclusive || took > 15*time.Second ||
				!strings.HasPrefix(r.Targets[0].Stopped, "everything has been answered 429 since request ") {
				t.Errorf("verdict %s (%s) after %v", r.Verdict, r.Targets[0].Why, took)
			}
		})
	}
}
