package contract

import (
	"fmt"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var resultOwn = require(Requirement{
	ID: "result.own", Level: Must, Source: "seed 5",
	Says: `Each job has its own result: two jobs do not share a result URL whose content changes, and results do not carry another job's id in place
		of their own.`,
	Means: "A client is given somebody else's result, and can't know it.",
	How: `Fails where two jobs with monitors of their own were given one result URL with two contents, or where two results at least carry another
		job's id in the place where their own belongs. Equal bodies may share a URL; an id that is merely named beside a result's own is innocent,
		and ids of fewer than eight characters are not looked for.`,
	Needs:   []string{"result.ok"},
	judge:   judgeOwn,
	applies: hasResult,
})

func judgeOwn(o *view) Judgement {
	if verdict := sharedResult(o); verdict.Outcome == Fail {
		return verdict
	}
	if verdict := swappedResults(o); verdict.Outcome == Fail {
		return verdict
	}
	if verdict := ownElsewhere(o); verdict.Outcome == Fail {
		return verdict
	}
	read := 0
	for _, j := range o.jobs {
		if first := j.firstResult(o); first != nil {
			read++
		}
		if read > 1 {
			return passed(j.firstResult(o))
		}
	}
	return notObserved("fewer than two results were read")
}

// sharedResult looks for two jobs, with monitors of their own, that name one result URL
// whose content is not always the same.
func sharedResult(o *view) Judgement {
	type seen struct {
		job  *jobView
		read *record.Exchange
	}
	at := map[string]seen{}
	for _, j := range o.jobs {
		for _, e := range j.ownResults(o) {
			if !e.Body.Whole() {
				continue
			}
			before, known := at[e.Request.URL]
			if !known {
				at[e.Request.URL] = seen{j, e}
				continue
			}
			if before.job.MonitorURL != j.MonitorURL && before.read.Body.Hash != e.Body.Hash {
				got := fmt.Sprintf("jobs %d and %d are both given the result %s, and its content was not the same for both",
					before.job.Number, j.Number, e.Request.URL)
				return failed(got, "a result for each job", e, before.read, j.Done, before.job.Done)
			}
		}
	}
	return passed()
}

// ownElsewhere looks for jobs that were given another job's result though they have one of their own: it is where that other's would be with their own
// id, and has another content. Jobs whose work is shared have none there, or the same.
func ownElsewhere(o *view) Judgement {
	if allAnswered(o.probes(record.ProbeUnknown, record.RoleResult), statusIn(200, 299)) != nil {
		return passed()
	}
	var shown []*record.Exchange
	var jobs []int
	for _, e := range o.probes(record.ProbeDiagnosis, record.RoleResult) {
		j := o.jobNumbered(e.Job)
		given := j.firstResult(o)
		if given == nil || !o.Protocol.Success.On(e) || !e.Body.Whole() || e.Request.Credentials != given.Request.Credentials || isPastCaches(e.Request.URL, j.ResultURL) {
			continue
		}
		if e.Body.Hash != given.Body.Hash && j.stable(o, j.ResultURL) && o.sharesResult(j) {
			shown, jobs = append(shown, e, given, j.Done), append(jobs, j.Number)
		}
	}
	if len(jobs) < 2 {
		return passed()
	}
	got := fmt.Sprintf("jobs %d and %d are given the result of another job (%s), though each has one of its own, with another content (#%d, #%d)",
		jobs[0], jobs[1], shown[1].Request.URL, shown[0].Number, shown[3].Number)
	return failed(got, "a result for each job", shown...)
}

// sharesResult reports whether another job, with a monitor of its own, was given the same result.
func (o *view) sharesResult(j *jobView) bool {
	return slices.ContainsFunc(o.jobs, func(other *jobView) bool { return other.ResultURL == j.ResultURL && other.MonitorURL != j.MonitorURL })
}

// A foreignID is a result that carries another job's id, and not its own.
type foreignID struct {
	job, other int
	before     string // the place of the id: what stands before it
	read       *record.Exchange
}

// swappedResults looks for results that carry another job's id in place of their own. That
// an id is named in a result is innocent: it may be the job before. So there have to be two
// such results at least, and the place has to be known for the job's own: either
// another result carries its own id there, or the ids go round in a circle,
// as no chain of earlier jobs does, and each result carries that one alone, as
// none does that lists the jobs beside it.
func swappedResults(o *view) Judgement {
	own := map[string]bool{} // places where a result carried its own id
	var foreign []foreignID
	for _, j := range o.jobs {
		for _, e := range j.ownResults(o) {
			found, isOwn := mentions(j.Number, e)
			for _, s := range found {
				if isOwn {
					own[s.before] = own[s.before] || s.other == j.Number
					continue
				}
				if o.jobNumbered(s.other).ResultURL != j.ResultURL {
					foreign = append(foreign, s) // else the two jobs share one result, which sharedResult judges
				}
			}
		}
	}
	for _, alike := range byPlace(foreign) {
		if len(alike) < 2 || !own[alike[0].before] && !circle(single(slices.Clone(alike))) {
			continue
		}
		got := fmt.Sprintf("the result of job %d carries the id of job %d in place of its own, that of job %d the id of job %d",
			alike[0].job, alike[0].other, alike[1].job, alike[1].other)
		return failed(got, "its own id in each result", alike[0].read, alike[1].read).because(whyAnothers(alike))
	}
	return passed()
}

// whyAnothers shows a cache that answered with another job's result.
func whyAnothers(alike []foreignID) cause {
	for _, s := range alike {
		if hit := storedBy(s.read); hit != "" && hit != noAge {
			return cause{name: "result-cached", says: fmt.Sprintf("a cache answered for another result (%s): it takes their URLs for the same", hit),
				mend: "let the cache tell results apart by the whole URL, its query too; or send Cache-Control: no-store with results", shown: s.read}
		}
	}
	return cause{}
}

// mentions lists the ids that a result carries; own reports whether its own is among them.
func mentions(job int, e *record.Exchange) (list []foreignID, own bool) {
	for _, m := range e.Body.Mentions {
		list = append(list, foreignID{job, m.Job, m.Before, e})
		own = own || m.Job == job
	}
	return list, own
}

// byPlace lists the foreign place by place, one for each job.
func byPlace(foreign []foreignID) [][]foreignID {
	type at struct {
		before string
		job    int
	}
	var places [][]foreignID
	place, known := map[string]int{}, map[at]bool{}
	for _, s := range foreign {
		if known[at{s.before, s.job}] {
			continue
		}
		known[at{s.before, s.job}] = true
		i, met := place[s.before]
		if !met {
			i = len(places)
			place[s.before] = i
			places = append(places, nil)
		}
		places[i] = append(places[i], s)
	}
	return places
}

// single leaves out what is one of several ids in a result.
func single(foreign []foreignID) []foreignID {
	return slices.DeleteFunc(foreign, func(s foreignID) bool {
		return slices.ContainsFunc(s.read.Body.Mentions, func(m record.Mention) bool { return m.Job != s.other })
	})
}

func jobsOf(foreign []foreignID) map[int]int {
	next := map[int]int{}
	for _, s := range foreign {
		next[s.job] = s.other
	}
	return next
}

// circle reports whether the ids go round: each walk ends where it meets itself, where another went, or where nothing follows.
func circle(foreign []foreignID) bool {
	next, walked := jobsOf(foreign), map[int]int{}
	for start := range next {
		at := start
		for walked[at] == 0 {
			walked[at] = start
			following, known := next[at]
			if !known {
				break
			}
			at = following
		}
		if _, known := next[at]; known && walked[at] == start {
			return true
		}
	}
	return false
}
