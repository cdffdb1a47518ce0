package contract

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const idHTTPAvailable = "http.available"

// refused finds requests that were refused, reset or swallowed in front of the application: whatever was asked, and now and then.
func refused(o *view, answers []answer) *explanation {
	groups := map[refusal][]answer{}
	var order []refusal
	for _, a := range answers {
		if a.right || !mayBeInFront(a) && !mayLimit(a) {
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
	if len(m.covers) == 0 || len(m.jobs) < 2 {
		return nil
	}
	beyond, often := o.limitOf(r, m.covers), ", whatever they asked for"
	around := len(m.bracketed) > 0 || lasting || m.few() || m.otherwise && m.early && m.late && challenge(m.covers[0]) // which says itself what it is
	if !around {
		m.beside = o.onEitherSide(m.covers, rightOnes(answers))
		around = m.beside != nil
	}
	if beyond == nil && !m.inFront(r, answers) || !around && (beyond == nil || len(m.recovered) < 2) {
		return nil
	}
	switch role, one := oneRole(m.covers); {
	case one && role == record.RoleStart && o.roomFor(m.covers[0]).separates():
		return nil // the number of jobs tells more
	case one:
		often = fmt.Sprintf(", all of them to a %s", role)
	}
	covers := m.all(r, lasting, answers)
	x := &explanation{requirement: idHTTPAvailable, want: "the application's own answer to each request, or flow control: 429, or 503 with Retry-After", covers: covers, beside: m.beside}
	if lasting {
		x.got, x.cause = lastingRefusal(r, covers, answers)
		return x
	}
	others := "the same requests succeeded before and after"
	if len(m.bracketed) == 0 {
		others = "others like them succeeded"
	}
	x.got = fmt.Sprintf("%d of %d requests %s%s; %s", len(covers), len(answers), r, often, others)
	x.cause = o.whyRefusedInFront(r, beyond, covers, answers)
	return x
}

// limitOf finds the limit that refused requests were beyond: one for all requests or, where those to one resource alone were refused, for these.
func (o *view) limitOf(r refusal, covers []*record.Exchange) *limit {
	_, one := oneRole(covers)
	closing := r.kind == record.FailureBroken && !one && len(covers)*4 > len(o.sent()) // a limit that closes connections; fewer are cut off at random, too
	if r.kind != record.FailureNone && !closing || len(covers) < minBeyondLimit {
		return nil
	}
	hidden := func(e *record.Exchange) bool { return r.status < 300 && e.Request.Method == "HEAD" } // no page tells what became of it
	sent, met := slices.DeleteFunc(o.sent(), hidden), map[*record.Exchange]bool{}                   // it is asked for each limit that is tried
	for _, e := range sent {
		met[e] = r.met(e)
	}
	refused := func(e *record.Exchange) bool { return met[e] }
	own := slices.Contains(limitStatuses, r.status) // it may say anything else too
	role, _ := oneRole(covers)
	var l *limit
	if !own {
		l = findLimit(sent, refused)
	}
	if own && role != record.RoleMonitor {
		return nil
	}
	asked := map[record.Role]bool{}
	for _, e := range covers {
		asked[e.Role] = true
	}
	alike := slices.DeleteFunc(sent, func(e *record.Exchange) bool { return !asked[e.Role] })
	if l == nil && one && !own {
		if l = findLimit(alike, refused); l != nil {
			l.role = role
		}
	}
	if each := tooSoon(alike, refused); each != nil && (l == nil || each.misfits < l.misfits) {
		l = each
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

// minUnanswered is how many requests of one kind have to get no answer before what lies in front of the application is taken for the cause.
const minUnanswered = 3

// minBeyondLimit is how many requests have to be refused before a limit is looked for: a few, at regular intervals, fit one by chance.
const minBeyondLimit = 15

var httpAvailable = require(Requirement{
	ID: idHTTPAvailable, Level: Must, Source: "RFC 9110 10.2.3, 15.6; RFC 6585 4",
	Says: `Nothing in front of the application, and no limit of it, refuses, resets or swallows requests of a job's life, other than by flow control
		(429, or 503 with Retry-After).`,
	Means: "A client that does everything right is refused, and can't tell whether its job is lost.",
	How: `All wrong answers of a run are compared with the right ones. It fails where one refusal (a redirect, 403, 502, 503 without Retry-After,
		504, another 4xx or 5xx but for those named below, a reset, no answer in time) meets requests about two jobs or more, and the same requests succeed before and after it. The refusal must
		not look like the application's: it meets starts, monitors and results alike, or all that is asked in one spell, or its page is HTML where the application sends something
		else. A page with a form for a sign-in or a captcha is a refusal whatever its status is. It fails too where one connection is served at a time, and where nothing listens for a moment but no job is lost. A limit is the
		likely cause where a rate, or a number of requests under way, separates the refused requests from the others. What the application answers itself (404, 405, 410,
		422, 500, 501, and 400, 409 and its own problem details but where they tell a limit) is reported under the requirement that it breaks.`,
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
