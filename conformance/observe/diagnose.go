package observe

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// diagnose asks what may show why a monitor, or a result, could not be had: whether it is there without the
// credentials, where a redirect for a slash leads, or where the Location would lead if it were not broken. It asks for monitors and
// results alone, on the target's origin alone, once for each kind in a run, and only where the target answers.
func (r *run) diagnose(j *job, role record.Role, l locationRef, last answer) {
	home := r.onTarget(l.url())
	switch kind := last.Failure.Kind; {
	case r.target.NoProbes || kind == record.FailureStopped || last.FlowControl() || r.protocol.Failure.On(last.Exchange):
		return
	case home && kind != record.FailureNone:
		return // a target that does not answer here does not answer there
	}
	r.diagnoseRefusal(j, role, l.url(), last)
	var asks []ask
	refused := slices.Contains([]int{400, 401, 403}, last.Status)
	if refused && last.Request.Credentials != record.IdentityNone {
		asks = append(asks, ask{url: l.url(), anonymous: true})
	}
	if to := last.pointer(r.protocol.Product, j.started); last.Status >= 300 && last.Status <= 399 && home && contract.OnlySlash(l.url(), to) {
		asks = append(asks, ask{url: to})
	}
	asks = append(asks, r.repaired(l)...)
	if len(asks) > 0 && r.firstDiagnosis(string(role)) {
		r.probeAlternatives(j, role, asks)
	}
}

// repaired asks for what a Location that leads nowhere may have meant.
func (r *run) repaired(l locationRef) (asks []ask) {
	for _, s := range contract.RepairCandidates(r.target.recordTarget(), l.asked, l.reference, l.body) {
		asks = append(asks, ask{url: s.URL})
	}
	return asks
}

// diagnoseSilence asks a monitor that gave no answer in time once more, beside the next read, and waits longer than for any request: the server
// may hold reads back until there is news.
func (r *run) diagnoseSilence(j *job, last answer) {
	if last.Failure.Kind == record.FailureTimeout && r.onTarget(j.monitor) && r.firstDiagnosis("silence") {
		r.watchers.Go(r.guarded(func() {
			r.probe(ask{role: record.RoleMonitor, probe: record.ProbeDiagnosis, job: j.number, url: j.monitor, limit: heldFactor * r.target.RequestTimeout})
		}))
	}
}

// diagnoseEndless asks a monitor that is still pending at the end of its time past any cache, and then as before.
func (r *run) diagnoseEndless(j *job) {
	if r.onTarget(j.monitor) && r.firstDiagnosis("endless") {
		again := ask{role: record.RoleMonitor, probe: record.ProbeDiagnosis, job: j.number, url: j.monitor}
		past := again
		past.url = r.pastCaches(j.monitor)
		r.probe(past)
		r.probe(again)
	}
}

// inTurnPastCaches asks past any cache, each time by another URL, as long as that is answered as is of interest; and as before in the middle and at the end.
func (r *run) inTurnPastCaches(again ask, ofInterest func(*record.Exchange) bool) {
	past := again
	for n := range timesPastCaches {
		past.url = r.pastCaches(again.url)
		if got := r.probe(past); !ofInterest(got.Exchange) {
			return
		}
		if n == timesPastCaches/2 || n == timesPastCaches-1 {
			r.probe(again)
		}
	}
}

// timesPastCaches is how often a cache is asked past: URLs that lead to one of two replicas lead to the one that knows the job each time in one run of 256.
const timesPastCaches = 8

// mostUnknown is how often it is asked for what is unknown each time: where the URL chooses one of two replicas, one would have known it in 63 of 64 runs.
const mostUnknown = 6

// pastCaches is the same resource by another URL each time.
func (r *run) pastCaches(url string) string {
	return contract.PastCaches(url, int(r.askedPastCaches.Add(1)))
}

// The failures in a row after which a cache is asked past: what is stored a moment late is there by then.
const (
	absencesSoon = 5
	absencesLate = 8
)

// heldFactor is how many times longer than a request may take a read is waited for that is taken to be held back.
const heldFactor = 3

// diagnoseRefusal asks again for what was refused, with the cookies that came with the 202 and without them in turns; and by HEAD for a
// result that something on the way did not let pass.
func (r *run) diagnoseRefusal(j *job, role record.Role, url string, last answer) {
	if !r.onTarget(url) {
		return
	}
	again := ask{role: role, probe: record.ProbeDiagnosis, job: j.number, url: url, bound: sampleBytes}
	if role == record.RoleResult && last.Status >= 500 && r.firstDiagnosis("size") {
		byHead := again
		byHead.method = http.MethodHead
		r.probe(byHead)
	}
	cookie := r.cookie(j)
	if cookie == "" || last.Status >= 500 || !r.firstDiagnosis("cookie of the "+string(role)) {
		return
	}
	with := again
	with.headers = http.Header{"Cookie": {cookie}}
	for range 2 {
		r.probe(with)
		r.probe(again)
	}
}

// cookie is what a client that keeps cookies would send back after a job's start; empty where none were set, or where they are too much to be hidden.
func (r *run) cookie(j *job) string {
	var pairs, hidden []string
	for _, value := range j.started.header.Values("Set-Cookie") {
		pair, _, _ := strings.Cut(value, ";")
		name, secret, found := strings.Cut(strings.TrimSpace(pair), "=")
		if !found || secret == "" || !r.redact.learnFromTarget(secret, contract.CookiePlaceholder) {
			continue
		}
		pairs, hidden = append(pairs, name+"="+secret), append(hidden, name+"="+contract.CookiePlaceholder)
	}
	if len(pairs) == 0 {
		return ""
	}
	if own, _ := r.identityHeader(false); own.Get("Cookie") != "" {
		pairs, hidden = append(pairs, own.Get("Cookie")), append(hidden, "$COOKIE")
	}
	cookie := strings.Join(pairs, "; ")
	if !r.redact.learnFromTarget(cookie, strings.Join(hidden, "; ")) {
		return ""
	}
	return cookie
}

// probeBelowBase asks at once whether a monitor that lies outside the path of the base URL is there below it: a proxy may answer
// 200 for everything outside, which looks like a job that never ends.
func (r *run) probeBelowBase(j *job) {
	if !j.pilot || j.reads > 1 || r.target.NoProbes || !r.outsideBase(j.monitor) {
		return
	}
	asks := r.repaired(j.monitorRef)
	r.watchers.Go(r.guarded(func() {
		if below := r.probeAlternatives(j, record.RoleMonitor, asks); below != nil {
			r.followBelowBase(j, *below)
		}
	}))
}

// followBelowBase reads a job's monitor where it is below the base until it is done there: what the Location names can tell the end no later, if it
// is a monitor at all.
func (r *run) followBelowBase(j *job, below ask) {
	for r.wait(max(pilotInterval, r.age(j)/8), nil) && r.now() < r.deadline(j) {
		got := r.probe(below)
		switch r.protocol.Phase(got.Exchange) {
		case record.PhasePending:
			continue
		case record.PhaseDone:
			r.mu.Lock()
			r.doneBelowBase = got.Received
			r.mu.Unlock()
		}
		return
	}
}

// strayed reports whether a monitor that lies outside the base path is not worth reading any more: others that lie there do not
// tell the ends of their jobs, and those below the base do.
func (r *run) strayed(j *job) bool {
	r.mu.Lock()
	done := r.doneBelowBase
	r.mu.Unlock()
	return done > 0 && r.now()-done > strayPatience && r.outsideBase(j.monitor)
}

// outsideBase reports whether a URL lies on the target's origin, and not below the path of its base URL.
func (r *run) outsideBase(url string) bool {
	return r.onTarget(url) && !strings.HasPrefix(url, strings.TrimSuffix(r.target.BaseURL, "/")+"/")
}

const (
	pilotInterval = 50 * time.Millisecond   // between reads below the base, at least
	strayPatience = 1200 * time.Millisecond // after the end was told there: a server takes a second at most from the one to the other
)

// probeAlternatives asks until one is answered as a monitor or a result is, and where nobody can be is not: a server that answers there too answers
// everything that lies there. It returns what was asked.
func (r *run) probeAlternatives(j *job, role record.Role, asks []ask) *ask {
	for _, a := range asks {
		a.role, a.probe, a.job, a.bound = role, record.ProbeDiagnosis, j.number, sampleBytes
		if got := r.probe(a); !r.protocol.Answers(got.Exchange) {
			continue
		}
		control := a
		control.url, control.anonymous = contract.ControlURL(r.target.recordTarget(), a.url), false
		if got := r.probe(control); got.Answered() && !r.protocol.Answers(got.Exchange) {
			return &a
		}
	}
	return nil
}

// firstDiagnosis reports whether nothing of the kind was asked about yet, and notes that it is now.
func (r *run) firstDiagnosis(kind string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := !r.diagnosed[kind]
	r.diagnosed[kind] = true
	return first
}
