package honest

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestExpect shows that a server whose jobs fail passes where that is expected, and where either is, and that what
// comes otherwise than expected is a failure that says so.
func TestExpect(t *testing.T) {
	never, always := func() bool { return false }, func() bool { return true }
	sometimes := func() func() bool {
		var n atomic.Int64
		return func() bool { return n.Add(1)%3 == 0 }
	}
	const failed, succeeded = "this job failed, and the run expects jobs to succeed; or its result is not known", "this job succeeded, and the run expects jobs to fail"
	for _, row := range []struct {
		name   string
		fails  func() bool
		expect record.Expectation
		faults []string
		broken string // the MUST that fails; empty where none does
		likely string
	}{
		{"success, expected", never, "", nil, "", ""},
		{"failure, expected", always, record.ExpectFailure, nil, "", ""},
		{"either, and all succeed", never, record.ExpectEither, nil, "", ""},
		{"either, and all fail", always, record.ExpectEither, nil, "", ""},
		{"either, and some fail", sometimes(), record.ExpectEither, nil, "", ""},
		{"failure, unexpected", always, record.ExpectSuccess, nil, "result.ok", failed},
		{"some fail, unexpected", sometimes(), record.ExpectSuccess, nil, "result.ok", failed},
		{"success, unexpected", never, record.ExpectFailure, nil, "result.ok", succeeded},
		{"failure, and a fault besides", always, record.ExpectFailure, []string{"monitor-late"}, "monitor.ready", ""},
	} {
		harness.InFakeTime(t, row.name, func(t *testing.T) {
			target := harness.Serve(t, harness.New(t, reference.Options{JobDuration: 900 * ms, Fails: row.fails, Faults: row.faults}))
			target.Expect = row.expect
			expectBroken(t, harness.Check(t, target), row.broken, row.likely)
		})
	}
}

// expectBroken holds a report against the one requirement that is to fail in it, if any.
func expectBroken(t *testing.T, r report.Report, id, likely string) {
	t.Helper()
	if id == "" && r.Verdict != report.VerdictPass {
		t.Errorf("%s: %s", r.Verdict, r.Targets[0].Why)
	}
	for _, q := range r.Targets[0].Requirements {
		switch {
		case q.Outcome == contract.Fail && q.ID != id:
			t.Errorf("%s: %s", q.ID, q.Got)
		case q.ID == id && q.Outcome != contract.Fail:
			t.Errorf("%s is %s", q.ID, q.Outcome)
		case q.ID == id && !strings.Contains(q.Likely, likely):
			t.Errorf("%s: likely %q", q.ID, q.Likely)
		}
	}
}

// TestExpectEitherIsOneOfThem shows that a job which failed and then succeeded is told from both.
func TestExpectEitherIsOneOfThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		server := harness.Faulty(t, "")
		target := harness.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/result/") && r.Method == http.MethodGet && n.Add(1)%2 == 1 {
				w.WriteHeader(http.StatusUnprocessableEntity)
				return
			}
			server.ServeHTTP(w, r)
		}))
		target.Expect = record.ExpectEither
		r := harness.Check(t, target)
		if found, _ := r.Targets[0].Find("result.repeatable"); found.Outcome != contract.Fail {
			t.Errorf("result.repeatable is %s; %s", found.Outcome, r.Targets[0].Why)
		}
	})
}
