package har_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/har"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const base = "http://jobs.example/api"

// began is when the recorded run began: an hour east of Greenwich, so that its zone is seen to survive.
var began = time.Date(2026, 3, 14, 3, 9, 26, 535897932, time.FixedZone("", 3600))

func exchange(number, job int, role record.Role, path string, sent time.Duration, status int, fields ...record.Field) *record.Exchange {
	return &record.Exchange{
		Number: number, Job: job, Role: role, Status: status, Fields: fields, Connection: 1, Protocol: "HTTP/1.1", Fresh: number == 1,
		Request: record.Request{Method: "GET", URL: base + path, Credentials: record.IdentityFirst, Fields: []record.Field{
			{Name: "Authorization", Value: "$AUTHORIZATION"}, {Name: "User-Agent", Value: "two-oh-two/1.0 (run k3x9)"},
		}},
		Sent: sent, Received: sent + 1234567, Ended: sent + 2345678,
	}
}

// recorded is a small run: one job, one that was not sent any more, and bytes that are not text.
func recorded() *record.Observation {
	type field = record.Field
	start := exchange(1, 1, record.RoleStart, "/deferredjob?work=a+b&x", 1, 202, field{Name: "Location", Value: "monitor/1"})
	start.Way, start.Request.Method, start.Request.BodyLength = record.WayAlone, "POST", 12
	pending := exchange(2, 1, record.RoleMonitor, "/monitor/1", 5000001, 200, field{Name: "Server", Value: "caf\xe9 \x1b[2J\u202e"})
	pending.Body = record.Body{Length: 5, Hash: "c0ffee", Beginning: []byte("caf\xe9\x00")}
	done := exchange(3, 1, record.RoleMonitor, "/monitor/1", 9000001, 201, field{Name: "Location", Value: "../result/1?sig=$HIDDEN_1"})
	result := exchange(4, 1, record.RoleResult, "/result/1?sig=$HIDDEN_1", 13000001, 200, field{Name: "Content-Type", Value: "application/json"})
	result.Late, result.Peer = true, "10.0.0.2:8080"
	result.Body = record.Body{Length: 5000, Hash: "dec0de", Beginning: []byte(`{"é":<1>}`), Cut: "the connection \xff ended", NotJSON: "'<'",
		Mentions: []record.Mention{{Job: 1, Before: "\xe9\""}, {Job: 2, Before: `"id":`}}}
	unknown := exchange(5, 0, record.RoleMonitor, "/monitor/\xff", 14000001, 0)
	unknown.Probe, unknown.Protocol, unknown.Failure = record.ProbeUnknown, "", record.Failure{Kind: record.FailureTimeout, Text: "no whole answer within 10s"}
	unsent := &record.Exchange{Number: 6, Job: 1, Role: record.RoleResult, Sent: 15000001, Request: record.Request{Method: "GET", URL: base + "/result/1"},
		Failure: record.Failure{Kind: record.FailureStopped, Text: "the run ended first"}}
	o := &record.Observation{
		Run: "k3x9", Began: began, Duration: 1234567891, Stopped: "interrupted before the run had seen all it wanted",
		Target: record.Target{Name: "a name", BaseURL: base, StartURL: base + "/deferredjob", StartMethod: "POST",
			AllowOrigins: []string{"https://results.example"}, JobTimeout: 5 * time.Minute, Credentials: true, Origin: "https://page.example",
			Curl: []string{"--cacert", "ca.pem"}, Body: "{n}"},
		Parts:     []record.Part{{Name: "preflight", To: 1}, {Name: "st\xffarts", From: 1, To: 5}},
		Exchanges: []*record.Exchange{start, pending, done, result, unknown, unsent},
	}
	o.Arrange()
	return o
}

// silent is a target that nobody answered for.
func silent() *record.Observation {
	o := &record.Observation{Run: "k3x9", Began: began.Add(time.Second), Unreachable: "http://127.0.0.1:1: the connection is refused",
		Target: record.Target{BaseURL: "http://127.0.0.1:1", StartURL: "http://127.0.0.1:1/deferredjob", StartMethod: "GET"}}
	o.Arrange()
	return o
}

func written(t testing.TB, observations ...*record.Observation) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := har.Write(&out, observations...); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t testing.TB, text []byte) []*record.Observation {
	t.Helper()
	observations, err := har.Read(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return observations
}
