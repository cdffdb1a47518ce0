package contract

import "fmt"

var jobsGroup = []func() Requirement{jobsConcurrent}

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

func jobsConcurrent() Requirement {
	return Requirement{
		ID: "jobs.concurrent", Level: Must, Source: "seed 2",
		Says:  "Jobs started at the same instant (8, or --jobs N) are all accepted, all done in time, each with its result.",
		Means: "It works in development and loses jobs in production, where clients do not take turns.",
		Needs: append(needsResult[:len(needsResult):len(needsResult)], idMonitorFinal, idResultComplete, idResultRepeatable),
		Judge: judgeConcurrent,
	}
}

func judgeConcurrent(o *Observation) Judgement {
	together, whole := 0, 0
	var evidence []*Exchange
	for _, j := range o.Jobs {
		if j.Way != WayTogether {
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
		if t := try(o, life.rule); t.onlyTogether() {
			j := t.failure()
			j.Got = fmt.Sprintf("only jobs begun at the same instant break %s: %s; %s begun alone kept it", life.id, j.Got,
				plural(count(t.passed, WayTogether, false), "job"))
			j.Want = "jobs begun together fare as jobs begun alone do: " + j.Want
			j.Likely = "state that starts share without a lock, a limit on jobs or connections, or an id made from the clock"
			return j
		}
	}
	if whole < together {
		return notObserved("not every job begun at the same instant was seen to its result")
	}
	return passed(evidence[:min(len(evidence), 8)]...)
}
