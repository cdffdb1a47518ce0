package contract

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const idHTTPAvailable = "http.available"

// refused finds requests that were refused, reset or swallowed in front of the application: whatever was asked, and now and then.
func refused(o *view, answers []answer) *explanation {
	groups := map[refusal][]answer{}
	var order []refusal
	for _, a := range answers {
		if a.right || !mayBeInFront(a) {
			continue
		}
		r := refusalOf(a.Exchange)
		if groups[r] == nil {
			order = append(order, r)
		}
		groups[r] = append(groups[r], a)
	}
	slices.SortStableFunc(order, func(a, b refusal) int { return len(groups[b]) - len(groups[a]) })
	for _, r := range order {
		if x := o.explainRefusal(r, groups[r], answers); x != nil {
			return x
		}
	}
	return nil
}

func (o *view) explainRefusal(r refusal, group, answers []answer) *explanation {
	m := surrounded(group, answers)
	lasting := o.lasting(r, m, answers)
	if len(m.covers) == 0 || len(m.jobs) < 2 || len(m.bracketed) == 0 && !lasting {
		return nil
	}
	page, often := foreign(r, m.covers[0], answers), ", whatever they asked for"
	if len(m.kinds) < 2 && !page {
		if len(m.covers) < minUnanswered || r.kind == record.FailureNone || ofOneKind(m.covers, answers) {
			return nil
		}
	}
	role, one := oneRole(m.covers)
	switch {
	case len(m.bracketed) < 2 && !page && len(m.covers) < minUnanswered:
		return nil
	case one && role == record.RoleStart && o.roomFor(m.covers[0]).separates():
		return nil // the number of jobs tells more
	case one:
		often = fmt.Sprintf(", all of them to a %s", role)
	}
	covers := m.covers
	if r.page != "" {
		covers = append(covers, m.alike...)
	}
	for _, a := range answers { // probes that it meets too: by their status alone they would seem to be answered well
		if a.right && a.Probe != "" && refusalOf(a.Exchange) == r {
			covers = append(covers, a.Exchange)
		}
	}
	x := &explanation{requirement: idHTTPAvailable, want: "the application's own answer to each request, or flow control: 429, or 503 with Retry-After", covers: covers, beside: m.beside}
	if lasting {
		x.got, x.cause = lastingRefusal(r, covers, answers)
		return x
	}
	x.got = fmt.Sprintf("%d of %d requests %s%s; the same requests succeeded before and after", len(covers), len(answers), r, often)
	x.cause = whyRefusedInFront(r, o.limitOf(r, covers), covers, answers)
	return x
}

// limitOf finds the limit that refused requests were beyond: one for all requests or, where those to one resource alone were refused, for these.
func (o *view) limitOf(r refusal, covers []*record.Exchange) *limit {
	if r.kind != record.FailureNone || r.status < 300 || len(covers) < minBeyondLimit { // a limit says something
		return nil
	}
	refused := func(e *record.Exchange) bool { return refusalOf(e).like(r) }
	if l := findLimit(o.sent(), refused); l != nil {
		return l
	}
	role, one := oneRole(covers)
	if !one {
		return nil
	}
	l := findLimit(slices.DeleteFunc(o.sent(), func(e *record.Exchange) bool { return e.Role != role }), refused)
	if l != nil {
		l.role = role
	}
	return l
}

// oneRole is the resource that all of some requests asked for.
func oneRole(covers []*record.Exchange) (record.Role, bool) {
	for _, e := range covers {
		if e.Role != covers[0].Role {
			return "", false
		}
	}
	return covers[0].Role, true
}

// A refusedGroup is what is known of requests that were refused in one way.
type refusedGroup struct {
	covers, alike   []*record.Exchange // alike are of kinds that were never answered right: no evidence, but refused in the same way
	beside          []*record.Exchange // right answers to the same requests, just before and after
	jobs, bracketed map[int]bool       // the jobs of covers, and those of them with answers beside
	kinds           map[string]bool
}

// surrounded looks for right answers to the same requests just before and after those that were refused.
func surrounded(group, answers []answer) refusedGroup {
	m := refusedGroup{jobs: map[int]bool{}, bracketed: map[int]bool{}, kinds: map[string]bool{}}
	right, rightKinds := map[string][]*record.Exchange{}, map[string]bool{}
	for _, a := range answers {
		if a.right && refusalOf(a.Exchange) != refusalOf(group[0].Exchange) { // a probe may be answered right by the same page
			right[a.Request.Method+" "+a.Request.URL] = append(right[a.Request.Method+" "+a.Request.URL], a.Exchange)
			rightKinds[kindOf(a)] = true
		}
	}
	for _, a := range group {
		if !rightKinds[kindOf(a)] && a.Probe == "" {
			m.alike = append(m.alike, a.Exchange)
			continue
		}
		m.covers = append(m.covers, a.Exchange)
		m.kinds[kindOf(a)] = true
		before, after := neighbours(right[a.Request.Method+" "+a.Request.URL], a.Exchange)
		between := before != nil && after != nil
		if between {
			m.beside = append(m.beside, before, after)
		}
		if a.Probe == "" {
			m.jobs[a.Job] = true
			if between {
				m.bracketed[a.Job] = true
			}
		}
	}
	return m
}

// minUnanswered is how many requests of one kind have to get no answer before what lies in front of the application is taken for the cause.
const minUnanswered = 3

// minBeyondLimit is how many requests have to be refused before a limit is looked for: a few, at regular intervals, fit one by chance.
const minBeyondLimit = 15

// ofOneKind reports whether requests got no answer because of their kind, which they share: chance would have met other kinds too.
func ofOneKind(covers []*record.Exchange, answers []answer) bool {
	kind := kindOf(answer{Exchange: covers[0]})
	rightWith, rightWithout := 0, 0
	for _, a := range answers {
		switch {
		case !a.right:
		case kindOf(a) == kind:
			rightWith++
		default:
			rightWithout++
		}
	}
	return fisher(len(covers), 0, rightWith, rightWithout) < significance
}

// kindOf is what a request asks for: requests of one kind can be compared.
func kindOf(a answer) string { return string(a.Role) + " " + string(a.Probe) }

// neighbours finds, of answers in the order sent, the last one before an exchange, and the first one after it.
func neighbours(list []*record.Exchange, e *record.Exchange) (before, after *record.Exchange) {
	at, _ := slices.BinarySearchFunc(list, e.Sent, func(b *record.Exchange, sent time.Duration) int { return cmp.Compare(b.Sent, sent) })
	for _, b := range slices.Backward(list[:at]) {
		if b.Ended <= e.Sent {
			before = b
			break
		}
	}
	for _, b := range list[at:] {
		if b.Sent >= e.Ended {
			return before, b
		}
	}
	return before, nil
}

// foreign reports whether a page is not the application's: it is HTML, and the application never answers such requests so.
func foreign(r refusal, e *record.Exchange, answers []answer) bool {
	if r.kind != record.FailureNone {
		return false
	}
	for _, a := range answers {
		if a.right && a.Role == e.Role && (isHTML(a.Exchange) || !isHTML(e)) {
			return false
		}
	}
	return true
}

func whyRefusedInFront(r refusal, l *limit, covers []*record.Exchange, answers []answer) cause {
	first := covers[0]
	away, whole := spellOf(covers, answers, func(answer) bool { return true })
	switch {
	case challenge(first):
		return wall
	case whole && r.kind == record.FailureNone && away.to-away.from >= leastOutage:
		return refusedOnce(r, away, l)
	case l != nil && l.atOnce:
		return cause{name: "too-many-at-once", says: fmt.Sprintf("only about %s are let through: others are refused meanwhile", l),
			mend: l.mend()}
	case l != nil:
		return cause{name: "rate-limit", says: fmt.Sprintf("a rate limit that does not say so: it allows %s", l),
			mend: l.mend()}
	case r.status == 502 || r.status >= 520 && r.status <= 527: // Cloudflare's own
		return cause{name: "gateway", says: "a gateway answers in the application's place now and then: its connection to the application failed",
			mend: "let the application keep idle connections open for longer than the gateway does (its keep-alive timeout), and look for workers that restart"}
	case r.status == 504:
		return cause{name: "gateway-timeout", says: fmt.Sprintf("a gateway answers in the application's place, after %s: the application was too slow for it", span(first.Received-first.Sent)),
			mend: "raise the gateway's timeout, or answer sooner"}
	case r.kind == record.FailureBroken:
		return cause{name: "connection-reset", says: "connections end before the answer, now and then", mend: "look for workers that are replaced or that crash, and let them finish their requests first"}
	case r.kind != record.FailureNone:
		return cause{}
	}
	return cause{name: "front", says: "something in front of the application, or a limit of its own, answers in its place", mend: "look for the limits of the proxy or balancer; where it is a limit, answer 429 with Retry-After"}
}

var wall = cause{name: "wall", says: "a sign-in page, or a challenge, stands in front of the application",
	mend: "let API clients pass it: an exception for these paths, or credentials that it accepts (--header)"}

// leastOutage is how long every request has to be refused: a burst beyond a limit is shorter.
const leastOutage = 100 * time.Millisecond

// refusedOnce names one spell of refusals. A limit that was reached once looks the same.
func refusedOnce(r refusal, away spell, l *limit) cause {
	c := cause{name: "outage", says: fmt.Sprintf("from %s to %s every request was refused, and none before or after: ", record.Clock(away.from), record.Clock(away.to)),
		mend: "start the new process before the old one stops, and send it no requests before it is ready"}
	switch {
	case r.status < 500:
		c.name, c.mend = "limit-or-ban", "let the client of this run pass, or answer 429 with Retry-After"
		c.says += "a limit was reached once, or the client was shut out for a while"
	case l != nil:
		c.name = "outage-or-limit"
		c.says += fmt.Sprintf("the application was not there (a restart, a deployment), or a limit was reached once (%s)", l)
	default:
		c.says += "the application was not there (a restart, a deployment)"
	}
	if l != nil {
		c.mend += "; or, if it is a limit, " + l.mend()
	}
	return c
}

// challenge tells a page that wants something of a person.
func challenge(e *record.Exchange) bool {
	if loginPage(e) || redirectsToSignIn(e) || e.Has("Cf-Mitigated") {
		return true
	}
	text := bytes.ToLower(e.Body.Beginning)
	return isHTML(e) && (bytes.Contains(text, []byte("captcha")) || bytes.Contains(text, []byte("challenge")))
}

var httpAvailable = require(Requirement{
	ID: idHTTPAvailable, Level: Must, Source: "RFC 9110 10.2.3, 15.6; RFC 6585 4",
	Says: `Nothing in front of the application, and no limit of it, refuses, resets or swallows requests of a job's life, other than by flow control
		(429, or 503 with Retry-After).`,
	Means: "A client that does everything right is refused at random, and can't tell whether its job is lost.",
	How: `All wrong answers of a run are compared with the right ones. It fails where one refusal (a redirect, 403, 502, 503 without Retry-After,
		504, another 4xx or 5xx but for those named below, a reset, no answer in time) meets requests about two jobs or more, and the same requests succeed before and after it. The refusal must
		not look like the application's: it meets starts, monitors and results alike, or its page is HTML where the application sends something
		else. A page with a form for a sign-in or a captcha is a refusal whatever its status is. It fails too where one connection is served at a time, and where nothing listens for a moment but no job is lost. A limit is the
		likely cause where a rate, or a number of requests under way, separates the refused requests from the others. What the application answers itself (400, 401, 404,
		405, 409, 410, 422, 500, 501, its own problem details) is reported under the requirement that it breaks.`,
	judge: func(o *view) Judgement {
		var list []*record.Exchange
		for _, a := range o.answers() {
			if a.right && a.Probe == "" {
				list = append(list, a.Exchange)
			}
		}
		if len(list) == 0 {
			return notObserved(cmp.Or(o.Unreachable, "no request was answered right: there is nothing to compare refusals with"))
		}
		return passed(list[:min(len(list), 3)]...)
	},
})
