package observe

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A run is one observation under way.
type run struct {
	ctx           context.Context // ends with the caller's context, at the total timeout, or when a bound is reached
	cancel        context.CancelFunc
	target        Target
	recordTarget  record.Target
	protocol      record.Protocol
	bodyPlaces    []string // the places in bodies by which the dialect speaks
	dialectFields []string // and the header fields, in canonical form
	name          string
	began         time.Time

	connections *connections
	redact      *redactor
	credentials *credentials
	hidden      atomic.Int64 // the number of the latest credentials that redact knows
	register    *register
	reader      reader
	recorded    atomic.Int64 // bytes that the record takes in a file
	gate        *gate
	panicked    atomic.Pointer[panicError] // the first panic of a goroutine
	answered    atomic.Int64               // when the target answered last, a time.Duration
	down        atomic.Bool                // the target is being restarted
	rolling     atomic.Bool                // the target is being rolled out
	pace        pace

	firstEnd   chan struct{} // closed when the first job was seen done
	unreadSeen chan struct{} // closed when the jobs that were left unread have been read because the time of another was up
	closing    chan struct{} // closed when nothing is waited for any more
	watchers   sync.WaitGroup

	mu        sync.Mutex
	exchanges []*record.Exchange
	parts     []record.Part

	unseenUntil time.Duration // a restart that was not seen may still come until then; zero where none may

	asked     int
	refusals  refusals
	stopped   string
	jobs      []*job
	pilot     *job          // the first of them; nil until it is begun
	unread    []*job        // those that nobody reads until the others are done
	lifetime  time.Duration // how long the first job that ended took; zero until then
	latestEnd time.Duration // when a job was seen done last
	reads     int
	bigBodies int // results beyond bigBody that were read
	awaiting  string

	doneBelowBase time.Duration // when a monitor was seen done below the base path that is named outside it

	begunByProbes int // requests of probes that could begin a job

	unreadAsked     bool            // they were read because the time of another was up
	diagnosed       map[string]bool // what was given up, and asked about
	askedPastCaches atomic.Int32    // how often
}

func newRun(ctx context.Context, target Target, credentials *credentials) *run {
	var name [3]byte
	rand.Read(name[:])
	r := &run{
		protocol: record.Bind(target.Dialect, target.BaseURL, target.Expect), target: target, recordTarget: target.recordTarget(), began: time.Now(),
		name:        strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(name[:])),
		connections: newConnections(target), redact: newRedactor(target), credentials: credentials, register: newRegister(),
		gate: newGate(target.Rate), diagnosed: map[string]bool{}, refusals: refusals{byRole: map[record.Role]int{}},
		firstEnd: make(chan struct{}), unreadSeen: make(chan struct{}), closing: make(chan struct{}),
	}
	r.bodyPlaces, r.dialectFields = target.Dialect.Wanted(), target.Dialect.Fields()
	r.recordTarget.Body = target.shownBody(r.redact)
	r.recordTarget.BaseURL = r.redact.text(r.recordTarget.BaseURL)
	r.recordTarget.StartURL = r.redact.link(r.recordTarget.StartURL)
	r.ctx, r.cancel = context.WithTimeoutCause(ctx, target.Timeout, errTotal)
	context.AfterFunc(r.ctx, r.connections.end)
	r.connections.panics = r.panics
	return r
}

// close closes what the run holds open. It is called after its record was taken. The connections are closed by ourselves: to ask
// net/http for that waits for mutexes of its, which a server can have it hold for ever.
func (r *run) close() {
	r.cancel()
	r.gate.timer.Stop()
	r.connections.end()
}

// now is the time since the run began.
func (r *run) now() time.Duration { return time.Since(r.began) }

// acquire waits until one more request may be made; where none may be, it says why.
func (r *run) acquire(ctx context.Context, u urgency) (passed pass, why string) {
	passed, may := r.gate.enter(ctx, u)
	if !may {
		return passed, "the run ended first"
	}
	passed.under = max(passed.under, r.connections.open.since(passed.at)) // a server may count those that wait too
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	switch bound := r.requestsBound(); {
	case r.asked > bound:
		r.stop(fmt.Sprintf("the run's bound of %d requests was reached", bound))
	case r.reader.all.Load() > bytesBound:
		r.stop(fmt.Sprintf("the run's bound of %d GiB received was reached", bytesBound>>30))
	case r.recorded.Load() > r.target.MaxRecord:
		r.stop(fmt.Sprintf("the run's bound of %d MiB recorded was reached", r.target.MaxRecord>>20))
	default:
		return passed, ""
	}
	r.gate.leave()
	return passed, r.stopped
}

// requestsBound is more requests than any run needs.
func (r *run) requestsBound() int { return 5000 + 300*r.target.Jobs }

// stop ends the run early. It needs r.mu.
func (r *run) stop(why string) {
	if r.stopped == "" {
		r.stopped = why
	}
	r.cancel()
}

// timed runs a part of the run, and records when it took place.
func (r *run) timed(name string, part func()) {
	r.mu.Lock()
	i := len(r.parts)
	r.parts = append(r.parts, record.Part{Name: name, From: r.now()})
	r.mu.Unlock()
	part()
	r.mu.Lock()
	r.parts[i].To = r.now()
	r.mu.Unlock()
}

func (r *run) record(e *record.Exchange) {
	r.shorten(e)
	if e.Answered() {
		r.answered.Store(int64(e.Received))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	e.Number = len(r.exchanges) + 1
	r.exchanges = append(r.exchanges, e)
	if e.Role == record.RoleMonitor && e.Probe == "" {
		r.reads++
	}
	r.noteFlowControl(e)
}

// withhold records that something was not asked for, and why.
func (r *run) withhold(role record.Role, job int, url, why string) {
	r.record(&record.Exchange{
		Role: role, Job: job, Request: record.Request{Method: "GET", URL: r.redact.link(url)},
		Failure: record.Failure{Kind: record.FailureWithheld, Text: why}, Sent: r.now(), Received: r.now(), Ended: r.now(),
	})
}

// noteEnd notes that a job was seen done, and where its result is said to be.
func (r *run) noteEnd(j *job, result string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	j.result = result
	j.doneAt = r.now()
	r.latestEnd = max(r.latestEnd, j.doneAt)
	if r.lifetime == 0 {
		r.lifetime = max(j.doneAt-j.startedAt, time.Nanosecond)
		close(r.firstEnd)
	}
}

// expected is how long a job is likely to take; zero until the first one is done.
func (r *run) expected() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lifetime
}

// deadline is when a job's time is up: the job timeout after its start, or after the latest end of another.
func (r *run) deadline(j *job) time.Duration { return r.deadlineFrom(j.startedAt)() }

// deadlineFrom is the deadline of what began at a time: the job timeout after that, or after the latest end of a job.
func (r *run) deadlineFrom(since time.Duration) func() time.Duration {
	return func() time.Duration {
		r.mu.Lock()
		defer r.mu.Unlock()
		return max(since, r.latestEnd) + r.target.JobTimeout
	}
}

func (r *run) await(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.awaiting = what
}

func (r *run) progress() Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := Progress{Elapsed: r.now(), Begun: len(r.jobs), Reads: r.reads, Requests: len(r.exchanges), Awaiting: r.awaiting}
	for _, j := range r.jobs {
		if j.doneAt > 0 {
			p.Done++
		} else {
			p.Pending++
		}
	}
	return p
}
