package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var startCases = []testCase{
	{"start.accepted", "healthy", Pass, "", asIs},
	{"start.accepted", "429 first", Pass, "", also(func(r *handwritten) { r.start(1, 429, at(0), "Retry-After: 1"); r.start(1, 202, at(ms)) })},
	{"start.accepted", "503 with Retry-After first", Pass, "", also(func(r *handwritten) { r.start(1, 503, at(0), "Retry-After: 1"); r.start(1, 202, at(ms)) })},
	{"start.accepted", "one is 200", Fail, "200 OK (1 of 14 jobs failed this way: job 9)", on(of(starts, 9), status(200))},
	{"start.accepted", "one is 500", Fail, "500 Internal Server Error", on(of(starts, 9), status(500))},
	{"start.accepted", "only jobs together, and two begun alone do right", Fail, "500 Internal Server Error", both(only(1, 2, 9, 10), on(of(starts, 1, 2), status(500)))},
	{"start.accepted", "only the job whose connection was closed, and two others do right", Fail, "500 Internal Server Error", both(only(9, 10, 14), on(of(starts, 14), status(500)))},
	{"start.accepted", "503 without Retry-After", Fail, "503 Service Unavailable", on(starts, status(503))},
	{"start.accepted", "201", Fail, "201 Created", on(starts, status(201))},
	{"start.accepted", "302", Fail, "302 Found", on(starts, status(302))},
	{"start.accepted", "no answer", Fail, "no answer (connection reset)", on(of(starts, 9), fails(record.FailureBroken, "connection reset"))},
	{"start.accepted", "429 for ever", NotObserved, "flow control", on(starts, status(429))},
	{"start.accepted", "the run ended first", NotObserved, "flow control", on(starts, fails(record.FailureStopped, "stopped"))},

	{"start.location", "relative", Pass, "", on(starts, own("Location: monitor/{id}"))},
	{"start.location", "none", Fail, "no Location field", on(starts, without("Location"))},
	{"start.location", "empty", Fail, "an empty Location field", on(of(starts, 9), field("Location:"))},
	{"start.location", "two", Fail, `2 Location fields: "/v1/monitor/`, on(starts, with("Location: /b"))},
	{"start.location", "not accepted", Blocked, "start.accepted", on(starts, status(200))},
	{"start.location", "429 for ever", NotObserved, "no start was accepted", on(starts, status(429))},

	{"start.own-job", "ids in the query", Pass, "", on(starts, own("Location: ?job={id}"))},
	{"start.own-job", "ids in the host", Pass, "", both(on(starts, own("Location: http://{id}.example.org/")), target(allow14))},
	{"start.own-job", "two alone share one", Fail, "jobs 9 (alone) and 10 (alone) were both given the monitor http://api.example.org/v1/monitor/", on(of(starts, 9, 10), field("Location: /v1/monitor/1"))},
	{"start.own-job", "two together share one", Fail, "(14 starts, 13 monitors)", on(of(starts, 1, 2), field("Location: /v1/monitor/1"))},
	{"start.own-job", "the same, spelt otherwise", Fail, "jobs 9 (alone) and 10 (alone)", both(on(of(starts, 9), field("Location: /v1/monitor/1")), on(of(starts, 10), field("Location: x/../monitor/1")))},
	{"start.own-job", "three share one", Fail, "(14 starts, 12 monitors)", on(of(starts, 1, 9, 10), field("Location: /v1/monitor/1"))},
	{"start.own-job", "two jobs only", Pass, "", only(9, 10)},
	{"start.own-job", "one job only", NotObserved, "fewer than two", only(9)},
	{"start.own-job", "no Location", Blocked, "start.location", on(starts, without("Location"))},

	{"start.prompt", "slow network", Pass, "", on(anything, took(300*ms))},
	{"start.prompt", "slow start, the job still runs", Pass, "", on(starts, took(700*ms))},
	{"start.prompt", "instantaneous jobs", Pass, "", never(pendings)},
	{"start.prompt", "few slow starts", Pass, "", both(never(of(pendings, 9, 10)), on(of(starts, 9, 10), took(700*ms)))},
	{"start.prompt", "waits for the job", Fail, "the start of job 1 took 700ms, and the job was done at the first read (14 of 14 jobs alike)", both(never(pendings), on(starts, took(700*ms)))},
	{"start.prompt", "half of them wait, for no more than a quarter of a second", Fail, "took 250ms, and the job was done at the first read (7 of 14 jobs alike)", both(never(of(pendings, together[:7]...)), on(of(starts, together[:7]...), took(250*ms)))},
	{"start.prompt", "less than a quarter of a second", Pass, "", both(never(pendings), on(starts, took(249*ms)))},
	{"start.prompt", "ten times what a read takes", Fail, "(14 of 14 jobs alike)", both(never(pendings), on(starts, took(700*ms)), on(reads, took(70*ms)), on(results, later(100*ms)))},
	{"start.prompt", "less than ten times what a read takes", Pass, "", both(never(pendings), on(starts, took(700*ms)), on(reads, took(71*ms)), on(results, later(100*ms)))},
	{"start.prompt", "nothing accepted", Blocked, "start.accepted", on(starts, status(500))},
	{"start.prompt", "monitors not read", NotObserved, "no accepted job's monitor was read", on(reads, fails(record.FailureWithheld, "a loopback address"))},

	{"start.uncacheable", "no Cache-Control", Pass, "", on(starts, without("Cache-Control"))},
	{"start.uncacheable", "no-cache, max-age", Pass, "", on(starts, with("Cache-Control: no-cache, max-age=60"))},
	{"start.uncacheable", "private", Pass, "", on(starts, with("Cache-Control: private"))},
	{"start.uncacheable", "Expires in the past", Pass, "", on(starts, with("Expires: Thu, 01 Jan 1970 00:00:00 GMT"))},
	{"start.uncacheable", "Expires: 0", Pass, "", on(starts, with("Expires: 0"))},
	{"start.uncacheable", "max-age", Fail, "Cache-Control: max-age=60, fresh for 1m0s", on(of(starts, 9), with("Cache-Control: public, max-age=60"))},
	{"start.uncacheable", "max-age, for jobs together only", Fail, "max-age=60", on(of(starts, together...), with("Cache-Control: max-age=60"))},
	{"start.uncacheable", "s-maxage", Fail, "s-maxage=5", on(starts, with("Cache-Control: max-age=0, s-maxage=5"))},
	{"start.uncacheable", "Expires", Fail, "Expires: Wed, 04 Mar 2026 06:06:07 GMT (Date: ", on(starts, with("Expires: "+httpTime(time.Hour)))},
	{"start.uncacheable", "max-age, where no method is told", Fail, "max-age=60", both(target(func(t *record.Target) { t.StartMethod = "" }), on(starts, with("Cache-Control: max-age=60")))},
	{"start.uncacheable", "POST", NotApplicable, "POST", both(target(func(t *record.Target) { t.StartMethod = "POST" }), on(starts, with("Cache-Control: max-age=60")))},
	{"start.uncacheable", "nothing accepted", Blocked, "start.accepted", on(starts, status(500))},
}

// allow14 allows the origins that name a job.
func allow14(t *record.Target) {
	for _, job := range everybody {
		t.AllowOrigins = append(t.AllowOrigins, "http://"+id(job)+".example.org")
	}
}
