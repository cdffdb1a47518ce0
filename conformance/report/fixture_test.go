package report_test

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

const base = "http://jobs.example/api"

// began is when the recorded run began. Golden files depend on it.
var began = time.Date(2026, 3, 14, 3, 9, 26, 0, time.UTC)

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// exchange is one row of a recorded run.
func exchange(number, job int, role record.Role, method, path string, sent int, status int, fields ...string) *record.Exchange {
	e := &record.Exchange{
		Number: number, Job: job, Role: role, Status: status, Connection: 1 + number%3, Fresh: number < 4, Protocol: "HTTP/1.1",
		Request: record.Request{Method: method, URL: base + path, Fields: []record.Field{{Name: "User-Agent", Value: "two-oh-two/1.0 (run k3x9)"}}},
		Sent:    ms(sent), Received: ms(sent + 2), Ended: ms(sent + 3),
	}
	for i := 0; i+1 < len(fields); i += 2 {
		e.Fields = append(e.Fields, record.Field{Name: fields[i], Value: fields[i+1]})
	}
	return e
}

func body(e *record.Exchange, text string) *record.Exchange {
	e.Body = record.Body{Length: int64(len(text)), Hash: "c0ffee", Beginning: []byte(text)}
	return e
}

// recorded is a run on a server that sends its 202 too early, says nothing of caches, and sends text
// that a terminal would obey.
func recorded() *record.Observation {
	start := func(number, job, sent int, way record.Way) *record.Exchange {
		e := exchange(number, job, record.RoleStart, "GET", "/deferredjob", sent, 202,
			"Date", "Sat, 14 Mar 2026 03:09:26 GMT", "Location", "/api/monitor/"+string(rune('a'+job)), "Cache-Control", "no-store")
		e.Way = way
		return e
	}
	const hostile = "\x1b[2J\x1b]0;owned\x07 \u202egnp.exe\u202c caf\xe9 \u009b31m"
	o := &record.Observation{
		Run: "k3x9", Began: began, Duration: 1234567 * time.Microsecond,
		Target: record.Target{BaseURL: base, StartURL: base + "/deferredjob", StartMethod: "GET", JobTimeout: 5 * time.Minute},
		Parts: []record.Part{
			{Name: "preflight", To: ms(1)}, {Name: "starts", From: ms(1), To: ms(5)}, {Name: "early probes", From: ms(5), To: ms(35)},
			{Name: "jobs", From: ms(5), To: ms(1015)}, {Name: "late reads\x1b[2J", From: ms(1015), To: ms(1234)},
		},
		Exchanges: []*record.Exchange{
			start(1, 1, 1, record.WayAlone),
			start(2, 2, 2, record.WayTogether),
			start(3, 3, 2, record.WayTogether),
			body(exchange(4, 1, record.RoleMonitor, "GET", "/monitor/b", 5, 404, "Content-Type", "text/plain", "Server", hostile, "X-Cache", "MISS"), "no such job: "+hostile),
			exchange(5, 2, record.RoleMonitor, "GET", "/monitor/c", 6, 200, "Content-Type", "application/json"),
			exchange(6, 3, record.RoleMonitor, "GET", "/monitor/d", 7, 200, "Content-Type", "application/json"),
			exchange(7, 1, record.RoleMonitor, "GET", "/monitor/b", 85, 200, "Content-Type", "application/json"),
			exchange(8, 1, record.RoleMonitor, "GET", "/monitor/b", 1000, 201, "Location", "../result/b"),
			exchange(9, 2, record.RoleMonitor, "GET", "/monitor/c", 1001, 201, "Location", "../result/c"),
			exchange(10, 3, record.RoleMonitor, "GET", "/monitor/d", 1002, 201, "Location", "../result/d"),
			body(exchange(11, 1, record.RoleResult, "GET", "/result/b", 1010, 200, "Content-Type", "application/json"), `{"result":1}`),
			body(exchange(12, 2, record.RoleResult, "GET", "/result/c", 1011, 200, "Content-Type", "application/json"), `{"result":2}`),
			body(exchange(13, 3, record.RoleResult, "GET", "/result/d", 1012, 200, "Content-Type", "application/json"), `{"result":3}`),
		},
	}
	o.Arrange()
	return o
}

// written is a report of the recorded run. The rulings are written by hand, so that they
// stay what they are while judgements are bettered.
func written(options report.Options) report.Report {
	rule := func(id string, level contract.Level, says string, j contract.Judgement) contract.Ruling {
		return contract.Ruling{Requirement: contract.Requirement{
			ID: id, Level: level, Says: says, Source: "seed 3; RFC 9110 15.3.3", Means: "A client that asks at once thinks the job is lost, and gives up or begins it again.",
		}, Judgement: j}
	}
	pass := func(numbers ...int) contract.Judgement {
		return contract.Judgement{Outcome: contract.Pass, Exchanges: numbers}
	}
	r := report.New(options, report.Finding{Observation: recorded(), Rulings: []contract.Ruling{
		rule("start.accepted", contract.Must, "A start request is answered 202 Accepted, each time.", pass(1)),
		rule("start.location", contract.Must, "The 202 carries exactly one Location field, not empty.", pass(1)),
		rule("location.layout", contract.May, "The paths are the seed's own.", contract.Judgement{Outcome: contract.Yes, Exchanges: []int{1}}),
		rule("monitor.ready", contract.Must, "The monitor is there as soon as the 202 is received: its first read does not fail.", contract.Judgement{
			Outcome: contract.Fail, Exchanges: []int{4, 1, 7}, Jobs: []int{1},
			Got:    "job 1: the first read of its monitor, 2ms after the 202, was answered 404 Not Found (1 of 3 jobs failed this way: job 1)",
			Want:   "200 while the job runs, 201 once it is done",
			Likely: "it was there 82ms after the 202: the 202 is sent before the job is stored where its monitor looks (Server: \x1b[31mevil)",
		}),
		rule("monitor.created", contract.Must, "A done job's monitor is answered 201 with exactly one Location, not empty.", pass(8)),
		rule("monitor.no-store", contract.Should, "A pending answer says no-store or no-cache (or max-age=0): a 200 is cacheable by heuristic.", contract.Judgement{
			Outcome: contract.Fail, Exchanges: []int{5, 6, 7}, Jobs: []int{1, 2, 3}, Got: "no Cache-Control field", Want: "Cache-Control: no-store",
		}),
		rule("monitor.retry-after", contract.Must, "Retry-After is one field.", contract.Judgement{Outcome: contract.NotObserved, Reason: "no start or monitor sent Retry-After"}),
		rule("result.ok", contract.Must, "The 201's Location is answered 200 as soon as the 201 is received.", pass(11)),
		rule("result.stable", contract.Should, "It is the same each time.", contract.Judgement{Outcome: contract.Blocked, BlockedBy: "monitor.ready", Reason: "blocked by monitor.ready, which failed"}),
		rule("result.own", contract.Must, "Each job has its own result.", contract.Judgement{Outcome: contract.Blocked, BlockedBy: "monitor.ready", Reason: "blocked by monitor.ready, which failed"}),
		rule("browser.allowed", contract.Should, "Answers allow the origin.", contract.Judgement{Outcome: contract.NotApplicable, Reason: "no origin is given"}),
	}})
	r.Contract = report.ContractInfo{Name: "two-oh-two", Version: "1.0", Digest: "0123456789ab"} // whatever becomes of the catalogue
	return r
}
