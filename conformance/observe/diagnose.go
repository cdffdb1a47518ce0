package observe

import (
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
	var asks []ask
	refused := slices.Contains([]int{400, 401, 403}, last.Status)
	if refused && last.Request.Credentials != record.IdentityNone {
		asks = append(asks, ask{url: l.url(), anonymous: true})
	}
	if to := last.pointer(r.protocol.Product, l.url()); last.Status >= 300 && last.Status <= 399 && home && contract.OnlySlash(l.url(), to) {
		asks = append(asks, ask{url: to})
	}
	for _, s := range contract.RepairCandidates(record.Target{BaseURL: r.target.BaseURL, StartURL: r.target.startURL()}, l.asked, l.reference) {
		asks = append(asks, ask{url: s.URL})
	}
	if len(asks) > 0 && r.firstDiagnosis(role) {
		r.probeAlternatives(j, role, asks)
	}
}

// probeBelowBase asks at once whether a monitor that lies outside the path of the base URL is there below it: a proxy may answer
// 200 for everything outside, which looks like a job that never ends.
func (r *run) probeBelowBase(j *job) {
	if !j.pilot || j.reads > 1 || r.target.NoProbes || !r.outsideBase(j.monitor) {
		return
	}
	var asks []ask
	for _, s := range contract.RepairCandidates(record.Target{BaseURL: r.target.BaseURL, StartURL: r.target.startURL()}, j.monitorRef.asked, j.monitorRef.reference) {
		asks = append(asks, ask{url: s.URL})
	}
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

// probeAlternatives asks until one is answered as a monitor or a result is, and then where nobody can be: a server that
// answers there too answers everywhere. It returns what was asked where only the first was answered.
func (r *run) probeAlternatives(j *job, role record.Role, asks []ask) *ask {
	for _, a := range asks {
		a.role, a.probe, a.job, a.bound = role, record.ProbeDiagnosis, j.number, sampleBytes
		if got := r.probe(a); !r.protocol.Answers(got.Exchange) {
			continue
		}
		control := a
		control.url, control.anonymous = contract.ControlURL(record.Target{BaseURL: r.target.BaseURL}, a.url), false
		if got := r.probe(control); got.Answered() && !r.protocol.Answers(got.Exchange) {
			return &a
		}
		return nil
	}
	return nil
}

// firstDiagnosis reports whether nothing of the kind was asked about yet, and notes that it is now.
func (r *run) firstDiagnosis(role record.Role) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := !r.diagnosed[role]
	r.diagnosed[role] = true
	return first
}
