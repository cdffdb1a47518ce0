package contract

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func TestTitle(t *testing.T) {
	g := NewWithT(t)
	e := aRead()
	g.Expect(e.Title()).To(Equal("job 3, GET http://api.example.org/v1/monitor/3 at 1.250 s"))
	e.Probe = record.ProbeHead
	g.Expect(e.Title()).To(HavePrefix("probe on job 3, GET "))
	e.Job = 0
	g.Expect(e.Title()).To(HavePrefix("probe, GET "))
}

func TestStatusText(t *testing.T) {
	g := NewWithT(t)
	for code, want := range map[int]string{200: "200 OK", 201: "201 Created", 422: "422 Unprocessable Content", 299: "299", 418: "418"} {
		e := aRead()
		e.Status = code
		g.Expect(e.StatusText()).To(Equal(want))
	}
	e := aRead()
	fails(record.FailureTimeout, "no answer within 10s")(e)
	g.Expect(e.StatusText()).To(Equal("no answer (no answer within 10s)"))
}

func TestSpanAndClock(t *testing.T) {
	g := NewWithT(t)
	for d, want := range map[time.Duration]string{
		0: "0s", 400 * time.Microsecond: "400µs", 1234567 * time.Nanosecond: "1.23ms", 1234567 * time.Microsecond: "1.235s",
		9999999 * time.Microsecond: "10s", 12345 * ms: "12.3s", 61 * time.Second: "1m1s",
	} {
		g.Expect(span(d)).To(Equal(want))
	}
	g.Expect(record.Clock(0)).To(Equal("0.000 s"))
	g.Expect(record.Clock(61234 * ms)).To(Equal("61.234 s"))
	g.Expect(plural(1, "job")).To(Equal("1 job"))
	g.Expect(plural(0, "job")).To(Equal("0 jobs"))
}

func TestNearest(t *testing.T) {
	names := []string{"monitor.ready", "monitor.status", "result.ok", "start.head"}
	for misspelt, want := range map[string]string{
		"monitor.redy": "monitor.ready", "monitor.ready": "monitor.ready", "Monitor.Ready": "monitor.ready", "monitor.state": "monitor.status",
		"result.okay": "result.ok", "start.haed": "start.head", "xyz": "", "": "", "completely different": "",
	} {
		if got := Nearest(misspelt, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", misspelt, got, want)
		}
	}
	if Nearest("a", nil) != "" {
		t.Error("near to nothing")
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"same", "same", 0}} {
		if distance(c.a, c.b) != c.want || distance(c.b, c.a) != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, distance(c.a, c.b), c.want)
		}
	}
}
