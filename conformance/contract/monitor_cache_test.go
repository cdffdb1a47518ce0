package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// replayed is a pending answer out of a cache: made at an instant, and told so.
func replayed(age string, made time.Duration) edit {
	return on(and(of(pendings, 9), sent(600*ms, 700*ms)), field("Age: "+age), field("Date: "+httpTime(made)))
}

var pending9 = of(pendings, 9)

var cacheCases = []testCase{
	{"monitor.uncacheable", "no-cache, max-age", Pass, "", on(pendings, field("Cache-Control: no-cache, max-age=60"))},
	{"monitor.uncacheable", "no-store, max-age", Pass, "", on(pendings, field("Cache-Control: no-store"), with("Cache-Control: max-age=60"))},
	{"monitor.uncacheable", "max-age=0", Pass, "", on(pendings, field("Cache-Control: max-age=0"))},
	{"monitor.uncacheable", "Expires at once", Pass, "", on(pendings, field("Cache-Control: max-age=0"), with("Expires: "+httpTime(0)))},
	{"monitor.uncacheable", "fresh when done", Pass, "", on(dones, with("Cache-Control: max-age=60"))},
	{"monitor.uncacheable", "max-age", Fail, "Cache-Control: max-age=60, fresh for 1m0s", on(pendings, field("Cache-Control: max-age=60"))},
	{"monitor.uncacheable", "private, max-age", Fail, "max-age=5", on(pending9, field("Cache-Control: private, max-age=5"))},
	{"monitor.uncacheable", "max-age on the first answer alone", Fail, "max-age=5", onFirst(pending9, field("Cache-Control: max-age=5"))},
	{"monitor.uncacheable", "max-age for jobs together only", Fail, "max-age=60", on(of(pendings, together...), field("Cache-Control: max-age=60"))},
	{"monitor.uncacheable", "no-cache of one field", Fail, "max-age=5", on(pending9, field(`Cache-Control: no-cache="Set-Cookie, X", max-age=5`))},
	{"monitor.uncacheable", "Expires", Fail, "Expires: Wed, 04 Mar 2026 06:06:07 GMT", on(pendings, without("Cache-Control"), with("Expires: "+httpTime(time.Hour)))},
	{"monitor.uncacheable", "done at once", NotObserved, "no job was seen pending", never(pendings)},
	{"monitor.uncacheable", "202 for ever", Blocked, "monitor.pending", both(on(reads, status(202)), never(results))},

	{"monitor.not-cached", "Age: 0", Pass, "", on(pendings, with("Age: 0"))},
	{"monitor.not-cached", "Age without old Date", Pass, "", on(pendings, with("Age: 30"))},
	{"monitor.not-cached", "old Date without Age", Pass, "", on(pending9, field("Date: "+httpTime(-time.Hour)))},
	{"monitor.not-cached", "Age, without Date", Pass, "", on(pendings, field("Date: yesterday"), with("Age: 30"))},
	{"monitor.not-cached", "off by a second", Pass, "", replayed("1", -time.Second)},
	{"monitor.not-cached", "further back than Age tells", Pass, "", replayed("1", -4*time.Second)},
	{"monitor.not-cached", "as far back as Age may tell", Fail, "with Age: 1 and Date", replayed("1", -3*time.Second)},
	{"monitor.not-cached", "off by two seconds", Fail, "with Age: 2 and Date", replayed("2", -2*time.Second)},
	{"monitor.not-cached", "replayed, and a parser answers without Date", Fail, "with Age: 30 and Date", both(replayed("30", -30*time.Second), on(hostile, without("Date")))},
	{"monitor.not-cached", "all clocks slow by an hour", Pass, "", on(anything, func(e *record.Exchange) { field("Date: " + httpTime(e.Received-time.Hour))(e); field("Age: 1")(e) })},
	{"monitor.not-cached", "replayed, of another origin", Fail, "with Age: 30 and Date", both(crossOrigin, replayed("30", -30*time.Second))},
	{"monitor.not-cached", "replayed", Fail, "job 9: a pending answer with Age: 30 and Date: Wed, 04 Mar 2026 05:05:37 GMT, though an answer of Date: Wed, 04 Mar 2026 05:06:07 GMT", replayed("30", -30*time.Second)},
	{"monitor.not-cached", "replayed, for jobs together only", Fail, "Age: 30", on(and(of(pendings, together...), sent(600*ms, 700*ms)), field("Age: 30"), field("Date: "+httpTime(-30*time.Second)))},
	{"monitor.not-cached", "freshness declared", Blocked, "monitor.uncacheable", both(on(pendings, field("Cache-Control: max-age=60")), replayed("30", -30*time.Second))},
	{"monitor.not-cached", "done at once", NotObserved, "no job was seen pending", never(pendings)},

	{"monitor.no-store", "no-cache", Pass, "", on(pendings, field("Cache-Control: no-cache"))},
	{"monitor.no-store", "max-age=0", Pass, "", on(pendings, field("Cache-Control: private, max-age=0"))},
	{"monitor.no-store", "nothing said", Fail, "no Cache-Control field", on(pendings, without("Cache-Control"))},
	{"monitor.no-store", "nothing said, for jobs together only", Fail, "no Cache-Control field", on(of(pendings, together...), without("Cache-Control"))},
	{"monitor.no-store", "private", Fail, "Cache-Control: private", on(pendings, field("Cache-Control: private"))},
	{"monitor.no-store", "no-cache of one field", Fail, `no-cache="Set-Cookie"`, on(pendings, field(`Cache-Control: no-cache="Set-Cookie"`))},
	{"monitor.no-store", "freshness declared", Blocked, "monitor.uncacheable", on(pendings, field("Cache-Control: max-age=60"))},
	{"monitor.no-store", "done at once", NotObserved, "no job was seen pending", never(pendings)},

	{"monitor.retry-after", "seconds", Pass, "", on(pendings, with("Retry-After: 0"))},
	{"monitor.retry-after", "IMF-fixdate", Pass, "", on(starts, with("Retry-After: Wed, 04 Mar 2026 05:06:10 GMT"))},
	{"monitor.retry-after", "RFC 850", Pass, "", on(starts, with("Retry-After: Wednesday, 04-Mar-26 05:06:10 GMT"))},
	{"monitor.retry-after", "asctime", Pass, "", on(starts, with("Retry-After: Wed Mar  4 05:06:10 2026"))},
	{"monitor.retry-after", "a clock off by an hour", Pass, "", on(anything, func(e *record.Exchange) {
		field("Date: " + httpTime(e.Received+time.Hour))(e)
		field("Retry-After: " + httpTime(e.Received+time.Hour))(e)
	})},
	{"monitor.retry-after", "many seconds", Pass, "", on(dones, with("Retry-After: 99999999999999999999"))},
	{"monitor.retry-after", "odd, with a 429", Pass, "", both(on(pendings, with("Retry-After: 1")), also(func(r *handwritten) { r.read(9, 429, at(30*ms), "Retry-After: soon") }))},
	{"monitor.retry-after", "a fraction", Fail, "job 9: Retry-After: 1.5", on(pending9, with("Retry-After: 1.5"))},
	{"monitor.retry-after", "negative", Fail, "Retry-After: -1", on(starts, with("Retry-After: -1"))},
	{"monitor.retry-after", "a word, for jobs together only", Fail, "job 1: Retry-After: soon", on(of(starts, together...), with("Retry-After: soon"))},
	{"monitor.retry-after", "a word, for the job whose connection was closed", Fail, "job 14: Retry-After: soon", both(on(starts, with("Retry-After: 1")), on(of(starts, dropped...), field("Retry-After: soon")))},
	{"monitor.retry-after", "empty", Fail, "an empty Retry-After field", on(starts, with("Retry-After:"))},
	{"monitor.retry-after", "two", Fail, `2 Retry-After fields: "1", "2"`, on(starts, with("Retry-After: 1"), with("Retry-After: 2"))},
	{"monitor.retry-after", "ISO 8601", Fail, "2026-03-04T05:06:10Z", on(starts, with("Retry-After: 2026-03-04T05:06:10Z"))},
	{"monitor.retry-after", "not sent", NotApplicable, "no start or monitor sent Retry-After", asIs},
	{"monitor.retry-after", "no monitor read", NotObserved, "no start or monitor sent Retry-After", never(either(reads, results))},
}
