package contract

import (
	"fmt"
	"slices"
	"strings"
	"time"

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
	case (start.Status == 401 || start.Status == 403) && start.Request.Credentials != record.IdentityNone:
		return cause{name: "credentials-refused", says: "the credentials that were given are refused", mend: "give others with --header, or --header-command"}
	case start.Status >= 200 && start.Status <= 299 && challenge(start):
		return wall
	case start.Status >= 200 && start.Status <= 299 && isHTML(start):
		return cause{name: "web-page", says: "a web page answers, and no API", mend: "look at the page: if it is the website's, give the base URL of its API, or --start-path; if it wants something of a person first, let API clients pass it"}
	case start.Status == 403 && start.Request.Value("Origin") != "":
		return cause{name: "start-refused", says: "the start is refused", mend: "look at what the answer says: give another --origin, or with --header what it asks for"}
	case start.Status == 403:
		return cause{name: "start-refused", says: "the start is refused, and no credentials were given", mend: "look at what the answer says, and give with --header what it asks for: credentials, or a token against forged requests"}
	case start.Status == 404:
		return cause{name: "no-start-resource", says: "there is no start resource at this URL", mend: "set --start-path"}
	case start.Status == 405 && allows(start, start.Request.Method):
		return cause{name: "no-start-resource", says: fmt.Sprintf("%s is refused though the answer allows it (%s): there may be no start resource at this URL", start.Request.Method, fieldText(start, "Allow")), mend: "set --start-path"}
	case start.Status == 405:
		return cause{name: "start-method", says: fmt.Sprintf("the start resource does not know %s (%s)", start.Request.Method, fieldText(start, "Allow")), mend: "set --request to the method that starts jobs"}
	}
	return cause{}
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

// whyShared explains starts that were given one monitor.
func whyShared(o *view, starts []*record.Exchange) cause {
	if c := whyWithoutID(o, o.jobNumbered(starts[0].Job), record.RoleMonitor); c.says != "" {
		return c
	}
	together := true
	for _, e := range starts {
		if hit := storedBy(e); hit != "" {
			return cause{name: "start-cached", says: fmt.Sprintf("a cache answered the start (%s)", hit), mend: "send Cache-Control: no-store with the {accepted}, or start jobs with POST"}
		}
		together = together && e.Way == record.WayTogether
	}
	shared := o.Protocol.Monitor.Follow(starts[0], nil)
	numbered := slices.ContainsFunc(o.jobs, func(j *jobView) bool {
		return j.MonitorURL != shared && withoutDigits(j.MonitorURL) == withoutDigits(shared)
	})
	switch {
	case together && !numbered:
		return cause{name: "shared-at-once", says: "only starts at the same instant share one", mend: "keep what belongs to a start in variables of its own (not in a global one, or one of a shared object); and " + randomIDs}
	case together:
		return cause{name: "id-from-clock", says: "only starts at the same instant share one", mend: randomIDs}
	}
	for _, e := range starts[1:] {
		if e.Request.URL != starts[0].Request.URL {
			return cause{}
		}
	}
	return o.whyEqualShare(starts)
}

// whyEqualShare explains equal starts that were given one monitor, though they did not come at the same instant.
func (o *view) whyEqualShare(starts []*record.Exchange) cause {
	taken, mend := "the server takes a start that it has seen for a repetition", "where that is meant, make starts differ with {uuid} in --start-path, --data or --header"
	if startsByGET(o.Target) {
		taken = "the server takes a start that it has seen for a repetition, or a cache in front of it answers with what it has stored"
		mend += "; where a cache does it, let it store nothing, or start jobs with POST"
	}
	later := o.anotherAfter(starts)
	switch done := o.givenDone(starts[1]); {
	case done != nil:
		return cause{name: "equal-starts", says: fmt.Sprintf("an equal start is given a job that was done before (#%d): %s", done.Number, taken), mend: mend, shown: done}
	case o.anotherBetween(starts[0], starts[1]) && !slices.ContainsFunc(o.jobNumbered(starts[1].Job).Reads, o.Protocol.Pending.On):
		return cause{} // whether it is a job of its own was not seen
	case o.anotherBetween(starts[0], starts[1]):
		return cause{name: "ids-begin-again", says: "starts between the two were given monitors of their own: ids are given out again, as by a counter in memory after a restart",
			mend: "make ids from random bytes, or keep the counter with the jobs"}
	case o.sharedUnevenly():
		return cause{}
	case later == nil:
		return cause{name: "equal-starts", says: "equal start requests share a job: " + taken, mend: mend}
	case withoutDigits(later.MonitorURL) == withoutDigits(o.Protocol.Monitor.Follow(starts[0], nil)):
		return cause{name: "id-from-clock", says: fmt.Sprintf("starts at about the same time share one, and a later one was given another number (#%d): ids seem to be made from the clock", later.Start.Number),
			mend: randomIDs, shown: later.Start}
	}
	return cause{name: "equal-starts", says: fmt.Sprintf("equal start requests share a job for a while, and a later one was given its own (#%d): %s", later.Start.Number, taken),
		mend: mend, shown: later.Start}
}

const randomIDs = "make ids from random bytes: not from the clock, nor from a counter that two starts may read at once"

// anotherAfter is the first job that was begun after all starts that share the monitor of the first, if it was given another.
func (o *view) anotherAfter(starts []*record.Exchange) *jobView {
	monitor, last := o.Protocol.Monitor.Follow(starts[0], nil), time.Duration(0)
	for _, e := range starts {
		if o.Protocol.Monitor.Follow(e, nil) == monitor {
			last = max(last, e.Received)
		}
	}
	i := slices.IndexFunc(o.jobs, func(j *jobView) bool { return j.Accepted(o.Protocol) && j.Start.Sent > last && j.MonitorURL != monitor })
	if i < 0 {
		return nil
	}
	return o.jobs[i]
}

func withoutDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, text)
}
