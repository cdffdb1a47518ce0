package contract

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// TestWhoIsCharged is the table of that name in contract.md, row by row. Nothing but what is charged fails at all.
func TestWhoIsCharged(t *testing.T) {
	for _, c := range []struct {
		seen    string
		charged string
		blocked []string // some of what stands on it
		edit    edit
	}{
		{"a start not answered 202", "start.accepted", []string{"start.location", "monitor.ready", "result.ok"}, on(starts, status(200))},
		{"a start answered 5xx", "start.accepted", []string{"monitor.completes", "jobs.concurrent"}, on(starts, status(500))},
		{"a Location that fails a location MUST", "location.syntax", []string{"location.http", "monitor.ready", "monitor.created"}, both(on(starts, field("Location: /v1/{id}")), on(reads, lost), never(results))},
		{"and following it works all the same", "location.syntax", nil, on(starts, own("Location: /v1/{{id}}"))},
		{"a Location of a 201 that fails one", "location.http", []string{"result.ok", "result.own"}, both(on(dones, own("Location: http://u@api.example.org/{id}")), on(results, lost))},
		{"4xx from the first read until one succeeds", "monitor.ready", nil, on(and(reads, sent(0, 250*ms)), lost)},
		{"5xx from the first read until one succeeds", "monitor.ready", nil, on(and(reads, sent(0, 250*ms)), status(500))},
		{"no answer, to every read", "monitor.ready", []string{"monitor.status", "monitor.completes", "monitor.created", "result.ok"}, both(on(reads, fails(record.FailureTimeout, "timeout")), never(results))},
		{"4xx later, before the end", "monitor.status", nil, on(and(reads, sent(250*ms, 500*ms)), lost)},
		{"5xx later, to the end", "monitor.status", []string{"monitor.completes", "monitor.created", "result.ok"}, both(on(and(reads, sent(300*ms, time.Hour)), status(500)), never(results), never(of(anything, unread...)))},
		{"another 2xx from the first read on", "monitor.pending", nil, on(pendings, status(204))},
		{"a 3xx from the first read on, for ever", "monitor.pending", []string{"monitor.completes", "monitor.created", "result.ok"}, both(on(reads, status(302)), never(results))},
		{"200 first, then another 2xx", "monitor.created", []string{"monitor.completes", "monitor.final", "result.ok"}, both(never(of(anything, unread...)), on(dones, status(202)), never(results))},
		{"200 first, then a 3xx", "monitor.created", []string{"monitor.completes", "monitor.unwatched", "jobs.concurrent"}, both(never(of(anything, unread...)), on(dones, status(303)), never(results))},
		{"200 that now carries a Location", "monitor.created", nil, told(9)},
		{"200 for ever", "monitor.completes", []string{"monitor.created", "monitor.final", "result.ok", "result.complete", "result.repeatable"}, endless(6*time.Minute, everybody...)},
		{"201 without exactly one Location", "monitor.created", []string{"result.ok", "result.repeatable"}, both(on(dones, with("Location: /x")), never(results))},
		{"pending after a 201, and the result gone", "monitor.final", []string{"result.repeatable"}, both(on(and(dones, lates), status(200), with("Cache-Control: no-store"), without("Location")), on(and(results, lates), lost))},
		{"5xx after a 201", "monitor.final", nil, on(and(dones, lates), status(500))},
		{"the first read of a result is not 200", "result.ok", []string{"result.repeatable", "result.complete"}, on(results, lost)},
		{"the first read of a result is 5xx", "result.ok", nil, onFirst(results, status(500))},
		{"a later one is not", "result.repeatable", nil, on(and(results, lates), lost)},
		{"a later one is 5xx", "result.repeatable", nil, on(and(results, lates), status(500))},
		{"a body cut off", "result.complete", nil, onFirst(results, cutOff)},
		{"a body that is not what it says", "result.complete", nil, on(and(results, lates), notJSON)},
		{"jobs begun at the same instant: not accepted", "jobs.concurrent", nil, on(of(starts, together...), status(503))},
		{"jobs begun at the same instant: not there", "jobs.concurrent", nil, onFirst(of(reads, together...), lost)},
		{"jobs begun at the same instant: never done", "jobs.concurrent", nil, endless(6*time.Minute, together...)},
		{"the job whose starting connection was closed does not end", "jobs.survive-disconnect", nil, both(moreDropped, endless(6*time.Minute, closed...))},
		{"freshness declared, and a stored answer seen", "monitor.uncacheable", []string{"monitor.not-cached", "monitor.no-store"}, both(on(pendings, field("Cache-Control: max-age=9")), replayed("30", -30*time.Second))},
		{"200 for every result URL", "result.unknown", []string{"result.not-early", "result.not-found"}, on(either(unknownResult, early), status(200))},
		{"5xx for an unknown id", "http.no-server-error", []string{"monitor.unknown"}, on(unknownMonitor, status(500))},
		{"5xx for the result of an unknown id", "http.no-server-error", []string{"result.not-found"}, on(unknownResult, status(500))},
		{"5xx for the result of a pending job", "http.no-server-error", []string{"result.not-early"}, on(early, status(500))},
	} {
		t.Run(c.seen, func(t *testing.T) {
			g := NewWithT(t)
			r := healthy()
			c.edit(r)
			rulings := Judge(r.arranged(), Catalogue())
			g.Expect(failing(rulings)).To(ConsistOf(c.charged), "%q", failures(rulings))
			for _, id := range c.blocked {
				g.Expect(rulingOf(rulings, id).Judgement).To(HaveField("BlockedBy", c.charged), id)
			}
		})
	}
}
