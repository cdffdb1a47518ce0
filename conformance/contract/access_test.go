package contract

import (
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func stranger(name record.ProbeName, role record.Role, code int) edit {
	return on(probed(name, role), status(code))
}

var (
	open      = target(func(t *record.Target) { t.Credentials = false })
	noBrowser = target(func(t *record.Target) { t.Origin = "" })
	otherGets = on(probed(record.ProbeOther, record.RoleResult), status(200), body(`{"job":"`+id(9)+`"}`))
)

// numbered gives jobs ids that count up.
func numbered(step int) change {
	return func(e *record.Exchange) {
		field("Location: /v1/monitor/job-" + string(rune('0'+e.Job*step/100)) + string(rune('0'+e.Job*step/10%10)) + string(rune('0'+e.Job*step%10)) + "-x")(e)
	}
}

// onlyFour leaves four jobs, with ids of their own.
func onlyFour(ids ...string) edit {
	return both(only(1, 2, 3, 4), on(starts, func(e *record.Exchange) { field("Location: /v1/monitor/" + ids[e.Job-1])(e) }))
}

var accessCases = []testCase{
	{"access.start", "401", Pass, "", asIs},
	{"access.start", "202", Fail, "without credentials the start is answered 202 Accepted", stranger(record.ProbeAnonymous, record.RoleStart, 202)},
	{"access.start", "a redirect to a login", Fail, "302 Found", stranger(record.ProbeAnonymous, record.RoleStart, 302)},
	{"access.start", "no credentials given", NotApplicable, "no credentials were given", open},
	{"access.start", "not asked", NotObserved, "not asked without credentials", never(probed(record.ProbeAnonymous, record.RoleStart))},

	{"access.monitor", "404", Pass, "", stranger(record.ProbeAnonymous, record.RoleMonitor, 404)},
	{"access.monitor", "201", Fail, "without credentials the monitor is answered 201 Created", stranger(record.ProbeAnonymous, record.RoleMonitor, 201)},
	{"access.monitor", "no monitor", Blocked, "monitor.ready", both(nowhereMonitor, never(probed(record.ProbeAnonymous, record.RoleMonitor)))},
	{"access.monitor", "no monitor, but without credentials", Blocked, "monitor.ready", both(nowhereMonitor, stranger(record.ProbeAnonymous, record.RoleMonitor, 200))},

	{"access.result", "403", Pass, "", stranger(record.ProbeAnonymous, record.RoleResult, 403)},
	{"access.result", "200", Fail, "without credentials the result is answered 200 OK", stranger(record.ProbeAnonymous, record.RoleResult, 200)},
	{"access.result", "no answer", NotObserved, "or not answered", on(probed(record.ProbeAnonymous, record.RoleResult), fails(record.FailureBroken, "EOF"))},

	{"access.challenge", "given", Pass, "", asIs},
	{"access.challenge", "none", Fail, "401 with no WWW-Authenticate field", on(probed(record.ProbeAnonymous, record.RoleStart), without("WWW-Authenticate"))},
	{"access.challenge", "none, cross-origin", NotObserved, "nothing was answered 401", both(crossOriginResults, on(results, status(401)), stranger(record.ProbeAnonymous, record.RoleStart, 403))},
	{"access.challenge", "no credentials given", NotApplicable, "no credentials were given", open},

	{"access.others", "404", Pass, "", asIs},
	{"access.others", "200, another's own list", Pass, "", on(probed(record.ProbeOther, record.RoleResult), status(200), body("[]"))},
	{"access.others", "200, pending", Pass, "", stranger(record.ProbeOther, record.RoleMonitor, 200)},
	{"access.others", "a redirect to a login", Pass, "", on(probed(record.ProbeOther, record.RoleMonitor), status(302), with("Location: /login"))},
	{"access.others", "404, as empty as the result", Pass, "", both(on(results, body(""), without("Content-Type")), on(probed(record.ProbeOther, record.RoleResult), body("")))},
	{"access.others", "the result", Fail, "a second identity asks for the result of job 9 and gets it: 200 OK", otherGets},
	{"access.others", "the monitor", Fail, "a second identity asks for the monitor of job 9 and gets it: 201 Created", on(probed(record.ProbeOther, record.RoleMonitor), status(201), with("Location: /v1/result/"+id(9)))},
	{"access.others", "its own start is refused, and others' are not", Fail, "a second identity asks for", both(otherGets, stranger(record.ProbeOther, record.RoleStart, 401), on(probed(record.ProbeOther, record.RoleStart), with("WWW-Authenticate: Bearer")))},
	{"access.others", "not asked", NotObserved, "no done job was asked for", never(either(probed(record.ProbeOther, record.RoleMonitor), probed(record.ProbeOther, record.RoleResult)))},
	{"access.others", "no second identity", NotApplicable, "no second identity", both(otherGets, target(func(t *record.Target) { t.OtherIdentity = false }))},
	{"access.others", "200 for every result", Blocked, "result.unknown", both(otherGets, on(unknownResult, status(200)))},
	{"access.others", "201 for every monitor", Blocked, "monitor.never-created", both(on(either(unknownMonitor, probed(record.ProbeOther, record.RoleMonitor)), status(201), with("Location: /v1/result/"+id(9))))},

	{"access.unguessable", "random", Pass, "", asIs},
	{"access.unguessable", "far apart", Pass, "", on(starts, numbered(65))},
	{"access.unguessable", "far apart, and counted down", Pass, "", on(starts, func(e *record.Exchange) { field(fmt.Sprintf("Location: /v1/monitor/%d", 900-e.Job*65))(e) })},
	{"access.unguessable", "counted", Fail, "the ids of 14 jobs are at most 64 apart: ", on(starts, numbered(1))},
	{"access.unguessable", "counted in steps", Fail, "are at most 64 apart", on(starts, numbered(20))},
	{"access.unguessable", "counted in steps of 64", Fail, "are at most 64 apart", on(starts, numbered(64))},
	{"access.unguessable", "four, the last a prefix of the others", Fail, "the ids of 4 jobs are", onlyFour("10", "11", "12", "1")},
	{"access.unguessable", "four, the first a suffix of the others", Fail, "the ids of 4 jobs are", onlyFour("1", "11", "21", "31")},
	{"access.unguessable", "four, a digit before a suffix", Fail, "the ids of 4 jobs are", onlyFour("1_", "2_", "3_", "4_")},
	{"access.unguessable", "ids hidden in the record", NotObserved, "the ids look like secrets", on(starts, own("Location: /v1/monitor/"+Hidden+"{id}"))},
	{"access.unguessable", "few jobs", NotObserved, "too few monitors' URLs", only(9, 10, 1)},
	{"access.unguessable", "no start", Blocked, "start.accepted", on(starts, status(500))},
}

var browserCases = []testCase{
	{"browser.allowed", "any", Pass, "", asIs},
	{"browser.allowed", "the origin itself", Pass, "", on(anything, field("Access-Control-Allow-Origin: https://app.example.org"))},
	{"browser.allowed", "none on 404s", Pass, "", on(either(unknownMonitor, unknownResult), without("Access-Control-Allow-Origin"))},
	{"browser.allowed", "one answer only", Pass, "", both(only(9), never(not(starts)))},
	{"browser.allowed", "none cross-origin", Pass, "", both(crossOriginResults, on(results, without("Access-Control-Allow-Origin")))},
	{"browser.allowed", "no answer", NotObserved, "no answer of a job's life came", both(only(9), never(not(starts)), on(starts, status(429)))},
	{"browser.allowed", "none", Fail, "the start is answered 202 Accepted with no Access-Control-Allow-Origin field", on(starts, without("Access-Control-Allow-Origin"))},
	{"browser.allowed", "another", Fail, "the result is answered 200 OK with Access-Control-Allow-Origin: https://x.example", on(results, field("Access-Control-Allow-Origin: https://x.example"))},
	{"browser.allowed", "two", Fail, "2 Access-Control-Allow-Origin fields", on(of(reads, 9), with("Access-Control-Allow-Origin: *"))},
	{"browser.allowed", "no origin given", NotApplicable, "no origin was given", noBrowser},

	{"browser.preflight", "names all", Pass, "", asIs},
	{"browser.preflight", "PUT, any method", Pass, "", on(corsPreflight, asked("PUT", "x-a"), field("Access-Control-Allow-Methods: *"))},
	{"browser.preflight", "headers by wildcard", Pass, "", on(corsPreflight, asked("GET", "x-b"), field("Access-Control-Allow-Headers: *"))},
	{"browser.preflight", "GET, and no methods named", Pass, "", on(corsPreflight, without("Access-Control-Allow-Methods"))},
	{"browser.preflight", "200", Pass, "", on(corsPreflight, status(200))},
	{"browser.preflight", "names in capitals", Pass, "", on(corsPreflight, asked("GET", "X-A , AUTHORIZATION"))},
	{"browser.preflight", "a header that is not named", Fail, "Access-Control-Allow-Headers: X-A, Authorization", on(corsPreflight, asked("GET", "x-b"))},
	{"browser.preflight", "401", Fail, "the preflight of the start: 401 Unauthorized", on(corsPreflight, status(401), with("WWW-Authenticate: Bearer"))},
	{"browser.preflight", "no origin", Fail, "no Access-Control-Allow-Origin field", on(corsPreflight, without("Access-Control-Allow-Origin"))},
	{"browser.preflight", "PUT", Fail, "Access-Control-Allow-Methods: GET, POST", on(corsPreflight, asked("PUT", "x-a"))},
	{"browser.preflight", "Authorization by wildcard", Fail, "Access-Control-Allow-Headers: *", on(corsPreflight, field("Access-Control-Allow-Headers: *"))},
	{"browser.preflight", "none needed", NotApplicable, "nothing that the run sends needs a preflight", never(corsPreflight)},
	{"browser.preflight", "no origin given", NotApplicable, "no origin was given", noBrowser},

	{"browser.exposes-location", "named", Pass, "", asIs},
	{"browser.exposes-location", "any", Pass, "", on(anything, field("Access-Control-Expose-Headers: *"))},
	{"browser.exposes-location", "not of a pending answer that names itself", Pass, "", on(pendings, own("Location: /v1/monitor/{id}"), without("Access-Control-Expose-Headers"))},
	{"browser.exposes-location", "none", Fail, "202 Accepted with Location, and no Access-Control-Expose-Headers field", on(anything, without("Access-Control-Expose-Headers"))},
	{"browser.exposes-location", "not Retry-After", Fail, "with Retry-After, and Access-Control-Expose-Headers: Location", on(pendings, with("Retry-After: 1"), field("Access-Control-Expose-Headers: Location"))},
	{"browser.exposes-location", "the origin is not allowed", Blocked, "browser.allowed", on(anything, without("Access-Control-Allow-Origin"), without("Access-Control-Expose-Headers"), corsAnswer)},
	{"browser.exposes-location", "no origin given", NotApplicable, "no origin was given", noBrowser},
}

// asked makes a preflight ask for a method and headers.
func asked(method, headers string) change {
	return func(e *record.Exchange) {
		e.Request.Fields = []record.Field{{Name: "Access-Control-Request-Method", Value: method}, {Name: "Access-Control-Request-Headers", Value: headers}}
	}
}

// corsAnswer keeps the answer to the preflight as it has to be.
func corsAnswer(e *record.Exchange) {
	if e.Probe == record.ProbeCORS {
		field("Access-Control-Allow-Origin: *")(e)
	}
}
