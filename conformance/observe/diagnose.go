package observe

import (
	"slices"

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

// probeAlternatives asks until one is answered as a monitor or a result is, and then where nobody can be: a server that
// answers there too answers everywhere.
func (r *run) probeAlternatives(j *job, role record.Role, asks []ask) {
	for _, a := range asks {
		a.role, a.probe, a.job, a.bound = role, record.ProbeDiagnosis, j.number, sampleBytes
		if got := r.probe(a); !r.protocol.Answers(got.Exchange) {
			continue
		}
		a.url, a.anonymous = contract.ControlURL(record.Target{BaseURL: r.target.BaseURL}, a.url), false
		r.probe(a)
		return
	}
}

// firstDiagnosis reports whether nothing of the kind was asked about yet, and notes that it is now.
func (r *run) firstDiagnosis(role record.Role) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := !r.diagnosed[role]
	r.diagnosed[role] = true
	return first
}
