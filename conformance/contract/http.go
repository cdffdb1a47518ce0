package contract

import (
	"fmt"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var httpGroup = []Requirement{httpAvailable, httpFraming, httpNoServerError, httpMethod, httpDated}

var httpNoServerError = require(Requirement{
	ID: "http.no-server-error", Level: Must, Source: "RFC 9110 15.6",
	Says:  "What a client may well ask for at the wrong time (an unknown id, the result of a pending job) is not answered 5xx.",
	Means: "A client takes its own mistake for the server's trouble, and tries again for ever; so do proxies, and alarms ring.",
	How: `Three kinds of question are asked: monitors of made-up ids, results of made-up ids, the result of a pending job. Every answer of a kind
		has to be 5xx for this to fail; 503 with Retry-After does not count. A 5xx to a start, a live monitor or a finished result is reported under what it
		breaks there.`,
	Needs: []string{"monitor.ready"},
	judge: judgeNoServerError,
})

func judgeNoServerError(o *view) Judgement {
	if !o.known(record.RoleMonitor) {
		return notObserved("no monitor of a job that began was answered successfully either")
	}
	var asked []*record.Exchange
	for _, kind := range []struct {
		name string
		list []*record.Exchange
	}{
		{"the monitor of an id that no start was given", o.probes(record.ProbeUnknown, record.RoleMonitor)},
		{"the result of an id that no start was given", o.probes(record.ProbeUnknown, record.RoleResult)},
		{"the result of a pending job", o.probes(record.ProbeEarly, record.RoleResult)},
	} {
		if broken := allAnswered(kind.list, statusIn(500, 599)); broken != nil {
			return failed(fmt.Sprintf("%s is answered %s (%d of %d times)", kind.name, broken[0].StatusText(), len(broken), len(broken)), "4xx", broken...)
		}
		asked = append(asked, kind.list...)
	}
	if len(asked) == 0 {
		return notObserved("neither an unknown id nor the result of a pending job was asked for")
	}
	return passed(asked...)
}

var httpMethod = require(Requirement{
	ID: "http.method", Level: Should, Source: "RFC 9110 15.5.6, 15.6.2",
	Says: `A method that the start resource doesn't know (an invented token) is refused, 4xx or 501 (Node's parser says 400), a 405 with Allow; it
		starts no job.`,
	Means: "Any request at all begins a job, or a client can't learn which would.",
	How: `One request with the method INVENTED is made, near the end of the run. Any 4xx is fine, and so is 501; only a 405 has to carry Allow,
		which may be empty. No answer at all is not observed.`,
	Needs: []string{"start.accepted"},
	judge: judgeMethod,
})

func judgeMethod(o *view) Judgement {
	asked := o.probes(record.ProbeMethod, record.RoleStart)
	if len(asked) == 0 || !o.known(record.RoleStart) {
		return notObserved("it was not asked, or not answered, or no start was accepted either")
	}
	e := asked[0]
	switch {
	case e.Status == 405 && !e.Has("Allow"):
		return failed(fmt.Sprintf("%s is answered 405 with %s", e.Request.Method, fieldText(e, "Allow")), "a 405 with an Allow field", e)
	case e.Status >= 400 && e.Status < 500 || e.Status == 501:
		return passed(e)
	}
	return failed(fmt.Sprintf("%s is answered %s", e.Request.Method, e.StatusText()), "4xx or 501", e)
}

var httpDated = require(Requirement{
	ID: "http.date", Level: Should, Source: "RFC 9110 6.6.1",
	Says:  "Answers carry Date.",
	Means: "Caches and clients can't tell how old an answer is.",
	How: `All answers on the target's origin are looked at, but for 5xx, flow control, and the answers to an invented method and to ill-shaped ids,
		which a parser may give before there is anybody to ask the time.`,
	Needs: []string{"start.accepted"},
	judge: judgeDate,
})

func judgeDate(o *view) Judgement {
	answers := o.exchanges(func(e *record.Exchange) bool {
		parser := e.Probe == record.ProbeMethod || e.Probe == record.ProbeHostile // a parser's answer, before there is a request to answer
		return e.Role != record.RoleOther && e.Answered() && e.Status < 500 && !e.FlowControl() && o.Home(e.Request.URL) && e.Probe != record.ProbeDiagnosis && !parser
	})
	if len(answers) == 0 {
		return notObserved("no answer came")
	}
	undated := slices.DeleteFunc(slices.Clone(answers), func(e *record.Exchange) bool { return e.Value("Date") != "" })
	if len(undated) > 0 {
		return failed(fmt.Sprintf("%d of %s carry no Date", len(undated), plural(len(answers), "answer")), "a Date field", undated[:min(len(undated), 3)]...)
	}
	return passed(answers[0])
}
