package contract

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func whyNotReady(o *view, j *jobView, late []*record.Exchange) cause {
	first := late[0]
	there := j.firstGoodRead(o)
	if there == nil {
		return cmp.Or(whyElsewhere(o, j.Start, o.Protocol.Monitor, first), whyNeverThere(o, j, late))
	}
	if c := cmp.Or(alternating(j.readsToEnd()), o.fresh[firstReads]); c.says != "" {
		return c
	}
	says := fmt.Sprintf("it was there %s after the 202 (#%d): ", span(there.Sent-j.Start.Received), there.Number)
	if first.Status != 404 && first.Status != 410 {
		return cause{says + "the first to ask meets a server that is not ready to be asked", there}
	}
	return cause{says + "the 202 is sent before the job is stored where its monitor looks", there}
}

// whyNeverThere tells a job that was lost from monitors that are not there at all.
func whyNeverThere(o *view, j *jobView, late []*record.Exchange) cause {
	last := late[len(late)-1]
	if len(late) < 3 || last.Status != 404 && last.Status != 410 {
		return cause{}
	}
	if there := o.ready; there != nil {
		return cause{fmt.Sprintf("it was never there, though the monitor of job %d was (#%d): an id was given out for a job that was then not stored", there.Job, there.Number), there}
	}
	return cause{fmt.Sprintf("it was never there, nor was any job's: to wait does not help (the last of %d reads, #%d, came %s after the 202)",
		len(late), last.Number, span(last.Sent-j.Start.Received)), last}
}

func (j *jobView) firstGoodRead(o *view) *record.Exchange {
	for _, e := range j.Reads {
		if phase := o.Protocol.Phase(e); phase == record.PhasePending || phase == record.PhaseDone {
			return e
		}
	}
	return nil
}

func whyUnsteady(o *view, j *jobView, broken []*record.Exchange) cause {
	e := broken[0]
	switch {
	case e.Failure.Kind == record.FailureFlood || e.Failure.Kind == record.FailureTimeout || e.Failure.Kind == record.FailureBroken:
		return cause{}
	case (e.Status == 401 || e.Status == 403) && e.Request.Credentials == record.IdentityNone:
		return cause{}
	case e.Status == 401 || e.Status == 403:
		return cause{"the credentials ran out, or are refused here", nil}
	case j.Done == nil && len(broken) > 1 && j.Reads[len(j.Reads)-1].Failed() && (e.Status == 404 || e.Status == 410):
		return cause{"the job is forgotten while, or as soon as, it is done, before its monitor said so", nil}
	}
	return cmp.Or(o.fresh[runningReads], alternating(j.readsToEnd()), whyGap(o, j, broken))
}

// whyGap tells of reads that failed in a row, between others that were well.
func whyGap(o *view, j *jobView, broken []*record.Exchange) cause {
	first, last := broken[0], broken[len(broken)-1]
	for _, e := range j.Reads {
		if e.Sent < last.Sent || e.Failed() {
			continue
		}
		if len(broken) > 1 && o.Protocol.Done.On(e) && first.Status == 404 {
			return cause{fmt.Sprintf("the running job was forgotten, %s after its start, and is known again now that it is done (#%d): it may be kept for a time that counts from the start",
				span(first.Sent-j.Start.Received), e.Number), e}
		}
		return cause{fmt.Sprintf("it failed for %s, and succeeded again after that (#%d): its state may be being rewritten while it is read",
			plural(len(broken), "read"), e.Number), e}
	}
	return cause{}
}

func whyNotPending(o *view, e *record.Exchange) cause {
	if e.Status == 202 {
		return cause{"the monitor answers as a start does: 202 is what other dialects of the pattern say while a job runs", nil}
	}
	if e.Status < 300 || e.Status > 399 {
		return cause{}
	}
	to := uri.Resolve(e.Request.URL, e.Value("Location"))
	switch lower := strings.ToLower(to); {
	case OnlySlash(e.Request.URL, to):
		const says = "a redirect that only adds or takes away a slash: the Location that the 202 gave is not the resource's own"
		for _, there := range o.probes(record.ProbeDiagnosis, record.RoleMonitor) {
			if OnlySlash(there.Request.URL, o.jobNumbered(there.Job).MonitorURL) && o.Protocol.Answers(there) {
				return cited(says+". What it redirects to answers", there)
			}
		}
		return cause{says, nil}
	case strings.Contains(lower, "login") || strings.Contains(lower, "signin") || strings.Contains(lower, "sign_in") || strings.Contains(lower, "sso"):
		return cause{"an access layer sends the client to a login page", nil}
	}
	return cause{}
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
	for _, e := range j.Reads {
		if o.Protocol.Pending.On(e) && loginPage(e) {
			return cause{fmt.Sprintf("the monitor's 200 is a login page (#%d: text/html, a form that asks for a password): an access layer answers in its place", e.Number), e}
		}
	}
	if c := whyAnyIsPending(o, j); c.says != "" {
		return c
	}
	if done := o.done; done != nil {
		return cause{fmt.Sprintf("other jobs ended (job %d, #%d): this one's worker may have died without a word, or its end was not written down", done.Job, done.Number), done}
	}
	return cause{}
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
		return cited("a page of an application that answers every path: an id that no start was given brings the same one", unknown[0])
	}
	return cited("an id that no start was given is pending too: the server may say so of jobs that it has lost", unknown[0])
}

func whyNotCreated(o *view, e *record.Exchange) string {
	switch {
	case o.Protocol.Pending.On(e):
		return "the end is announced by a Location with 200, not by 201"
	case e.Status == 303 || e.Status == 302:
		return "the end is announced by a redirect, as in other dialects of the pattern"
	}
	return ""
}

func whyNotFinal(o *view, j *jobView, wrong []*record.Exchange) cause {
	e := wrong[0]
	if e.Status == 404 || e.Status == 410 {
		return cmp.Or(o.fresh[finalReads], alternating(j.readsFrom(j.Done)), cause{"the job is forgotten once it is done, or once its end or its result was read", nil})
	}
	unknown := allAnswered(o.probes(record.ProbeUnknown, record.RoleMonitor), o.Protocol.Pending.On)
	switch {
	case !o.Protocol.Pending.On(e):
		return cause{}
	case e.Has("Age"):
		return cause{"a cache answered with what was so before the end", nil}
	case len(unknown) > 0:
		return cited("the job is forgotten, and what the server does not know it calls pending: so it does an id that no start was given", unknown[0])
	}
	return cause{"an older state came back: replicas, or a store, that lag behind", nil}
}
