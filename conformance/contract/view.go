package contract

import (
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A view is an observation as judgements look at it: its jobs with what each answer is reported under, and what jobs have in
// common, looked up once.
type view struct {
	*record.Observation
	jobs         []*jobView
	probed       []*record.Exchange   // the probes
	locationRefs []locationRef        // what accepted starts and done monitors name
	retained     time.Duration        // how long jobs are remembered at least
	ends         []time.Duration      // when jobs were seen done, in order
	ready        *record.Exchange     // a monitor that was there: the first job's that has one
	cancelled    jobResults           // of each job, whether it was seen to its end, where one whose connection was closed was not
	words        *strings.Replacer    // of the dialect
	dates        map[string]time.Time // what Date fields say, by their text; zero where it can't be read
}

// A jobView is a job as judgements look at it.
type jobView struct {
	*record.Job
	lastPendingAt time.Duration // when it was last known to run
	attributions  []attribution
}

// arrange makes the view of an observation.
func arrange(observed *record.Observation) *view {
	o := &view{Observation: observed, words: wordsIn(&observed.Protocol), dates: map[string]time.Time{}}
	o.retained = o.retention()
	for _, e := range o.Exchanges {
		if e.Probe != "" {
			o.probed = append(o.probed, e)
		}
	}
	for _, j := range o.Jobs {
		job := &jobView{Job: j}
		job.attribute(o)
		o.jobs = append(o.jobs, job)
	}
	o.locationRefs = locations(o)
	o.excuseUnread()
	o.precompute()
	return o
}

// precompute notes what the jobs have in common.
func (o *view) precompute() {
	for _, job := range o.jobs {
		if job.Done != nil {
			o.ends = append(o.ends, job.Done.Received)
		}
		if o.ready == nil {
			o.ready = job.firstGoodRead(o)
		}
	}
	slices.Sort(o.ends)
	if slices.ContainsFunc(o.jobs, func(j *jobView) bool { return j.Way == record.WayDropped && j.Done == nil }) {
		o.cancelled = applyToJobs(o, seenToItsEnd)
	}
}

// refusedCrossOrigin reports whether another origin refused a request that
// carried no credentials there: that tells nothing of the target.
func (o *view) refusedCrossOrigin(e *record.Exchange) bool {
	return (e.Status == 401 || e.Status == 403) && !o.Home(e.Request.URL)
}

// clockGrain is how far two clocks that are right may seem to be apart: Date counts whole seconds, and answers take time.
const clockGrain = 2 * time.Second

// age is how far the Date field of an answer lay back when the answer came, by our clock (RFC 9111 4.2.3).
func (o *view) age(e *record.Exchange) time.Duration {
	date, dated := o.made(e)
	if age := o.Began.Add(e.Received).Sub(date); dated && !o.Began.IsZero() && age >= clockGrain {
		return age
	}
	return 0
}

// made is when an answer says that it was made: its Date field (RFC 9110 6.6.1). Many answers of a run have the same one: each is read once.
func (o *view) made(e *record.Exchange) (time.Time, bool) {
	text := e.Value("Date")
	date, known := o.dates[text]
	if !known {
		date, _ = httpDate(text)
		o.dates[text] = date
	}
	return date, !date.IsZero()
}
