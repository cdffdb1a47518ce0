package honest

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
)

var oddities = slices.Concat(oddPlaces, oddIDs, oddLives, oddAnswers, oddWays, oddAccess)

// Where the three resources are.
var oddPlaces = []oddity{
	odd("nothing odd"),
	odd("nothing odd, and many jobs", asked(func(t *conformance.Target) { t.Jobs = 40 })),
	odd("a base path", layout("/api/v1/deferredjob", "/api/v1/monitor/{id}", "/api/v1/result/{id}"), below("/api/v1")),
	odd("a base path with a slash behind", layout("/api/v1/deferredjob", "/api/v1/monitor/{id}", "/api/v1/result/{id}"), below("/api/v1/")),
	odd("absolute Locations", locations(absolute)),
	odd("absolute Locations, in capitals and with the port", locations(capital)),
	odd("Locations with dots", locations(func(_ *http.Request, to string) string { return "/over/./there/../.." + to })),
	odd("an IPv6 address", locations(absolute), at("http://[2001:db8::1]:8080")),
	odd("a host in capitals, with the port", locations(absolute), at("http://SERVER.test:80")),
	odd("a base path beyond ASCII", layout("/caf%C3%A9/deferredjob", "/caf%C3%A9/monitor/{id}", "/caf%C3%A9/result/{id}"), below("/caf%C3%A9"), locations(relative)),
	odd("Locations without a scheme", locations(networkPath)),
	odd("relative Locations", locations(relative)),
	odd("relative Locations below a base path", locations(relative), layout("/api/deferredjob", "/api/monitor/{id}", "/api/result/{id}"), below("/api")),
	odd("relative Locations, up two folders", locations(relative), layout("/deferredjob", "/jobs/monitor/of/{id}", "/jobs/{id}")),
	odd("a query alone", locations(relative), layout("/deferredjob", "/deferredjob?job={id}", "/deferredjob?job={id}&part=result")),
	odd("a query alone, named token", locations(relative), layout("/deferredjob", "/jobs/{id}", "/jobs/{id}?token={id}")),
	odd("a query named key", layout("/deferredjob", "/monitor?key={id}", "/result?key={id}")),
	odd("ids in the query", layout("/deferredjob", "/monitor?v=2&job={id}", "/result?v=2&job={id}")),
	odd("the result below the monitor", layout("/deferredjob", "/jobs/{id}", "/jobs/{id}/result")),
	odd("the monitor below the result", layout("/deferredjob", "/jobs/{id}/state", "/jobs/{id}")),
	odd("an empty query", layout("/deferredjob", "/monitor/{id}?", "/result/{id}?")),
	odd("slashes at the end", layout("/deferredjob", "/monitor/{id}/", "/result/{id}/")),
	odd("two slashes in a row", layout("/deferredjob", "/v1//monitor/{id}", "/v1//result/{id}")),
	odd("other ids for results", resultIDs(hashed)),
	odd("results elsewhere altogether", layout("/deferredjob", "/monitor/{id}", "/files/2026/{id}.json"), resultIDs(hashed)),
	odd("a result without any id", layout("/deferredjob", "/monitor/{id}", "/answer"), body("text/plain", []byte("42"))),
	odd("fragments", layout("/deferredjob", "/monitor/{id}", "/result/{id}"), locations(func(_ *http.Request, to string) string { return to + "#top" }), mayFail("location.no-fragment")),
	odd("a start elsewhere", layout("/orders/7/print", "/monitor/{id}", "/result/{id}"), asked(func(t *conformance.Target) { t.StartPath = "orders/7/print" })),
}

// Ids.
var oddIDs = []oddity{
	odd("a slash in ids, escaped", ids("{n}%2F{r}")),
	odd("ids beyond ASCII, escaped", ids("caf%C3%A9-{r}")),
	odd("ids beyond ASCII, escaped in small letters", ids("caf%c3%a9-{r}")),
	odd("a tilde, a semicolon and more", ids("~{r};v=1,a:b@c!$&'()*+")),
	odd("ids of three characters", ids3()),
	odd("ids of ten characters", ids("ten-{r}")),
	odd("ids counted up", ids("{n}"), mayFail("access.unguessable")),
	odd("ids counted up from ten millions, results otherwise", counted(), mayFail("access.unguessable")),
	odd("a slug behind that nobody reads", ids("{r}-report-for-{n}"), slugged()),
	odd("a slug behind a counter", ids("{n}-report"), slugged(), mayFail("access.unguessable")),
	odd("another slug behind each counter", ids("{n}-report-{r}"), slugged(), mayFail("access.unguessable")),
	odd("UUIDs", ids("{r}00-4b1d-4f00-9f00-{r}{r}")),
	odd("long ids", ids(strings.Repeat("{r}", 40))),
}

// How jobs live.
var oddLives = []oddity{
	odd("instant jobs", instant()),
	odd("instant jobs, far away", instant(), latency(200*ms, 200*ms)),
	odd("jobs of a millisecond", lasting(ms)),
	odd("jobs of a minute", lasting(time.Minute)),
	odd("two workers", workers(2), lasting(700*ms)),
	odd("one worker", workers(1), lasting(700*ms)),
	odd("one worker, the last come first", workers(1), lasting(400*ms), picking(last)),
	odd("two workers, the last come first", workers(2), lasting(2*second), picking(last)),
	odd("the second job is done at once", lengths(func(n int) time.Duration { return max(0, time.Duration(2-n)) * 2 * second })),
	odd("every third job takes ten times longer", lengths(func(n int) time.Duration { return 300*ms + time.Duration(n%3/2)*3*second })),
	odd("the first job takes longest", lengths(func(n int) time.Duration { return 10 * second / time.Duration(n) })),
	odd("later jobs take longer", lengths(func(n int) time.Duration { return 200 * ms * time.Duration(n) })),
	odd("unread ones take longest", lengths(func(n int) time.Duration { return 300*ms + time.Duration(n/10)*5*second })),
	odd("the result is there before its monitor says so", set(func(s *honest) { s.lead = 30 * ms })),
	odd("the result of a short job is there before its monitor says so", lasting(20*ms), set(func(s *honest) { s.lead = 30 * ms })),
	odd("forgotten after a minute, one worker", workers(1), lasting(10*second), set(func(s *honest) { s.expiry = 61 * second })),
	odd("forgotten after a minute, one slow worker", workers(1), lasting(40*second), set(func(s *honest) { s.expiry = 61 * second }), asked(func(t *conformance.Target) { t.Timeout = time.Hour })),
	odd("forgotten after a minute, slow polling", lasting(100*second), header(pending, "Retry-After", "45"), set(func(s *honest) { s.expiry = 61 * second })),
	odd("forgotten before it may be asked for again", lasting(100*second), header(pending, "Retry-After", "90"), set(func(s *honest) { s.expiry = 61 * second }), unseen("monitor.created", "monitor.final", "result.ok", "result.complete", "result.repeatable", "jobs.concurrent")),
	odd("forgotten as announced", workers(1), lasting(10*second), set(func(s *honest) { s.expiry = 20 * second }), announced(20*second)),
	odd("forgotten as announced, by a clock that nobody knows", workers(1), lasting(10*second), set(func(s *honest) { s.expiry = 20 * second }), announced(20*second), noDate),
	odd("unknown ids are gone", set(func(s *honest) { s.unknown, s.early = 410, 410 })),
	odd("results that are not there are told by 422", set(func(s *honest) { s.early = 422 })),
	odd("results that are not there are told by 409", set(func(s *honest) { s.early = 409 }), mayFail("result.not-found")),
	odd("four at a time, the others later", behind(atMost(4, 503, "1"))),
	odd("four at a time, the others slower", behind(atMost(4, 429, ""))),
}

// What answers look like.
var oddAnswers = []oddity{
	odd("empty results", body("", nil)),
	odd("no content type on empty JSON", body("application/json", nil)),
	odd("results of 5 MB", body("application/octet-stream", noise(5<<20))),
	odd("results of 5 MB, in chunks", body("application/octet-stream", noise(5<<20)), chunked),
	odd("results in chunks", chunked),
	odd("binary results", body("image/png", noise(3000))),
	odd("compressed where asked", onlyGzipped(func(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") })),
	odd("always compressed", onlyGzipped(func(*http.Request) bool { return true })),
	odd("the same body for all", body("application/json", []byte(`{"answer":42}`))),
	odd("results shared by content", set(func(s *honest) { s.result = func(string) string { return "/blob/" + hashed("42") } }), body("text/plain", []byte("42"))),
	odd("results computed once, by the first job", set(func(s *honest) { s.result = func(string) string { return "/memo/1" } }), bodyOf("application/json", func(*work) string { return `{"computed by":"9e3779b1-1"}` })),
	odd("a result that says when it was served", servedAt(time.RFC3339Nano), mayFail("result.stable")),
	odd("a result that says in seconds when it was served", servedAt(time.RFC3339), mayFail("result.stable")),
	odd("a result that says when it was served, signed anew", servedAt(time.RFC3339), resigned(time.Hour), mayFail("result.stable")),
	odd("the job before is named in the result", bodyOf("application/json", func(j *work) string {
		return fmt.Sprintf(`{"job":%q,"before":"%08x-%d"}`, j.id, uint32(j.n-1)*2654435761, j.n-1)
	})),
	odd("nothing but the job before is named", bodyOf("application/json", func(j *work) string { return fmt.Sprintf(`{"before":"%08x-%d"}`, uint32(j.n-1)*2654435761, j.n-1) })),
	odd("numbers like ids in results", ids("1000{n}000"), bodyOf("text/plain", func(j *work) string { return fmt.Sprintf("document 1000%d000", 1+(j.n+3)%9) }), mayFail("access.unguessable")),
	odd("JSON with a byte order mark", body("application/json", []byte("\xef\xbb\xbf{}"))),
	odd("a result larger than is read", body("text/plain", noise(300<<10)), asked(func(t *conformance.Target) { t.MaxBody = 64 << 10 }), unseen("result.complete")),
	odd("a pending answer of 2 MB", set(func(s *honest) { s.running = bytes.Repeat([]byte("working "), 256<<10) }), lasting(2*second)),
	odd("results that take three seconds to arrive", slowly(3*second)),
	odd("results that take three seconds to begin", on(product, func(http.ResponseWriter, *http.Request, *work) { time.Sleep(3 * second) })),
	odd("starts take two seconds", on(started, func(http.ResponseWriter, *http.Request, *work) { time.Sleep(2 * second) }), lasting(5*second), mayFail("start.prompt")),
	odd("starts take longer than jobs", on(started, func(http.ResponseWriter, *http.Request, *work) { time.Sleep(2 * second) }), unseen("monitor.pending"), mayFail("start.prompt")),
	odd("a pending answer without a body", set(func(s *honest) { s.running = nil })),
	odd("Retry-After in seconds", lasting(2*second), header(pending, "Retry-After", "1"), header(started, "Retry-After", "1")),
	odd("Retry-After, longer than the job takes", lasting(2*second), header(pending, "Retry-After", "10")),
	odd("Retry-After, longer than anybody waits", lasting(2*second), header(pending, "Retry-After", "3600")),
	odd("Retry-After: 0", header(pending, "Retry-After", "0")),
	odd("Retry-After as a date", lasting(3*second), retryDate(http.TimeFormat)),
	odd("Retry-After as a date of RFC 850", lasting(3*second), retryDate("Monday, 02-Jan-06 15:04:05 GMT")),
	odd("Retry-After as a date of asctime", lasting(3*second), retryDate(time.ANSIC)),
	odd("Retry-After as a date, a clock an hour ahead", lasting(3*second), clock(time.Hour), retryDate(http.TimeFormat)),
	odd("hints from the first on", hinting(0), mayFail("monitor.pending-location")),
	odd("hints later on", hinting(300*ms), mayFail("monitor.pending-location")),
	odd("hints later on, for long", hinting(300*ms), lasting(20*second), mayFail("monitor.pending-location")),
	odd("hints later on, and the result is early", hinting(870*ms), set(func(s *honest) { s.lead = 30 * ms }), mayFail("monitor.pending-location")),
	odd("its own Location while pending", on(pending, func(w http.ResponseWriter, r *http.Request, j *work) { w.Header().Set("Location", r.RequestURI) })),
	odd("a validator that changes with the state", on(pending, tag("a")), on(done, tag("b"))),
	odd("validators are heeded", tagged),
	odd("Last-Modified is heeded", modified),
	odd("Last-Modified is heeded, and clocks of replicas differ", modified, clocks(0, 5*time.Minute, -3*time.Minute)),
	odd("signed anew at each read", resigned(time.Hour)),
	odd("signed anew at each read, and for a while only", resigned(20*second), workers(1), lasting(10*second)),
	odd("max-age=0 while pending", header(pending, "Cache-Control", "max-age=0")),
	odd("no-cache while pending, and Expires", header(pending, "Cache-Control", "no-cache"), header(pending, "Expires", "Thu, 01 Jan 2099 00:00:00 GMT")),
	odd("Expires: 0", header(pending, "Expires", "0"), header(started, "Expires", "0")),
	odd("Age: 0", header(pending, "Age", "0")),
	odd("Age, and clocks of replicas differ", header(pending, "Age", "1"), clocks(0, 5*time.Minute, -3*time.Minute)),
	odd("done answers and results may be cached", header(done, "Cache-Control", "max-age=600"), header(product, "Cache-Control", "max-age=86400, immutable")),
}

// What lies between.
var oddWays = []oddity{
	odd("200 ms for every answer", latency(200*ms, 200*ms)),
	odd("jitter", latency(0, 300*ms)),
	odd("jitter and instant jobs", latency(0, 300*ms), instant()),
	odd("two seconds for every answer", latency(2*second, 2*second), lasting(15*second)),
	odd("Connection: close", everywhere("Connection", func() []string { return []string{"close"} })),
	odd("idle connections are closed at once", idle(time.Nanosecond)),
	odd("four workers that wait on idle connections", fewWorkers(4, 5*second)),
	odd("two workers that wait on idle connections for long", fewWorkers(2, 15*second), lasting(5*second)),
	odd("TLS by a private authority", func(s *oddServer) { s.tls = "http/1.1" }),
	odd("HTTP/2", func(s *oddServer) { s.tls = "h2" }),
	odd("HTTP/2 and absolute Locations", func(s *oddServer) { s.tls = "h2" }, locations(absolute)),
	odd("ten requests a second", refusing(429, "1", overRate(10, 10)), lasting(5*second)),
	odd("ten requests a second, without Retry-After", refusing(429, "", overRate(10, 10)), lasting(5*second)),
	odd("one request a second", refusing(429, "1", overRate(1, 3)), lasting(time.Minute)),
	odd("429 now and then", refusing(429, "", every(9)), lasting(20*second)),
	odd("503 with Retry-After now and then", refusing(503, "1", every(9)), lasting(20*second)),
	odd("503 with Retry-After: 0 now and then", refusing(503, "0", every(9)), lasting(20*second)),
	odd("429 with Retry-After: 0 now and then", refusing(429, "0", every(9)), lasting(20*second)),
	odd("a clock an hour ahead", clock(time.Hour)),
	odd("a clock an hour behind", clock(-time.Hour)),
	odd("clocks of replicas differ by minutes", clocks(0, 5*time.Minute, -3*time.Minute)),
	odd("no Date", noDate),
}

// Who may.
var oddAccess = []oddity{
	odd("a token everywhere", guarded),
	odd("a token everywhere, and a result elsewhere that won't have it", guarded, elsewhere(withCredentials), mayFail("location.same-origin")),
	odd("the same, allowed", guarded, elsewhere(withCredentials), asked(func(t *conformance.Target) { t.AllowOrigins = []string{"http://store.test"} })),
	odd("a result elsewhere that is out of reach", guarded, elsewhere(always(401)), mayFail("location.same-origin"), unseen("result.ok", "result.repeatable", "result.complete", "jobs.concurrent")),
	odd("HEAD on the start leads to a manual", through(manual)),
	odd("a name and a password in the base URL", basic),
	odd("two users", users),
	odd("two users and one answer for all", users, body("application/json", []byte(`{"answer":42}`))),
	odd("bans whoever looks like trouble", banning),
	odd("a POST with a JSON body", posted),
	odd("pages of another origin", crossOrigin("https://page.test")),
	odd("pages of another origin, and a token", guarded, crossOrigin("https://page.test")),
}
