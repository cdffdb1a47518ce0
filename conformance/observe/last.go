package observe

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// illShapedIDs are ids that no server issues, the ones that get a client banned behind the others.
func illShapedIDs() []string {
	return []string{"constructor", "__proto__", "toString", strings.Repeat("a", 1000), "%C3%A9%E2%82%AC", "..%2f", "%00"}
}

// inventedMethod is a token that no specification knows (RFC 9110 9.1).
const inventedMethod = "INVENTED"

// probeLast asks, after all else, what could get a client banned.
func (r *run) probeLast() {
	if r.target.NoProbes {
		return
	}
	r.await("the last probes")
	r.probeOwnResults()
	r.probeOther()
	r.inTurn(append([]func(){r.probeMethod, r.probeAnonymous}, r.hostile()...)...)
}

// inTurn makes requests in this order, the next one as soon as the one before is answered, or has been under way for a
// moment: on a slow network the answers are waited for together.
func (r *run) inTurn(requests ...func()) {
	var all sync.WaitGroup
	for _, request := range requests {
		answered := make(chan struct{})
		all.Go(r.guarded(func() { defer close(answered); request() }))
		select {
		case <-answered:
		case <-time.After(startSpacing):
		}
	}
	all.Wait()
}

// probeMethod asks the start by a method that no specification defines.
func (r *run) probeMethod() {
	if r.reserveJob() {
		r.probe(ask{role: record.RoleStart, probe: record.ProbeMethod, method: inventedMethod, url: r.startProbeURL()})
	}
}

// probeOwnResults asks where the results of jobs would be that were given another job's, by its id: where they are there, their monitors were answered with
// that other job's answer.
func (r *run) probeOwnResults() {
	done := r.doneJobs()
	var requests []func()
	for _, j := range done[:min(len(done), lateJobs)] {
		for _, other := range done {
			if j == other || j.result == "" || j.result != other.result || j.monitor == other.monitor || !r.onTarget(j.result) {
				continue
			}
			if url, ok := uri.Derive([]string{other.monitor}, []string{other.result}, j.monitor); ok && url != j.result {
				requests = append(requests, func() {
					r.probe(ask{role: record.RoleResult, probe: record.ProbeDiagnosis, job: j.number, url: url, bound: r.resultBound()})
				})
				break
			}
		}
	}
	r.together(requests[:min(len(requests), 2)]...)
}

// doneWithResult returns a done job, if it can one whose result has a URL that is known; nil where no job is done.
func (r *run) doneWithResult() *job {
	done := r.doneJobs()
	if i := slices.IndexFunc(done, func(j *job) bool { return j.result != "" }); i >= 0 {
		return done[i]
	}
	if len(done) > 0 && !r.protocol.NamesResult() { // its monitor alone tells all that there is
		return done[0]
	}
	return nil
}

// probeOther asks for another's job with a second identity, which first shows that it is one by beginning a job of its own.
func (r *run) probeOther() {
	j := r.doneWithResult()
	if len(r.target.OtherHeader) == 0 || j == nil || !r.reserveJob() {
		return
	}
	start := r.startRequest(filler(0), record.ProbeOther)
	start.as = record.IdentityOther
	r.probe(start)
	r.probeAs(j, record.ProbeOther, record.IdentityOther)
}

// probeAnonymous asks for everything without the credentials.
func (r *run) probeAnonymous() {
	if !r.recordTarget.Credentials {
		return
	}
	if r.reserveJob() {
		start := r.startRequest(filler(0), record.ProbeAnonymous)
		start.anonymous = true
		r.probe(start)
	}
	if j := r.doneWithResult(); j != nil {
		r.probeAs(j, record.ProbeAnonymous, record.IdentityNone)
	}
}

// probeAs asks for a job's monitor and result on the target's origin as somebody else.
func (r *run) probeAs(j *job, name record.ProbeName, who record.Identity) {
	as := ask{probe: name, job: j.number, as: who, anonymous: who == record.IdentityNone}
	if r.onTarget(j.monitor) {
		as.role, as.url = record.RoleMonitor, j.monitor
		r.probePastCaches(as)
	}
	if r.onTarget(j.result) {
		as.role, as.url, as.bound = record.RoleResult, j.result, r.resultBound()
		r.probePastCaches(as)
	}
}

// probePastCaches asks as somebody else and, where that is answered well, asks again past any cache: that may be who answers.
func (r *run) probePastCaches(as ask) {
	if got := r.probe(as); r.protocol.Answers(got.Exchange) {
		as.probe = record.ProbeDiagnosis
		r.inTurnPastCaches(as, func(e *record.Exchange) bool { return e.Status >= 400 && e.Status <= 499 })
	}
}

// hostile are the requests for monitors whose ids no server issued.
func (r *run) hostile() (requests []func()) {
	shape, ok := uri.NewShape(r.urls(record.RoleMonitor))
	if !ok || r.protocol.StartIsMonitor() {
		return nil
	}
	for _, id := range illShapedIDs() {
		values := make([]string, shape.Parts())
		for i := range values {
			values[i] = id
		}
		url := shape.With(values)
		requests = append(requests, func() { r.probe(ask{role: record.RoleMonitor, probe: record.ProbeHostile, url: url}) })
	}
	return requests
}

// probePreflights asks as a browser does before it sends what the run sends.
func (r *run) probePreflights() {
	if r.target.Origin == "" {
		return
	}
	preflight := func(role record.Role, job int, method, url string, names []string) {
		simple := method == http.MethodGet || method == http.MethodHead || method == http.MethodPost
		if url == "" || !r.onTarget(url) || simple && len(names) == 0 {
			return
		}
		headers := http.Header{"Access-Control-Request-Method": {method}}
		if len(names) > 0 {
			headers.Set("Access-Control-Request-Headers", strings.Join(names, ","))
		}
		r.probe(ask{
			role: role, probe: record.ProbeCORS, job: job, method: http.MethodOptions, url: url, headers: headers, anonymous: true,
		})
	}
	preflight(record.RoleStart, 0, r.target.StartMethod, r.startProbeURL(), r.unsafeNames(true))
	if monitors := r.urls(record.RoleMonitor); len(monitors) > 0 {
		preflight(record.RoleMonitor, 0, http.MethodGet, monitors[0], r.unsafeNames(false))
	}
}

// unsafeNames lists the fields for which a browser asks first (Fetch, CORS-safelisted request-header), in lower case.
func (r *run) unsafeNames(start bool) []string {
	safe := []string{"Accept", "Accept-Language", "Content-Language", "Origin", "User-Agent"}
	var names []string
	for name := range r.target.Header {
		if !slices.Contains(safe, name) {
			names = append(names, strings.ToLower(name))
		}
	}
	media, _, _ := strings.Cut(r.target.BodyType, ";")
	simple := []string{"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
	if start && len(r.target.Body) > 0 && !slices.Contains(simple, strings.TrimSpace(media)) {
		names = append(names, "content-type")
	}
	slices.Sort(names)
	return slices.Compact(names)
}
