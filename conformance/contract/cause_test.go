package contract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A likelyCase edits the healthy run, and says which cause a failure is given; none where nothing shows one.
type likelyCase struct {
	id     string
	name   string
	likely string
	edit   edit
}

// diagnosed adds what was asked about job 9, and how it was answered; nowhere is what is answered where nobody can be.
func diagnosed(role record.Role, at string, code, nowhere int) edit {
	return also(func(r *handwritten) {
		r.probe(record.ProbeDiagnosis, role, code, ofJob(9), later(6000*ms), url(at))
		r.probe(record.ProbeDiagnosis, role, nowhere, ofJob(9), later(6010*ms), url(ControlURL(r.Target, at)))
	})
}

// lostMonitors has the monitors named otherwise, and answered 404 there.
func lostMonitors(location string) edit {
	return both(on(starts, own(location)), on(reads, lost), never(results))
}

// lostResults has the results named otherwise, and answered 404 there.
func lostResults(location string) edit { return both(on(dones, own(location)), on(results, lost)) }

func refusing(code int, credentials record.Identity) edit {
	return both(on(reads, status(code), func(e *record.Exchange) { e.Request.Credentials = credentials }), never(results))
}

func unparsable(e *record.Exchange) { e.Body.NotJSON = "invalid character" }

func page(text string) change {
	return func(e *record.Exchange) { field("Content-Type: text/html; charset=utf-8")(e); body(text)(e) }
}

const (
	origin    = "http://api.example.org"
	loginForm = `<html><form action="/login"><input type="password" name="p"></form>`
)

var likelyCases = []likelyCase{
	{"monitor.ready", "a lost base path", "the Location lost the base path /v1: the same path below it answers (#", both(lostMonitors("Location: /monitor/{id}"), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 200, 404))},
	{"monitor.ready", "a lost base path, not asked about", "it was never there, nor was any job's", lostMonitors("Location: /monitor/{id}")},
	{"monitor.ready", "outside the base path, and not below it either", "it was never there, nor was any job's", both(lostMonitors("Location: /monitor/{id}"), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 404, 404))},
	{"monitor.ready", "a server that answers everywhere below the base", "it was never there, nor was any job's", both(lostMonitors("Location: /monitor/{id}"), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 200, 200))},
	{"monitor.ready", "two slashes at first", "begins with two slashes, so that \"monitor\" is read as a host", both(lostMonitors("Location: //monitor/{id}"), diagnosed(record.RoleMonitor, origin+"/monitor/"+id(9), 200, 404))},
	{"monitor.ready", "a repeated base path", "the Location has the base path /v1 twice", both(lostMonitors("Location: /v1/v1/monitor/{id}"), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 201, 404))},
	{"monitor.ready", "a doubled slash", "the Location has a doubled slash", both(lostMonitors("Location: /v1//monitor/{id}"), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 200, 404))},
	{"monitor.ready", "a URL behind a URL", "the Location is a whole URL behind another one", both(lostMonitors("Location: http://api.example.org/v1/http://api.example.org/v1/monitor/{id}"), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 200, 404))},
	{"monitor.ready", "nobody there", "nothing answers at the address that the Location names", both(on(starts, own("Location: http://backend.example.net/v1/monitor/{id}")), on(reads, fails(record.FailureConnect, "no route to host")), never(results))},
	{"start.own-job", "ids begin again", "ids are given out again", also(func(r *handwritten) {
		field("Location: /v1/monitor/" + id(9))(r.start(15, 202, at(700*ms)))
		r.read(15, 200, at(720*ms))
	})},
	{"monitor.ready", "below the start", "glued to the path that was asked, /v1/deferredjob", both(lostMonitors("Location: /v1/deferredjob/monitor/{id}"), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 200, 404))},
	{"monitor.ready", "no leading slash", "the Location lacks its leading slash", both(lostMonitors("Location: v1/monitor/{id}"), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 200, 404))},
	{"monitor.ready", "no query", "(?v=2) it answers: the Location left that out", both(lostMonitors("Location: /v1/monitor/{id}"), on(starts, url(site+"/deferredjob?v=2")), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9)+"?v=2", 200, 404))},
	{"monitor.ready", "another port", "the port is wrong (8080, not 80)", both(lostMonitors("Location: http://api.example.org:8080/v1/monitor/{id}"), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 200, 404))},
	{"monitor.ready", "another host", "the host is wrong (backend.example.net)", both(lostMonitors("Location: http://backend.example.net/v1/monitor/{id}"), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 200, 404))},
	{"location.same-origin", "its own bind address", "the Location names the server's own bind address. Behind a proxy", both(lostMonitors("Location: http://10.0.0.7:9091/v1/monitor/{id}"), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 200, 404))},
	{"location.same-origin", "another host, not asked about", "", lostMonitors("Location: http://backend.example.net/v1/monitor/{id}")},
	{"location.same-origin", "an IPv6 address that anybody can reach", "", lostMonitors("Location: http://[2606:2800:220:1::1]/v1/monitor/{id}")},
	{"location.no-downgrade", "https elsewhere", "the scheme is wrong. TLS ends at a proxy", both(https, lostMonitors("Location: http://api.example.org/v1/monitor/{id}"), diagnosed(record.RoleMonitor, "https://api.example.org/v1/monitor/"+id(9), 200, 404))},
	{"monitor.ready", "credentials that are refused", "the monitor refuses the credentials that the start accepted", refusing(401, record.IdentityFirst)},
	{"monitor.ready", "none given", "the monitor asks for credentials and none were given", refusing(401, record.IdentityNone)},
	{"monitor.ready", "authorised by itself", "asked without the credentials it answers: the monitor's URL is authorised by itself", both(refusing(401, record.IdentityFirst), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 200, 404))},
	{"monitor.ready", "refused without them too", "the monitor refuses the credentials that the start accepted", both(refusing(401, record.IdentityFirst), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 401, 404))},
	{"monitor.ready", "late", "it was there 95ms after the 202 (#", on(and(of(reads, 9), sent(0, 90*ms)), lost)},
	{"monitor.ready", "late, or known to another connection alone", "", onFirst(of(reads, 9), lost)},
	{"monitor.ready", "never, while others are", "", both(on(of(reads, 9), lost), never(of(results, 9)))},
	{"monitor.ready", "no answer", "", both(on(reads, fails(record.FailureTimeout, "timeout")), never(results))},
	{"monitor.status", "once in the middle", "", on(and(of(reads, 9), sent(100*ms, 200*ms)), status(500))},
	{"monitor.pending", "a slash", "a redirect that only adds or removes a slash", both(on(reads, status(301), func(e *record.Exchange) { field("Location: /v1/monitor/" + id(e.Job) + "/")(e) }), never(results))},
	{"monitor.pending", "a slash, and what it leads to", "What it redirects to answers (#", both(on(reads, status(301), func(e *record.Exchange) { field("Location: /v1/monitor/" + id(e.Job) + "/")(e) }), never(results), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9)+"/", 200, 404))},
	{"monitor.pending", "a redirect elsewhere", "", both(on(reads, status(302), field("Location: /v1/other")), never(results))},
	{"monitor.completes", "a login page", "the monitor's 200 is a sign-in page (#", both(endless(6*60*1000*ms, everybody...), on(pendings, page(loginForm)))},
	{"monitor.completes", "a page, and no other for unknown ids", "", both(endless(6*60*1000*ms, everybody...), on(pendings, page("<html>at work")))},
	{"monitor.completes", "a page for every path", "a page of an application that answers every path", both(endless(6*60*1000*ms, everybody...), on(either(pendings, unknownMonitor), status(200), page("<html><div id=app>")))},
	{"monitor.completes", "unknown ids are pending too", "an id that no start was given is pending too", both(endless(6*60*1000*ms, everybody...), on(unknownMonitor, status(200)))},
	{"monitor.completes", "one of many", "", endless(6*60*1000*ms, 9)},
	{"monitor.final", "forgotten, and unknown ids are pending", "an id that no start was given is pending too", both(on(unknownMonitor, status(200)), also(func(r *handwritten) { r.read(9, 200, at(3000*ms)) }))},
	{"monitor.final", "an older state", "", also(func(r *handwritten) { r.read(9, 200, at(3000*ms)) })},
	{"result.ok", "a lost base path", "the Location lost the base path /v1", both(lostResults("Location: /result/{id}"), diagnosed(record.RoleResult, site+"/result/"+id(9), 200, 404))},
	{"result.ok", "not there", "", on(results, lost)},
	{"result.ok", "late", "the end is announced before the result is stored", both(onFirst(of(results, 9), lost), also(func(r *handwritten) { r.result(9, at(1200*ms)) }))},
	{"result.ok", "no id", "the Location has no id where one should stand: job ", lostResults("Location: /v1/result/")},
	{"result.complete", "Infinity", "has Infinity, which JSON does not know", on(of(results, 9), body(`{"a": Infinity}`), unparsable)},
	{"result.complete", "lines of JSON", "one JSON value on each line", on(of(results, 9), body("{\"a\": 1}\n{\"a\": 2}\n{"), unparsable)},
	{"result.complete", "gzip", "the body is gzip", on(of(results, 9), body("\x1f\x8b\x08"), unparsable)},
	{"result.complete", "something else", "", on(of(results, 9), body("(a)"), unparsable)},
	{"result.complete", "a page", "the body begins as HTML or XML does", on(of(results, 9), body("<a>"), unparsable)},
	{"result.complete", "cut off", "", on(of(results, 9), cutOff)},
	{"result.complete", "cut off after whole JSON", "what came is whole JSON: the last chunk", on(of(results, 9), func(e *record.Exchange) { e.Body.Cut = "the body broke off after 9 bytes" })},
	{"result.complete", "fewer bytes than Content-Length says, and whole JSON", "what came is whole JSON: Content-Length is more than what is sent", on(of(results, 9), field("Content-Length: 99"), func(e *record.Exchange) { e.Body.Cut = "the connection ended" })},
	{"result.ok", "a job that failed", "this job failed: 422 is the status of a failed job", on(of(results, 9), status(422))},
	{"result.ok", "a job that failed, or whose result is not known", "or its result is not known where it was asked for", both(on(of(results, 9), status(422)), on(unknownResult, status(422)))},
}

func TestLikely(t *testing.T) {
	citation := regexp.MustCompile(`#([0-9]+)`)
	for _, c := range likelyCases {
		t.Run(c.id+"/"+c.name, func(t *testing.T) {
			g := NewWithT(t)
			r := healthy()
			c.edit(r)
			ruling := rulingOf(Judge(r.arranged(), Catalogue()), c.id)
			g.Expect(ruling.Outcome).To(Equal(Fail), ruling.Reason)
			if c.likely == "" {
				g.Expect(ruling.Likely).To(BeEmpty(), "nothing shows a cause")
			}
			g.Expect(ruling.Likely).To(ContainSubstring(c.likely))
			for _, cited := range citation.FindAllStringSubmatch(ruling.Likely, -1) {
				number, _ := strconv.Atoi(cited[1])
				g.Expect(ruling.Exchanges).To(ContainElement(number), ruling.Likely)
			}
		})
	}
}

// TestDiagnosisNeverFails has the diagnosis answered as badly as can be, after a run that passes.
func TestDiagnosisNeverFails(t *testing.T) {
	for _, code := range []int{200, 401, 404, 500} {
		r := healthy()
		for _, role := range []record.Role{record.RoleMonitor, record.RoleResult} {
			without("Date")(r.probe(record.ProbeDiagnosis, role, code, ofJob(9), at(5000*ms), url(site+"/"+string(role)+"/"+id(9))))
		}
		if failed := failures(Judge(r.arranged(), Catalogue())); failed != nil {
			t.Errorf("%d: %v", code, failed)
		}
	}
}

func TestSuspicions(t *testing.T) {
	target := record.Target{BaseURL: site, StartURL: site + "/deferredjob"}
	for _, c := range []struct {
		asked, reference string
		want             []string
	}{
		{site + "/deferredjob", "/v1/monitor/1", nil},
		{site + "/deferredjob", "monitor/1", []string{origin + "/monitor/1"}},
		{site + "/deferredjob", "/monitor/1", []string{site + "/monitor/1"}},
		{site + "/deferredjob", origin + "/" + site + "/monitor/1", []string{site + "/http://api.example.org/v1/monitor/1", site + "/monitor/1", origin + "/http:/api.example.org/v1/monitor/1"}},
		{origin + "/v1/deferredjob", "/v1/v1/monitor/1", []string{site + "/monitor/1"}},
		{site + "/deferredjob", "//v1/monitor/1", []string{origin + "/monitor/1", site + "/monitor/1"}},
		{site + "/deferredjob", "/v1/monitor/1%3D%2F", []string{site + "/monitor/1%3D%252F", site + "/monitor/1=%2F"}},
		{site + "/deferredjob", "/deferredjob", nil}, // the start itself, below the base
		{site + "/deferredjob?a=1", "/v1/deferredjob", nil},
		{site + "/deferredjob?a=1", "/v1/deferredjob/monitor/1", []string{site + "/monitor/1"}},
		{site + "/deferredjob?a=1", "/v1/monitor/1", []string{site + "/monitor/1?a=1"}},
		{site + "/deferredjob", "http://localhost:8080/monitor/1?b=2", []string{origin + "/monitor/1?b=2", site + "/monitor/1?b=2"}},
		{site + "/deferredjob", "https://api.example.org/v1/deferredjob", nil},
		{site + "/monitor/1", "/v1//result/1", []string{site + "/result/1"}},
		{site + "/monitor/1", "/v1/monitor/1/result", []string{site + "/result"}},
	} {
		var got []string
		for _, s := range RepairCandidates(target, c.asked, c.reference, nil) {
			got = append(got, s.URL)
			if !uri.SameOrigin(s.URL, site) || strings.TrimSuffix(uri.Split(s.URL).Path, "/") == "/v1/deferredjob" {
				t.Errorf("%s: %s is not to be asked", c.reference, s.URL)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s after %s: %q, want %q", c.reference, c.asked, got, c.want)
		}
	}
}

func TestBelowBase(t *testing.T) {
	for _, c := range []struct{ base, path, whole, lost string }{
		{"/api", "/monitor/1", "/api/monitor/1", "/api"},
		{"/fhir/r4", "/fhir/monitor/1", "/fhir/r4/monitor/1", "/r4"},
		{"/fhir/r4", "/r4/monitor/1", "/fhir/r4/monitor/1", "/fhir"},
		{"/a/b/c", "/a/monitor", "/a/b/c/monitor", "/b/c"},
		{"/fhir/r4", "/fhirs/monitor", "/fhir/r4/fhirs/monitor", "/fhir/r4"},
	} {
		if whole, lost := belowBase(c.base, c.path); whole != c.whole || lost != c.lost {
			t.Errorf("%s below %s: %s without %s, want %s without %s", c.path, c.base, whole, lost, c.whole, c.lost)
		}
	}
}
