package reference

import (
	"net/http"
	"time"
)

// Faults of a pending answer's fields: what caches make of it, when to come
// back, where else to go.
var cacheFaults = []Fault{
	{
		Name: "pending-max-age", Says: "A pending answer may be stored for a minute.",
		Breaks: []string{"monitor.uncacheable"},
		edit:   on(pending, set("Cache-Control", "max-age=60")),
	}, {
		Name: "pending-s-maxage", Says: "A pending answer may be stored for a minute by shared caches only.",
		Breaks: []string{"monitor.uncacheable"},
		edit:   on(pending, set("Cache-Control", "max-age=0, s-maxage=60")),
	}, {
		Name: "pending-expires", Says: "A pending answer has Expires a minute after its Date, and no Cache-Control.",
		Breaks: []string{"monitor.uncacheable"},
		edit:   on(pending, drop("Cache-Control"), expires(time.Minute)),
	}, {
		Name: "pending-stored", Says: "From the second on, pending answers come from a cache: Age is 30 and Date lies 30 s back.",
		Breaks: []string{"monitor.not-cached"},
		edit:   on(all(pending, reportedPending), set("Age", "30"), datedBack(30*time.Second)),
	}, {
		Name: "pending-without-cache-control", Says: "A pending answer has no Cache-Control.",
		Breaks:  []string{"monitor.no-store"},
		dialect: []trait{storablePending},
		edit:    on(pending, drop("Cache-Control")),
	}, {
		Name: "pending-private", Says: "A pending answer says Cache-Control: private, so browsers may store it.",
		Breaks:  []string{"monitor.no-store"},
		dialect: []trait{storablePending},
		edit:    on(pending, set("Cache-Control", "private")),
	}, {
		Name: "pending-retry-after-fraction", Says: "A pending answer has Retry-After: 0.493.",
		Breaks: []string{"monitor.retry-after"},
		edit:   on(pending, set("Retry-After", "0.493")),
	}, {
		Name: "pending-retry-after-twice", Says: "A pending answer has two Retry-After fields.",
		Breaks: []string{"monitor.retry-after"},
		edit:   on(pending, set("Retry-After", "1", "2")),
	}, {
		Name: "pending-retry-after-negative", Says: "A pending answer has Retry-After: -1.",
		Breaks: []string{"monitor.retry-after"},
		edit:   on(pending, set("Retry-After", "-1")),
	}, {
		Name: "pending-retry-after-word", Says: "A pending answer has Retry-After: soon.",
		Breaks: []string{"monitor.retry-after"},
		edit:   on(pending, set("Retry-After", "soon")),
	}, {
		Name: "start-retry-after-fraction", Says: "The 202 has Retry-After: 0.941641.",
		Breaks: []string{"monitor.retry-after"},
		edit:   on(started, set("Retry-After", "0.941641")),
	}, {
		Name: "monitor-etag-constant", Says: "A monitor's ETag does not change when its job is done: a conditional read is answered 304.",
		Breaks: []string{"monitor.validators"},
		edit:   on(watched, set("Etag", constantTag), notModified),
	}, {
		Name: "monitor-last-modified-constant", Says: "A monitor's Last-Modified does not change when its job is done: a conditional read is answered 304.",
		Breaks: []string{"monitor.validators"},
		edit:   on(watched, lastModified, notModified),
	}, {
		Name: "pending-foreign-location", Says: "A pending answer has the Location of something else.",
		Breaks:  []string{"monitor.pending-location"},
		dialect: []trait{silentPending},
		edit:    on(pending, locate("{base}/help")),
	}, {
		Name: "pending-names-result", Says: "A pending answer has the Location of the future result.",
		Breaks:  []string{"monitor.pending-location"},
		dialect: []trait{silentPending},
		edit:    on(pending, locate("{base}{path}")),
	},
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
