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
