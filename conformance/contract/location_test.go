package contract

import (
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// https puts target and Locations on https.
func https(r *handwritten) {
	up := func(text string) string { return strings.Replace(text, "http://", "https://", 1) }
	r.Target.BaseURL, r.Target.StartURL = up(r.Target.BaseURL), up(r.Target.StartURL)
	for _, e := range r.Exchanges {
		e.Request.URL = up(e.Request.URL)
	}
}

var http201 = own("Location: http://api.example.org/v1/result/{id}")

var locationCases = []testCase{
	{"location.syntax", "relative", Pass, "", on(dones, own("Location: ../result/{id}"))},
	{"location.syntax", "escapes", Pass, "", on(starts, own("Location: monitor/%7B{id}%7d"))},
	{"location.syntax", "a template, not followed", Fail, `Location: "/v1/monitor/{id}": the path has a brace`, both(on(starts, field("Location: /v1/monitor/{id}")), on(reads, status(404)))},
	{"location.syntax", "a space, followed all the same", Fail, "the path has a space", on(starts, own("Location: /v1/the monitor/{id}"))},
	{"location.syntax", "non-ASCII, in a 201", Fail, "has the byte 0xc3", both(on(dones, own("Location: /v1/résultat/{id}")), on(results, status(404)))},
	{"location.syntax", "a stray percent sign", Fail, "begins no escape", on(dones, own("Location: /v1/result/100%-{id}"))},
	{"location.syntax", "one only", Fail, "(1 of 42 Locations)", on(of(starts, 9), own("Location: /v1/{id}|monitor"))},
	{"location.syntax", "no Location", Blocked, "start.location", on(starts, without("Location"))},

	{"location.http", "absolute", Pass, "", on(starts, own("Location: HTTP://API.example.org:80/v1/monitor/{id}"))},
	{"location.http", "ftp", Fail, `that is ftp://api.example.org/`, on(starts, own("Location: ftp://api.example.org/{id}"))},
	{"location.http", "a scheme by accident", Fail, `its scheme is "monitor"`, both(on(starts, own("Location: monitor:{id}")), on(reads, fails(record.FailureWithheld, "not http")))},
	{"location.http", "userinfo", Fail, "it has userinfo", on(starts, own("Location: http://user:pw@api.example.org/v1/monitor/{id}"))},
	{"location.http", "no host", Fail, "it has no host", both(on(dones, own("Location: http:///result/{id}")), never(results))},
	{"location.http", "bad syntax", Blocked, "location.syntax", both(on(starts, field("Location: {id}")), on(reads, status(404)), on(dones, status(404)), never(results))},

	{"location.no-downgrade", "https", Pass, "", https},
	{"location.no-downgrade", "a target on http", NotApplicable, "not on https", on(starts, own("Location: http://api.example.org/v1/monitor/{id}"))},
	{"location.no-downgrade", "http, allowed", Pass, "", both(https, target(func(t *record.Target) { t.AllowOrigins = []string{"http://api.example.org"} }), on(dones, http201))},
	{"location.no-downgrade", "http", Fail, "Location: http://api.example.org/v1/result/", both(https, on(dones, http201))},
	{"location.no-downgrade", "http, and nothing there", Fail, "to a request for https://api.example.org/v1/monitor/", both(https, on(dones, http201), on(results, fails(record.FailureConnect, "connection refused")))},

	{"location.same-origin", "allowed", Pass, "", both(on(dones, own("Location: http://files.example.org/{id}")), target(func(t *record.Target) { t.AllowOrigins = []string{"http://files.example.org/"} }))},
	{"location.same-origin", "another port", Fail, "is on http://api.example.org:8080, the target on http://api.example.org (42 of 42", on(starts, own("Location: http://api.example.org:8080/v1/monitor/{id}"))},
	{"location.same-origin", "another host", Fail, "http://files.example.org", on(dones, own("Location: //files.example.org/{id}"))},
	{"location.same-origin", "another host, both on https", Fail, "https://files.example.org", both(https, on(dones, own("Location: https://files.example.org/{id}")))},
	{"location.same-origin", "a host that begins as the target's does", Fail, "is on http://api.example.org.example.net", both(target(func(t *record.Target) { t.BaseURL = "http://api.example.org" }), on(dones, own("Location: http://api.example.org.example.net/{id}")))},
	{"location.same-origin", "refused cross-origin", Fail, "http://files.example.org", both(on(dones, own("Location: //files.example.org/{id}")), on(results, status(403)))},
	{"location.same-origin", "no Location", Blocked, "start.location", on(starts, with("Location: /b"))},

	{"location.no-fragment", "none", Pass, "", on(starts, own("Location: ?a={id}"))},
	{"location.no-fragment", "one", Fail, `has the fragment "#top"`, on(dones, own("Location: /v1/result/{id}#top"))},
	{"location.no-fragment", "an empty one", Fail, `has the fragment "#"`, on(starts, own("Location: /v1/monitor/{id}#"))},
	{"location.no-fragment", "nothing accepted", Blocked, "start.accepted", on(starts, status(302))},
}
