package contract

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var startGroup = []Requirement{
	startAccepted, startLocation, startForm, startHints, startOwnJob, startPrompt, startHead, startUncacheable,
}

var startAccepted = require(Requirement{
	ID: idStartAccepted, Level: Must, Source: "seed 2; RFC 9110 15.3.3",
	Says:  "A start request is answered {accepted-in-full}, each time.",
	Means: "A client can't tell that a job was begun, and has no monitor to ask.",
	How: `Every start of the run has to be answered so: those made at the same instant, those one after another, and the one whose connection is
		closed. Redirects are not followed. 429, and 503 with Retry-After, are flow control: the start is made again as told, and nothing is held
		against the server. What only starts at the same instant meet is reported under jobs.concurrent. Where starts are refused only while so many jobs
		run, and accepted while fewer do, the likely cause is a limit of jobs at a time. Where every start is answered 401, 403, 404 or 405, nothing of the contract was
		seen: it is not observed, and the run can't tell.`,
	judge: judgeAccepted,
})

func judgeAccepted(o *view) Judgement {
	if start := o.noStart(); start != nil {
		j := notObserved(fmt.Sprintf("every start was answered %s: nothing of the contract was seen", start.StatusText())).because(cmp.Or(whyStartUnknown(start), startRefused))
		j.Exchanges = numbers([]*record.Exchange{start})
		return j
	}
	if start := o.doneAtOnce(); start != nil {
		j := notObserved(fmt.Sprintf("every start was answered at once (%s): nothing asynchronous was seen", start.StatusText()))
		j.Exchanges = numbers([]*record.Exchange{start})
		return j
	}
	return eachJob(accepted, "no start was answered but by flow control")(o)
}

// doneAtOnce is the first start where every one was answered as the dialect answers what needs no job; nil where not.
func (o *view) doneAtOnce() *record.Exchange {
	var first *record.Exchange
	for _, j := range o.jobs {
		switch {
		case j.Start == nil:
		case o.Protocol.Accepted.On(j.Start) || !o.Protocol.Dialect.Start.Sync.Has(j.Start.Status):
			return nil
		case first == nil:
			first = j.Start
		}
	}
	return first
}

func accepted(o *view, j *jobView) Judgement {
	if j.Start == nil || !o.Protocol.Accepted.On(j.Start) && o.Protocol.Dialect.Start.Sync.Has(j.Start.Status) { // done at once: others were not
		return unjudged
	}
	verdict := expect(j.Start, haveSigns(o.Protocol.Accepted))
	if verdict.Outcome != Fail {
		return verdict
	}
	return verdict.explained(func() cause { return whyRefused(o, j.Start) })
}

var startLocation = require(Requirement{
	ID: "start.location", Level: Must, Source: "seed 2; RFC 9110 10.2.2",
	Says:  "The {accepted} carries exactly one {monitor-field} field, not empty.",
	Means: "A client has no monitor to ask, or several to guess from: the job is lost to it.",
	How: `The field lines of each {accepted} are counted as they came, before any client joins them. Path, absolute URL and relative reference are all
		fine; whether it can be followed is judged by the location group and by monitor.ready.`,
	Needs:   []string{"start.accepted"},
	judge:   eachJob(located, "no start was accepted"),
	applies: saysMonitor,
})

func located(o *view, j *jobView) Judgement {
	if !j.Accepted(o.Protocol) {
		return unjudged
	}
	verdict := expect(j.Start, haveOne(o.Protocol.Monitor))
	if verdict.Outcome == Fail {
		verdict = verdict.because(whyNotLocated(o.Protocol.Monitor, j.Start, "{monitor-field}"))
	}
	return verdict
}

var startOwnJob = require(Requirement{
	ID: "start.own-job", Level: Must, Source: "seed 2",
	Says:  "Every start begins a job of its own: no two starts, one after another or at the same instant, name the same monitor.",
	Means: "Two clients share one job: one of them gets the other's result, and work that was asked for is never done.",
	How: `The monitors that accepted starts name are resolved and compared byte for byte; two starts at least are needed. A {monitor-field} that fails a
		MUST of the location group is left out: it is reported there. Where the {accepted} declares freshness, start.uncacheable fails instead.`,
	Needs:    []string{"start.location"},
	DefersTo: []string{"start.uncacheable"},
	judge:    judgeOwnJob,
	applies:  choosesMonitor,
})

func judgeOwnJob(o *view) Judgement {
	owner := map[string]*jobView{}
	var shared []*record.Exchange
	var got string
	for _, j := range o.jobs {
		url := j.MonitorURL
		if url == "" || o.hasInvalidLocation(o.Protocol.Monitor, j.Start) {
			continue
		}
		first, taken := owner[url]
		if !taken {
			owner[url] = j
			continue
		}
		if shared == nil {
			shared = append(shared, first.Start)
			got = fmt.Sprintf("jobs %d (%s) and %d (%s) were both given the monitor %s", first.Number, first.Way, j.Number, j.Way, url)
		}
		shared = append(shared, j.Start)
	}
	switch {
	case len(shared) > 0 && o.ready == nil && slices.ContainsFunc(o.jobs, func(j *jobView) bool { return len(j.Reads) > 0 }):
		return notObserved("no monitor was ever there: what is shared leads nowhere")
	case len(shared) > 0:
		got += fmt.Sprintf(" (%s, %s)", plural(len(owner)+len(shared)-1, "start"), plural(len(owner), "monitor"))
		return failed(got, "a monitor for each start", shared...).because(whyShared(o, shared))
	case len(owner) < 2:
		return notObserved("fewer than two starts named a monitor")
	}
	return passed(o.jobs[0].Start)
}

var startPrompt = require(Requirement{
	ID: "start.prompt", Level: Should, Source: "RFC 9110 15.3.3",
	Says:  "The {accepted} is sent without waiting for the job.",
	Means: "The start takes as long as the work: clients and proxies time out, and ask again.",
	How: `Fails only where, for half the jobs or more, the {accepted} took 250 ms at least and ten times as long as the first read of the monitor, and that
		read found the job done. A slow network, or a slow start of a longer job, is not held against a server; a slow start of a quick job can't
		be told from a start that waits, which is why this is a SHOULD.`,
	Needs: []string{"monitor.ready"},
	judge: judgePrompt,
})

// slowStart is the least that a start has to take to be held against a server;
// slowBeside is how many times longer than reading a monitor.
const (
	slowStart  = 250 * time.Millisecond
	slowBeside = 10
)

func judgePrompt(o *view) Judgement {
	var slow []*record.Exchange
	judged := 0
	for _, j := range o.jobs {
		if !j.Accepted(o.Protocol) || len(j.Reads) == 0 {
			continue
		}
		judged++
		first := j.Reads[0]
		took, reading := j.Start.Received-j.Start.Sent, first.Received-first.Sent
		if took >= slowStart && took >= slowBeside*reading && o.Protocol.Done.On(first) {
			slow = append(slow, j.Start)
		}
	}
	switch {
	case judged == 0:
		return notObserved("no accepted job's monitor was read")
	case 2*len(slow) < judged:
		return passed(o.jobs[0].Start)
	}
	took := slow[0].Received - slow[0].Sent
	got := fmt.Sprintf("the start of job %d took %s, and the job was done at the first read (%d of %s alike)",
		slow[0].Job, span(took), len(slow), plural(judged, "job"))
	return failed(got, "a {accepted} as soon as the job is accepted", slow...).because(cause{name: "work-in-start",
		says: "the work seems to be done before the {accepted} is sent: no job ran after it, unless the start is slow by itself", mend: "store the job, answer {accepted}, and do the work after that (a queue, a worker, a task that the answer does not wait for)"})
}

var startHead = require(Requirement{
	ID: "start.head", Level: Should, Source: "RFC 9110 9.2.1",
	Says:  "HEAD (and OPTIONS) on the start begin no job: neither is answered with the {monitor-field} of a monitor that is alive.",
	Means: "Crawlers, previews and health checks begin jobs that nobody asked for.",
	How: `The start is asked by HEAD and by OPTIONS, and what a {monitor-field} in the answer names is read. Fails only where that URL is shaped as the
		jobs' monitors are, and is answered as a live one. A refusal, or a {accepted} that leads nowhere, is fine; where made-up monitors are answered as
		live ones, this can't be told.`,
	Needs:   []string{"monitor.unknown"},
	judge:   judgeStartHead,
	applies: choosesMonitor,
})

func judgeStartHead(o *view) Judgement {
	asked := append(o.probes(record.ProbeHead, record.RoleStart), o.probes(record.ProbeOptions, record.RoleStart)...)
	if len(asked) == 0 {
		return notObserved("neither was asked, or neither was answered")
	}
	for _, begun := range o.probes(record.ProbeBegun, record.RoleMonitor) {
		if phase := o.Protocol.Phase(begun); phase != record.PhasePending && phase != record.PhaseDone || !o.likeMonitors(begun.Request.URL) {
			continue
		}
		if unknown := o.probes(record.ProbeUnknown, record.RoleMonitor); allAnswered(unknown, func(e *record.Exchange) bool { return e.Status < 400 }) != nil {
			return notObserved("a monitor that never began is answered as if it were alive")
		}
		for _, e := range asked {
			if o.Protocol.Monitor.Follow(e, nil) == begun.Request.URL {
				got := fmt.Sprintf("%s is answered %s with %s, and that monitor is alive: %s", e.Request.Method, e.StatusText(), pointerText(e, o.Protocol.Monitor), begun.StatusText())
				return failed(got, "no job", e, begun)
			}
		}
	}
	return passed(asked...)
}

// likeMonitors reports whether a URL looks like those of the monitors: what a HEAD leads to may be a page of another kind.
func (o *view) likeMonitors(url string) bool {
	var monitors []string
	for _, j := range o.jobs {
		if monitor := j.MonitorURL; monitor != "" {
			monitors = append(monitors, monitor)
		}
	}
	shape, known := uri.NewShape(monitors)
	_, fits := shape.Fit(url)
	return known && fits
}

var startUncacheable = require(Requirement{
	ID: "start.uncacheable", Level: Must, Source: "RFC 9111 3, 4.2.1, 5.2.2",
	Says:  "The {accepted} to a GET declares no freshness: a shared cache would hand one job to everyone.",
	Means: "A cache on the way answers the next start with this job's monitor: no second job is begun.",
	How: `Freshness is what RFC 9111 4.2.1 computes: s-maxage, else max-age, else Expires less Date, and none of them where no-store or no-cache is
		said. Saying nothing is fine, since no cache may guess about a {accepted}; without a Date, Expires is not judged. Does not apply where jobs are
		begun by another method than GET.`,
	Needs: []string{"start.accepted"},
	judge: judgeStartUncacheable,
})

func judgeStartUncacheable(o *view) Judgement {
	if !startsByGET(o.Target) {
		return notApplicable("jobs are started by " + o.Target.StartMethod)
	}
	return everyJob(func(o *view, j *jobView) Judgement {
		if !j.Accepted(o.Protocol) {
			return unjudged
		}
		return expect(j.Start, declareNoFreshness(o.age)).explained(func() cause { return whyStartKept(o, j) })
	}, "no start was accepted")(o)
}

func startsByGET(t record.Target) bool { return t.StartMethod == "GET" || t.StartMethod == "" }
