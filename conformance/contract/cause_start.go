package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// whyRefused explains a start that was not accepted.
func whyRefused(o *view, start *record.Exchange) cause {
	if !start.Answered() {
		return cause{}
	}
	if o.endedAtOnce(start) {
		return cause{name: "created-at-once", says: fmt.Sprintf("%d says that the result exists already", start.Status), mend: "answer {accepted}, which says that the job was accepted"}
	}
	if c := whyRedirected(o, start); c.says != "" {
		return c
	}
	if start.Status == 302 && start.Has("Location") && o.Protocol.Monitor.Is("Location") {
		return cause{name: "location-made-redirect", says: "a framework turned the status into a redirect because a Location was set (as PHP's header() does)", mend: "set the status {accepted} after the Location"}
	}
	if slices.ContainsFunc(o.jobs, func(j *jobView) bool { return j.Accepted(o.Protocol) }) {
		return whyOneAtATime(o, start)
	}
	return whyStartUnknown(start)
}

// endedAtOnce reports whether the answer to a start is what a done monitor's would be, with the result's URL, or one that HTTP has for what was made at once
// (RFC 9110 15.3.2).
func (o *view) endedAtOnce(start *record.Exchange) bool {
	done := o.Protocol.Done.On(start) && o.Protocol.Product.In(start) != nil
	return done || start.Status == 201 && start.Has("Location") && !o.Protocol.Dialect.Start.Reply.Status.Has(201)
}

// whyOneAtATime shows a server that refuses a start while as many jobs run as it has room for: so many were known to run at each start that was refused,
// and fewer at each that was accepted.
func whyOneAtATime(o *view, start *record.Exchange) cause {
	if start.Status < 400 || slices.Contains([]int{401, 404, 405}, start.Status) {
		return cause{}
	}
	r := o.roomFor(start)
	later := o.acceptedLater(r.accepted, start)
	if !r.separates() || later == nil || r.room > 1 && !contrast(r.refused, 0, 0, len(r.accepted), r.room) {
		return cause{}
	}
	return cause{name: "one-at-a-time", says: fmt.Sprintf("no more than %s at a time: %s were refused while as many ran, and accepted when fewer did (#%d)", runs(r.room), plural(r.refused, "start"), later.Number),
		mend: fmt.Sprintf("accept each start with {accepted} and let its job wait for its turn, or answer 429 with Retry-After; --max-jobs %d judges what can be judged with that", r.room), shown: later}
}

// A jobRoom is what the starts of a run tell of how many jobs may run at a time.
type jobRoom struct {
	room, refused int // the fewest other jobs that may have run at a start that was refused, and how many were
	most          int // the most that did at one that was accepted
	accepted      []*record.Exchange
}

// separates reports whether the number of jobs separates the starts that were refused from those that were accepted.
func (r jobRoom) separates() bool { return r.refused > 1 && r.room > 0 && r.most < r.room }

// roomFor compares the starts that were answered as one was with those that were accepted; where others were answered otherwise, nothing is known.
func (o *view) roomFor(start *record.Exchange) jobRoom {
	r := jobRoom{room: len(o.jobs)}
	accepted := slices.DeleteFunc(slices.Clone(o.jobs), func(j *jobView) bool { return !j.Accepted(o.Protocol) })
	for _, j := range o.jobs {
		switch {
		case j.Start == nil:
		case j.Start.Status == start.Status:
			mayRun, _ := runningAt(j, accepted)
			r.room = min(r.room, mayRun)
			r.refused++
		case j.Accepted(o.Protocol):
			_, run := runningAt(j, accepted)
			r.accepted, r.most = append(r.accepted, j.Start), max(r.most, run)
		default:
			return jobRoom{}
		}
	}
	return r
}

func runs(n int) string {
	if n == 1 {
		return "one job runs"
	}
	return fmt.Sprintf("%d jobs run", n)
}

// runningAt counts the accepted jobs that may have run while another was begun, and those that are known to have.
func runningAt(j *jobView, accepted []*jobView) (may, known int) {
	for _, other := range accepted {
		if other == j {
			continue
		}
		if other.Start.Sent <= j.Start.Received && (other.Done == nil || other.Done.Received > j.Start.Sent) {
			may++
		}
		if other.Start.Received <= j.Start.Sent && other.lastPendingAt > j.Start.Received {
			known++
		}
	}
	return may, known
}

// acceptedLater is a start that was accepted after one was refused: there was room again.
func (o *view) acceptedLater(accepted []*record.Exchange, refused *record.Exchange) *record.Exchange {
	for _, e := range accepted {
		if e.Sent > refused.Received {
			return e
		}
	}
	return nil
}

// startRefused is what is known of starts that are all refused, where no more is.
var startRefused = cause{name: "start-refused", says: "the target begins no jobs for us"}

func whyStartUnknown(start *record.Exchange) cause {
	switch {
	case start.Status == 401 && start.Request.Credentials == record.IdentityNone:
		return cause{name: "no-credentials", says: "the start asks for credentials and none were given", mend: "give them with --header 'Authorization: …'"}
	case start.Status != 401 && challenge(start):
		return wall
	case (start.Status == 401 || start.Status == 403) && start.Request.Credentials != record.IdentityNone:
		return cause{name: "credentials-refused", says: "the credentials that were given are refused", mend: "give others with --header, or --header-command"}
	case start.Status >= 200 && start.Status <= 299 && isHTML(start):
		return cause{name: "web-page", says: "a web page answers, and no API", mend: "look at the page: if it is the website's, give the base URL of its API, or --start-path; if it wants something of a person first, let API clients pass it"}
	case start.Status == 403 && start.Request.Value("Origin") != "":
		return cause{name: "start-refused", says: "the start is refused", mend: "look at what the answer says: give another --origin, or with --header what it asks for"}
	case start.Status == 403:
		return cause{name: "start-refused", says: "the start is refused, and no credentials were given", mend: "look at what the answer says, and give with --header what it asks for: credentials, or a token against forged requests"}
	case start.Status == 404:
		return cause{name: "no-start-resource", says: "there is no start resource at this URL", mend: "set --start-path"}
	case start.Status == 413:
		return cause{name: "body-too-large", says: fmt.Sprintf("the body of the start, %s, is larger than is let through", plural(int(start.Request.BodyLength), "byte")),
			mend: "raise the limit of the proxy (nginx: client_max_body_size), or of the server, or start jobs with a smaller body"}
	case ofFailedGateway(start):
		return whyGateway(start)
	case start.Status == 405 && allows(start, start.Request.Method):
		return cause{name: "no-start-resource", says: fmt.Sprintf("%s is refused though the answer allows it (%s): there may be no start resource at this URL", start.Request.Method, fieldText(start, "Allow")), mend: "set --start-path"}
	case start.Status == 405:
		return cause{name: "start-method", says: fmt.Sprintf("the start resource does not know %s (%s)", start.Request.Method, fieldText(start, "Allow")), mend: "set --request " + allowedToStart(start)}
	}
	return cause{}
}

// allowedToStart is the method of those in an answer's Allow that may start jobs.
func allowedToStart(e *record.Exchange) string {
	for _, method := range []string{"POST", "PUT", "PATCH", "GET"} {
		if allows(e, method) {
			return method
		}
	}
	return "to the method that starts jobs"
}

// looksLikeSignIn reports whether a URL is named like a page to sign in.
func looksLikeSignIn(url string) bool {
	lower := strings.ToLower(url)
	for _, word := range []string{"login", "signin", "sign_in", "sign-in", "/sso", "oauth2/", "openid-connect/", "saml", "/adfs/"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

// allows reports whether an answer's Allow lists a method.
func allows(e *record.Exchange, method string) bool {
	for _, value := range e.Values("Allow") {
		for name := range strings.SplitSeq(value, ",") {
			if strings.TrimSpace(name) == method {
				return true
			}
		}
	}
	return false
}
