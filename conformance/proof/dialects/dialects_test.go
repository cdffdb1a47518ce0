// Package dialects shows that every dialect that is built in can be served and judged, and that none is taken for another.
package dialects

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

const jobs = time.Second

// serve serves a dialect.
func serve(t *testing.T, d dialect.Dialect, fails bool) conformance.Target {
	t.Helper()
	options := reference.Options{Dialect: d, JobDuration: jobs, StartPath: startPath(d)}
	if fails {
		options.Fails = func() bool { return true }
	}
	server, err := reference.New(options)
	if err != nil {
		t.Fatal(err)
	}
	target := harness.Serve(t, server)
	target.StartPath = startPath(d)
	return target
}

// startPath is where a dialect's jobs begin: where the client chooses their ids, the path has one.
func startPath(d dialect.Dialect) string {
	if d.Monitor.At.AreSaid() || !strings.HasPrefix(d.Monitor.At[0].Arg, "{start}") {
		return "/deferredjob"
	}
	return "/deferredjob/{uuid}"
}

func TestServed(t *testing.T) {
	for _, d := range settings.Dialects() {
		for _, row := range []struct {
			name    string
			fails   bool
			expect  record.Expectation
			verdict report.Verdict
			failing string
		}{
			{"success", false, record.ExpectSuccess, report.VerdictPass, ""},
			{"failure, as expected", true, record.ExpectFailure, report.VerdictPass, ""},
			{"failure, not as expected", true, record.ExpectSuccess, report.VerdictFail, "result.ok"},
		} {
			t.Run(d.Name+"/"+row.name, func(t *testing.T) {
				if err := reference.Serves(d); err != nil {
					t.Skip(err)
				}
				if row.fails && !tellsFailure(d) {
					t.Skip("it has no way to say that a job failed")
				}
				synctest.Test(t, func(t *testing.T) {
					target := serve(t, d, row.fails)
					target.Dialect, target.Expect = d, row.expect
					began := time.Now()
					r := harness.Check(t, target)
					if took := time.Since(began); took > jobs*11/10+400*time.Millisecond {
						t.Errorf("the run took %v", took)
					}
					if r.Verdict != row.verdict || harness.Failures(r) != row.failing {
						t.Errorf("%s: %s, failing %q%s", r.Verdict, r.Targets[0].Why, harness.Failures(r), harness.Unexpected(r, nil))
					}
				})
			})
		}
	}
}

func tellsFailure(d dialect.Dialect) bool {
	return !record.Bind(d, "", record.ExpectFailure).Result.None()
}
