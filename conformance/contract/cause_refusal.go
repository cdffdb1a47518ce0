package contract

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A refusal is what refused requests have in common: the status and the page, the place that they are redirected to, or how no answer came.
type refusal struct {
	status int
	page   string // its text, but for what names the request
	place  string // where a redirect leads, but for its query
	kind   record.FailureKind
}

// signIn is the place of all redirects to a sign-in page: they name what was asked for.
const signIn = "a sign-in page"

func refusalOf(e *record.Exchange) refusal {
	switch {
	case !e.Answered():
		return refusal{kind: e.Failure.Kind}
	case redirectsToSignIn(e):
		return refusal{status: e.Status, place: signIn}
	case redirects(e):
		place, _, _ := strings.Cut(e.Value("Location"), "?")
		return refusal{status: e.Status, place: place}
	}
	return refusal{status: e.Status, page: pageOf(e)}
}

func redirects(e *record.Exchange) bool {
	return e.Status >= 300 && e.Status <= 399 && e.Has("Location")
}

func redirectsToSignIn(e *record.Exchange) bool {
	return redirects(e) && looksLikeSignIn(e.Value("Location"))
}

// pageOf is the text of a page without the words that have digits: the number of the request, its time, the path that was asked for.
func pageOf(e *record.Exchange) string {
	const enough = 2000
	text := e.Body.Beginning[:min(len(e.Body.Beginning), enough)]
	if len(text) == 0 {
		return e.Body.Hash
	}
	if path := uri.Split(e.Request.URL).Path; len(path) > 1 {
		text = bytes.ReplaceAll(text, []byte(path), nil)
	}
	var page bytes.Buffer
	inWord := func(b byte) bool {
		return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z' || b == '-' || b == '_' || b == '.'
	}
	for at := 0; at < len(text); {
		from, digits := at, false
		for ; at < len(text) && inWord(text[at]); at++ {
			digits = digits || text[at] >= '0' && text[at] <= '9'
		}
		if !digits {
			page.Write(text[from:at])
		}
		if at < len(text) {
			page.WriteByte(text[at])
			at++
		}
	}
	return page.String()
}

// like reports whether two are the same but for the page: HEAD has none.
func (r refusal) like(other refusal) bool { return r.status == other.status && r.kind == other.kind }

// met reports whether a request was refused so. What is told as a success is known by its page alone.
func (r refusal) met(e *record.Exchange) bool {
	other := refusalOf(e)
	return r.like(other) && (r.status == 0 || r.status >= 300 || r == other)
}

func (r refusal) String() string {
	switch r.kind {
	case record.FailureNone:
		if r.status < 300 {
			return fmt.Sprintf("were answered %s with one and the same content", (&record.Exchange{Status: r.status}).StatusText())
		}
		return "were answered " + (&record.Exchange{Status: r.status}).StatusText()
	case record.FailureTimeout:
		return "got no answer in time"
	case record.FailureConnect:
		return "got no connection"
	}
	return "got no answer: their connections ended first"
}

// mayBeInFront reports whether somebody in front of the application may have given an answer: a refusal that says nothing of the job, a redirect, or
// none at all. What describes its problem (RFC 9457) is the application's own.
func mayBeInFront(a answer) bool {
	switch {
	case describesProblem(a.Exchange):
		return false
	case !a.Answered():
		return a.Failure.Kind == record.FailureBroken || a.Failure.Kind == record.FailureTimeout || a.Failure.Kind == record.FailureConnect
	case a.Role != record.RoleStart && signed(a.Request.URL):
		return false // the link may have run out
	}
	return redirects(a.Exchange) || wallsOff(a.Exchange) || a.exposed || a.Status >= 400 && !slices.Contains(ownStatuses, a.Status)
}

func describesProblem(e *record.Exchange) bool {
	return strings.HasPrefix(e.Value("Content-Type"), "application/problem+")
}

// mayLimit reports whether an answer may tell a limit of the application's own: it describes a problem, and speaks of one.
func mayLimit(a answer) bool {
	return describesProblem(a.Exchange) && a.Status >= 400 && !slices.Contains(ownStatuses, a.Status) && wordsOfLimits.Match(a.Body.Beginning)
}

var wordsOfLimits = regexp.MustCompile(`(?i)limit|\brate\b|quota|throttl|too (many|fast|often)|slow down|busy|overload|capacity`)

// wallsOff reports whether a page that wants something of a person is told as a success.
func wallsOff(e *record.Exchange) bool { return e.Status >= 200 && e.Status <= 299 && challenge(e) }

// exposeWalls takes such pages for wrong answers, whatever was asked, if the application sends no HTML about that resource: an application whose own
// pages these are sends nothing else.
func exposeWalls(answers []answer) {
	others, html := map[record.Role]bool{}, map[record.Role]bool{}
	var walls []int
	for i, a := range answers {
		switch {
		case !a.right:
		case wallsOff(a.Exchange):
			walls = append(walls, i)
		case a.Probe == "":
			others[a.Role] = true
			html[a.Role] = html[a.Role] || isHTML(a.Exchange)
		}
	}
	for _, i := range walls {
		if role := answers[i].Role; others[role] && !html[role] {
			answers[i].right = false
		}
	}
}

// exposeErrors takes for wrong what is told as a success with the content that refused a start, if what is asked there is answered otherwise too: it says
// nothing of a job.
func exposeErrors(answers []answer) {
	errors := map[refusal]bool{}
	for _, a := range answers {
		if a.Role == record.RoleStart && !a.right && isSuccess(nil, a.Exchange) && a.Body.Length > 0 {
			errors[refusalOf(a.Exchange)] = true
		}
	}
	if len(errors) == 0 {
		return
	}
	otherwise := map[record.Role]bool{}
	var same []int
	for i, a := range answers {
		switch {
		case isSuccess(nil, a.Exchange) && errors[refusalOf(a.Exchange)]:
			same = append(same, i)
		case a.right && a.Probe == "" && (a.Status == 200 || a.Role == record.RoleStart):
			otherwise[a.Role] = true
		}
	}
	exposed := func(i int) bool { return otherwise[answers[i].Role] }
	if !slices.ContainsFunc(same, func(i int) bool { return answers[i].Role != record.RoleStart && exposed(i) }) {
		return
	}
	for _, i := range same {
		if exposed(i) {
			answers[i].right, answers[i].exposed = false, true
		}
	}
}

// ownStatuses are those by which an application answers for what was asked: the request is wrong, there is no such job, it failed, or the application did.
var ownStatuses = []int{404, 405, 410, 422, 500, 501}

// limitStatuses are those by which an application may say that a monitor is read too soon, or anything else about a request.
var limitStatuses = []int{400, 409}

// lasting reports whether everything that was asked was refused from one moment on, to the end of the run; or all that was asked of one resource, by a page
// that is not the application's.
func (o *view) lasting(r refusal, m refusedGroup, answers []answer) bool {
	if len(m.covers) == 0 {
		return false
	}
	role, one := oneRole(m.covers)
	one = one && r.status >= 500 && foreign(r, m.covers[0], answers)
	few := len(m.covers) < minBeyondLimit && r.kind == record.FailureNone && !challenge(m.covers[0]) // which says itself what it is
	if len(m.kinds) < 2 && !one || len(m.bracketed) > 0 || len(m.covers) < minUnanswered || few {
		return false
	}
	from, before := m.covers[0].Sent, 0
	for _, a := range answers {
		switch {
		case one && (a.Role != role || a.Request.Method == "HEAD" || a.Probe != "" && a.right):
		case a.Sent < from+lateness:
			before++
		case a.Request.Credentials != m.covers[0].Request.Credentials: // who gives none may be refused for that
		case refusalOf(a.Exchange) != r && (a.Answered() || r.kind == record.FailureNone):
			return false
		}
	}
	return contrast(len(m.covers), 0, 0, before, 1)
}

// lastingRefusal says what is known of a refusal that lasts to the end of the run, and what may be its cause.
func lastingRefusal(r refusal, covers []*record.Exchange, answers []answer) (got string, why cause) {
	from, before, which := covers[0].Sent, 0, "requests"
	role, one := oneRole(covers)
	if one {
		which = fmt.Sprintf("requests for a %s", role)
	}
	for _, a := range answers {
		if a.Sent < from && (!one || a.Role == role) {
			before++
		}
	}
	got = fmt.Sprintf("from %s to the end of the run all %s %s; %d before that were not", record.Clock(from), which, r, before)
	switch {
	case challenge(covers[0]):
		return got, wall
	case r.kind != record.FailureNone:
		return got, cause{name: "gone", says: fmt.Sprintf("the server crashed or hangs after %d %s, or the client was shut out", before, which),
			mend: "look at the log of the server, and of what lies in front of it, from that moment on"}
	}
	why = cause{name: "refused-from-then-on", says: fmt.Sprintf("a limit was reached after %d %s and outlasts the run, or the application went away", before, which),
		mend: "look at what answers there; where it is a limit, answer 429 with Retry-After, or let the client of this run pass"}
	if r.status == 403 && covers[0].Request.Credentials != record.IdentityNone {
		why.says += ", or the credentials ran out"
		why.mend += "; where it is the credentials, answer 401, and have them renewed with --header-command"
	}
	return got, why
}
