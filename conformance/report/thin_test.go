package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// crowded is a run of so many jobs, six exchanges each, and one probe. Every 202 and every answer takes longer than the one before.
func crowded(jobs int) *record.Observation {
	o := &record.Observation{Run: "k3x9", Began: began, Duration: 5 * time.Second, Target: record.Target{BaseURL: base, StartURL: base + "/deferredjob"}}
	add := func(e *record.Exchange, takes time.Duration) *record.Exchange {
		e.Number = len(o.Exchanges) + 1
		e.Received, e.Ended = e.Sent+takes, e.Sent+takes
		o.Exchanges = append(o.Exchanges, e)
		return e
	}
	for n := 1; n <= jobs; n++ {
		id, takes := fmt.Sprintf("/%06d", n), time.Duration(n)*time.Microsecond
		add(exchange(0, n, record.RoleStart, "GET", "/deferredjob", 10, 202, "Location", "/api/monitor"+id), takes).Way = record.WayTogether
		add(exchange(0, n, record.RoleMonitor, "GET", "/monitor"+id, 50, 200), 2*takes)
		add(exchange(0, n, record.RoleMonitor, "GET", "/monitor"+id, 2000+n%100, 201, "Location", "../result"+id), 2*takes)
		add(body(exchange(0, n, record.RoleResult, "GET", "/result"+id, 3000, 200, "Content-Type", "application/json"), `{"result":1}`), 3*takes)
		add(exchange(0, n, record.RoleMonitor, "GET", "/monitor"+id, 3100, 201, "Location", "../result"+id), 2*takes)
		add(body(exchange(0, n, record.RoleResult, "GET", "/result"+id, 3200, 200, "Content-Type", "application/json"), `{"result":1}`), 3*takes)
	}
	add(exchange(0, 0, record.RoleMonitor, "GET", "/monitor/0", 4000, 404), ms(1)).Probe = record.ProbeUnknown
	o.Arrange()
	return o
}

// resting is a report of a crowded run in which one failure rests on the results of all jobs, and a pass on the last exchange.
func resting(jobs int) report.Report {
	o := crowded(jobs)
	failure := contract.Judgement{Outcome: contract.Fail, Got: "results that are all the same", Want: "others"}
	for _, j := range o.Jobs {
		failure.Exchanges = append(failure.Exchanges, j.Results[1].Number)
	}
	passed := ruled("monitor.unknown")
	passed.Judgement.Exchanges = []int{len(o.Exchanges)}
	r := report.New(report.Options{Version: "1.0.0"}, report.Finding{Observation: o, Rulings: []contract.Ruling{
		ruled("start.accepted"), passed,
		{Requirement: contract.Requirement{ID: "result.own", Level: contract.Must, Says: "Each job has its own result."}, Judgement: failure},
	}})
	r.Contract = report.ContractInfo{Name: "two-oh-two", Version: "1.0", Digest: "0123456789ab"}
	return r
}

func TestGoldenMany(t *testing.T) {
	var out bytes.Buffer
	NewWithT(t).Expect(text.Styled(text.Style{})(&out, resting(1000))).To(Succeed())
	golden(t, "many.txt", out.Bytes())
}

func TestThin(t *testing.T) {
	for _, c := range []struct {
		jobs int
		thin bool
	}{{600, false}, {700, true}, {10_000, true}} {
		t.Run(fmt.Sprint(c.jobs), func(t *testing.T) {
			g := NewWithT(t)
			found := resting(c.jobs).Targets[0]
			g.Expect(found.Omitted != nil).To(Equal(c.thin))
			g.Expect(found.Jobs).To(Equal(report.Jobs{Begun: c.jobs, Done: c.jobs, Requests: 6*c.jobs + 1}))
			kept := map[int]report.Exchange{}
			for _, e := range found.Exchanges {
				kept[e.Number] = e
			}
			for _, r := range found.Requirements {
				for _, number := range r.Exchanges {
					g.Expect(kept).To(HaveKey(number), r.ID)
				}
			}
			own := found.Requirements[2]
			g.Expect(len(own.Exchanges) + own.MoreExchanges).To(Equal(c.jobs))
			if c.thin {
				counted := 0
				for _, a := range found.Omitted.Answers {
					counted += a.Count
				}
				g.Expect(counted).To(Equal(found.Omitted.Exchanges))
				g.Expect(counted + len(found.Exchanges)).To(Equal(found.Omitted.Of))
				g.Expect(found.Omitted.Of).To(Equal(found.Jobs.Requests))
				g.Expect(kept).To(HaveKey(found.Omitted.Of), "probes are kept")
			}
		})
	}
}

// However large the run and its answers, its report can be sent by mail.
func TestThinIsSmall(t *testing.T) {
	o := crowded(10_000)
	for _, e := range o.Exchanges {
		e.Fields = append(e.Fields, record.Field{Name: "Set-Cookie", Value: strings.Repeat("x", 2000)})
		e.Body.Beginning = []byte(strings.Repeat("\u2028", 300))
	}
	var out bytes.Buffer
	g := NewWithT(t)
	g.Expect(report.WriteJSON(&out, report.New(report.Options{}, report.Finding{Observation: o, Rulings: []contract.Ruling{ruled("start.accepted")}}))).To(Succeed())
	g.Expect(out.Len()).To(BeNumerically("<", 10<<20))
	var back report.Report
	g.Expect(json.Unmarshal(out.Bytes(), &back)).To(Succeed())
	g.Expect(len(back.Targets[0].Exchanges)).To(BeNumerically(">", 300))
}

func TestDistribution(t *testing.T) {
	d := resting(1000).Targets[0].Distribution
	for name, c := range map[string]struct {
		spread        *report.Spread
		count         int
		p50, p99, max time.Duration
	}{
		"starts":  {d.Starts, 1000, 500 * time.Microsecond, 990 * time.Microsecond, ms(1)},
		"reads":   {d.Reads, 3000, ms(1), 1980 * time.Microsecond, ms(2)},
		"results": {d.Results, 2000, 1500 * time.Microsecond, 2970 * time.Microsecond, ms(3)},
	} {
		g := NewWithT(t)
		s := c.spread
		g.Expect([]any{s.Count, s.P50, s.P99, s.Max}).To(Equal([]any{c.count, report.SecondsOf(c.p50), report.SecondsOf(c.p99), report.SecondsOf(c.max)}), name)
		sum, before := 0, report.Seconds(0)
		for _, b := range s.Buckets {
			g.Expect(b.To).To(BeNumerically(">", before), name)
			sum, before = sum+b.Count, b.To
		}
		g.Expect(sum).To(Equal(c.count), name)
		g.Expect(before).To(BeNumerically(">=", s.Max), name)
	}
}

// Times that are all the same, none at all, below zero or beyond any sense make a histogram all the same.
func TestDistributionOfOddTimes(t *testing.T) {
	for name, takes := range map[string]time.Duration{"none": 0, "a nanosecond": 1, "below zero": -ms(5), "years": 1 << 61} {
		o := crowded(3)
		for _, e := range o.Exchanges {
			e.Received = e.Sent + takes
		}
		o.Arrange()
		s := report.New(report.Options{}, report.Finding{Observation: o}).Targets[0].Distribution.Starts
		g := NewWithT(t)
		g.Expect(s.Buckets).To(HaveLen(1), name)
		g.Expect(s.Buckets[0].Count).To(Equal(3), name)
		g.Expect(s.Buckets[0].To).To(BeNumerically(">=", s.Max), name)
	}
}
