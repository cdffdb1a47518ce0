package faults

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
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

// TestDiagnosis holds the likely causes against faults of the reference: where a fault's cause can be
// seen from outside, the failure names it.
func TestDiagnosis(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ fault, id, likely string }{
		{"location-lost-base-path", "monitor.ready", "the Location lost the base path /api/v1: the same path below it answers (#"},
		{"result-location-lost-base-path", "result.ok", "the Location lost the base path /api/v1: the same path below it answers (#"},
		{"location-repeats-base-path", "monitor.ready", "the Location has the base path /api/v1 twice: with one of them it answers (#"},
		{"location-doubled-slash", "monitor.ready", "a doubled slash where a base and a path were joined: with one it answers (#"},
		{"location-below-start", "monitor.ready", "glued to the path that was asked, /deferredjob: without it, it answers (#"},
		{"location-internal-host", "location.same-origin", "the same path on the target's own origin answers: the host is wrong (backend.invalid)"},
		{"location-internal-host", "monitor.ready", "the same path on the target's own origin answers: the host is wrong (backend.invalid)"},
		{"result-location-internal-host", "result.ok", "the same path on the target's own origin answers: the host is wrong (backend.invalid)"},
		{"location-downgraded", "location.no-downgrade", "the same path on the target's own origin answers: the scheme is wrong. TLS ends at a proxy"},
		{"result-location-downgraded", "location.no-downgrade", "the scheme is wrong. TLS ends at a proxy"},
		{"result-location-without-id", "result.ok", "the Location has no id where one should stand: job "},
		{"monitor-late", "monitor.ready", "the 202 is sent before the job is stored where its monitor looks"},
		{"monitor-first-read-500", "monitor.ready", ""},
		{"monitor-first-read-404-on-fresh-connection", "jobs.replicas", "replicas behind a balancer do not share their jobs"},
		{"monitor-every-fourth-missing", "monitor.ready", ""},
		{"monitor-404-until-done", "monitor.ready", "no job was ever seen pending"},
		{"monitor-refuses-credentials", "monitor.ready", "the monitor refuses the credentials that the start accepted"},
		{"monitor-replicas", "jobs.replicas", "replicas behind a balancer do not share their jobs"},
		{"monitor-third-read-500", "monitor.status", ""},
		{"monitor-500-near-end", "monitor.status", ""},
		{"monitor-404-on-fresh-connection", "jobs.replicas", "replicas behind a balancer do not share their jobs"},
		{"monitor-404-from-half", "monitor.status", ""},
		{"monitor-pending-302", "monitor.pending", "a redirect that only adds or removes a slash"},
		{"monitor-redirects-to-login", "monitor.pending", "an access layer sends the client to a sign-in page"},
		{"monitor-every-fourth-never-done", "monitor.completes", ""},
		{"monitor-done-303", "monitor.created", "the end is announced by a redirect"},
		{"monitor-done-once-then-pending", "monitor.final", ""},
		{"monitor-done-once-then-404", "monitor.final", "the job is forgotten once it is done"},
		{"monitor-done-404-on-fresh-connection", "jobs.replicas", "replicas behind a balancer do not share their jobs"},
		{"gateway-502", "http.available", "a gateway answers in the application's place"},
		{"rate-limit-503", "http.available", "a rate limit that does not say so: it allows about "},
		{"head-with-body", "http.framing", "bytes follow the answer to HEAD"},
		{"body-unread", "http.framing", "the body of a request is left unread on the connection"},
		{"restart-unannounced", "jobs.survive-restart", "the server was restarted"},
		{"restart-forgets", "jobs.survive-restart", "jobs are kept in the memory of a process"},
		{"result-late", "result.ok", "the end is announced before the result is stored"},
		{"result-missing", "result.ok", ""},
		{"result-500", "result.ok", ""},
		{"result-once-then-410", "result.repeatable", "it is deleted once it, or its monitor, was read"},
		{"result-404-on-fresh-connection", "result.repeatable", ""},
	} {
		t.Run(row.fault+"/"+row.id, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				i := slices.IndexFunc(reference.Faults(), func(f reference.Fault) bool { return f.Name == row.fault })
				options, prepare := harness.ForFault(reference.Faults()[i])
				options.Faults = []string{row.fault}
				expectLikely(t, harness.CheckFault(t, reference.Faults()[i], options, prepare).Targets[0], row.id, row.likely)
			})
		})
	}
}

var citation = regexp.MustCompile(`#([0-9]+)`)

// mostToFindOut is how many requests a suspicion may cost, as the contract says ("Who is charged").
const mostToFindOut = 20

// expectLikely holds the likely cause of a failure against what is expected; each exchange that it cites is shown.
func expectLikely(t *testing.T, found report.Target, id, likely string) {
	t.Helper()
	i := slices.IndexFunc(found.Requirements, func(q report.Requirement) bool { return q.ID == id })
	q := found.Requirements[i]
	switch {
	case q.Outcome != contract.Fail:
		t.Errorf("%s is %s: %s", id, q.Outcome, q.Reason)
	case likely == "" && q.Likely != "", !strings.Contains(q.Likely, likely):
		t.Errorf("%s\n got %s\n likely %q, want %q", id, q.Got, q.Likely, likely)
	}
	for _, cited := range citation.FindAllStringSubmatch(q.Likely, -1) {
		if number, _ := strconv.Atoi(cited[1]); !slices.Contains(q.Exchanges, number) {
			t.Errorf("%s: %q, and the failure rests on %v", id, q.Likely, q.Exchanges)
		}
	}
	if asked := diagnoses(found); asked > mostToFindOut {
		t.Errorf("%d requests to find out why", asked)
	}
}

func diagnoses(found report.Target) int {
	n := 0
	for _, e := range found.Exchanges {
		if e.Probe == string(record.ProbeDiagnosis) {
			n++
		}
	}
	return n
}

// A riddle is a server whose Locations are broken on the way, or what stands before it.
type riddle struct {
	name   string
	front  func(http.Handler) http.Handler
	target func(*conformance.Target)
	id     string
	likely string // empty where nothing shows the cause
}

var riddles = []riddle{
	{"a query that every request needs", needsQuery, startsAt("/deferredjob?api-version=2"), "monitor.ready", "with the query of the request that led to it (?api-version=2) it answers: the Location left that out"},
	{"no leading slash", spoilLocation(func(l string) string { return strings.TrimPrefix(l, "/") }), startsAt("/jobs/new/deferredjob"), "monitor.ready", "the Location lacks its leading slash"},
	{"another port", spoilLocation(func(l string) string { return "http://server.test:8080" + l }), nil, "monitor.ready", "the port is wrong (8080, not 80)"},
	{"an inner name", spoilLocation(func(l string) string { return "http://backend.internal" + l }), nil, "monitor.ready", "the Location names the server's own bind address"},
	{"an inner name, and a page for every path", everyPath(spoilLocation(func(l string) string { return "http://backend.invalid" + l })), nil, "monitor.ready", "it was never there, nor was any job's"},
	{"a monitor that is authorised by itself", preauthorised, withToken, "monitor.ready", "asked without the credentials it answers: the monitor's URL is authorised by itself"},
	{"a monitor that refuses everybody", refusesEverybody, withToken, "monitor.ready", "the monitor refuses the credentials that the start accepted"},
	{"a slash that is redirected for", wantsSlash, nil, "monitor.pending", "What it redirects to answers (#"},
	{"a login page", loginWall, nil, "monitor.completes", "the monitor's 200 is a sign-in page (#"},
	{"a page for every path", everyPath(same), nil, "monitor.completes", "a page of an application that answers every path"},
	{"a Location that is lost for good", spoilLocation(func(l string) string { return l + "x" }), nil, "monitor.ready", "it was never there, nor was any job's"},
}

func TestDiagnosisOfRiddles(t *testing.T) {
	for _, b := range riddles {
		t.Run(b.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { expectLikely(t, b.judged(t, false), b.id, b.likely) })
		})
	}
}

// TestNoProbesNoDiagnosis shows that nothing is asked, and nothing claimed, where probes are off.
func TestNoProbesNoDiagnosis(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		found := riddles[0].judged(t, true)
		expectLikely(t, found, "monitor.ready", "it was never there, nor was any job's")
		if n := diagnoses(found); n > 0 {
			t.Errorf("%d requests to find out why", n)
		}
	})
}

func (b riddle) judged(t *testing.T, noProbes bool) report.Target {
	t.Helper()
	server, err := reference.New(reference.Options{JobDuration: 900 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	target := harness.Serve(t, guard(t, b.front(server)))
	target.JobTimeout, target.NoProbes = 20*time.Second, noProbes
	if b.target != nil {
		b.target(&target)
	}
	r, err := conformance.Check(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	return r.Targets[0]
}

// guard sees to it that what is asked to find out why begins no job, and takes no credentials to another host.
func guard(t *testing.T, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asks := strings.Contains(r.UserAgent(), string(record.ProbeDiagnosis))
		if asks && (strings.HasSuffix(r.URL.Path, "/deferredjob") || r.Method != http.MethodGet || r.Host != "server.test") {
			t.Errorf("asked to find out why: %s %s at %s", r.Method, r.URL, r.Host)
		}
		if r.Host != "server.test" && r.Header.Get("Authorization") != "" {
			t.Errorf("credentials for %s", r.Host)
		}
		next.ServeHTTP(w, r)
	})
}

func startsAt(path string) func(*conformance.Target) {
	return func(t *conformance.Target) { t.StartPath = path }
}

func withToken(t *conformance.Target) {
	t.Header = http.Header{"Authorization": {"Bearer first-secret"}}
}
