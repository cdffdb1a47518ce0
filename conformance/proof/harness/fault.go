package harness

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// ForFault is the server and the target that a fault needs to show, prepared in further ways.
func ForFault(fault reference.Fault, prepare ...func(*conformance.Target)) (reference.Options, func(*conformance.Target)) {
	options := reference.Options{JobDuration: 900 * time.Millisecond} // less than a second: no Retry-After, reads are dense
	prepare = slices.Clone(prepare)
	for _, need := range fault.Needs {
		switch need {
		case reference.NeedsBasePath:
			options.BasePath = "/api/v1"
			prepare = append(prepare, func(t *conformance.Target) { t.BaseURL += "/api/v1" })
		case reference.NeedsCredentials, reference.NeedsOther:
			options.Authorize = bearer
			prepare = append(prepare, func(t *conformance.Target) {
				t.Header = http.Header{"Authorization": {"Bearer first-secret"}}
				if need == reference.NeedsOther {
					t.OtherHeader = http.Header{"Authorization": {"Bearer other-secret"}}
				}
			})
		case reference.NeedsSecondsToRun:
			options.JobDuration = 2500 * time.Millisecond
		case reference.NeedsBody:
			options.StartMethods = []string{http.MethodPost}
			prepare = append(prepare, func(t *conformance.Target) {
				t.StartMethod, t.Body, t.BodyType = http.MethodPost, []byte(`{"report":"monthly"}`), "application/json"
			})
		case reference.NeedsForgedHost:
			prepare = append(prepare, func(t *conformance.Target) { t.Probes = []string{"forged-host"} })
		case reference.NeedsRollout:
			prepare = append(prepare, func(t *conformance.Target) { t.Rollout = takesASecond })
		case reference.NeedsReplica, reference.NeedsRestart:
			options.Store = new(Store)
		case reference.NeedsOrigin:
			options.AllowOrigins = []string{"https://page.test"}
			prepare = append(prepare, func(t *conformance.Target) { t.Origin = "https://page.test" })
		}
	}
	return options, inOrder(prepare)
}

func inOrder(list []func(*conformance.Target)) func(*conformance.Target) {
	return func(t *conformance.Target) {
		for _, f := range list {
			f(t)
		}
	}
}

func takesASecond(context.Context) error { time.Sleep(time.Second); return nil }

func bearer(r *http.Request) (string, bool) {
	switch r.Header.Get("Authorization") {
	case "Bearer first-secret":
		return "first", true
	case "Bearer other-secret":
		return "other", true
	}
	return "", false
}

// CheckFault judges a server that a fault needs to show.
func CheckFault(t *testing.T, fault reference.Fault, options reference.Options, prepare func(*conformance.Target), how ...conformance.Option) report.Report {
	t.Helper()
	listen := ServeWith
	if slices.Contains(fault.Needs, reference.NeedsTLS) {
		listen = ServeHTTPS
	}
	h := New(t, options).HTTPServer()
	var restart func(context.Context) error
	switch {
	case slices.Contains(fault.Needs, reference.NeedsRestart):
		h.Handler, restart = restartable(t, options)
	case options.Store != nil:
		h.Handler = Replicas(t, 2, options)
	}
	target := listen(t, h)
	target.Restart = restart
	if slices.Contains(fault.Needs, reference.NeedsAddresses) {
		target = ServeReplicas(t, Servers(t, 2, options)...)
	}
	prepare(&target)
	target.JobTimeout = 20 * time.Second
	r := Check(t, target, how...)
	if r.Targets[0].Stopped != "" {
		t.Errorf("the run was stopped: %s", r.Targets[0].Stopped)
	}
	return r
}

// restartable is a server, and what puts another in its place.
func restartable(t *testing.T, options reference.Options) (http.Handler, func(context.Context) error) {
	servers := Servers(t, 2, options)
	var now atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { servers[now.Load()].ServeHTTP(w, r) }), func(context.Context) error {
		now.Store(1)
		return nil
	}
}

// Broken lists what fails, of every level, and which other MAY came out otherwise than without the fault.
func Broken(bad, good report.Report) []string {
	var list []string
	for i, q := range bad.Targets[0].Requirements {
		before := good.Targets[0].Requirements[i].Outcome
		if q.Outcome == contract.Fail || q.Level == contract.May && q.Outcome != before && q.Outcome.Judged() {
			list = append(list, q.ID)
		}
	}
	return list
}

// Explain tells of the requirements that came out otherwise than they should.
func Explain(r report.Report, got, want []string) string {
	var b strings.Builder
	for _, q := range r.Targets[0].Requirements {
		if slices.Contains(got, q.ID) != slices.Contains(want, q.ID) {
			b.WriteString("  " + q.ID + " " + string(q.Outcome) + ": " + q.Reason + q.Got + "\n")
		}
	}
	return b.String()
}
