package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var resultCases = []testCase{
	{"result.ok", "there at once", Pass, "", asIs},
	{"result.ok", "429 at first", Pass, "", also(func(r *handwritten) { r.resultOf(9, 429, at(1051*ms)) })},
	{"result.ok", "an empty one", Pass, "", on(results, body(""), without("Content-Type"))},
	{"result.ok", "404 at first", Fail, "job 9: its result, asked for 2ms after the 201, was answered 404 Not Found", onFirst(of(results, 9), status(404))},
	{"result.ok", "404 for each, for ever", Fail, "(14 of 14 jobs failed", on(results, status(404))},
	{"result.ok", "204", Fail, "204 No Content", on(results, status(204))},
	{"result.ok", "a redirect", Fail, "302 Found", on(results, status(302))},
	{"result.ok", "a job that failed", Fail, "422 Unprocessable Content", on(of(results, 9), status(422))},
	{"result.ok", "5xx", Fail, "500 Internal Server Error", on(of(results, 9), status(500))},
	{"result.ok", "no answer", Fail, "no answer (timeout)", on(of(results, 9), fails(record.FailureTimeout, "timeout"))},
	{"result.ok", "refused cross-origin", NotObserved, "no result was read", both(crossOriginResults, on(results, status(403)))},
	{"result.ok", "withheld", NotObserved, "no result was read", on(results, fails(record.FailureWithheld, "a private address"))},
	{"result.ok", "no job is done", Blocked, "monitor.completes", endless(6*time.Minute, everybody...)},
	{"result.ok", "an unusable Location", Blocked, "location.http", both(on(dones, own("Location: ftp://api.example.org/{id}")), on(results, fails(record.FailureConnect, "ftp")))},

	{"result.complete", "whole", Pass, "", asIs},
	{"result.complete", "empty", Pass, "", on(results, body(""))},
	{"result.complete", "some read in part", Pass, "", on(of(results, together...), func(e *record.Exchange) { e.Body.Bounded = true })},
	{"result.complete", "cut off", Fail, "job 9: the connection ended after 7 bytes", on(of(results, 9), cutOff)},
	{"result.complete", "cut off now and then", Fail, "job 1: the connection ended after 7 bytes of the 30 that Content-Length declares (14 of", on(and(results, lates), cutOff)},
	{"result.complete", "no JSON", Fail, "job 9: Content-Type: application/json, but the body is not JSON: unexpected end of JSON input", on(of(results, 9), notJSON)},
	{"result.complete", "half of the JSON now and then", Fail, "job 9: Content-Type: application/json, but", on(and(of(results, 9), lates), notJSON)},
	{"result.complete", "huge", NotObserved, "no result was read to its end", on(results, func(e *record.Exchange) { e.Body.Bounded = true })},
	{"result.complete", "none there", Blocked, "result.ok", on(results, status(404))},

	{"result.repeatable", "read twice", Pass, "", asIs},
	{"result.repeatable", "429 afterwards", Pass, "", also(func(r *handwritten) { r.resultOf(9, 429, at(3*time.Second)) })},
	{"result.repeatable", "404 afterwards", Fail, "job 9: its result was read at 1.052 s (200), then, asked again 995ms later, was answered 404 Not Found (1 of", on(and(of(results, 9), lates), status(404))},
	{"result.repeatable", "410 afterwards", Fail, "410 Gone (14 of 14", on(and(results, lates), status(410))},
	{"result.repeatable", "204 afterwards", Fail, "204 No Content", on(and(results, lates), status(204))},
	{"result.repeatable", "gone by both its names", Fail, "404 Not Found", both(resigned(404, "x"), also(func(r *handwritten) { r.resultOf(9, 404, at(5*time.Second)) }))},
	{"result.repeatable", "signed anew, and the first has run out within seconds", Fail, "403 Forbidden", both(resigned(200, `{"job":"`+id(9)+`"}`), also(func(r *handwritten) { r.resultOf(9, 403, at(11*time.Second)) }))},
	{"result.repeatable", "a probe had the first read", Fail, "job 9: its result was read at 0.600 s (200)", both(on(early, status(200), at(600*ms)), on(of(results, 9), lost))},
	{"result.repeatable", "no answer afterwards", Fail, "no answer (EOF)", on(and(of(results, 9), lates), fails(record.FailureBroken, "EOF"))},
	{"result.repeatable", "read once", NotObserved, "no result was read twice", never(and(results, lates))},
	{"result.repeatable", "forgotten with its monitor", Blocked, "monitor.final", on(lates, status(404))},

	{"result.stable", "the same bytes", Pass, "", asIs},
	{"result.stable", "other bytes, the same strong ETag", Pass, "", both(on(results, with(`ETag: "1"`)), on(and(results, lates), body("other")))},
	{"result.stable", "huge ones, not read to their end", Pass, "", on(and(of(results, 9), lates), body("other"), func(e *record.Exchange) { e.Body.Bounded = true })},
	{"result.stable", "other bytes", Fail, "job 9: two reads of its result, 1s apart, brought other bytes (26 and 5 of them)", on(and(of(results, 9), lates), body("other"))},
	{"result.stable", "other bytes for jobs together only", Fail, "brought other bytes", on(and(of(results, together...), lates), body("other"))},
	{"result.stable", "a weak ETag", Fail, "brought other bytes", both(on(results, with(`ETag: W/"1"`)), on(and(results, lates), body("other")))},
	{"result.stable", "another strong ETag", Fail, "brought other bytes", both(on(results, with(`ETag: "1"`)), on(and(results, lates), body("other"), field(`ETag: "2"`)))},
	{"result.stable", "read once", NotObserved, "no result was read whole twice", never(and(results, lates))},
	{"result.stable", "none there", Blocked, "result.ok", on(results, status(404))},
}

func crossOriginResults(r *handwritten) {
	on(dones, own("Location: http://files.example.org/{id}"))(r)
	r.Target.AllowOrigins = append(r.Target.AllowOrigins, "http://files.example.org")
}
