package manners

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestRequestsBounded shows how many requests a run makes, where nothing tells it to wait.
func TestRequestsBounded(t *testing.T) {
	for _, c := range []struct {
		jobs time.Duration
		most int
	}{{2 * time.Second, 500}, {time.Minute, 700}} {
		harness.InFakeTime(t, c.jobs.String(), func(t *testing.T) {
			r := harness.Check(t, harness.Serve(t, harness.New(t, reference.Options{JobDuration: c.jobs, RetryAfter: reference.NoRetryAfter})))
			if got := r.Targets[0].Jobs.Requests; got > c.most || r.Verdict != report.VerdictPass {
				t.Errorf("%d requests, want %d at most; verdict %s", got, c.most, r.Verdict)
			}
			if took, most := r.Duration.Duration(), c.jobs*11/10+400*time.Millisecond; took > most {
				t.Errorf("a run took %v, want %v at most", took, most)
			}
		})
	}
}

// TestRetryAfterHonoured shows that no monitor is asked again before it wishes to be.
func TestRetryAfterHonoured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked harness.Asks
		harness.Check(t, harness.Serve(t, asked.Around(harness.New(t, reference.Options{JobDuration: 3500 * time.Millisecond}))))
		last := map[string]time.Time{}
		for i, r := range asked.Requests {
			if !strings.HasPrefix(r.URL.Path, "/monitor/") || len(r.URL.Path) < 30 {
				continue
			}
			before, again := last[r.URL.Path]
			last[r.URL.Path] = asked.At[i]
			// A second or more is left for the first 2.5 s of a job: Retry-After is 3, 2 or 1 then.
			if wait := asked.At[i].Sub(before); again && wait < time.Second && asked.At[i].Sub(asked.At[0]) < 2*time.Second {
				t.Errorf("%s %s was asked again after %v", r.Method, r.URL.Path, wait)
			}
		}
	})
}

// TestManners shows what requests carry: which run, job and read they are of, no cookie but to find a cause, credentials for the target's origin alone.
func TestManners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked harness.Asks
		server := harness.New(t, reference.Options{JobDuration: 100 * time.Millisecond})
		cookies := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Set-Cookie", "session=1")
			server.ServeHTTP(w, r)
		})
		target := harness.Serve(t, asked.Around(cookies))
		target.Header = http.Header{"Authorization": {"Bearer first-secret"}}
		if r := harness.Check(t, target); r.Verdict != report.VerdictPass {
			t.Errorf("verdict %s: %s", r.Verdict, r.Targets[0].Why)
		}
		for _, r := range asked.Requests {
			if agent := r.Header.Get("User-Agent"); !strings.HasPrefix(agent, "two-oh-two/") || !strings.Contains(agent, "(run ") {
				t.Errorf("User-Agent: %s", agent)
			}
			asksWithIt := strings.Contains(r.Header.Get("User-Agent"), ", diagnosis)") // whether the job is known with the cookie of its 202
			if r.Header.Get("Cookie") != "" && !asksWithIt || r.Header.Get("Accept-Encoding") != "identity" {
				t.Errorf("%s %s carries %v", r.Method, r.URL, r.Header)
			}
		}
	})
}

// TestCredentialsStayHome shows that another origin gets the requests that Locations lead to, and none of the credentials.
func TestCredentialsStayHome(t *testing.T) {
	var crossOrigin harness.Asks
	elsewhere := harness.Loopback(t, crossOrigin.Around(harness.New(t, reference.Options{JobDuration: 50 * time.Millisecond})))
	home := harness.Loopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, _ := http.NewRequest(r.Method, elsewhere.BaseURL+r.URL.Path, nil)
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			return
		}
		defer response.Body.Close()
		if location := response.Header.Get("Location"); location != "" {
			w.Header().Set("Location", elsewhere.BaseURL+location)
		}
		w.WriteHeader(response.StatusCode)
	}))
	home.Header = http.Header{"Authorization": {"Bearer first-secret"}, "X-Api-Key": {"key-secret"}}
	r := harness.Check(t, home)
	if got := harness.Failures(r); !strings.Contains(got, "location.same-origin") || strings.Contains(got, "monitor.ready") {
		t.Errorf("fails %s", got)
	}
	monitors := 0
	for _, r := range crossOrigin.Requests {
		if strings.HasPrefix(r.URL.Path, "/monitor/") {
			monitors++
		}
		if r.Header.Get("Authorization")+r.Header.Get("X-Api-Key") != "" {
			t.Errorf("%s %s carries credentials", r.Method, r.URL)
		}
	}
	if monitors == 0 {
		t.Error("the monitors on the other origin were not asked for")
	}
}
