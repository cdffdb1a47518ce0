// Package trials holds the suite against small servers that behave as public bug reports say, and against their honest neighbours: each is one
// failure, with its cause and its mend, or none.
package trials

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A trial is a server written after a report, and what the suite has to say of it.
type trial struct {
	name        string
	after       string // the report, as owner/repository#number; empty where it is a case of ours
	change      func(*app)
	fails       string // the one MUST that fails, or how its id begins where the run decides; "" for none
	should      string // the one SHOULD that fails; "" where none matters
	ask         func(*conformance.Target)
	cause, mend string        // the cause's name, and a part of its mend
	means       string        // a part of what it does to a client
	orSilent    bool          // the cause is named in one run of a few at least: a run may show too little of it
	why         string        // a part of why the run can't tell
	path        string        // of the base URL
	within      time.Duration // how long the run takes at most; 0 for as long as it may
}

var trials = []trial{
	{name: "a gateway answers 502 now and then", after: "valyuAI/valyu-py#126", change: everyNth(23, 502, "502 Bad Gateway"), fails: "http.available", cause: "gateway", mend: "keep idle connections open"},
	{name: "a quota that is used up", change: quota(40), why: "everything has been answered 429 since request"},
	{name: "equal starts share a job", change: dedupe, fails: "start.own-job", cause: "equal-starts", mend: "{uuid}"},
	{name: "Infinity in JSON", change: content(`{"a": Infinity}`), fails: "result.complete", cause: "not-a-json-number", mend: "write null", means: "parser refuses the result"},
	{name: "206 unasked", change: partial, fails: "result.ok", cause: "partial-unasked", mend: "answer 200"},
	{name: "a link that is signed once", after: "HeliosSoftware/hfs#145", change: signedFor(60*time.Millisecond, false), fails: "result.", cause: "link-expired", mend: "sign the link anew"},
	{name: "a link that is signed once, and has expired before it is handed out", change: signedFor(-50*time.Millisecond, false), fails: "result.ok", cause: "link-expired", mend: "sign the link anew"},
	{name: "a link that is signed anew", after: "HeliosSoftware/hfs#145", change: signedFor(60*time.Millisecond, true)},
	{name: "+ is read as a space", after: "Netflix/genie#575", change: plus, fails: "monitor.ready", cause: "decoded-plus", mend: "decode + in form data alone"},
	{name: "a deployment while jobs run", after: "labdao/plex#1009", change: deploy, fails: "jobs.survive-restart", cause: "restart", mend: "store that survives"},
	{name: "Expires is now, and the Date of the front is behind", change: dateBehind},
	{name: "redirected to https", change: toHTTPS, fails: "start.accepted", cause: "redirect-to-https", mend: "use https://"},
	{name: "Retry-After with a unit", change: retry("30s"), fails: "monitor.retry-after"},
	{name: "a rate limit that says 503", after: "cloudatcost/api#9", change: limited(100, 40, ""), fails: "http.available", cause: "rate-limit", mend: "--rate "},
	{name: "a rate limit that refuses the first starts", change: limited(20, 1, ""), fails: "http.available", cause: "rate-limit", mend: "--rate "},
	{name: "a rate limit that says 503 and when", after: "cloudatcost/api#9", change: limited(100, 40, "1")},
	{name: "instances, and a cookie that ties to one", after: "MicrosoftDocs/azure-docs#60794", change: sticky(true), fails: "jobs.replicas", cause: "replicas", mend: "store that all replicas share"},
	{name: "a cookie, and jobs that are shared", after: "MicrosoftDocs/azure-docs#60794", change: sticky(false)},
	{name: "a lost base path, and 200 for all that lies outside", change: outsideBase, path: "/api", fails: "monitor.completes", cause: "lost-base-path", mend: "below the base path", within: 4 * time.Second},
	{name: "jobs that never end, and Retry-After: 1", change: endless, fails: "monitor.completes"},
	{name: "a stored answer whose first hits say Age: 0", change: cached, fails: "monitor.not-cached", cause: "monitor-cached", mend: "no-store"},
}

func TestTrials(t *testing.T) {
	for _, c := range slices.Concat(trials, causes, variants, links, random) {
		t.Run(c.name, func(t *testing.T) {
			named := 0
			for try := 0; try < 2 || c.orSilent && named == 0 && try < 10; try++ {
				synctest.Test(t, func(t *testing.T) { named += c.try(t) })
			}
			if c.orSilent && named == 0 {
				t.Errorf("%s is never named", c.cause)
			}
		})
	}
}

// try runs a trial once, and returns 1 where the cause was named.
func (c trial) try(t *testing.T) (named int) {
	a := newApp()
	c.change(a)
	target := harness.ServeWith(t, &http.Server{Handler: a, ConnContext: withConnection, ConnState: noteClosed})
	target.BaseURL += c.path
	target.JobTimeout, target.RequestTimeout, target.Timeout = 6*time.Second, 2*time.Second, 40*time.Second
	if c.ask != nil {
		c.ask(&target)
	}
	r := harness.Check(t, target)
	var failed []string
	for _, q := range r.Targets[0].Requirements {
		untold := c.why != "" && q.Outcome == contract.NotObserved && q.Cause != "" // nothing was seen to fail
		if q.Outcome != contract.Fail && !untold || q.Level == contract.Should && q.ID != c.should {
			continue
		}
		if !untold {
			failed = append(failed, q.ID+": "+q.Got)
		}
		if q.Cause == c.cause && q.Cause != "" {
			named = 1
		}
		if !strings.Contains(q.Means, c.means) {
			t.Errorf("%s means %q, want %q", q.ID, q.Means, c.means)
		}
		if silent := c.orSilent && q.Cause == ""; !silent && (q.Cause != c.cause || !strings.Contains(q.Mend, c.mend)) {
			t.Errorf("%s: cause %q (%s), mend %q; want %q, %q", q.ID, q.Cause, q.Likely, q.Mend, c.cause, c.mend)
		}
	}
	want := report.VerdictPass
	switch {
	case c.why != "":
		want = report.VerdictInconclusive
	case c.fails != "":
		want = report.VerdictFail
	}
	fails := cmp.Or(c.fails, c.should)
	one := len(failed) == 0 && fails == "" || len(failed) == 1 && fails != "" && strings.HasPrefix(failed[0], fails)
	if c.why != "" && c.cause != "" && named == 0 {
		t.Errorf("%s is not named", c.cause)
	}
	if took := r.Duration.Duration(); c.within > 0 && took > c.within {
		t.Errorf("it took %v, want %v at most", took, c.within)
	}
	if r.Verdict != want || !one || !strings.Contains(r.Targets[0].Why, c.why) {
		t.Errorf("%s (%s), failing %q; want %s, %q (%s)", r.Verdict, r.Targets[0].Why, failed, want, c.fails, c.after)
	}
	return named
}
