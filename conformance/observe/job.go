package observe

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A job is one that the run began. Its fields are written by the goroutine that
// follows it; startedAt and doneAt under the run's lock.
type job struct {
	number   int
	way      record.Way
	pilot    bool // the first job: its monitor is read often, so that the first end is seen soon
	bulk     bool // one of many: read when it is due, and as seldom as possible. Other jobs have enough bodies for people
	detailed bool // probed in detail: by HEAD, with validators, its result several times
	ended    chan struct{}
	monitor  string // where it is, resolved; empty where the start did not say so
	result   string

	monitorRef, resultRef locationRef // the Locations that named them

	started           answer // to its start
	startedAt, doneAt time.Duration
	reads             int
	results           int
	fetched           bool            // its result was there
	hinted            map[string]bool // Locations that were met beside the job's own, and whether each counts as tried
	hintFoundAt       time.Duration   // when one was first answered 200
	pending           answer          // the last pending answer
	headProbed        bool            // its monitor was asked by HEAD while pending
	earlyProbed       bool            // its result was asked for while it was pending
	firstPointer      *string         // what the first pending answer pointed at
}

// A locationRef is a reference, the URL whose answer gave it, and what came beside it.
type locationRef struct {
	asked, reference string
	body             []byte
}

// url returns the resolved reference; empty where there is none.
func (l locationRef) url() string {
	if l.reference == "" {
		return ""
	}
	return uri.Resolve(l.asked, l.reference)
}

// atMaxJobs reports whether no more jobs may be begun. It needs r.mu.
func (r *run) atMaxJobs() bool {
	return r.target.MaxJobs > 0 && len(r.jobs)+r.begunByProbes >= r.target.MaxJobs
}

func (r *run) newJob(way record.Way) *job {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.atMaxJobs() {
		return nil
	}
	j := &job{number: len(r.jobs) + 1, way: way, ended: make(chan struct{}), hinted: map[string]bool{}}
	r.jobs = append(r.jobs, j)
	return j
}

// start begins the job, and reports whether there is a monitor to ask.
func (r *run) start(j *job) bool {
	a := r.startRequest(filler(j.number), "")
	a.job, a.way, a.ownConnection = j.number, j.way, j.way == record.WayDropped
	a.label, a.omitBody, a.urgency = fmt.Sprintf("job %d, start", j.number), j.bulk, j.urgency(false)
	got := r.ask(r.ctx, a, r.deadlineFrom(r.now()))
	j.started = got
	r.mu.Lock()
	j.startedAt = r.now()
	r.mu.Unlock()
	if !r.protocol.Accepted.On(got.Exchange) {
		return false
	}
	j.monitorRef = got.reference(r.protocol.Monitor, got)
	monitor := j.monitorRef.url()
	if why := followable(monitor); monitor != "" && why != "" {
		r.withhold(record.RoleMonitor, j.number, monitor, why)
		return false
	}
	r.register.learn(j.number, monitor)
	r.mu.Lock()
	j.monitor = monitor
	r.mu.Unlock()
	return monitor != ""
}

// filler fills in the placeholders of a start: what differs from one to the next.
func filler(n int) *strings.Replacer {
	return strings.NewReplacer("{n}", fmt.Sprint(n), "{uuid}", uuid())
}

// startRequest is a request that begins a job: one of the run's, or a probe's.
func (r *run) startRequest(fill *strings.Replacer, probe record.ProbeName) ask {
	return ask{
		role: record.RoleStart, probe: probe, method: r.target.StartMethod, url: fill.Replace(r.target.startURL()),
		headers: r.startHeaders(fill), body: []byte(fill.Replace(string(r.target.Body))),
	}
}

// startHeaders are the fields of a start: those with placeholders filled in, and what goes with a body.
func (r *run) startHeaders(fill *strings.Replacer) http.Header {
	header := http.Header{}
	for name, values := range r.target.Header {
		for _, value := range values {
			if filled := fill.Replace(value); filled != value {
				header[name] = append(header[name], filled)
			}
		}
	}
	for name, value := range r.target.Dialect.Start.Ask.Headers { // unless it is said otherwise
		if name = http.CanonicalHeaderKey(name); r.target.Header[name] == nil {
			header.Set(name, value)
		}
	}
	if len(r.target.Body) > 0 && r.target.BodyType != "" {
		header.Set("Content-Type", r.target.BodyType)
	}
	if _, given := r.target.Header["Idempotency-Key"]; !given && r.target.StartMethod != http.MethodGet {
		// No value is sent: the name alone lets net/http ask again on a new connection
		// where a kept one was closed under the request (net/http.Transport).
		header["Idempotency-Key"] = nil
	}
	return header
}

// read asks the monitor once.
func (r *run) read(ctx context.Context, j *job, fresh, late bool) answer {
	j.reads++
	return r.ask(ctx, ask{
		role: record.RoleMonitor, job: j.number, late: late, fresh: fresh, replica: r.replicaFor(j, j.reads),
		label:  fmt.Sprintf("job %d, read %d", j.number, j.reads),
		method: http.MethodGet, url: j.monitor, urgency: j.urgency(j.reads == 1), omitBody: j.bulk, bound: r.readBound(),
	}, r.deadlineFrom(j.startedAt))
}

// fetch asks for a result once: the first time before all else, since it may be there for a while only.
func (r *run) fetch(ctx context.Context, j *job, url string, fresh, late bool) answer {
	j.results++
	line, since := ordinary, r.now()
	if !j.fetched {
		line, since = urgent, j.doneAt
	}
	got := r.ask(ctx, ask{
		role: record.RoleResult, job: j.number, late: late, fresh: fresh, replica: r.replicaFor(j, j.results),
		label:  fmt.Sprintf("job %d, result %d", j.number, j.results),
		method: http.MethodGet, url: url, bound: r.resultBound(), urgency: line, omitBody: j.bulk,
	}, r.deadlineFrom(since))
	j.fetched = j.fetched || r.protocol.Result.On(got.Exchange)
	if got.Body.Length > largeResult {
		r.mu.Lock()
		r.bigBodies++
		r.mu.Unlock()
	}
	return got
}

// head asks for a resource of a job by HEAD.
func (r *run) head(j *job, role record.Role, url string) {
	r.probe(ask{role: role, probe: record.ProbeHead, job: j.number, method: http.MethodHead, url: url})
}

// readBound is how much of a monitor's answer is read: it may hold the result.
func (r *run) readBound() int64 {
	if r.protocol.Dialect.HoldsResult() {
		return r.resultBound()
	}
	return 0
}

// resultBound is how much of a result is read: big ones twice, for two jobs, the others
// only so far that they can be seen to be there, and so all once the run has read much.
func (r *run) resultBound() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bigBodies >= 4 || r.reader.all.Load() > bytesBound/4 {
		return min(sampleBytes, r.target.MaxBody)
	}
	return r.target.MaxBody
}
