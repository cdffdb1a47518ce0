package contract

import (
	"fmt"
	"strings"
)

// The functions below name the likeliest cause of a failure. Each speaks only where an
// exchange of the record shows it; else it says nothing.

func whyRefused(_ *Observation, start *Exchange) string {
	switch {
	case !start.Answered():
		return ""
	case start.Status == 201 && start.Has("Location"):
		return "201 says that the result exists already: 202 says that the job was accepted"
	case start.Status == 302 && start.Has("Location"):
		return "a framework turned the status into a redirect because a Location was set (as PHP's header() does)"
	case start.Status == 401 || start.Status == 403:
		if start.Request.Credentials == IdentityNone {
			return "the start asks for credentials and none were given: see --header"
		}
		return "the credentials that were given are refused"
	case start.Status == 404:
		return "there is no start resource at this URL: see --start-path"
	case start.Status == 405:
		return fmt.Sprintf("the start resource does not know %s (%s): see --request", start.Request.Method, fieldText(start, "Allow"))
	}
	return ""
}

func whyShared(starts []*Exchange) string {
	for _, e := range starts {
		if age, _ := deltaSeconds(e.Value("Age")); age > 0 {
			return fmt.Sprintf("a cache answered the start (Age: %s)", e.Value("Age"))
		}
	}
	for _, e := range starts {
		if e.Way != WayTogether {
			return ""
		}
	}
	return "only starts at the same instant share one: the id may be made from the clock"
}

func whyDowngraded(o *Observation, l named) string {
	rest := strings.TrimPrefix(Origin(l.url), "http")
	if Origin(o.Target.BaseURL) == "https"+rest {
		return "TLS ends at a proxy, and the server builds its URLs from its own side of it: X-Forwarded-Proto is not sent or not honoured"
	}
	return whyForeign(o, l)
}

func whyForeign(o *Observation, l named) string {
	here, there := hostOf(o.Target.BaseURL), hostOf(l.url)
	hereName, herePort := splitPort(here)
	thereName, therePort := splitPort(there)
	switch {
	case hereName == thereName && herePort != therePort:
		return fmt.Sprintf("the port is another (%q, not %q): behind a proxy the server builds its URLs with its own", therePort, herePort)
	case inward(thereName) && !inward(hereName):
		return "the Location names the server's own bind address: behind a proxy, X-Forwarded-Host is not sent or not honoured"
	}
	return ""
}

func hostOf(url string) string {
	_, host, _ := strings.Cut(Origin(url), "://")
	return host
}

// inward reports whether a host name is one that only the server itself, or its network, knows.
func inward(name string) bool {
	return name == "localhost" || name == "0.0.0.0" || strings.HasPrefix(name, "127.") || name == "[::1]" || name == "[::]" ||
		strings.HasSuffix(name, ".local") || strings.HasSuffix(name, ".internal") || !strings.Contains(name, ".")
}

func whyNotReady(o *Observation, j *Job, late []*Exchange) string {
	first := late[0]
	if there := j.firstGoodRead(o); there != nil {
		took := there.Sent - j.Start.Received
		last := late[len(late)-1]
		if last.Sent < there.Sent {
			return fmt.Sprintf("it was there %s after the 202: the 202 is sent before the job is stored where its monitor looks", span(took))
		}
		return alternating(o, j)
	}
	switch {
	case first.Failure.Kind == FailureConnect:
		return "nothing answers at the address that the Location names"
	case first.Status == 401 || first.Status == 403:
		return "the monitor refuses the credentials that the start accepted, or none were given"
	}
	return lostBase(o, j)
}

func (j *Job) firstGoodRead(o *Observation) *Exchange {
	for _, e := range j.Reads {
		if phase := o.Protocol.Phase(e); phase == PhasePending || phase == PhaseDone {
			return e
		}
	}
	return nil
}

// lostBase shows a Location that lost the path under which the target lies.
func lostBase(o *Observation, j *Job) string {
	base := strings.TrimSuffix(split(o.Target.BaseURL).path, "/")
	monitor := j.MonitorURL(o.Protocol)
	if base == "" || monitor == "" || !o.Home(monitor) || strings.HasPrefix(split(monitor).path, base+"/") {
		return ""
	}
	return fmt.Sprintf("the Location lost the base path %s: the target lies below it, the Location does not", base)
}

// alternating shows that the same question is answered now so, now otherwise.
func alternating(o *Observation, j *Job) string {
	turns, freshOnly := 0, true
	for i, e := range j.Reads {
		if e.Failed() && !e.Fresh {
			freshOnly = false
		}
		if i > 0 && e.Failed() != j.Reads[i-1].Failed() {
			turns++
		}
	}
	switch {
	case turns < 2:
		return ""
	case freshOnly:
		return "it fails on fresh connections only: replicas behind a balancer do not share their jobs"
	}
	return "the answers alternate: replicas that do not share their jobs, or a state that is being rewritten while it is read"
}

func whyUnsteady(o *Observation, j *Job, broken []*Exchange) string {
	e := broken[0]
	switch {
	case e.Failure.Kind == FailureFlood || e.Failure.Kind == FailureTimeout || e.Failure.Kind == FailureBroken:
		return ""
	case e.Status == 401 || e.Status == 403:
		return "the credentials ran out, or are refused here"
	case j.Done == nil && len(broken) > 1 && j.Reads[len(j.Reads)-1].Failed() && (e.Status == 404 || e.Status == 410):
		return "the job is forgotten while, or as soon as, it is done, before its monitor said so"
	}
	return alternating(o, j)
}

func whyNotPending(o *Observation, e *Exchange) string {
	if e.Status == 202 {
		return "the monitor answers as a start does: 202 is what other dialects of the pattern say while a job runs"
	}
	if e.Status < 300 || e.Status > 399 {
		return ""
	}
	to := Resolve(e.Request.URL, e.Value("Location"))
	switch lower := strings.ToLower(to); {
	case to == e.Request.URL+"/" || to+"/" == e.Request.URL:
		return "a redirect that only adds or takes away a slash: the Location that the 202 gave is not the resource's own"
	case strings.Contains(lower, "login") || strings.Contains(lower, "signin") || strings.Contains(lower, "sign_in") || strings.Contains(lower, "sso"):
		return "an access layer sends the client to a login page"
	}
	return ""
}

func whyEndless(o *Observation, j *Job) string {
	for _, e := range j.Reads {
		if strings.HasPrefix(strings.ToLower(e.Value("Content-Type")), "text/html") && o.Protocol.Pending.On(e) {
			return "the monitor answers with an HTML page: a login page, perhaps, or a page of an application that answers every path"
		}
	}
	for _, other := range o.Jobs {
		if other.Done != nil {
			return "other jobs ended: this one's worker may have died without a word, or its end was not written down"
		}
	}
	return ""
}

func whyNotCreated(o *Observation, e *Exchange) string {
	switch {
	case o.Protocol.Pending.On(e):
		return "the end is told by a Location with 200, not by 201"
	case e.Status == 303 || e.Status == 302:
		return "the end is told by a redirect, as in other dialects of the pattern"
	}
	return ""
}

func whyNotFinal(o *Observation, j *Job, wrong []*Exchange) string {
	e := wrong[0]
	switch {
	case o.Protocol.Pending.On(e) && e.Has("Age"):
		return "a cache answered with what was so before the end"
	case o.Protocol.Pending.On(e):
		return "an older state came back: replicas that lag, or a store that answers an unknown id with \"pending\""
	case e.Status == 404 || e.Status == 410:
		return "the job is forgotten once it is done, or once its end or its result was read"
	}
	return ""
}

func whyNoResult(o *Observation, j *Job, missing []*Exchange) string {
	first := missing[0]
	if there := j.firstResult(o); there != nil {
		return fmt.Sprintf("it was there %s after the 201: the end is told before the result is stored", span(there.Sent-j.Done.Received))
	}
	switch {
	case o.Protocol.Failure.On(first):
		return "this job failed: 422 is how a failed job's result is told, and the run expects jobs to succeed"
	case first.Failure.Kind == FailureConnect:
		return "nothing answers at the address that the Location names"
	case first.Status == 401 || first.Status == 403:
		return "the result refuses the credentials that the start accepted"
	}
	return ""
}

func whyGone(_ *Observation, j *Job, gone []*Exchange) string {
	if e := gone[0]; e.Status == 404 || e.Status == 410 {
		return "it is deleted once it, or its monitor, was read"
	}
	return ""
}
