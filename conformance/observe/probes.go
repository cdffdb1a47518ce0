package observe

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Optional are the probes that are off unless they are asked for by name.
func Optional() []string { return []string{string(record.ProbeForgedHost), string(record.ProbeCancel)} }

const madeUpIDs = 3 // of each kind: a single one may exist by chance

// probe makes a request that is not part of a job's life. It does nothing where probes are off.
func (r *run) probe(a ask) answer {
	if r.target.NoProbes {
		return answer{Exchange: &record.Exchange{Failure: record.Failure{Kind: record.FailureWithheld}}}
	}
	a.label = string(a.probe)
	if a.job > 0 {
		a.label = fmt.Sprintf("job %d, %s", a.job, a.probe)
	}
	if a.method == "" {
		a.method = http.MethodGet
	}
	limit := r.now() + r.target.RequestTimeout
	return r.ask(r.ctx, a, func() time.Duration { return limit })
}

// together makes requests side by side, and waits for all of them.
func (r *run) together(requests ...func()) {
	var all sync.WaitGroup
	for _, request := range requests {
		all.Go(r.guarded(request))
	}
	all.Wait()
}

// probeEarly asks what can be asked while jobs run.
func (r *run) probeEarly() {
	r.together(
		func() { r.probeStart(http.MethodHead, record.ProbeHead) },
		func() { r.probeStart(http.MethodOptions, record.ProbeOptions) },
		r.probeForgedHost,
		r.probePreflights,
		func() {
			if !r.protocol.StartIsMonitor() { // else to ask is to begin
				r.probeUnknown(record.RoleMonitor)
			}
		},
		r.probeCancel,
	)
}

// probeStart asks the start by a method that must begin no job, and looks whether one was begun.
func (r *run) probeStart(method string, name record.ProbeName) {
	if r.protocol.StartIsMonitor() || !r.reserveJob() {
		return
	}
	url := r.startProbeURL()
	got := r.probe(ask{role: record.RoleStart, probe: name, method: method, url: url})
	monitor := got.pointer(r.protocol.Monitor, got)
	if got.Answered() && followable(monitor) == "" {
		r.probe(ask{role: record.RoleMonitor, probe: record.ProbeBegun, url: monitor})
	}
}

// startProbeURL is the start resource as probes ask it, with its placeholders filled in.
func (r *run) startProbeURL() string { return filler(0).Replace(r.target.startURL()) }

func (r *run) probeForgedHost() {
	if !slices.Contains(r.target.Probes, string(record.ProbeForgedHost)) || !r.reserveJob() {
		return
	}
	const forged = "forged.invalid"
	a := r.startRequest(filler(0), record.ProbeForgedHost)
	a.headers.Set("X-Forwarded-Host", forged)
	a.headers.Set("Forwarded", "host="+forged)
	r.probe(a)
}

// maxCancelReads is how often the monitor of a cancelled job is read, a tenth of a second apart.
const maxCancelReads = 12

// probeCancel begins one more job and cancels it, in the way that the dialect says.
func (r *run) probeCancel() {
	cancel := r.target.Dialect.Cancel
	if !slices.Contains(r.target.Probes, string(record.ProbeCancel)) || cancel.Method == "" || !r.reserveJob() {
		return
	}
	begun := r.probe(r.startRequest(filler(0), record.ProbeCancel))
	monitor := begun.pointer(r.protocol.Monitor, begun)
	if !r.protocol.Accepted.On(begun.Exchange) || followable(monitor) != "" || !r.onTarget(monitor) {
		return
	}
	read := func() answer { return r.probe(ask{role: record.RoleMonitor, probe: record.ProbeCancel, url: monitor}) }
	got := read()
	at := got.pointer(r.protocol.CancelAt(), begun)
	if !r.protocol.Pending.On(got.Exchange) || followable(at) != "" || !r.onTarget(at) {
		return
	}
	r.probe(ask{role: record.RoleMonitor, probe: record.ProbeCancel, method: cancel.Method, url: at})
	for range maxCancelReads {
		if got = read(); !r.protocol.Pending.On(got.Exchange) || !r.wait(100*time.Millisecond, nil) {
			return
		}
	}
}

// urls lists the monitors, or the results, of the jobs on the target's origin.
func (r *run) urls(role record.Role) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []string
	for _, j := range r.jobs {
		url := j.monitor
		if role == record.RoleResult {
			url = j.result
		}
		if r.onTarget(url) {
			list = append(list, url)
		}
	}
	return list
}

// probeUnknown asks for monitors or results of ids that no server issued.
func (r *run) probeUnknown(role record.Role) {
	shape, ok := uri.NewShape(r.urls(role))
	if !ok {
		return
	}
	random := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	var requests []func()
	for range madeUpIDs {
		if url, ok := madeUp(shape, random); ok {
			requests = append(requests, func() { r.probe(ask{role: role, probe: record.ProbeUnknown, url: url}) })
		}
	}
	r.together(requests...)
}

// probePending asks for the result of a job that is too young to be done, once, when a done job has taught where
// results are. The read of its monitor that follows shows whether it was pending still.
func (r *run) probePending(j *job) {
	due := r.expected()
	if due == 0 || j.earlyProbed || j.bulk || r.age(j) >= due/2 {
		return
	}
	j.earlyProbed = true
	var monitors, results []string
	for _, done := range r.doneJobs() {
		if len(results) < maxExampleJobs && r.onTarget(done.result) {
			monitors, results = append(monitors, done.monitor), append(results, done.result)
		}
	}
	if len(results) == 0 {
		return
	}
	if url, ok := uri.Derive(monitors, results, j.monitor); ok && url != j.monitor {
		early := r.probe(ask{role: record.RoleResult, probe: record.ProbeEarly, job: j.number, url: url, bound: sampleBytes})
		if r.protocol.Success.On(early.Exchange) && r.onTarget(j.monitor) && r.firstDiagnosis("early") { // it may be done, and a cache say "pending"
			r.watchers.Go(r.guarded(func() { // beside the reads: far away, four more in turn would hold them up
				r.inTurnPastCaches(ask{role: record.RoleMonitor, probe: record.ProbeDiagnosis, job: j.number, url: j.monitor}, r.protocol.Done.On)
			}))
		}
	}
}

// probeConditional asks a done job's monitor with the validators that it had while pending.
func (r *run) probeConditional(j *job, done answer) {
	last := j.pending
	if last.Exchange == nil {
		return
	}
	ask := ask{role: record.RoleMonitor, probe: record.ProbeConditional, job: j.number, url: j.monitor}
	if tag := last.header.Get("ETag"); tag != "" {
		ask.headers = http.Header{"If-None-Match": {tag}}
		r.probe(ask)
	}
	if modified := last.header.Get("Last-Modified"); modified != "" && contract.ModifiedBefore(last.Exchange, done.Exchange) {
		ask.headers = http.Header{"If-Modified-Since": {modified}}
		r.probe(ask)
	}
}

// reserveJob counts one more job, and reports whether it may be begun. Every request that could begin a job counts as one.
func (r *run) reserveJob() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.atMaxJobs() {
		return false
	}
	r.begunByProbes++
	return true
}
