package observe

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func idleRun(t *testing.T) *run {
	t.Helper()
	target, err := Target{BaseURL: "http://host"}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	r := newRun(context.Background(), target, &credentials{})
	t.Cleanup(r.close)
	return r
}

// Of a header that is too large what is judged is kept before all else, and what is left out is counted.
func TestFieldsKept(t *testing.T) {
	long := strings.Repeat("x", 9000)
	numbered := func(n int, value string) http.Header {
		header := http.Header{"Location": {"/a"}, "Retry-After": {"1"}, "Zone": {"last"}}
		for i := range n {
			header[fmt.Sprintf("X-%06d", i)] = []string{value}
		}
		return header
	}
	many := http.Header{"Location": {}, "Cache-Control": {"no-store"}}
	for i := range 10_000 {
		many.Add("Location", fmt.Sprint(i))
	}
	for _, c := range []struct {
		name     string
		header   http.Header
		recorded int64
		kept     int
		more     int
		has      string
	}{
		{"as honest servers send it", numbered(150, "value"), 0, 153, 0, "Zone: last"},
		{"very many", numbered(100_000, "v"), 0, 200, 99_803, "Retry-After: 1"},
		{"long ones", numbered(50, long), 0, 6, 47, "Location: /a"},
		{"many of one name", many, 0, 17, 9984, "Cache-Control: no-store"},
		{"once much is recorded", numbered(150, "value"), recordBound, 40, 113, "Retry-After: 1"},
		{"none", http.Header{}, 0, 0, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			r := idleRun(t)
			r.recorded.Store(c.recorded)
			fields, more := r.fields(c.header)
			g.Expect(len(fields)).To(Equal(c.kept))
			g.Expect(more).To(Equal(c.more))
			var lines []string
			for _, f := range fields {
				lines = append(lines, f.Name+": "+f.Value)
				g.Expect(len(f.Value)).To(BeNumerically("<", record.LongestValue+200))
			}
			if c.has != "" {
				g.Expect(lines).To(ContainElement(c.has))
			}
		})
	}
}

// A reference of eight thousand bytes is followed as it was sent; one that is longer can't be, and is told apart from others.
func TestLongReferences(t *testing.T) {
	g := NewWithT(t)
	r := idleRun(t)
	upTo := "/" + strings.Repeat("a", record.LongestValue-len("http://host/"))
	got := answer{Exchange: &record.Exchange{}, received: received{url: "http://host/start", header: r.followed(http.Header{"Location": {upTo}, "X-Other": {"x"}})}}
	g.Expect(got.header).To(HaveLen(1))
	g.Expect(got.reference(r.protocol.Monitor, got).reference).To(Equal(upTo))
	g.Expect(followable(got.pointer(r.protocol.Monitor, got))).To(BeEmpty())

	long := upTo + strings.Repeat("/", 1<<17)
	got.header = r.followed(http.Header{"Location": {long}})
	g.Expect(len(got.reference(r.protocol.Monitor, got).reference)).To(BeNumerically("<", record.LongestValue+200), "what is held of it")
	g.Expect(followable(got.pointer(r.protocol.Monitor, got))).To(ContainSubstring("RFC 9110 4.1"))
	g.Expect(followable("http://host" + upTo + "a")).NotTo(BeEmpty())
	got.header = r.followed(http.Header{"Location": {"/a", "/b", "/c"}})
	g.Expect(got.reference(r.protocol.Monitor, got).reference).To(BeEmpty(), "of several none is followed")
}

// A run whose record is too large asks for nothing more, and says why.
func TestRecordBound(t *testing.T) {
	g := NewWithT(t)
	r := idleRun(t)
	e := &record.Exchange{Request: record.Request{URL: "http://host/" + strings.Repeat("a", 1<<20)}, Failure: record.Failure{Text: strings.Repeat("b", 1<<20)}}
	r.record(e)
	g.Expect(len(e.Request.URL)).To(BeNumerically("<", record.LongestValue+200))
	g.Expect(len(e.Failure.Text)).To(BeNumerically("<", record.LongestValue+200))
	g.Expect(r.recorded.Load()).To(BeNumerically("==", e.Weight()))
	_, why := r.acquire(r.ctx, ordinary)
	g.Expect(why).To(BeEmpty())
	r.recorded.Store(recordBound + 1)
	_, why = r.acquire(r.ctx, ordinary)
	g.Expect(why).To(Equal("the run's bound of 90 MiB recorded was reached"))
	g.Expect(r.ctx.Err()).To(HaveOccurred())
	g.Expect(ShareRecord(Target{Jobs: 10_000}, 4)).To(BeNumerically(">", 200<<20), "many jobs are much to record")
	g.Expect(ShareRecord(Target{}, 4)).To(BeNumerically("==", recordBound/4), "several targets share the bound")
	g.Expect(ShareRecord(Target{}, 1000)).To(BeNumerically("==", recordLeast))
}
