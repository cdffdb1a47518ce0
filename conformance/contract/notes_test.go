package contract_test

import (
	"strings"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func TestNotes(t *testing.T) {
	const ms = time.Millisecond
	at := func(e record.Exchange, sent time.Duration) *record.Exchange {
		e.Sent, e.Received, e.Ended = sent, sent+ms, sent+ms
		return &e
	}
	monitor := func(job int) record.Request {
		return record.Request{Method: "GET", URL: "http://server.test/monitor/" + string(rune('a'+job))}
	}
	run := func(ends ...time.Duration) *record.Observation {
		o := &record.Observation{Protocol: record.TwoOhTwo, Duration: 10 * time.Second}
		for i, end := range ends {
			location := []record.Field{{Name: "Location", Value: monitor(i).URL}}
			o.Exchanges = append(o.Exchanges,
				at(record.Exchange{Role: record.RoleStart, Job: i + 1, Way: record.WayTogether, Status: 202, Fields: location, Request: record.Request{Method: "GET", URL: "http://server.test/deferredjob"}}, 0),
				at(record.Exchange{Role: record.RoleMonitor, Job: i + 1, Status: 201, Fields: location, Request: monitor(i)}, end))
		}
		return o
	}
	waiting := func(n int) *record.Observation {
		o := run()
		for i := range n {
			o.Exchanges = append(o.Exchanges, at(record.Exchange{Role: record.RoleStart, Status: 429, Fields: []record.Field{{Name: "Retry-After", Value: "2"}}}, time.Duration(i)*2*time.Second))
		}
		return o
	}
	kept := run(100 * ms)
	kept.Exchanges = append(kept.Exchanges, at(record.Exchange{Role: record.RoleMonitor, Job: 1, Status: 201, Request: monitor(0)}, 400*ms))
	replicas := run(100*ms, 101*ms, 102*ms, 103*ms)
	for i, address := range []string{"10.0.0.2:80", "10.0.0.3:80", "10.0.0.2:80"} {
		replicas.Exchanges[2*i+1].Peer = address
	}
	for _, c := range []struct {
		name string
		o    *record.Observation
		want string
	}{
		{"nothing to say", run(), ""},
		{"replicas", replicas, "asked at 3 addresses: 2 of 8 requests at 10.0.0.2:80, 1 of 8 requests at 10.0.0.3:80"},
		{"kept", kept, "still known 300ms after its end"},
		{"ends in a row", run(100*ms, 200*ms, 301*ms, 399*ms, 500*ms), "one at a time: 5 jobs that were begun at the same instant ended one after another, 100ms apart"},
		{"ends in pairs", run(100*ms, 101*ms, 200*ms, 201*ms, 300*ms), ""},
		{"ends at the same time", run(100*ms, 101*ms, 102*ms, 103*ms), ""},
		{"random ends", run(100*ms, 120*ms, 300*ms, 310*ms, 900*ms), ""},
		{"a slow job that is followed by others", run(2000*ms, 2100*ms, 2200*ms, 2300*ms), ""},
		{"waiting most of the time", waiting(3), "6s of 10s were spent waiting"},
		{"waiting less than half", waiting(2), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i, e := range c.o.Exchanges {
				e.Number = i + 1
			}
			c.o.Arrange()
			notes := strings.Join(contract.Notes(c.o), "; ")
			if c.want == "" && notes != "" || !strings.Contains(notes, c.want) {
				t.Errorf("%q, want %q", notes, c.want)
			}
		})
	}
}
