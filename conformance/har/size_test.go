package har_test

import (
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A run's bound counts by weight: whatever is in an exchange, an archive has no more bytes for it.
func TestWeightBoundsFile(t *testing.T) {
	empty := len(written(t, &record.Observation{}))
	for _, text := range []string{"a", "<", `"`, "\u2028", "\xff", "a\xff", "\x01", "\U000E0041", "%00", "%ffa", "&a=", "&a", "/"} {
		for _, long := range []int{1, 100, record.LongestValue} {
			for fields := range 3 {
				t.Run(fmt.Sprintf("%q, %d bytes, %d fields", text, long, fields), func(t *testing.T) {
					long := strings.Repeat(text, long/len(text)+1)
					e := &record.Exchange{
						Number: 1000000, Role: record.RoleMonitor, Probe: record.ProbeConditional, Job: 100000, Way: record.WayDropped, Late: true,
						Request: record.Request{Method: "OPTIONS", URL: "http://127.0.0.1:8080/?" + long, BodyLength: 1 << 40, Credentials: record.IdentityFirst},
						Status:  511, Sent: 1<<50 + 1, Received: 1<<50 + 1111, Ended: 1<<50 + 2222, Connection: 100000, Fresh: true, Protocol: "HTTP/1.1",
						Body: record.Body{Length: 1 << 40, Hash: strings.Repeat("0", 64), Beginning: []byte(long), Cut: long, Bounded: true, NotJSON: long},
					}
					for i := range fields {
						for _, name := range []string{"Location", "Content-Type", "X-" + long} {
							e.Fields = append(e.Fields, record.Field{Name: name, Value: long})
							e.Request.Fields = append(e.Request.Fields, record.Field{Name: name, Value: long})
						}
						e.MoreFields = i
					}
					if fields == 0 {
						e.Failure = record.Failure{Kind: record.FailureProtocol, Text: long}
					}
					for range 16 {
						e.Body.Mentions = append(e.Body.Mentions, record.Mention{Job: 100000, Before: "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"})
					}
					size := len(written(t, &record.Observation{Exchanges: []*record.Exchange{e}})) - empty
					NewWithT(t).Expect(size).To(BeNumerically("<=", e.Weight()))
				})
			}
		}
	}
}

// Of a body that somebody put into an archive the beginning is kept; its length and its hash are what the archive says.
func TestBodyIsCut(t *testing.T) {
	g := NewWithT(t)
	o := recorded()
	o.Exchanges[1].Body.Beginning = []byte(strings.Repeat("x", 1<<20))
	e := read(t, written(t, o))[0].Exchanges[1]
	g.Expect(e.Body.Beginning).To(HaveLen(4 << 10))
	g.Expect(e.Body.Length).To(Equal(o.Exchanges[1].Body.Length))
	g.Expect(e.Body.Hash).To(Equal(o.Exchanges[1].Body.Hash))
}
