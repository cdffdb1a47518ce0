package contract

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var monitorNeverCreated = require(Requirement{
	ID: "monitor.never-created", Level: Must, Source: "seed 3",
	Says:  "The monitor of a job that never began is not answered {done}.",
	Means: "A client with a wrong or forgotten URL is told that its job is done.",
	How: `Three ids are made up, of the same length and alphabet as the jobs' and far outside any counter. All three have to be answered {done} for
		this to fail, since one may by chance be somebody's. Not observed where the monitors' URLs do not show where their ids are, or are signed.`,
	Needs:   []string{"monitor.ready"},
	judge:   unlessShared(judgeUnknown(record.RoleMonitor, "not {done}", isDone, noExchange), ownElsewhere),
	applies: choosesMonitor,
})

// unlessShared leaves it to result.own where jobs are answered with another job's answer too: whoever asks is.
func unlessShared(judge, own func(*view) Judgement) func(*view) Judgement {
	return func(o *view) Judgement {
		verdict := judge(o)
		if verdict.Outcome == Fail && own(o).Outcome == Fail {
			return blocked("result.own")
		}
		return verdict
	}
}

var monitorUnknown = require(Requirement{
	ID: "monitor.unknown", Level: Should, Source: "RFC 9110 15.5.5",
	Says:  "The monitor of a job that never began is answered {unknown}; above all not {pending}, on which a client polls for ever.",
	Means: "A client with a wrong or forgotten URL waits for ever for a job that is not there.",
	How: `Asked with the same three made-up ids as monitor.never-created, and failed only by all of them. {done} is reported under monitor.never-created
		and 5xx under http.no-server-error; a refusal (401, 403) by another origin is not held against the server.`,
	Needs: []string{"monitor.never-created", "http.no-server-error"},
	judge: judgeUnknown(record.RoleMonitor, "{unknown}", func(o *view, e *record.Exchange) bool {
		return !e.NotFound() && o.Protocol.Dialect.Phase(e.Answer()) != dialect.Unknown
	}, func(o *view, e *record.Exchange) bool { return isDone(o, e) || e.Status >= 500 }),
	applies: choosesMonitor,
})

func noExchange(*view, *record.Exchange) bool { return false }

func isDone(o *view, e *record.Exchange) bool {
	return o.Protocol.Dialect.Phase(e.Answer()) == dialect.Done
}

func inView(o *view, rule func(*view, *record.Exchange) bool) func(*record.Exchange) bool {
	return func(e *record.Exchange) bool { return rule(o, e) }
}

// judgeUnknown judges the answers to made-up ids of a resource. What is another requirement's to judge is left to it.
func judgeUnknown(role record.Role, want string, bad, elsewhere func(*view, *record.Exchange) bool) func(*view) Judgement {
	return func(o *view) Judgement {
		asked := o.probes(record.ProbeUnknown, role)
		switch {
		case !o.known(role):
			return notObserved("no " + string(role) + " of a job that began was answered successfully either")
		case len(asked) == 0:
			return notObserved("no made-up id could be asked for: the jobs' URLs do not show where their ids are, or none was asked")
		case allAnswered(asked, inView(o, elsewhere)) != nil:
			return notObserved("another requirement judges the answer")
		case allAnswered(asked, inView(o, bad)) == nil:
			return passed(asked...)
		}
		got := fmt.Sprintf("%s with an id that no start was given is answered %s (so are all %d that were tried)", role, asked[0].StatusText(), len(asked))
		return failed(got, want, asked...).because(whyPageForAll(o, role, asked))
	}
}

// whyPageForAll shows that what nobody has is answered with one page: that of a website, where the API sends none, or which stands in the place of all results.
func whyPageForAll(o *view, role record.Role, asked []*record.Exchange) cause {
	page := func(e *record.Exchange) bool {
		return isSuccess(o, e) && isHTML(e) && e.Body.Length > 0 && e.Body.Hash == asked[0].Body.Hash
	}
	if allAnswered(asked, page) == nil {
		return cause{}
	}
	if challenge(asked[0]) {
		return wall
	}
	const says, mend = "the page of a website answers every path that nothing else does: all these ids bring the same one", "answer 404 for paths of the API that do not exist, before the website's page is sent for all others"
	real := o.exchanges(func(e *record.Exchange) bool { return e.Role == role && e.Probe == "" && o.Protocol.Answers(e) })
	switch {
	case len(real) > 1 && allAnswered(real, page) != nil:
		return cited("page-for-every-path", fmt.Sprintf("%s, and so do the %ss of jobs: their URLs lead past the API", says, role),
			fmt.Sprintf("name each %s where the API serves it, below its base path; and %s", role, mend), real[0])
	case slices.ContainsFunc(real, isHTML):
		return cause{}
	}
	return cause{name: "page-for-every-path", says: says, mend: mend}
}

var monitorHostileID = require(Requirement{
	ID: "monitor.hostile-id", Level: Should, Source: "RFC 9110 15.5",
	Says:  "Ids no server issued (constructor, __proto__, toString, ..%2f, %00, a thousand characters, non-ASCII) are answered 4xx: no {done}, no 5xx.",
	Means: "An id is used as a key, a path or a query without being looked at: what else can be reached that way?",
	How: `Asked one after another at the very end of the run, since they may get a client banned. One answer that is not 4xx is enough to fail. No
		answer at all, from a parser that hangs up, is not held against the server, nor is a missing Date.`,
	Needs:   []string{"monitor.ready"},
	judge:   judgeHostile,
	applies: choosesMonitor,
})

func judgeHostile(o *view) Judgement {
	asked := o.probes(record.ProbeHostile, record.RoleMonitor)
	if !o.known(record.RoleMonitor) {
		return notObserved("no monitor of a job that began was answered successfully either")
	}
	if len(asked) == 0 {
		return notObserved("no ill-shaped id could be asked for: the monitors' URLs do not show where their ids are, or none was asked")
	}
	var bad []*record.Exchange
	for _, e := range asked {
		if e.Status < 400 || e.Status > 499 {
			bad = append(bad, e)
		}
	}
	if len(bad) == 0 {
		return passed(asked...)
	}
	j := failed(fmt.Sprintf("%s is answered %s (%d of %d ill-shaped ids are not answered 4xx)", bad[0].Request.URL, bad[0].StatusText(), len(bad), len(asked)), "4xx", bad...)
	if !slices.ContainsFunc(bad, func(e *record.Exchange) bool { return !isDone(o, e) || !objectMember.MatchString(e.Request.URL) }) {
		j = j.because(cause{name: "object-members", says: "the id is looked up in an object that has members of its own (JavaScript's prototype)", mend: "look ids up in a Map, or in an object without a prototype"})
	}
	return j
}

// objectMember is a URL with the name of a member that JavaScript's objects have from birth.
var objectMember = regexp.MustCompile(`\b(constructor|__proto__|toString)\b`)
