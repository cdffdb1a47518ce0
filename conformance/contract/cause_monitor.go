package contract

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// whyNotReady explains a monitor whose first reads failed.
func whyNotReady(o *view, j *jobView, late []*record.Exchange) cause {
	first, there := late[0], j.firstGoodRead(o)
	if c := whyStoredAbsence(o, first); c.says != "" {
		return c
	}
	if there == nil {
		return cmp.Or(whyUnasked(first), whyWithoutID(o, j, record.RoleMonitor), whyElsewhere(o, j.Start, o.Protocol.Monitor, first), whyNeverThere(o, j, late), whyNearly(o, first, dialect.Pending))
	}
	if c := whyHeld(o, first); c.says != "" {
		return c
	}
	if first.Answered() && o.neverPending() && o.Protocol.Done.On(there) && len(late) > 1 {
		return cause{name: "error-while-it-runs", says: fmt.Sprintf("no job was ever seen pending: its monitor is answered %s until it is done (#%d)", first.StatusText(), there.Number),
			mend: "answer {pending} from the {accepted} on, while the job waits or runs", shown: there}
	}
	switch {
	case !askedAlike(late, there):
		return cause{}
	case first.Status == 401 || first.Status == 403:
		return o.whyGrantedLate(there, j.Start)
	case !first.NotFound():
		return cause{}
	}
	return cause{name: "stored-late", says: fmt.Sprintf("it was there %s after the {accepted} (#%d): the {accepted} is sent before the job is stored where its monitor looks", span(there.Sent-j.Start.Received), there.Number),
		mend: "store the job first, and send the {accepted} then", shown: there}
}

// neverPending reports whether several jobs were seen to end, and none to run.
func (o *view) neverPending() bool {
	return len(o.ends) > 2 && !slices.ContainsFunc(o.jobs, func(j *jobView) bool { return slices.ContainsFunc(j.Reads, o.Protocol.Pending.On) })
}

// askedAlike reports whether one of the reads that failed came over the same kind of connection as the one that succeeded: then time has made the difference.
func askedAlike(failed []*record.Exchange, there *record.Exchange) bool {
	return slices.ContainsFunc(failed, func(e *record.Exchange) bool { return e.Fresh == there.Fresh })
}

// whyNeverThere tells monitors that are not there at all from one that was lost.
func whyNeverThere(o *view, j *jobView, late []*record.Exchange) cause {
	last := late[len(late)-1]
	if len(late) < 3 || !last.NotFound() || o.ready != nil {
		return cause{}
	}
	c := cause{name: "no-monitors", says: fmt.Sprintf("it was never there, nor was any job's: to wait does not help (the last of %d reads, #%d, came %s after the {accepted})",
		len(late), last.Number, span(last.Sent-j.Start.Received)), shown: last,
		mend: "compare what the server looks up for such a request (the path that it gets, the id that it reads from it) with what the start stored"}
	if !o.Protocol.Monitor.AreSaid() {
		c.says += ". Its URL is made as the dialect says: " + o.Protocol.Monitor.String()
		c.mend = "check the base URL, and what the answer to the start holds"
	}
	return c
}

// whyElsewhere names the cause of what leads nowhere for good: the credentials, or the Location that led there.
func whyElsewhere(o *view, by *record.Exchange, pointer record.Pointer, first *record.Exchange) cause {
	for _, c := range []cause{whyHeld(o, first), whyRefusedThere(o, first)} {
		if c.says != "" {
			return c
		}
	}
	if value, one := pointer.One(by); one {
		if c := o.explainBrokenLocation(by, value); c.says != "" {
			return c
		}
	}
	if first.Failure.Kind == record.FailureConnect {
		return cause{name: "nobody-there", says: "nothing answers at the address that the {field} names", mend: "name an address that clients can reach; behind a proxy, " + forwardedHost}
	}
	return whyCharacter(o, first.Role)
}

// whyRefusedThere tells a monitor, or a result, that refuses the credentials from one that is pre-authorised and
// refuses any, and from one that was given none.
func whyRefusedThere(o *view, first *record.Exchange) cause {
	if first.Status != 400 && first.Status != 401 && first.Status != 403 {
		return cause{}
	}
	for _, e := range o.probes(record.ProbeDiagnosis, first.Role) {
		if e.Request.Credentials == record.IdentityNone && first.Request.Credentials != record.IdentityNone && o.Protocol.Answers(e) {
			return cited("authorised-by-itself", fmt.Sprintf("asked without the credentials it answers: the %s's URL is authorised by itself, and refuses Authorization beside that", first.Role),
				"ignore Authorization there, or name the result on another origin, to which clients don't send it", e)
		}
	}
	switch {
	case first.Status == 400, first.Status == 403 && first.Request.Credentials == record.IdentityNone: // a 403 may have other reasons: a link that has run out, a wall in front
		return cause{}
	case first.Request.Credentials == record.IdentityNone:
		return cause{name: "no-credentials", says: fmt.Sprintf("the %s asks for credentials and none were given", first.Role), mend: "give them with --header 'Authorization: …'"}
	}
	return cause{name: "credentials-refused", says: fmt.Sprintf("the %s refuses the credentials that the start accepted", first.Role),
		mend: fmt.Sprintf("let who may begin a job read its %s, or give credentials that may do both", first.Role)}
}

func (j *jobView) firstGoodRead(o *view) *record.Exchange {
	for _, e := range j.Reads {
		if phase := o.Protocol.Phase(e); phase == record.PhasePending || phase == record.PhaseDone {
			return e
		}
	}
	return nil
}

// whyUnsteady explains later reads that failed.
func whyUnsteady(o *view, j *jobView, broken []*record.Exchange) cause {
	e := broken[0]
	if c := whyHeld(o, e); c.says != "" {
		return c
	}
	if c := whyFailureAsError(o, j, e); c.says != "" {
		return c
	}
	if j.Done == nil && len(broken) > 1 && j.Reads[len(j.Reads)-1].Failed() && e.NotFound() {
		if len(o.ends) > 0 {
			return cause{} // others are known after their ends
		}
		return cause{name: "forgotten-before-done", says: "the job is forgotten while it runs, or as soon as it is done: its monitor never said so", mend: "keep what is known of a job until its end, and for some time after it"}
	}
	return whyNearly(o, e, dialect.Pending)
}

func whyNotPending(o *view, e *record.Exchange) cause {
	if e.Status == 202 && !o.Protocol.Dialect.Monitor.Pending.Status.Has(202) {
		says := "202 is what other dialects of the pattern say while a job runs"
		if o.Protocol.Dialect.Start.Reply.Status.Has(202) {
			says = "the monitor answers as a start does: " + says
		}
		return cause{name: "pending-202", says: says, mend: "answer {pending} while the job runs"}
	}
	if e.Status < 300 || e.Status > 399 {
		return whyNearly(o, e, dialect.Pending)
	}
	return cmp.Or(whyUnasked(e), whyRedirected(o, e))
}

// OnlySlash reports whether two URLs differ by a slash at the end of the path alone.
func OnlySlash(a, b string) bool {
	from, to := uri.Split(a), uri.Split(b)
	if from.Path == to.Path {
		return false
	}
	from.Path, to.Path = strings.TrimSuffix(from.Path, "/"), strings.TrimSuffix(to.Path, "/")
	return from.String() == to.String()
}

func whyEndless(o *view, j *jobView) cause {
	if value, one := o.Protocol.Monitor.One(j.Start); one && o.doneBelowBase(j, j.Reads[len(j.Reads)-1]) != nil {
		return o.explainBrokenLocation(j.Start, value)
	}
	for _, e := range j.Reads {
		if o.Protocol.Pending.On(e) && loginPage(e) {
			return cause{name: "sign-in", says: fmt.Sprintf("the monitor's {pending-status} is a sign-in page (#%d: text/html, a form that asks for a password): an access layer answers in its place", e.Number),
				mend: "let API requests with credentials pass without a sign-in page", shown: e}
		}
	}
	return cmp.Or(whyStoredAnswer(o), whyEndInBody(o, j), whyAnyIsPending(o, j), whyStuck(o))
}

// doneBelowBase is the answer that found a job done at what its Location should have named, well before a read of what it names, which was pending.
func (o *view) doneBelowBase(j *jobView, pending *record.Exchange) *record.Exchange {
	for _, e := range o.probes(record.ProbeDiagnosis, record.RoleMonitor) {
		if e.Job == j.Number && o.Protocol.Done.On(e) && pending.Sent >= e.Received+doneStatusGrace && o.controlUnanswered(record.RoleMonitor, e) {
			return e
		}
	}
	return nil
}

// loginPage tells a login page from an answer that happens to be HTML.
func loginPage(e *record.Exchange) bool {
	text := bytes.ToLower(e.Body.Beginning)
	field := bytes.Contains(text, []byte(`type="password"`)) || bytes.Contains(text, []byte(`type='password'`)) || bytes.Contains(text, []byte("type=password"))
	return isHTML(e) && field && bytes.Contains(text, []byte("<form"))
}

func isHTML(e *record.Exchange) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(e.Value("Content-Type"))), "text/html")
}

// whyAnyIsPending shows that a job that never ends is answered as one that never began: as a page of an
// application that answers every path, or as what the server says of ids that it does not know.
func whyAnyIsPending(o *view, j *jobView) cause {
	last := j.Reads[len(j.Reads)-1]
	unknown := allAnswered(o.probes(record.ProbeUnknown, record.RoleMonitor), o.Protocol.Pending.On)
	switch {
	case len(unknown) == 0:
		return cause{}
	case isHTML(last) && isHTML(unknown[0]) && last.Body.Hash == unknown[0].Body.Hash:
		return cited("page-for-every-path", "a page of an application that answers every path: an id that no start was given brings the same one",
			"answer 404 for paths of the API that do not exist", unknown[0])
	}
	return cited("unknown-is-pending", "an id that no start was given is pending too: so would a job be that the server has lost", "answer 404 for ids that are not known", unknown[0])
}

func whyNotCreated(o *view, e *record.Exchange) cause {
	switch {
	case challenge(e):
		return wall
	case o.Protocol.Pending.On(e):
		return cause{name: "end-by-location", says: "the end is announced by a {result-field} with {pending}, not by {done}", mend: "answer {done} once the job is done"}
	case (e.Status == 303 || e.Status == 302) && !o.Protocol.Dialect.Monitor.Done.Status.Has(303):
		return cause{name: "end-by-redirect", says: "the end is announced by a redirect, as in other dialects of the pattern", mend: "answer {done}{of-the-result}"}
	}
	return cmp.Or(whyUnasked(e), whyNearly(o, e, dialect.Done))
}

func whyNotFinal(o *view, j *jobView, wrong []*record.Exchange) cause {
	e, last := wrong[0], wrong[len(wrong)-1]
	if e.NotFound() {
		if j.readAfter(last) != nil {
			return cause{} // it is known again
		}
		if o.keptLonger(j, e) {
			return cause{} // the time since its end does not tell it from others
		}
		if again := j.readAfter(j.Done); again != nil && o.Protocol.Done.On(again) && e.Sent-j.Done.Received >= leastKept {
			return cause{name: "short-retention", says: fmt.Sprintf("it was still known %s after its end (#%d), and is unknown %s after it: it was deleted, or lost with its store",
				span(again.Sent-j.Done.Received), again.Number, span(e.Sent-j.Done.Received)), mend: retentionMend, shown: again}
		}
		return cause{name: "forgotten-when-done", says: "the job is forgotten once it is done, or once its end or its result was read", mend: "keep what is known of a job for some time after its end"}
	}
	unknown := allAnswered(o.probes(record.ProbeUnknown, record.RoleMonitor), o.Protocol.Pending.On)
	again := j.readAfter(last)
	switch {
	case !o.Protocol.Pending.On(e):
		return whyUnasked(e)
	case aged(e) > 0:
		return monitorCached(e)
	case len(unknown) > 0 && (again == nil || !o.Protocol.Done.On(again)):
		return cited("unknown-is-pending", "an id that no start was given is pending too: so is a job that was done and is forgotten", "answer 404 for ids that are not known, and keep jobs for some time after their ends", unknown[0])
	}
	return cause{}
}

func monitorCached(e *record.Exchange) cause {
	return cause{name: "monitor-cached", says: fmt.Sprintf("a cache answered with an earlier state (Age: %s)", e.Value("Age")), mend: "send Cache-Control: no-store with pending answers"}
}
