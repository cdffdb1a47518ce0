package contract

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
)

// A Target is what judgements need to know of whom they judge.
type Target struct {
	Name          string // what it is called, where its URL tells little; else empty
	BaseURL       string
	StartURL      string   // the resource that begins jobs
	StartMethod   string   // GET, unless the caller says otherwise
	AllowOrigins  []string // origins, besides the target's own, on which Locations may lie
	JobTimeout    time.Duration
	Credentials   bool   // credentials were given
	OtherIdentity bool   // and those of a second identity
	Origin        string // the browser origin to be allowed; empty where none was given
}

// An Observation is what was seen of one target.
type Observation struct {
	Protocol Protocol
	Target   Target
	Run      string    // the run's name, as its User-Agent gave it
	Began    time.Time // the instant from which exchanges are counted
	Duration time.Duration
	Stopped  string // why the run ended before it had seen all it wanted; empty where it did not
	// Unreachable says why nobody answered at all; empty where somebody did. There is nothing to judge then.
	Unreachable string
	Parts       []Part // the parts of the run, as they began; none in the record of an older recorder
	Exchanges   []*Exchange
	Jobs        []*Job // views on the exchanges, by number; made by Arrange

	// What Arrange looks up once, since judgements ask for it job by job.
	probed       []*Exchange     // the probes
	locationRefs []locationRef   // what accepted starts and done monitors name
	retained     time.Duration   // how long jobs are remembered at least
	ends         []time.Duration // when jobs were seen done, in order
	ready        *Exchange       // a monitor that was there: the first job's that has one
	done         *Exchange       // the end of the first job that has one
	fresh        map[readSet]cause
}

// A Part is a part of a run, and when it took place. Parts may overlap.
type Part struct {
	Name     string
	From, To time.Duration
}

// A Job is what one start began: a view on the exchanges about it, with flow
// control, probes and what was never sent left out.
type Job struct {
	Number  int
	Way     Way
	Start   *Exchange   // nil where no start was answered but by flow control
	Reads   []*Exchange // of its monitor, in the order sent
	Results []*Exchange // of its result, in the order sent
	Done    *Exchange   // the first read that found it done; nil where none did

	monitor, result string        // where they are, resolved
	lastPendingAt   time.Duration // when it was last known to run
	attributions    []attribution
	early           []*Exchange // its result was asked for while it was taken to be pending
}

// clockGrain is how far two clocks that are right may seem to be apart: Date counts whole seconds, and answers take time.
const clockGrain = 2 * time.Second

// Arrange orders the exchanges by number and makes the views on them: it has
// to be called once after the exchanges are all there.
func (o *Observation) Arrange() {
	if o.Protocol.Name == "" {
		o.Protocol = TwoOhTwo
	}
	slices.SortStableFunc(o.Exchanges, func(a, b *Exchange) int { return a.Number - b.Number })
	byNumber := map[int]*Job{}
	o.Jobs, o.probed, o.retained = nil, nil, o.retention()
	for _, e := range o.Exchanges {
		date, _ := httpDate(e.Value("Date"))
		e.date, e.age = &date, 0
		if age := o.Began.Add(e.Received).Sub(date); !date.IsZero() && !o.Began.IsZero() && age >= clockGrain {
			e.age = age
		}
		if e.Probe != "" {
			o.probed = append(o.probed, e)
		}
		if e.Job == 0 || e.Probe != "" && e.Probe != ProbeEarly {
			continue
		}
		job := byNumber[e.Job]
		if job == nil {
			job = &Job{Number: e.Job}
			byNumber[e.Job] = job
			o.Jobs = append(o.Jobs, job)
		}
		job.add(e)
	}
	slices.SortFunc(o.Jobs, func(a, b *Job) int { return a.Number - b.Number })
	for _, job := range o.Jobs {
		bySent := func(a, b *Exchange) int { return cmp.Compare(a.Sent, b.Sent) }
		slices.SortStableFunc(job.Reads, bySent)
		slices.SortStableFunc(job.Results, bySent)
		if job.Accepted(o.Protocol) {
			job.monitor = follow(o.Protocol.Monitor, job.Start)
		}
		job.attribute(o)
	}
	o.locationRefs = locations(o)
	o.precompute()
}

// precompute notes what the jobs have in common.
func (o *Observation) precompute() {
	o.ends, o.ready, o.done, o.fresh = nil, nil, nil, map[readSet]cause{}
	for _, job := range o.Jobs {
		if job.Done != nil {
			o.ends = append(o.ends, job.Done.Received)
			o.done = cmp.Or(o.done, job.Done)
		}
		if o.ready == nil {
			o.ready = job.firstGoodRead(o)
		}
	}
	slices.Sort(o.ends)
	for name, reads := range o.readSets() {
		o.fresh[name] = o.onlyFresh(reads)
	}
}

func (j *Job) add(e *Exchange) {
	if e.Role == RoleStart {
		j.Way = e.Way
	}
	if e.FlowControl() || e.Unjudgeable() {
		return
	}
	if e.Probe == ProbeEarly {
		j.early = append(j.early, e)
		return
	}
	switch e.Role {
	case RoleStart:
		j.Start = e
	case RoleMonitor:
		j.Reads = append(j.Reads, e)
	case RoleResult:
		j.Results = append(j.Results, e)
	}
}

// Accepted reports whether the job's start was accepted.
func (j *Job) Accepted(p Protocol) bool { return j.Start != nil && p.Accepted.On(j.Start) }

// MonitorURL is where the job's start says its monitor is, resolved; empty
// where it does not say so, or not in a way that can be followed.
func (j *Job) MonitorURL() string { return j.monitor }

// ResultURL is where the job's monitor, once done, says its result is; empty where it does not.
func (j *Job) ResultURL() string { return j.result }

func follow(pointer Pointer, e *Exchange) string {
	reference, one := pointer.One(e)
	if !one {
		return ""
	}
	beginning, whole := Beginning(reference)
	if !whole { // nobody can have followed it: it is told apart from others, and no more
		return uri.Resolve(e.Request.URL, uncut(beginning)) + reference[len(beginning):]
	}
	return uri.Resolve(e.Request.URL, reference)
}

// Exchange returns the exchange of that number, nil if there is none.
func (o *Observation) Exchange(number int) *Exchange {
	i, found := slices.BinarySearchFunc(o.Exchanges, number, func(e *Exchange, n int) int { return e.Number - n })
	if !found {
		return nil
	}
	return o.Exchanges[i]
}

// Home reports whether a URL lies on the target's own origin.
func (o *Observation) Home(url string) bool {
	if rest, below := strings.CutPrefix(url, o.Target.BaseURL); below && (rest == "" || rest[0] == '/') {
		return true // the usual case, told at sight
	}
	return uri.SameOrigin(url, o.Target.BaseURL)
}

// Allowed reports whether a URL lies on the target's origin or one that the caller allows.
func (o *Observation) Allowed(url string) bool {
	return o.Home(url) || slices.ContainsFunc(o.Target.AllowOrigins, func(origin string) bool {
		return uri.SameOrigin(url, origin)
	})
}

// refusedCrossOrigin reports whether another origin refused a request that
// carried no credentials there: that tells nothing of the target.
func (o *Observation) refusedCrossOrigin(e *Exchange) bool {
	return (e.Status == 401 || e.Status == 403) && !o.Home(e.Request.URL)
}
