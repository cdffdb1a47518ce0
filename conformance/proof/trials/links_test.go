package trials

import (
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
)

// links are trials of what is wrong with an id, or with the field that names a monitor or a result, each beside an honest neighbour where there is one.
var links = []trial{
	{name: "a uuid without its dashes", after: "CatalogueOfLife/backend#924", change: written(uuid, undashed), fails: "monitor.ready", cause: "rewritten-id", mend: "one form"},
	{name: "a uuid that is known without its dashes", change: knownUndashed},
	{name: "a number without its leading zeros", change: written(zeros, func(id string) string { return strings.TrimLeft(id, "0") }), fails: "monitor.ready", cause: "rewritten-id", mend: "one form"},
	{name: "a number as a floating-point number", change: written(large, func(id string) string { return id + ".0" }), fails: "monitor.ready", cause: "rounded-id", mend: "as text"},
	{name: "a number in 32 bits", change: written(large, in32Bits), fails: "monitor.ready", cause: "rounded-id", mend: "as text"},
	{name: "an id with a #", change: written(marked("#"), asItIs), fails: "monitor.ready", cause: "unescaped-id", mend: "escape ids"},
	{name: "an id with a # that is escaped", change: written(marked("#"), url.PathEscape)},
	{name: "an id with a ?", change: written(marked("?"), asItIs), fails: "monitor.ready", cause: "unescaped-id", mend: "escape ids"},
	{name: "an id whose end is taken for a parameter of the path", change: cutAt(";"), fails: "monitor.ready", cause: "unescaped-id", mend: "escape ids"},
	{name: "an id with a ;", change: written(marked(";"), asItIs)},
	{name: "an id that is escaped twice", change: written(marked("="), func(id string) string { return strings.ReplaceAll(id, "=", "%253D") }), fails: "monitor.ready", cause: "escaped-twice", mend: "escape ids once"},
	{name: "a space that is written as +", change: written(marked(" "), url.QueryEscape), fails: "monitor.ready", cause: "space-as-plus", mend: "with %20 for a space"},
	{name: "a + that is one", change: written(marked("+"), asItIs)},
	{name: "a Location that is meant below the base", change: belowBase("monitor/"), ask: startAtJobs, path: "/api", fails: "monitor.ready", cause: "relative-to-base", mend: "base path"},
	{name: "a Location that is relative to what was asked", change: belowBase("../monitor/"), ask: startAtJobs, path: "/api"},
	{name: "undefined in the place of an id", change: written(hexadecimal, always("undefined")), fails: "monitor.ready", cause: "no-id", mend: "put the job's id"},
	{name: "null in the place of an id, which is pending", change: nullPending, fails: "start.own-job", cause: "no-id", mend: "put the job's id"},
	{name: "undefined in the place of a result's id", change: func(a *app) { a.link = func(*job) string { return "/result/undefined" } }, fails: "result.ok", cause: "no-id", mend: "put the job's id"},
	{name: "0 in the place of an id", change: written(hexadecimal, always("0")), fails: "monitor.ready", cause: "no-id", mend: "put the job's id"},
	{name: "a signed link that is escaped for HTML", change: signedLink("&amp;", ""), fails: "result.ok", cause: "escaped-for-html", mend: "as it is"},
	{name: "a signed link", change: signedLink("&", "")},
	{name: "a signature with a + that is not escaped", change: signedLink("&", "+"), fails: "result.ok", cause: "decoded-plus", mend: "as %2B"},
	{name: "a signature with a + that is escaped", change: signedLink("&", "%2B")},
	{name: "a link that is not valid yet by the clock of its store", change: validByAnotherClock(time.Second), fails: "result.ok", cause: "link-not-valid-yet", mend: "earlier"},
	{name: "a link that is valid by the clock of its store", change: validByAnotherClock(0)},
	{name: "a check for cookies", change: checkForCookies, fails: "start.accepted", cause: "start-elsewhere", mend: "let API requests pass"},
	{name: "a monitor that another field names", change: namedIn("Link", `<%s>; rel="monitor"`), fails: "start.location", cause: "location-in-other-field", mend: "as the Location field"},
	{name: "a Location that a gateway renamed", change: namedIn("X-Amzn-Remapped-Location", "%s"), fails: "start.location", cause: "location-in-other-field", mend: "as the Location field"},
	{name: "a monitor that another field names too", change: alsoNamedIn("Content-Location", "%s")},
	{name: "a link that is good for one read", after: "Xconfess/Xconfess#424", change: goodForOne, fails: "result.repeatable", cause: "link-used-up", mend: "as long as the job is known"},

	{name: "ids of which some have a dot, which a router cuts", after: "spring-projects/spring-framework#19172", change: halfWith(".", cutAtDot), fails: "monitor.ready", cause: "character-in-id", mend: "small letters"},
	{name: "ids of which some have a dot, and jobs of which others are lost", change: halfWith(".", lostThird), fails: "monitor.ready"},
	{name: "ids of which some have capital letters, which somebody makes small", change: halfWith("Q", smallLetters), fails: "monitor.ready", cause: "character-in-id", mend: "small letters"},
	{name: "starts that share a variable", change: sharedVariable, fails: "start.own-job", cause: "shared-at-once", mend: "variables of its own"},
	{name: "escapes that are looked up as they are written", change: asWritten, fails: "monitor.ready", cause: "not-unescaped", mend: "unescape each part"},
	{name: "a link that runs out before the job ends", change: amazonLink(-2 * time.Second), fails: "result.ok", cause: "link-expired", mend: "when it is handed out"},
	{name: "a link that a store refuses until the result is there", change: amazonLink(time.Hour), fails: "result.ok"},
	{name: "a link that the next one replaces", change: replacedLinks, fails: "result.repeatable", cause: "link-replaced", mend: "as long as the job is known"},
	{name: "a result that is redirected to a slash", change: slashAfter, fails: "result.ok", cause: "redirect-to-slash", mend: "name the result with the slash"},
	{name: "a comma too many in JSON", change: content(`{"rows": [1, 2,]}`), fails: "result.complete", cause: "trailing-comma", mend: "between values"},
	{name: "a comma and a bracket in a text in JSON", change: content(`{"a": ",]"]}`), fails: "result.complete"},
	{name: "a dictionary as Python prints it", change: content(`{'rows': None}`), fails: "result.complete", cause: "not-json-quotes", mend: "json.dumps"},

	{name: "an absence that a cache keeps", after: "SSWConsulting/SSW.Website#4965", change: absenceKept(1500 * time.Millisecond), fails: "monitor.ready", cause: "absence-cached", mend: "store no 404"},
	{name: "a job that is stored a moment late", change: absenceKept(0), fails: "monitor.ready", cause: "stored-late", mend: "store the job first"},
	{name: "credentials that monitors alone refuse now and then", change: unauthorizedNth(6), ask: identified, fails: "monitor.status", cause: "error-now-and-then", mend: "log"},
	{name: "a right that is granted a moment late", change: grantedAfter(200 * time.Millisecond), ask: identified, fails: "monitor.ready", cause: "granted-late", mend: "grant access first"},
	{name: "a quota for an hour", change: hourlyQuota(80), why: "everything has been answered 429 since request"},
	{name: "credentials that run out, told by 403", change: shutByJSON(150), ask: identified, fails: "http.available", cause: "refused-from-then-on", mend: "--header-command"},
	{name: "results that are kept for a second", change: resultsFor(time.Second), ask: func(target *conformance.Target) { target.Retention = 2 * time.Second }, fails: "result.repeatable", cause: "short-retention", mend: "for minutes"},
	{name: "JSON that is still written", change: halfWritten(250 * time.Millisecond), fails: "result.complete", cause: "result-grows", mend: "once the result is whole"},
	{name: "a cache that keeps one answer for all queries", change: withoutQuery, fails: "result.own"},
	{name: "jobs that share their work", change: sharedWork},
	{name: "JSON in Latin-1", change: content("{\"name\": \"M\xfcller\"}"), fails: "result.complete", cause: "json-not-utf-8", mend: "as UTF-8"},
	{name: "JSON with a text that is not ASCII", change: content(`{"name": "Müller"}`)},
	{name: "a result's id that is rounded, and the monitor's is not", change: roundedResult, fails: "result.ok", cause: "rounded-id", mend: "as text"},
	{name: "a 201 that names the monitor itself", change: func(a *app) { a.link = func(j *job) string { return "/monitor/" + j.id } }, fails: "result.ok", cause: "result-is-monitor", mend: "result's own URL"},
	{name: "304 unasked, from the second read on", change: notModified, fails: "monitor.created", cause: "not-modified-unasked", mend: "validator of the present state"},
	{name: "a template that was not filled in", change: locating("/monitor/{job_id}"), fails: "location.syntax", cause: "unfilled-template", mend: "fill it in"},
	{name: "two Locations in one", change: locating("/monitor/%[1]s, /monitor/%[1]s"), fails: "location.syntax", cause: "joined-locations", mend: "send one"},
	{name: "a Location in angle brackets", change: locating("</monitor/%[1]s>"), fails: "location.syntax", cause: "quoted-location", mend: "the URL alone"},
	{name: "a host without a scheme", change: locating("localhost:8000/monitor/%[1]s"), fails: "location.http", cause: "no-scheme", mend: "http://"},
	{name: "a space in a Location", change: locating("/monitor/%[1]s?by=John Doe"), fails: "location.syntax"},
	{name: "commas and colons in a Location", change: locating("/monitor/%[1]s?fields=a,b&at=10:30")},
	{name: "a monitor that is named by the id of the last job", change: lastJobs, fails: "start.own-job", cause: "id-of-another-job", mend: "of the job itself"},
	{name: "results that are named by the ids of later jobs", change: nextJobs, fails: "result.ok", cause: "id-of-another-job", mend: "of the job itself"},
	{name: "a result that GET can't read", change: resultless(405), fails: "result.ok", cause: "get-refused", mend: "let GET read it"},
	{name: "a failed job's monitor that answers 500", change: failsAs(500), fails: "monitor.status", cause: "failure-as-error", mend: "give one that does"},
	{name: "204 in the place of an empty result", change: resultless(204), fails: "result.ok", cause: "no-content", mend: "with an empty body"},
	{name: "an empty result", change: resultless(200)},
	{name: "starts that a cache may keep, and does", change: storedStarts("max-age=60"), fails: "start.uncacheable", cause: "start-cached", mend: "no-store"},
	{name: "a warning before the JSON", change: content("<b>Warning</b>: Undefined array key 3\n{}"), fails: "result.complete", cause: "markup-in-json", mend: "display_errors"},
}

// amazonLink signs results an hour before their jobs end, so that links hold for so long beyond their ends; the store has them a moment later.
func amazonLink(beyond time.Duration) func(*app) {
	return func(a *app) {
		a.link = func(j *job) string {
			signed := j.ends().Add(-time.Hour).UTC()
			return fmt.Sprintf("/result/%s?X-Amz-Date=%s&X-Amz-Expires=%d&X-Amz-Signature=%s", j.id, signed.Format("20060102T150405Z"), int((time.Hour + beyond).Seconds()), j.id[:20])
		}
		a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
			if beyond < 0 || time.Since(j.ends()) < 200*time.Millisecond {
				say(w, 403, "no-store", `<Error><Code>AccessDenied</Code></Error>`)
				return
			}
			say(w, 200, "no-store", j.content())
		}
	}
}

func replacedLinks(a *app) {
	links := map[*job]string{}
	a.link = func(j *job) string {
		a.mu.Lock()
		defer a.mu.Unlock()
		links[j] = fmt.Sprintf("/result/%s.%d", j.id, mathrand.N(1_000_000))
		return links[j]
	}
	a.find = func(_ *http.Request, id string) *job { return cutAtDot(a, id) }
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		a.mu.Lock()
		newest := links[j]
		a.mu.Unlock()
		if r.URL.String() != newest {
			say(w, 404, "no-store", `{"title": "no such result"}`)
			return
		}
		say(w, 200, "no-store", j.content())
	}
}

// slashAfter has results at paths that end in a slash.
func slashAfter(a *app) {
	front := a.front
	a.front = func(w http.ResponseWriter, r *http.Request) bool {
		path, slash := strings.CutSuffix(r.URL.Path, "/")
		if strings.HasPrefix(path, "/result/") && !slash {
			w.Header().Set("Location", path+"/")
			say(w, 301, "no-store", "")
			return true
		}
		r.URL.Path = path
		return front(w, r)
	}
}

func startAtJobs(target *conformance.Target) { target.StartPath = "/jobs/start" }

// belowBase lies below /api, and names monitors there.
func belowBase(monitors string) func(*app) {
	return func(a *app) {
		outsideBase(a)
		a.start = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", monitors+a.begin().id)
			say(w, 202, "no-store", `{}`)
		}
		a.link = func(j *job) string { return "/api/result/" + j.id }
		below := a.front
		a.front = func(w http.ResponseWriter, r *http.Request) bool {
			r.URL.Path = strings.Replace(r.URL.Path, "/jobs/start", "/deferredjob", 1)
			return below(w, r)
		}
	}
}

func nullPending(a *app) {
	written(hexadecimal, always("null"))(a)
	a.find = a.knownOrPending
}

func namedIn(field, format string) func(*app) {
	return func(a *app) {
		a.start = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(field, fmt.Sprintf(format, "/monitor/"+a.begin().id))
			say(w, 202, "no-store", `{}`)
		}
	}
}

func alsoNamedIn(field, format string) func(*app) {
	return func(a *app) {
		a.start = func(w http.ResponseWriter, _ *http.Request) {
			j := a.begin()
			w.Header().Set(field, fmt.Sprintf(format, "/monitor/"+j.id))
			a.accept(w, j)
		}
	}
}

func goodForOne(a *app) {
	read := map[string]bool{}
	a.link = func(j *job) string { return "/result/" + j.id + "?signature=" + j.id[:8] }
	a.result = func(w http.ResponseWriter, r *http.Request, j *job) {
		a.mu.Lock()
		used := read[j.id]
		read[j.id] = used || r.Method == http.MethodGet
		a.mu.Unlock()
		if used {
			say(w, 403, "no-store", `{"title": "this link was used"}`)
			return
		}
		say(w, 200, "no-store", j.content())
	}
}

func identified(target *conformance.Target) {
	target.Header = http.Header{"Authorization": {"Bearer the-identity"}}
}

func unauthorizedNth(n int) func(*app) {
	return func(a *app) {
		nth := a.nth(n)
		a.refusing(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/monitor/") && nth(r) },
			func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("WWW-Authenticate", "Bearer")
				say(w, 401, "no-store", `{"error": "the token could not be checked"}`)
			})
	}
}

func shutByJSON(most int) func(*app) {
	return func(a *app) {
		a.refusing(a.beyond(most), said(403, "no-store", `{"error": "token expired"}`))
		known := a.front
		a.front = func(w http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Authorization") == "" {
				say(w, 401, "no-store", `{"error": "no token"}`)
				return true
			}
			return known(w, r)
		}
	}
}

func resultsFor(span time.Duration) func(*app) {
	return func(a *app) {
		a.result = func(w http.ResponseWriter, _ *http.Request, j *job) {
			if time.Since(j.ends()) > span {
				say(w, 404, "no-store", `{"title": "no such result"}`)
				return
			}
			say(w, 200, "no-store", j.content())
		}
	}
}

// halfWritten is a result that is written for a while after the end.
func halfWritten(span time.Duration) func(*app) {
	return func(a *app) {
		a.result = func(w http.ResponseWriter, _ *http.Request, j *job) {
			text := j.content()
			say(w, 200, "no-store", text[:min(len(text), 20+int(time.Since(j.ends())*time.Duration(len(text))/span))])
		}
	}
}

func checkForCookies(a *app) {
	a.refusing(func(r *http.Request) bool { return r.Header.Get("Cookie") == "" }, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "seen=1; Path=/")
		w.Header().Set("Location", r.URL.Path)
		say(w, 302, "", "")
	})
}
