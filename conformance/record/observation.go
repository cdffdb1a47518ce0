package record

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
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

	Curl []string // words with which curl reaches the target, for command lines in reports
	Body string   // of a start, with its placeholders, for such lines; empty where there is none, or it may hold a secret
}

// An Observation is what was seen of one target.
type Observation struct {
	Protocol Protocol
	Target   Target
	Run      string    // the run's name, as its User-Agent gave it
	Began    time.Time // the instant from which exchanges are counted
	Duration time.Duration
	Stopped  string // why the run ended before it was complete; empty where it did not
	// Unreachable says why nobody answered at all; empty where somebody did. There is nothing to judge then.
	Unreachable string
	Parts       []Part // the parts of the run, as they began; none in the record of an older recorder
	Exchanges   []*Exchange
	Jobs        []*Job // views on the exchanges, by number; made by Arrange

	Dialects []dialect.Dialect // others, by which the answers may be told where they are none of the protocol's
}

// A Part is a part of a run, and when it took place. Parts may overlap.
type Part struct {
	Name     string
	From, To time.Duration
}

// The parts in which the target was put through something. Each ends when it answered again.
const (
	PartRestart = "restart"
	PartRollout = "rollout"
)

// Part returns the part of that name, and whether there was one.
func (o *Observation) Part(name string) (Part, bool) {
	i := slices.IndexFunc(o.Parts, func(p Part) bool { return p.Name == name })
	if i < 0 {
		return Part{}, false
	}
	return o.Parts[i], true
}

// A Job is what one start began: a view on the exchanges about it, with flow
// control, probes and what was never sent left out.
type Job struct {
	Number  int
	Way     Way
	Start   *Exchange   // nil where no start was answered but by flow control
	Reads   []*Exchange // of its monitor, in the order sent
	Results []*Exchange // of its result, in the order sent
	Early   []*Exchange // probes of its result while it was taken to be pending
	Done    *Exchange   // the first read that found it done; nil where none did

	MonitorURL string // where its accepted start says its monitor is, resolved; empty where it does not, or not in a way that can be followed
	ResultURL  string // likewise where its monitor, once done, says its result is
}

// Arrange orders the exchanges by number and makes the jobs, the views on them: it has
// to be called once after the exchanges are all there.
func (o *Observation) Arrange() {
	if o.Protocol.Dialect.Name == "" {
		o.Protocol = TwoOhTwo
	}
	slices.SortStableFunc(o.Exchanges, func(a, b *Exchange) int { return a.Number - b.Number })
	places := o.Protocol.Dialect.SignPlaces()
	for _, e := range o.Exchanges {
		e.Signs = signsOf(e, places)
	}
	o.Jobs = o.Protocol.Jobs(o.Exchanges)
}

// longestSign is how much of a sign is worth reading.
const longestSign = 40

// signsOf says what an answer holds where a dialect has signs: "/status Running".
func signsOf(e *Exchange, places []string) string {
	var list []string
	for _, place := range places {
		value := e.Value(place)
		if strings.HasPrefix(place, "/") {
			value = dialect.Text(e.Body.Values[place])
		}
		if value != "" {
			list = append(list, place+" "+Shorten(value, longestSign))
		}
	}
	return strings.Join(list, ", ")
}

// Jobs makes the jobs that exchanges are about, by number.
func (p Protocol) Jobs(exchanges []*Exchange) []*Job {
	var jobs []*Job
	byNumber := map[int]*Job{}
	for _, e := range exchanges {
		if e.Job == 0 || e.Probe != "" && e.Probe != ProbeEarly {
			continue
		}
		job := byNumber[e.Job]
		if job == nil {
			job = &Job{Number: e.Job}
			byNumber[e.Job] = job
			jobs = append(jobs, job)
		}
		job.add(e)
	}
	slices.SortFunc(jobs, func(a, b *Job) int { return a.Number - b.Number })
	for _, job := range jobs {
		job.arrange(&p)
	}
	return jobs
}

func (j *Job) add(e *Exchange) {
	if e.Role == RoleStart {
		j.Way = e.Way
	}
	switch {
	case e.FlowControl() || e.Unjudgeable():
	case e.Probe == ProbeEarly:
		j.Early = append(j.Early, e)
	case e.Role == RoleStart:
		j.Start = e
	case e.Role == RoleMonitor:
		j.Reads = append(j.Reads, e)
	case e.Role == RoleResult:
		j.Results = append(j.Results, e)
	}
}

func (j *Job) arrange(p *Protocol) {
	bySent := func(a, b *Exchange) int { return cmp.Compare(a.Sent, b.Sent) }
	slices.SortStableFunc(j.Reads, bySent)
	slices.SortStableFunc(j.Results, bySent)
	if j.Accepted(*p) {
		j.MonitorURL = p.Monitor.Follow(j.Start, j.Start)
	}
	if i := slices.IndexFunc(j.Reads, p.Done.On); i >= 0 && j.Start != nil {
		j.Done = j.Reads[i]
		if !p.HasResult(j.Done) {
			j.ResultURL = p.Product.Follow(j.Done, j.Start)
		}
	}
}

// Accepted reports whether the job's start was accepted.
func (j *Job) Accepted(p Protocol) bool { return j.Start != nil && p.Accepted.On(j.Start) }

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
