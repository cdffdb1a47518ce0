package reference

import (
	"net/http"
	"time"
)

// Faults of a pending answer's fields: what caches make of it, when to come
// back, where else to go.
var cacheFaults = []Fault{
	fault("pending-max-age", "A pending answer may be stored for a minute.", "monitor.uncacheable", on(pending, set("Cache-Control", "max-age=60"))),
	fault("pending-s-maxage", "A pending answer may be stored for a minute by shared caches only.",
		"monitor.uncacheable", on(pending, set("Cache-Control", "max-age=0, s-maxage=60"))),
	fault("pending-expires", "A pending answer has Expires a minute after its Date, and no Cache-Control.",
		"monitor.uncacheable", on(pending, drop("Cache-Control"), expires(time.Minute))),
	fault("pending-stored", "From the second on, pending answers come from a cache: Age is 30 and Date lies 30 s back.",
		"monitor.not-cached", on(all(pending, reportedPending), set("Age", "30"), datedBack(30*time.Second))),
	fault("pending-without-cache-control", "A pending answer has no Cache-Control.",
		"monitor.no-store", on(pending, drop("Cache-Control")), storablePending),
	fault("pending-private", "A pending answer says Cache-Control: private, so browsers may store it.",
		"monitor.no-store", on(pending, set("Cache-Control", "private")), storablePending),
	fault("pending-retry-after-fraction", "A pending answer has Retry-After: 0.493.",
		"monitor.retry-after", on(pending, set("Retry-After", "0.493"))),
	fault("pending-retry-after-twice", "A pending answer has two Retry-After fields.",
		"monitor.retry-after", on(pending, set("Retry-After", "1", "2"))),
	fault("pending-retry-after-negative", "A pending answer has Retry-After: -1.", "monitor.retry-after", on(pending, set("Retry-After", "-1"))),
	fault("pending-retry-after-word", "A pending answer has Retry-After: soon.", "monitor.retry-after", on(pending, set("Retry-After", "soon"))),
	fault("start-retry-after-fraction", "The 202 has Retry-After: 0.941641.", "monitor.retry-after", on(started, set("Retry-After", "0.941641"))),
	fault("monitor-etag-constant", "A monitor's ETag does not change when its job is done: a conditional read is answered 304.",
		"monitor.validators", on(watched, set("Etag", constantTag), notModified)),
	fault("monitor-last-modified-constant", "A monitor's Last-Modified does not change when its job is done: a conditional read is answered 304.",
		"monitor.validators", on(watched, lastModified, notModified)),
	fault("pending-foreign-location", "A pending answer has the Location of something else.",
		"monitor.pending-location", on(pending, locate("{base}/help")), silentPending),
	fault("pending-names-result", "A pending answer has the Location of the future result.",
		"monitor.pending-location", on(pending, locate("{base}{path}")), silentPending),
}

const constantTag = `"monitor"`

func lastModified(x *exchange, a *answer) {
	a.set("Last-Modified", x.job.began.Add(-time.Hour).UTC().Format(http.TimeFormat))
}

// notModified answers a conditional request as RFC 9110 13.2.2 says, by validators that are wrong.
func notModified(x *exchange, a *answer) {
	tag, date := x.request.Header.Get("If-None-Match"), x.request.Header.Get("If-Modified-Since")
	switch {
	case tag != "":
		if tag != a.header.Get("ETag") && tag != "*" {
			return
		}
	case date == "" || date != a.header.Get("Last-Modified"):
		return
	}
	drop(x.server.speech.fields...)(x, a)
	a.status = http.StatusNotModified
}

func datedBack(by time.Duration) change {
	return func(_ *exchange, a *answer) {
		a.set("Date", time.Now().Add(-by).UTC().Format(http.TimeFormat))
	}
}
