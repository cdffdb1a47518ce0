package contract

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// whyShared explains starts that were given one monitor.
func whyShared(o *view, starts []*record.Exchange) cause {
	if c := whyWithoutID(o, o.jobNumbered(starts[0].Job), record.RoleMonitor); c.says != "" {
		return c
	}
	together := true
	for _, e := range starts {
		if hit := storedBy(e); hit != "" && (hit != noAge || !o.passedOnWithAge()) {
			return cause{name: "start-cached", says: fmt.Sprintf("a cache answered the start (%s)", hit), mend: "send Cache-Control: no-store with the {accepted}, or start jobs with POST"}
		}
		together = together && e.Way == record.WayTogether
	}
	shared := o.Protocol.Monitor.Follow(starts[0], nil)
	numbered := slices.ContainsFunc(o.jobs, func(j *jobView) bool {
		return j.MonitorURL != shared && withoutDigits(j.MonitorURL) == withoutDigits(shared)
	})
	switch {
	case together && !numbered:
		return cause{name: "shared-at-once", says: "only starts at the same instant share one", mend: "keep what belongs to a start in variables of its own (not in a global one, or one of a shared object); and " + randomIDs}
	case together:
		return cause{name: "id-from-clock", says: "only starts at the same instant share one", mend: randomIDs}
	}
	for _, e := range starts[1:] {
		if e.Request.URL != starts[0].Request.URL {
			return cause{}
		}
	}
	return o.whyEqualShare(starts)
}

// whyStartKept shows another start with a monitor that a start declared to be fresh.
func whyStartKept(o *view, j *jobView) cause {
	for _, other := range o.jobs {
		if other != j && other.MonitorURL == j.MonitorURL && other.Start.Sent >= j.Start.Received {
			return cause{name: "start-cached", says: fmt.Sprintf("a later start was given the same monitor (#%d), as by a cache that takes this one at its word", other.Start.Number),
				mend: "send Cache-Control: no-store with the {accepted}, or start jobs with POST", shown: other.Start}
		}
	}
	return cause{}
}

// whyEqualShare explains equal starts that were given one monitor, though they did not come at the same instant.
func (o *view) whyEqualShare(starts []*record.Exchange) cause {
	taken, mend := "the server takes a start that it has seen for a repetition", "where that is meant, make starts differ with {uuid} in --start-path, --data or --header"
	if startsByGET(o.Target) {
		taken = "the server takes a start that it has seen for a repetition, or a cache in front of it answers with what it has stored"
		mend += "; where a cache does it, let it store nothing, or start jobs with POST"
	}
	if c := whyNotItsOwn(starts[0], starts[1]); c.says != "" {
		return c
	}
	later := o.anotherAfter(starts)
	switch done := o.givenDone(starts[1]); {
	case done != nil:
		return cause{name: "equal-starts", says: fmt.Sprintf("an equal start is given a job that was done before (#%d): %s", done.Number, taken), mend: mend, shown: done}
	case o.anotherBetween(starts[0], starts[1]) && !slices.ContainsFunc(o.jobNumbered(starts[1].Job).Reads, o.Protocol.Pending.On):
		return cause{} // whether it is a job of its own was not seen
	case o.anotherBetween(starts[0], starts[1]):
		return cause{name: "ids-begin-again", says: "starts between the two were given monitors of their own: ids are given out again, as by a counter in memory after a restart",
			mend: "make ids from random bytes, or keep the counter with the jobs"}
	case o.sharedUnevenly():
		return cause{}
	case later == nil:
		return cause{name: "equal-starts", says: "equal start requests share a job: " + taken, mend: mend}
	case withoutDigits(later.MonitorURL) == withoutDigits(o.Protocol.Monitor.Follow(starts[0], nil)):
		return cause{name: "id-from-clock", says: fmt.Sprintf("starts at about the same time share one, and a later one was given another number (#%d): ids seem to be made from the clock", later.Start.Number),
			mend: randomIDs, shown: later.Start}
	}
	return cause{name: "equal-starts", says: fmt.Sprintf("equal start requests share a job for a while, and a later one was given its own (#%d): %s", later.Start.Number, taken),
		mend: mend, shown: later.Start}
}

const randomIDs = "make ids from random bytes: not from the clock, nor from a counter that two starts may read at once"

// anotherAfter is the first job that was begun after all starts that share the monitor of the first, if it was given another.
func (o *view) anotherAfter(starts []*record.Exchange) *jobView {
	monitor, last := o.Protocol.Monitor.Follow(starts[0], nil), time.Duration(0)
	for _, e := range starts {
		if o.Protocol.Monitor.Follow(e, nil) == monitor {
			last = max(last, e.Received)
		}
	}
	i := slices.IndexFunc(o.jobs, func(j *jobView) bool { return j.Accepted(o.Protocol) && j.Start.Sent > last && j.MonitorURL != monitor })
	if i < 0 {
		return nil
	}
	return o.jobs[i]
}

func withoutDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, text)
}
