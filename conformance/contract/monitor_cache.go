package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var monitorUncacheable = require(Requirement{
	ID: "monitor.uncacheable", Level: Must, Source: "RFC 9111 5.2.2, 4.2",
	Says:  `A pending answer declares no freshness: a cache would replay "not yet".`,
	Means: "A cache on the way tells the client that the job still runs when it has long ended.",
	How: `Freshness is what RFC 9111 4.2.1 computes: s-maxage, else max-age, else Expires less Date, less the age that the answer has on arrival (4.2.3), and none of them
		where no-store or no-cache is said. Saying nothing is fine here (see monitor.no-store); without a Date, Expires is not judged.`,
	Needs: []string{"monitor.pending"},
	judge: everyJob(func(o *view, j *jobView) Judgement {
		return eachPending(o, j, func(e *record.Exchange) Judgement { return expect(e, declareNoFreshness(o.age)) })
	}, "no job was seen pending"),
})

// eachPending judges the pending answers of a job: the first that fails, else a pass where there was one.
func eachPending(o *view, j *jobView, rule func(*record.Exchange) Judgement) Judgement {
	verdict := unjudged
	for _, e := range j.Reads {
		if o.Protocol.Phase(e) != record.PhasePending {
			continue
		}
		if verdict = rule(e); verdict.Outcome == Fail {
			break
		}
	}
	return verdict
}

var monitorNotCached = require(Requirement{
	ID: "monitor.not-cached", Level: Must, Source: "RFC 9111 4, 5.1",
	Says: `No pending answer is a stored one: none carries Age above 0 together with a Date that lies 2 s or more before that of an answer received
		before it was asked for; nor the same Date again with an Age that has grown as our clock has.`,
	Means: "A cache gives the client an old answer: it learns late, or never, that the job is done.",
	How: `Age alone is not held against anybody. Fails where, with Age above 0, the Date lies 2 s or more behind that of an answer that had come
		before the request was sent, and no further back than Age tells: beyond that, another clock wrote it. Where the target's clocks differ, a
		Date that lies back tells nothing, but one answer given twice, older the second time, is proof by itself. So is a job whose result is there, and whose
		monitor, asked in turns, is done with a new query parameter and pending without it. Where freshness is declared, monitor.uncacheable fails instead.`,
	Needs:    []string{"monitor.pending"},
	DefersTo: []string{"monitor.uncacheable"},
	judge:    judgeNotCached,
})

// staleBy is how far a stored answer's Date has to lie back: less could be rounding, and clocks of replicas.
const staleBy = 2 * time.Second

func judgeNotCached(o *view) Judgement {
	for _, e := range o.probes(record.ProbeDiagnosis, record.RoleMonitor) {
		if past, last := o.inTurns(e, o.Protocol.Pending.On, o.Protocol.Done.On); past != nil {
			got := fmt.Sprintf("job %d: its monitor is still answered as before (#%d), though it is done where a new query parameter leads past caches (#%d)", e.Job, last.Number, past.Number)
			return failed(got, "an answer made for this request", last, past).because(whyStoredAnswer(o))
		}
	}
	oneClock, dated := o.oneClock(), o.firstDated()
	again := o.servedAgain()
	return everyJob(func(o *view, j *jobView) Judgement {
		return eachPending(o, j, func(e *record.Exchange) Judgement {
			if first := again[e]; first != nil {
				got := fmt.Sprintf("job %d: two answers of one Date (%s), %s apart, the second with Age: %s", e.Job, e.Value("Date"), span(e.Received-first.Received), e.Value("Age"))
				return failed(got, "an answer made for this request", e, first).because(monitorCached(e))
			}
			if !oneClock {
				return passed(e) // a Date that lies back may be that of another clock
			}
			return notStored(o, dated, e)
		})
	}, "no job was seen pending")(o)
}

// servedAgain finds pending answers that are earlier ones, stored: the same Date and the same monitor, and an Age that has grown as our clock has. The
// first may say Age: 0, or nothing.
func (o *view) servedAgain() map[*record.Exchange]*record.Exchange {
	again := map[*record.Exchange]*record.Exchange{}
	for _, j := range o.jobs {
		first := map[string]*record.Exchange{}
		for _, e := range j.Reads {
			_, dated := o.made(e)
			if !dated || !o.Protocol.Pending.On(e) {
				continue
			}
			earlier := first[e.Value("Date")]
			if earlier == nil {
				first[e.Value("Date")] = e
				continue
			}
			grown, passed := aged(e)-aged(earlier), e.Received-earlier.Received
			if grown >= staleBy && grown >= passed-clockGrain && grown <= passed+clockGrain {
				again[e] = earlier
			}
		}
	}
	return again
}

func aged(e *record.Exchange) time.Duration {
	age, _ := deltaSeconds(strings.TrimSpace(e.Value("Age")))
	return age
}

// storedBy is the field by which a cache says that it answered from its store; empty where none says so.
func storedBy(e *record.Exchange) string {
	for _, name := range []string{"Cache-Status", "X-Cache", "Cf-Cache-Status", "X-Cache-Status", "X-Proxy-Cache"} {
		if strings.Contains(strings.ToLower(e.Value(name)), "hit") {
			return fieldText(e, name)
		}
	}
	if passed, stored, two := strings.Cut(e.Value("X-Varnish"), " "); two && passed != "" && stored != "" { // the request's number, and that of the one that was stored
		return fieldText(e, "X-Varnish")
	}
	if e.Has("Age") {
		return fieldText(e, "Age")
	}
	return ""
}

// noAge is what some caches say of all that they pass on, too.
const noAge = "Age: 0"

// passedOnWithAge reports whether monitors are answered so: it says nothing then.
func (o *view) passedOnWithAge() bool {
	return slices.ContainsFunc(o.Exchanges, func(e *record.Exchange) bool { return e.Role == record.RoleMonitor && fieldText(e, "Age") == noAge })
}

// firstDated lists the first answer to come of each Date, by Date: those of the target's origin, and the others'.
func (o *view) firstDated() map[bool][]*record.Exchange {
	dated := map[bool][]*record.Exchange{}
	for _, e := range o.Exchanges {
		if _, known := o.made(e); known && e.Answered() {
			home := o.Home(e.Request.URL)
			dated[home] = append(dated[home], e)
		}
	}
	date := func(e *record.Exchange) time.Time { at, _ := o.made(e); return at }
	for home, list := range dated {
		slices.SortStableFunc(list, func(a, b *record.Exchange) int {
			return cmp.Or(date(a).Compare(date(b)), cmp.Compare(a.Received, b.Received))
		})
		dated[home] = slices.CompactFunc(list, func(a, b *record.Exchange) bool { return date(a).Equal(date(b)) })
	}
	return dated
}

func notStored(o *view, dated map[bool][]*record.Exchange, e *record.Exchange) Judgement {
	age := aged(e)
	date, known := o.made(e)
	if age == 0 || !known {
		return passed(e)
	}
	for _, earlier := range dated[o.Home(e.Request.URL)] {
		before, _ := o.made(earlier)
		// An answer that lies further back than its Age tells was made by another clock.
		if back := before.Sub(date); back >= staleBy && back <= age+staleBy && earlier.Received <= e.Sent {
			got := fmt.Sprintf("job %d: a pending answer with Age: %s and Date: %s, though an answer of Date: %s had come before it was asked for",
				e.Job, e.Value("Age"), e.Value("Date"), earlier.Value("Date"))
			return failed(got, "an answer made for this request", e, earlier).because(monitorCached(e))
		}
	}
	return passed(e)
}

var monitorNoStore = require(Requirement{
	ID: "monitor.no-store", Level: Should, Source: "RFC 9111 4.2.2",
	Says:  "A pending answer says no-store or no-cache (or max-age=0): a {pending-status} is cacheable by heuristic.",
	Means: `A cache may store the answer by rules of its own, and replay "not yet".`,
	How: `Each of no-store, no-cache (without field names) and max-age=0 is enough. Where freshness is declared, monitor.uncacheable fails and
		this is not judged.`,
	Needs:    []string{"monitor.pending"},
	DefersTo: []string{"monitor.uncacheable"},
	judge: everyJob(func(o *view, j *jobView) Judgement {
		return eachPending(o, j, func(e *record.Exchange) Judgement { return expect(e, ForbidStoring()) })
	}, "no job was seen pending"),
	applies: pendingIsCacheable,
})
