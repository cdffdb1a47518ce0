package faults

import (
	"context"
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
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestMatrix holds every fault of the reference against the whole catalogue: each fails
// exactly what it lists, of every level, and changes no other MAY.
func TestMatrix(t *testing.T) { matrix(t, reference.Faults()) }

func matrix(t *testing.T, faults []reference.Fault, prepare ...func(*conformance.Target)) {
	goods := withoutFaults(t, faults, prepare)
	for i, fault := range faults {
		if harness.Raced && i%3 > 0 { // the race detector finds in a third of them what it finds in all
			continue
		}
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { holdAgainst(t, fault, goods[fmt.Sprint(fault.Needs)], prepare) })
		})
	}
}

// withoutFaults judges the reference without a fault, once for each thing that faults need to show, and returns the reports by that.
func withoutFaults(t *testing.T, faults []reference.Fault, also []func(*conformance.Target)) map[string]report.Report {
	goods := map[string]report.Report{}
	for _, fault := range faults {
		given := fmt.Sprint(fault.Needs)
		if _, known := goods[given]; known {
			continue
		}
		t.Run("none, "+given, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				options, prepare := setup(fault, also...)
				goods[given] = judge(t, fault, options, prepare)
			})
			for _, q := range goods[given].Targets[0].Requirements {
				if q.Outcome == contract.Fail {
					t.Errorf("without the fault, %s fails: %s", q.ID, q.Got)
				}
			}
		})
	}
	return goods
}

func holdAgainst(t *testing.T, fault reference.Fault, good report.Report, also []func(*conformance.Target)) {
	options, prepare := setup(fault, also...)
	options.Faults = []string{fault.Name}
	bad := judge(t, fault, options, prepare)
	if !harness.Raced || len(fault.Name)%8 == 0 { // with the race detector one in eight
		agree(t, bad)
	}
	var got []string
	for i, q := range bad.Targets[0].Requirements {
		before := good.Targets[0].Requirements[i].Outcome
		switch {
		case q.Outcome == contract.Fail, q.Level == contract.May && q.Outcome != before && q.Outcome.Judged():
			got = append(got, q.ID)
		}
	}
	var want []string
	for _, q := range bad.Targets[0].Requirements {
		if slices.Contains(fault.Breaks, q.ID) {
			want = append(want, q.ID)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nfails %v\n want %v\n%s", fault.Says, got, want, explain(bad, got, want))
	}
}

// setup is the server and the target that a fault needs to show, prepared in further ways.
func setup(fault reference.Fault, prepare ...func(*conformance.Target)) (reference.Options, func(*conformance.Target)) {
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
			prepare = append(prepare, func(t *conformance.Target) {
				t.Rollout = func(context.Context) error { time.Sleep(time.Second); return nil }
			})
		case reference.NeedsReplica, reference.NeedsRestart:
			options.Store = new(harness.Store)
		case reference.NeedsAddresses: // the target has them
		case reference.NeedsOrigin:
			options.AllowOrigins = []string{"https://page.test"}
			prepare = append(prepare, func(t *conformance.Target) { t.Origin = "https://page.test" })
		}
	}
	return options, func(t *conformance.Target) {
		for _, f := range prepare {
			f(t)
		}
	}
}

func bearer(r *http.Request) (string, bool) {
	switch r.Header.Get("Authorization") {
	case "Bearer first-secret":
		return "first", true
	case "Bearer other-secret":
		return "other", true
	}
	return "", false
}

func judge(t *testing.T, fault reference.Fault, options reference.Options, prepare func(*conformance.Target), how ...conformance.Option) report.Report {
	t.Helper()
	server, err := reference.New(options)
	if err != nil {
		t.Fatal(err)
	}
	listen := harness.ServeWith
	if slices.Contains(fault.Needs, reference.NeedsTLS) {
		listen = harness.ServeHTTPS
	}
	h := server.HTTPServer()
	var restart func(context.Context) error
	switch {
	case slices.Contains(fault.Needs, reference.NeedsRestart):
		h.Handler, restart = restartable(t, options)
	case options.Store != nil:
		h.Handler = harness.Replicas(t, 2, options)
	}
	target := listen(t, h)
	target.Restart = restart
	if slices.Contains(fault.Needs, reference.NeedsAddresses) {
		target = harness.ServeReplicas(t, harness.Servers(t, 2, options)...)
	}
	prepare(&target)
	target.JobTimeout = 20 * time.Second
	r, err := conformance.Check(t.Context(), target, how...)
	if err != nil {
		t.Fatal(err)
	}
	if r.Targets[0].Stopped != "" {
		t.Errorf("the run was stopped: %s", r.Targets[0].Stopped)
	}
	return r
}

// restartable is a server, and what puts another in its place.
func restartable(t *testing.T, options reference.Options) (http.Handler, func(context.Context) error) {
	servers := harness.Servers(t, 2, options)
	var now atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { servers[now.Load()].ServeHTTP(w, r) }), func(context.Context) error {
		now.Store(1)
		return nil
	}
}

// explain tells of the requirements that came out otherwise than they should.
func explain(r report.Report, got, want []string) string {
	var b strings.Builder
	for _, q := range r.Targets[0].Requirements {
		if slices.Contains(got, q.ID) != slices.Contains(want, q.ID) {
			b.WriteString("  " + q.ID + " " + string(q.Outcome) + ": " + q.Reason + q.Got + "\n")
		}
	}
	return b.String()
}

// TestEveryRequirementBites shows that every requirement has a fault which, among MUSTs, it alone catches.
func TestEveryRequirementBites(t *testing.T) {
	must := map[string]bool{}
	for _, r := range contract.Catalogue() {
		must[r.ID] = r.Level == contract.Must
	}
	for _, r := range contract.Catalogue() {
		alone := slices.ContainsFunc(reference.Faults(), func(f reference.Fault) bool {
			others := slices.ContainsFunc(f.Breaks, func(id string) bool { return id != r.ID && must[id] })
			return slices.Contains(f.Breaks, r.ID) && !others
		})
		if !alone {
			t.Errorf("no fault shows %s alone", r.ID)
		}
	}
}
