package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// whyRedirected explains a redirect in place of an answer by where it leads.
func whyRedirected(o *view, e *record.Exchange) cause {
	if !redirects(e) {
		return cause{}
	}
	to, start := uri.Resolve(e.Request.URL, e.Value("Location")), e.Role == record.RoleStart
	asked, there := uri.Split(e.Request.URL), uri.Split(to)
	elsewhere, samePath := uri.Origin(e.Request.URL) != uri.Origin(to), asked.Path == there.Path && asked.Query == there.Query
	switch {
	case looksLikeSignIn(to):
		return cause{name: "sign-in", says: "an access layer sends the client to a sign-in page: " + to, mend: "let API requests with credentials pass without a sign-in page (--header gives credentials)"}
	case elsewhere && uri.Origin(to) == "https"+strings.TrimPrefix(uri.Origin(e.Request.URL), "http") && start:
		return cause{name: "redirect-to-https", says: "plain HTTP is redirected to https", mend: "use " + "https" + strings.TrimPrefix(o.Target.BaseURL, "http") + " as the base URL"}
	case elsewhere && samePath && start:
		return cause{name: "redirect-to-origin", says: "the same path is redirected to " + uri.Origin(to), mend: "use " + uri.Origin(to) + basePath(o) + " as the base URL, if that is the target's own"}
	case elsewhere && strings.TrimSuffix(asked.Path, "/") == strings.TrimSuffix(there.Path, "/"):
		return cause{name: "redirect-to-origin", says: "the same path is redirected to " + uri.Origin(to) + ", which the URL that was named is not on",
			mend: "name the URL as what serves it wants it; where the other origin is wrong, let the redirect be made from X-Forwarded-Proto, -Host and -Port, as the client sees them"}
	case !elsewhere && !samePath && strings.EqualFold(asked.Path, there.Path) && asked.Query == there.Query && !start:
		return cause{name: "redirect-to-case", says: "the redirect only changes the case of the path", mend: "hand the URL on in the case that the server wants"}
	case !start && OnlySlash(e.Request.URL, to):
		return whyOnlySlash(o, e)
	case start && OnlySlash(e.Request.URL, to):
		return cause{name: "redirect-to-slash", says: "the redirect only adds or removes a slash", mend: startThere(o, to)}
	case start && !elsewhere && o.startsRedirected(to):
		return cause{name: "start-elsewhere", says: "every start is redirected to " + there.Path, mend: "if the start is there: " + startThere(o, to) + "; if it is a page for people, let API requests pass it"}
	}
	return cause{}
}

// whyOnlySlash tells of a monitor, or a result, that is named without its slash, or with one that it has not.
func whyOnlySlash(o *view, e *record.Exchange) cause {
	named, by := "{monitor-field}", "{accepted}"
	if e.Role == record.RoleResult {
		named, by = "{result-field}", "{done}"
	}
	says := fmt.Sprintf("a redirect that only adds or removes a slash: the %s that the %s gave is not the resource's own", named, by)
	mend := fmt.Sprintf("name the %s with the slash as the server wants it", e.Role)
	for _, there := range o.probes(record.ProbeDiagnosis, e.Role) {
		j := o.jobNumbered(there.Job)
		if (OnlySlash(there.Request.URL, j.MonitorURL) || OnlySlash(there.Request.URL, j.ResultURL)) && o.Protocol.Answers(there) {
			return cited("redirect-to-slash", says+". What it redirects to answers", mend, there)
		}
	}
	return cause{name: "redirect-to-slash", says: says, mend: mend}
}

func basePath(o *view) string { return strings.TrimSuffix(uri.Split(o.Target.BaseURL).Path, "/") }

// startThere says how the start is found at a URL of the target's origin.
func startThere(o *view, url string) string {
	path := uri.Split(url).Path
	if rest, below := strings.CutPrefix(path, basePath(o)+"/"); below {
		return "set --start-path to /" + rest
	}
	return "use " + uri.Origin(url) + " as the base URL, and " + path + " as --start-path"
}

// startsRedirected reports whether several starts were redirected, and all of them to one URL: it is none of a job.
func (o *view) startsRedirected(to string) bool {
	starts := 0
	others := slices.ContainsFunc(o.jobs, func(j *jobView) bool {
		if j.Start == nil {
			return false
		}
		starts++
		return !redirects(j.Start) || uri.Resolve(j.Start.Request.URL, j.Start.Value("Location")) != to
	})
	return starts > 1 && !others
}
