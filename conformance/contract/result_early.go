package contract

import (
	"fmt"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var resultNotEarly = require(Requirement{
	ID: "result.not-early", Level: Must, Source: "seed 3, 5",
	Says:  "The result of a pending job is not answered {success}. (Needs a result URL that can be derived from the monitor's, as learnt from a done job.)",
	Means: "A client that asks early takes a half-done result for the whole.",
	How: `Where done jobs have taught how the result's URL follows from the monitor's, the result of a younger job is asked for. Fails only where
		that job was less than half as old as the youngest that ended, and a later read of its monitor still said pending: to store a result a
		moment before saying so is as it should be. 5xx is reported under http.no-server-error.`,
	Needs:    []string{"result.unknown", "http.no-server-error"},
	DefersTo: []string{"monitor.not-cached"},
	judge:    ofResultURLs(judgeNotEarly),
	applies:  hasResultURL,
})

func judgeNotEarly(o *view) Judgement {
	if unknown := allAnswered(o.probes(record.ProbeUnknown, record.RoleResult), statusIn(200, 299)); unknown != nil {
		return notObserved("any result URL is answered 2xx")
	}
	var judged []*record.Exchange
	for _, e := range o.probes(record.ProbeEarly, record.RoleResult) {
		j := o.jobNumbered(e.Job)
		if j.Start == nil || !o.tooYoung(j, e) || !j.pendingAfter(o, e.Received) || e.Status >= 500 {
			continue
		}
		if o.Protocol.Success.On(e) {
			got := fmt.Sprintf("job %d, %s old, is pending, and its result is answered {success}; the youngest job that ended was %s old",
				j.Number, span(e.Sent-j.Start.Received), span(o.youngestEnd()))
			return failed(got, "4xx until the monitor says done", e, j.Start, j.readAfter(e))
		}
		judged = append(judged, e)
	}
	if len(judged) == 0 {
		return notObserved("no job was young enough when its result's URL could be derived, or it can't be")
	}
	return passed(judged...)
}

// ofResultURLs makes a judgement of what applies where results have URLs: a dialect may leave it to the server, whose done answers may hold them.
func ofResultURLs(judge func(*view) Judgement) func(*view) Judgement {
	return func(o *view) Judgement {
		done, here := 0, 0
		for _, j := range o.jobs {
			if j.Done != nil {
				done++
			}
			if j.Done != nil && o.Protocol.HasResult(j.Done) {
				here++
			}
		}
		if done > 0 && here == done {
			return notApplicable("what the monitors are answered holds the results")
		}
		return judge(o)
	}
}

// earlyResultGrace is for how long a result may be there before its monitor says so.
const earlyResultGrace = 200 * time.Millisecond

// tooYoung reports whether a job could not be done yet: it is younger than half the age at which the
// youngest ended, and younger by more than a moment.
func (o *view) tooYoung(j *jobView, e *record.Exchange) bool {
	age, youngest := e.Received-j.Start.Sent, o.youngestEnd()
	return age < youngest/2 && age < youngest-earlyResultGrace
}

// youngestEnd is the least age at which a job was seen done; zero where none was.
func (o *view) youngestEnd() time.Duration {
	var youngest time.Duration
	for _, j := range o.jobs {
		if j.Done == nil {
			continue
		}
		if age := j.Done.Received - j.Start.Sent; youngest == 0 || age < youngest {
			youngest = age
		}
	}
	return youngest
}
