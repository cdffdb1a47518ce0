package contract

import "fmt"

func monitorNeverCreated() Requirement {
	return Requirement{
		ID: "monitor.never-created", Level: Must, Source: "seed 3",
		Says:  "The monitor of a job that never began is not answered 201.",
		Means: "A client with a wrong or forgotten URL is told that its job is done.",
		Needs: needsMonitor,
		Judge: judgeUnknown(RoleMonitor, "not 201", func(e *Exchange) bool { return e.Status == 201 }, nowhere),
	}
}

func monitorUnknown() Requirement {
	return Requirement{
		ID: "monitor.unknown", Level: Should, Source: "RFC 9110 15.5.5",
		Says:  "The monitor of a job that never began is answered 404 or 410; above all not 200, on which a client polls for ever.",
		Means: "A client with a wrong or forgotten URL waits for ever for a job that is not there.",
		Needs: append(needsMonitor[:len(needsMonitor):len(needsMonitor)], "monitor.never-created", "http.no-server-error"),
		Judge: judgeUnknown(RoleMonitor, "404 or 410", func(e *Exchange) bool { return e.Status != 404 && e.Status != 410 },
			func(e *Exchange) bool { return e.Status == 201 || e.Status >= 500 }),
	}
}

func resultUnknown() Requirement {
	return Requirement{
		ID: "result.unknown", Level: Must, Source: "RFC 9110 15.5.5",
		Says:  "The result of a job that never began is not answered 2xx.",
		Means: "A client can't tell a result from the lack of one.",
		Needs: needsResult,
		Judge: judgeUnknown(RoleResult, "no 2xx", statusIn(200, 299), nowhere),
	}
}

func resultNotFound() Requirement {
	return Requirement{
		ID: "result.not-found", Level: Should, Source: "RFC 9110 15.5.5",
		Says:  "The result of a job that never began is answered 404, 410 or 422 (the seed's own server says 422).",
		Means: "A client can't tell a result that will never be there from a passing trouble.",
		Needs: append(needsResult[:len(needsResult):len(needsResult)], "result.unknown", "http.no-server-error"),
		Judge: judgeUnknown(RoleResult, "404, 410 or 422",
			func(e *Exchange) bool { return e.Status != 404 && e.Status != 410 && e.Status != 422 },
			func(e *Exchange) bool { return e.Status < 300 || e.Status >= 500 }),
	}
}

func nowhere(*Exchange) bool { return false }

// judgeUnknown judges the answers to made-up ids of a resource. What is another requirement's to judge is left to it.
func judgeUnknown(role Role, want string, bad, elsewhere func(*Exchange) bool) func(*Observation) Judgement {
	return func(o *Observation) Judgement {
		asked := o.probes(ProbeUnknown, role)
		switch {
		case len(asked) == 0:
			return notObserved("no made-up id could be asked for: the jobs' URLs do not show where their ids are, or none was asked")
		case allAnswered(asked, elsewhere) != nil:
			return notObserved("another requirement judges the answer")
		case allAnswered(asked, bad) == nil:
			return passed(asked...)
		}
		got := fmt.Sprintf("%s with an id that no start was given is answered %s (so are all %d that were tried)", role, statusText(asked[0]), len(asked))
		return failed(got, want, asked...)
	}
}

func monitorHostileID() Requirement {
	return Requirement{
		ID: "monitor.hostile-id", Level: Should, Source: "RFC 9110 15.5",
		Says:  "Ids no server issued (constructor, __proto__, toString, ..%2f, %00, a thousand characters, non-ASCII) are answered 4xx: no 201, no 5xx.",
		Means: "An id is used as a key, a path or a query without being looked at: what else can be reached that way?",
		Needs: needsMonitor,
		Judge: judgeHostile,
	}
}

func judgeHostile(o *Observation) Judgement {
	asked := o.probes(ProbeHostile, RoleMonitor)
	if len(asked) == 0 {
		return notObserved("no ill-shaped id could be asked for: the monitors' URLs do not show where their ids are, or none was asked")
	}
	var bad []*Exchange
	for _, e := range asked {
		if e.Status < 400 || e.Status > 499 {
			bad = append(bad, e)
		}
	}
	if len(bad) == 0 {
		return passed(asked...)
	}
	j := failed(fmt.Sprintf("%s is answered %s (%d of %d ill-shaped ids are not answered 4xx)", bad[0].Request.URL, statusText(bad[0]), len(bad), len(asked)), "4xx", bad...)
	if bad[0].Status == 201 {
		j.Likely = "the id is looked up in an object that has members of its own (JavaScript's prototype)"
	}
	return j
}
