package contract

import (
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var jobsGroup = []Requirement{jobsConcurrent, jobsSurviveDisconnect, jobsReplicas, jobsSurviveRestart, jobsSurviveRollout, jobsReplicaLag, jobsIndependent}

// lifeRule is a rule about a job's life that a server may break only for jobs begun
// together, or only for a job whose connection was closed.
type lifeRule struct {
	id   string
	rule jobRule
}

func lifeRules() []lifeRule {
	return []lifeRule{
		{"start.accepted", accepted},
		{"start.location", located},
		{idMonitorReady, ready},
		{idMonitorStatus, steady},
		{idMonitorPending, pending},
		{"monitor.completes", completes},
		{idMonitorCreated, created},
		{idMonitorFinal, final},
		{idResultOK, resultThere},
		{idResultComplete, complete},
		{idResultRepeatable, repeatable},
	}
}

var jobsConcurrent = require(Requirement{
	ID: "jobs.concurrent", Level: Must, Source: "seed 2",
	Says:  "Jobs started at the same instant (8, or --jobs N) are all accepted, all done in time, each with its result.",
	Means: "It works in development and loses jobs in production, where clients do not take turns.",
	How: `Fails where only jobs begun at the same instant break a MUST of a job's life, from the start to the repeated result, those begun alone keep it, and chance is ruled out: seven of eight, say
		(Fisher's exact test, below 0.001). Then that MUST is not failed itself. Where jobs begun alone break it too, or one or two of eight do, that MUST fails and this does not.`,
	Needs: []string{"result.complete", "result.repeatable"},
	judge: judgeConcurrent,
})

func judgeConcurrent(o *view) Judgement {
	together, whole := 0, 0
	var evidence []*record.Exchange
	for _, j := range o.jobs {
		if j.Way != record.WayTogether {
			continue
		}
		together++
		if first := j.firstResult(o); first != nil {
			whole++
			evidence = append(evidence, j.Start)
		}
	}
	if together < 2 {
		return notObserved("fewer than two jobs were started at the same instant")
	}
	for _, life := range lifeRules() {
		if t := applyToJobs(o, life.rule); t.failsOnlyConcurrently() {
			j := t.failure()
			j.Got = fmt.Sprintf("only jobs begun at the same instant break %s: %s; %s begun alone kept it", life.id, j.Got,
				plural(count(t.passed, record.WayTogether, false), "job"))
			j.Want = "jobs begun together fare as jobs begun alone do: " + j.Want
			return j
		}
	}
	if whole < together {
		return notObserved("not every job begun at the same instant was seen to its result")
	}
	return passed(evidence[:min(len(evidence), 8)]...)
}

var jobsSurviveDisconnect = require(Requirement{
	ID: "jobs.survive-disconnect", Level: Must, Source: "RFC 9110 15.3.3",
	Says:  "A job goes on when the connection that started it is closed.",
	Means: "A client whose network blinks after the {accepted} has lost the job that it was promised.",
	How: `One job's connection is closed as soon as its {accepted} is read, and the job is followed over others. If it does not end as the others do, two more
		jobs are begun whose connections are closed, and two whose connections are kept. Fails where all jobs with closed connections are lost or never end,
		three at least, and no other job is. Being slower is not a failure. A wrong answer after the end is reported under what it breaks.`,
	Needs: []string{"result.complete", "result.repeatable"},
	judge: judgeSurvive,
})

// seenToItsEnd is the rule that a job is known from its start on until it is done.
func seenToItsEnd(o *view, j *jobView) Judgement {
	for _, rule := range []jobRule{ready, steady, completes} {
		if verdict := rule(o, j); verdict.Outcome == Fail {
			return verdict
		}
	}
	if j.Done == nil {
		return unjudged
	}
	return passed(j.Done)
}

func judgeSurvive(o *view) Judgement {
	if t := o.cancelled; t.failsOnlyDisconnected() {
		j := t.failure()
		j.Got = fmt.Sprintf("only the jobs whose starting connections were closed are lost: %s; %s ended", j.Got, plural(len(t.passed), "other job"))
		j.Want = "a job that goes on: " + j.Want
		return j.because(cause{name: "cancelled-with-connection", says: "the job's work hangs on the request that started it, and is cancelled with it", mend: "detach the job from the request's context"})
	}
	for _, j := range o.jobs {
		if j.Way == record.WayDropped && j.Done != nil {
			return passed(j.Done, j.Start)
		}
	}
	return notObserved("no job whose starting connection was closed was seen to its end")
}

var jobsIndependent = require(Requirement{
	ID: "jobs.independent", Level: May, Source: "seed 3",
	Says:  "Jobs end one by one, not all with the first.",
	Means: "Jobs that end together are reported in batches, and not each when it is done.",
	How: `Looks at jobs that were at most three fifths as old as the first one was at its end. The answer is yes where one of them was still pending
		after that end, and no where those that were read were done.`,
	Needs: []string{"monitor.created"},
	judge: judgeIndependent,
})

// judgeIndependent looks at jobs that had begun when the first one ended, and were not much more than half as old.
func judgeIndependent(o *view) Judgement {
	var first *jobView
	for _, j := range o.jobs {
		if j.Done != nil && (first == nil || j.Done.Received < first.Done.Received) {
			first = j
		}
	}
	verdict := notObserved("no recent job was available to compare when the first one ended")
	if first == nil || o.Protocol.Done.On(first.Reads[0]) {
		return verdict
	}
	lifetime := first.Done.Received - first.Start.Received
	for _, j := range o.jobs {
		young := func(at time.Duration) bool { return at-j.Start.Received <= lifetime*3/5 }
		if j.Start == nil || j.Start.Received >= first.Done.Sent || !young(first.Done.Received) || j.MonitorURL == first.MonitorURL {
			continue
		}
		for _, e := range j.Reads {
			switch {
			case e.Sent < first.Done.Received:
			case o.Protocol.Pending.On(e):
				return Judgement{Outcome: Yes, Exchanges: numbers([]*record.Exchange{e, first.Done})}
			case o.Protocol.Done.On(e) && young(e.Received):
				verdict = Judgement{Outcome: No, Got: fmt.Sprintf("job %d was done with job %d, though begun %s later", j.Number, first.Number,
					span(j.Start.Received-first.Start.Received)), Exchanges: numbers([]*record.Exchange{e, first.Done})}
			}
		}
	}
	return verdict
}

func (o *view) jobNumbered(number int) *jobView {
	i, found := slices.BinarySearchFunc(o.jobs, number, func(j *jobView, n int) int { return j.Number - n })
	if !found {
		return &jobView{Job: &record.Job{Number: number}}
	}
	return o.jobs[i]
}
