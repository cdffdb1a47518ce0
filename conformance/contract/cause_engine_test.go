package contract

import (
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const badGateway = "<html><title>502 Bad Gateway</title></html>"

// now and then picks reads of several jobs, at one age.
func nowAndThen(jobs ...int) pick { return and(of(reads, jobs...), sent(290*ms, 400*ms)) }

func onConnection(number int) change {
	return func(e *record.Exchange) { e.Connection, e.Fresh = number, false }
}

func withBody(e *record.Exchange) { e.Request.BodyLength = 40 }

// framed adds what was asked on one connection: HEAD, and GET, which was answered so.
func framed(changes ...change) edit {
	return also(func(r *handwritten) {
		r.probe(record.ProbeFraming, record.RoleMonitor, 201, ofJob(9), at(1500*ms), asks("HEAD"), onConnection(700), url(site+"/monitor/"+id(9)))
		e := r.probe(record.ProbeFraming, record.RoleMonitor, 201, ofJob(9), at(1510*ms), asks("GET"), onConnection(700), url(site+"/monitor/"+id(9)))
		for _, c := range changes {
			c(e)
		}
	})
}

// afterRestart forgets every job from 500 ms on, and has job 15 begin then.
var afterRestart = both(on(and(of(reads, everybody...), sent(500*ms, time.Hour)), lost), never(and(of(results, everybody...), anything)), also(func(r *handwritten) {
	r.start(15, 202, at(700*ms))
	r.read(15, 200, at(800*ms))
	r.done(15, at(1700*ms))
	r.result(15)
	r.done(15, at(3500*ms), change(late))
}))

// inTurns has every second read of some jobs lost.
func inTurns(jobs ...int) edit {
	return also(func(r *handwritten) {
		for _, job := range jobs {
			for n := range 6 {
				code := 200
				if n%2 == 0 {
					code = 404
				}
				r.read(job, code, at(310*ms+time.Duration(n)*20*ms))
			}
		}
	})
}

var sharedCases = []testCase{
	{"http.available", "nothing in front", Pass, "", asIs},
	{"http.available", "a gateway's page, now and then", Fail, "2 of", on(nowAndThen(1, 2), status(502), page(badGateway))},
	{"http.available", "a gateway's status for starts and monitors", Fail, "whatever they asked for", both(on(nowAndThen(1, 2), status(502), body("bad")), on(of(starts, 10), status(502), body("bad")), never(of(either(reads, results), 10)))},
	{"http.available", "resets of whatever is asked", Fail, "their connections ended first", both(on(nowAndThen(1, 2), fails(record.FailureBroken, "EOF")), on(probed(record.ProbeHostile, record.RoleMonitor), fails(record.FailureBroken, "EOF")))},
	{"http.available", "new connections refused now and then", Fail, "got no connection", on(and(either(reads, results), func(e *record.Exchange) bool { return e.Fresh && e.Job%3 == 1 }), fails(record.FailureConnect, "connection refused"))},
	{"http.available", "a gateway that speaks of its upstream, to monitors alone", Fail, "2 of", on(nowAndThen(1, 2), status(503), body("upstream connect error"))},
	{"http.available", "monitors at first, and results at last", Fail, "others like them succeeded", both(onFirst(of(reads, 1, 2), status(503), body("{}")), on(and(of(results, 3, 4), lates), status(503), body("{}")))},
	{"http.available", "a sign-in from one moment on", Fail, "to the end of the run all requests", both(on(and(either(reads, results), sent(1200*ms, time.Hour)), status(302), field("Location: /login?next=x")), never(isProbe))},
	{"monitor.ready", "monitors at first", Fail, "503 Service Unavailable", onFirst(of(reads, 1, 2, 10), status(503), body("{}"))},
	{"http.available", "nothing was answered", NotObserved, "no request was answered right", never(anything)},
	{"monitor.status", "502 for one job alone", Fail, "502 Bad Gateway", on(nowAndThen(1), status(502), page(badGateway))},
	{"monitor.status", "502 as the application writes it, for monitors alone", Fail, "502 Bad Gateway", on(nowAndThen(1, 2), status(502), body(`{"error":1}`))},
	{"monitor.status", "503, with problem details", Fail, "503 Service Unavailable", on(nowAndThen(1, 2), status(503), page(badGateway), field("Content-Type: application/problem+json"))},
	{"monitor.status", "500 for everybody", Fail, "500 Internal Server Error", on(nowAndThen(together...), status(500), page(badGateway))},
	{"monitor.status", "resets of monitors alone", Fail, "no answer (EOF)", on(nowAndThen(1, 2), fails(record.FailureBroken, "EOF"))},

	{"http.framing", "each answer begins where the one before ends", Pass, "", framed()},
	{"http.framing", "a body after HEAD", Fail, "on the connection that had carried HEAD", framed(fails(record.FailureProtocol, "not an answer in HTTP"))},
	{"http.framing", "closed after HEAD", Pass, "", both(framed(), framed(fails(record.FailureBroken, "EOF")))},
	{"http.framing", "not probed", NotObserved, "no requests were sent one after another", asIs},
	{"http.framing", "bodies of starts left unread", Fail, "that followed a request with a body on the same connection", both(
		on(of(starts, 1, 2, 3, 4, 5, 6), withBody), onFirst(of(reads, 1, 2, 3, 4, 5, 6), status(405)),
		on(and(of(either(starts, reads), 1, 2, 3, 4, 5, 6), not(func(e *record.Exchange) bool { return e.Fresh })), func(e *record.Exchange) { e.Connection = 500 + e.Job }))},
	{"monitor.ready", "refused whether or not a body was sent before", Fail, "405 Method Not Allowed", both(on(of(starts, 1, 2, 3), withBody), onFirst(of(reads, 1, 2, 3, 9, 10), status(405)))},

	{"jobs.replicas", "everybody knows every job", Pass, "", asIs},
	{"jobs.replicas", "two jobs in turns", Fail, "2 jobs are known, unknown and known again", inTurns(1, 2)},
	{"jobs.replicas", "no monitor", Blocked, "monitor.ready", both(on(reads, lost), never(results))},
	{"monitor.status", "one job in turns", Fail, "404 Not Found", inTurns(1)},
	{"monitor.status", "two jobs, once each", Fail, "404 Not Found", on(nowAndThen(1, 2), lost)},

	{"jobs.survive-restart", "older jobs are unknown from one moment on", Fail, "every job begun before", afterRestart},
	{"jobs.survive-restart", "no restart", NotApplicable, "not seen to restart", asIs},
	{"monitor.status", "all forgotten, and nothing younger", Fail, "404 Not Found", both(on(and(reads, sent(500*ms, time.Hour)), lost), never(results), never(of(anything, unread...)))},
	{"monitor.status", "forgotten, but for one that is as old", Fail, "404 Not Found", both(never(of(anything, unread...)), afterRestart, also(func(r *handwritten) { r.life(16, record.WayAlone) }))},

	{"monitor.completes", "done below the base path, and pending outside it", Fail, "after the same path below the base path was answered 201 Created (#", both(strayed(4500*ms), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 201, 404))},
	{"monitor.completes", "done below the base path a moment before", NotObserved, "no job was waited for to its end", both(strayed(3000*ms), diagnosed(record.RoleMonitor, site+"/monitor/"+id(9), 201, 404))},
	{"result.ok", "signed links that run out", Fail, "signed links are answered 403 Forbidden", both(
		on(dones, own("Location: /v1/result/{id}?Expires=1&Signature=s")),
		on(and(results, sent(1400*ms, time.Hour)), status(403)))},
	{"start.accepted", "no start resource", NotObserved, "every start was answered 404 Not Found", both(on(starts, status(404)), never(either(reads, results)), never(isProbe))},
	{"start.accepted", "404 for one of many", Fail, "404 Not Found", on(of(starts, 9), status(404))},
	{"monitor.status", "credentials that run out", NotObserved, "the credentials were accepted until", both(on(not(isProbe), asFirst), on(and(reads, sent(500*ms, time.Hour)), unauthorized), never(results), on(of(reads, unread...), unauthorized), never(probed(record.ProbeHead, record.RoleMonitor)), never(probed(record.ProbeConditional, record.RoleMonitor)))},
	{"monitor.status", "401 now and then", Fail, "401 Unauthorized", both(on(not(isProbe), asFirst), on(nowAndThen(1, 2), unauthorized))},
	{"monitor.not-cached", "one answer twice, older the second time", Fail, "two answers of one Date", on(and(of(reads, 9), sent(90*ms, 700*ms)), storedAt(100*ms))},
	{"result.repeatable", "links without a signature", Fail, "403 Forbidden", on(and(results, lates), status(403))},
}

func asFirst(e *record.Exchange) { e.Request.Credentials = record.IdentityFirst }

func unauthorized(e *record.Exchange) { e.Status = 401; with("WWW-Authenticate: Bearer")(e) }

// strayed has monitors outside the base path, where all are pending until a time.
func strayed(until time.Duration) edit {
	return both(on(starts, own("Location: /monitor/{id}")), on(reads, status(200), field("Cache-Control: no-store"), without("Location")), never(results), never(isProbe),
		also(func(r *handwritten) { r.read(9, 200, at(until+6000*ms)) }))
}

func isProbe(e *record.Exchange) bool { return e.Probe != "" }

// storedAt makes an answer a stored one, which says how old it is.
func storedAt(at time.Duration) change {
	return func(e *record.Exchange) {
		e.Received += 10 * (e.Sent - at) // so slow is the connection that seconds pass
		field("Date: " + httpTime(at))(e)
		field(fmt.Sprintf("Age: %d", int((e.Received - at).Seconds())))(e)
	}
}

// TestExplained gives each explanation its name, and its mend.
func TestExplained(t *testing.T) {
	names := map[string]string{
		"a gateway's page, now and then": "gateway", "resets of whatever is asked": "connection-reset", "a body after HEAD": "head-with-body",
		"bodies of starts left unread": "unread-body", "two jobs in turns": "replicas", "older jobs are unknown from one moment on": "restart",
		"signed links that run out": "link-expired", "new connections refused now and then": "new-connections",
	}
	for _, c := range sharedCases {
		name, explained := names[c.name]
		if !explained {
			continue
		}
		ruling := rulingOf(Judge(c.observation(), Catalogue()), c.id)
		if ruling.Cause != name || ruling.Likely == "" || ruling.Mend == "" {
			t.Errorf("%s: cause %q (%s), mend %q; want %q", c.name, ruling.Cause, ruling.Likely, ruling.Mend, name)
		}
	}
}

// TestJobsThatBrokeIt has a judgement name the jobs that broke it, all of them, and none that it cites beside them.
func TestJobsThatBrokeIt(t *testing.T) {
	for _, c := range []struct {
		id   string
		edit edit
		jobs []int
	}{
		{"start.accepted", on(of(starts, 9), status(200)), []int{9}},
		{"jobs.concurrent", on(ofTogether(starts), status(500)), []int{1, 2, 3, 4, 5, 6, 7, 8}},
		{"http.available", on(nowAndThen(1, 2), status(502), page(badGateway)), []int{1, 2}},
	} {
		NewWithT(t).Expect(rulingOf(Judge(testCase{edit: c.edit}.observation(), Catalogue()), c.id).Jobs).To(Equal(c.jobs), c.id)
	}
}

// TestLimits applies limits to requests at random times, and asks which limit it was.
func TestLimits(t *testing.T) {
	g := NewWithT(t)
	refusing := func(l func(passed []time.Duration, at time.Duration) bool, n int, every time.Duration) ([]*record.Exchange, func(*record.Exchange) bool) {
		var list []*record.Exchange
		var passed []time.Duration
		for i := range n {
			e := &record.Exchange{Number: i + 1, Status: 200, Sent: time.Duration(i)*every + time.Duration(i*i%7)*every/7}
			if l(passed, e.Sent) {
				e.Status = 503
			} else {
				passed = append(passed, e.Sent)
			}
			list = append(list, e)
		}
		return list, func(e *record.Exchange) bool { return e.Status == 503 }
	}
	full := bucket(50)
	l := findLimit(refusing(func(p []time.Duration, at time.Duration) bool { return full(p, at) >= 20 }, 400, 5*ms))
	g.Expect(l).NotTo(BeNil())
	g.Expect(l.rate()).To(BeNumerically("~", 40, 4), l.String())
	window := fixed(time.Second, 0)
	l = findLimit(refusing(func(p []time.Duration, at time.Duration) bool { return window(p, at) >= 30 }, 600, 10*ms))
	g.Expect(l).NotTo(BeNil())
	g.Expect(l.rate()).To(BeNumerically("~", 24, 4), l.String())
	n := 0
	l = findLimit(refusing(func([]time.Duration, time.Duration) bool { n++; return n%23 == 0 }, 600, 5*ms))
	g.Expect(l).To(BeNil(), "every 23rd request is no limit")
}

func TestFisher(t *testing.T) {
	g := NewWithT(t)
	g.Expect(fisher(8, 0, 0, 8)).To(BeNumerically("~", 1.0/12870, 1e-9))
	g.Expect(fisher(3, 1, 1, 3)).To(BeNumerically("~", 17.0/70, 1e-9)) // Fisher's lady, tasting tea
	g.Expect(contrast(8, 0, 0, 8, 1)).To(BeTrue())
	g.Expect(contrast(3, 0, 0, 8, 1)).To(BeFalse(), "it may be chance")
	g.Expect(contrast(30, 1, 0, 80, 1)).To(BeFalse(), "a wrong one without it")
	g.Expect(contrast(30, 0, 40, 40, 1)).To(BeFalse(), "half of the right ones have it")
}

// TestThroughout has a start be not found late in a long run, as a read was early: it is one of the run all the same.
func TestThroughout(t *testing.T) {
	read := &record.Exchange{Role: record.RoleMonitor, Status: 404, Sent: time.Second}
	start := &record.Exchange{Role: record.RoleStart, Status: 404, Sent: 10 * time.Minute, Received: 10 * time.Minute}
	NewWithT(t).Expect(throughout.startsLike(read, []answer{{Exchange: read}, {Exchange: start}})).To(Equal([]*record.Exchange{start}))
}
