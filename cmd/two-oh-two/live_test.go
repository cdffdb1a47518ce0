package main

import (
	"bytes"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/observe"
)

// Where no line can be taken back there is one every thirty seconds, and a short run has none.
func TestLiveLineElsewhere(t *testing.T) {
	g := NewWithT(t)
	var out bytes.Buffer
	l := &live{out: &out}
	for second := range 29 {
		l.show(observe.Progress{Elapsed: time.Duration(second) * time.Second, Pending: 2})
	}
	g.Expect(out.String()).To(BeEmpty())
	for second := range 65 {
		l.show(observe.Progress{Elapsed: time.Duration(second) * time.Second, Pending: 2, Done: 3, Reads: 7, Awaiting: "the jobs' ends"})
	}
	l.erase()
	g.Expect(out.String()).To(Equal("two-oh-two: 30.0 s: jobs: 2 pending, 3 done; reads: 7; awaiting the jobs' ends\n" +
		"two-oh-two: 60.0 s: jobs: 2 pending, 3 done; reads: 7; awaiting the jobs' ends\n"))
}
