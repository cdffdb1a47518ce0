package contract

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var accessGroup = []Requirement{accessStart, accessMonitor, accessResult, accessChallenge, accessOthers, accessUnguessable}

const leftOpen = "Whoever knows the URL, or guesses it, gets in: the credentials protect nothing."

var accessStart = require(Requirement{
	ID: "access.start", Level: Should, Source: "RFC 9110 15.5.2",
	Says:  "Without the credentials a start is answered 401, 403 or 404.",
	Means: "Anybody can begin jobs, and the server does their work.",
	How: `One start is made without the credentials, after all else; 404 hides as well as a refusal does. Does not apply where no credentials were
		given. It counts as a job begun, so --max-jobs may leave it out.`,
	Needs: []string{"start.accepted"},
	judge: judgeAnonymous(record.RoleStart),
})

var accessMonitor = require(Requirement{
	ID: "access.monitor", Level: Should, Source: "RFC 9110 15.5.2", Means: leftOpen,
	Says: "Without the credentials a monitor is answered 401, 403 or 404.",
	How: `A done job's monitor on the target's origin is asked once without the credentials, near the end of the run. A monitor on another origin is
		not asked, and without credentials given this does not apply.`,
	Needs: []string{"monitor.ready"},
	judge: judgeAnonymous(record.RoleMonitor),
})

var accessResult = require(Requirement{
	ID: "access.result", Level: Should, Source: "RFC 9110 15.5.2", Means: leftOpen,
	Says: "Without the credentials a result on the target's origin is answered 401, 403 or 404.",
	How: `A done job's result on the target's origin is asked for once without the credentials, near the end of the run. Signed URLs on another
		origin are not asked for, and without credentials given this does not apply.`,
	Needs: []string{"result.ok"},
	judge: judgeAnonymous(record.RoleResult),
})

// withCredentials makes a judgement of what applies only where credentials are given.
func withCredentials(judge func(*view) Judgement) func(*view) Judgement {
	return where(func(t record.Target) bool { return t.Credentials }, "no credentials were given", judge)
}

func judgeAnonymous(role record.Role) func(*view) Judgement {
	return withCredentials(func(o *view) Judgement {
		unseen := notObserved("it was not asked without credentials, or not answered, or not answered successfully with them either")
		if !o.known(role) {
			return unseen
		}
		verdict := eachExchange(o.probes(record.ProbeAnonymous, role), func(e *record.Exchange) (string, string) {
			if slices.Contains([]int{401, 403, 404}, e.Status) {
				return "", ""
			}
			return fmt.Sprintf("without credentials the %s is answered %s", role, e.StatusText()), "401, 403 or 404"
		}, unseen)
		if verdict.Outcome == Fail {
			verdict = verdict.because(whyServedToAll(o, o.Exchange(verdict.Exchanges[0])))
		}
		return verdict
	})
}

var accessChallenge = require(Requirement{
	ID: "access.challenge", Level: Should, Source: "RFC 9110 15.5.2",
	Says:  "A 401 carries WWW-Authenticate.",
	Means: "A client does not learn which credentials are asked for; browsers do not ask for any.",
	How: `Every 401 from the target's origin is looked at, whatever it answered. 403 and 404 need no challenge; without credentials given this does
		not apply.`,
	judge: withCredentials(judgeChallenge),
})

func judgeChallenge(o *view) Judgement {
	refused := o.exchanges(func(e *record.Exchange) bool {
		return e.Status == 401 && o.Home(e.Request.URL) && e.Probe != record.ProbeDiagnosis
	})
	return eachExchange(refused, func(e *record.Exchange) (string, string) {
		if e.Has("WWW-Authenticate") {
			return "", ""
		}
		return "401 with " + fieldText(e, "WWW-Authenticate"), "a WWW-Authenticate field"
	}, notObserved("nothing was answered 401"))
}

var accessOthers = require(Requirement{
	ID: "access.others", Level: Must, Source: "OWASP API1",
	Says: `A second identity (--other-header) gets neither the monitor nor the result of the first one's job, on the target's origin: any answer will
		do that is not the job's own.`,
	Means: "Every user can read every other user's jobs.",
	How: `The second identity first begins a job of its own, and then asks for a done job's monitor and result. It fails where it gets a {done} with a {result-field}, or the
		very bytes of the result. 401, 403, 404, a pending answer and another content are all fine; they show nothing where it can't begin a job of its own.`,
	Needs: []string{"monitor.never-created", "result.unknown"},
	judge: where(func(t record.Target) bool { return t.OtherIdentity }, "no second identity was given (--other-header)", judgeOthers),
})

func judgeOthers(o *view) Judgement {
	if unknown := allAnswered(o.probes(record.ProbeUnknown, record.RoleResult), statusIn(200, 299)); unknown != nil {
		return notObserved("any result URL is answered 2xx")
	}
	if unknown := allAnswered(o.probes(record.ProbeUnknown, record.RoleMonitor), o.Protocol.Done.On); unknown != nil {
		return notObserved("any monitor is said to be done")
	}
	asked := append(o.probes(record.ProbeOther, record.RoleMonitor), o.probes(record.ProbeOther, record.RoleResult)...)
	for _, e := range asked {
		if own := o.ownAnswer(e); own != nil {
			return failed(fmt.Sprintf("a second identity asks for the %s of job %d and gets it: %s", e.Role, e.Job, e.StatusText()), "any answer but the job's own", e, own).because(whyServedToAll(o, e))
		}
	}
	if own := o.probes(record.ProbeOther, record.RoleStart); len(own) == 0 || !o.Protocol.Accepted.On(own[0]) {
		return notObserved("the second identity can't begin a job of its own, so that it is refused others' shows nothing")
	}
	if len(asked) == 0 {
		return notObserved("no done job was asked for by the second identity, or it was not answered")
	}
	return passed(asked...)
}

// ownAnswer finds the answer that the job's owner was given, where another's is the same.
func (o *view) ownAnswer(e *record.Exchange) *record.Exchange {
	j := o.jobNumbered(e.Job)
	if e.Role == record.RoleMonitor && j.Done != nil && o.Protocol.Done.On(e) && (o.Protocol.HasResult(e) || o.Protocol.Product.Follow(e, j.Start) != "") {
		return j.Done
	}
	for _, own := range j.ownResults(o) {
		if e.Role == record.RoleResult && o.Protocol.Success.On(e) && e.Body.Hash == own.Body.Hash {
			return own
		}
	}
	return nil
}

var accessUnguessable = require(Requirement{
	ID: "access.unguessable", Level: Should, Source: "OWASP API1",
	Says:  "Ids can't be counted up: the jobs' ids are not small steps apart. (Judged without credentials too.)",
	Means: "Whoever has one job's URL has everybody's.",
	How: `The parts in which the monitors' URLs differ are read as numbers, to base 10, 16 and 36; four jobs at least are needed. Fails where
		neighbours are at most 64 apart in every part: one part that can't be counted protects them all. Ids that look like secrets are hidden in
		the record, and not observed.`,
	Needs: []string{"location.syntax", "start.own-job"},
	judge: judgeUnguessable,
})

const (
	enoughIDs = 4  // that few may be close by chance
	smallStep = 64 // between neighbours: other clients begin jobs too
)

func judgeUnguessable(o *view) Judgement {
	var urls []string
	var starts []*record.Exchange
	for _, j := range o.jobs {
		url, whole := record.Beginning(j.MonitorURL)
		if url != "" && whole {
			urls = append(urls, url)
			starts = append(starts, j.Start)
		}
	}
	shape, known := uri.NewShape(urls)
	if !known || len(urls) < enoughIDs {
		return notObserved("too few monitors' URLs can be compared")
	}
	for part := range shape.Parts() {
		if hidden(shape.Values(part)) {
			return notObserved("the ids look like secrets, and are not in the record")
		}
		if !counted(shape.Values(part)) { // one part that can't be counted protects all
			return passed(starts[0])
		}
	}
	got := fmt.Sprintf("the ids of %d jobs are at most %d apart: %s …", len(urls), smallStep, strings.Join(shape.Values(0)[:enoughIDs], ", "))
	return failed(got, "ids that can't be guessed from one another", starts[:enoughIDs]...)
}

// Hidden is what stands in the record where a URL had a secret; a number follows.
const Hidden = "secret-"

func hidden(texts []string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return strings.HasPrefix(text, Hidden) })
}

// counted reports whether texts are numbers, in one place of them, that lie close together.
func counted(texts []string) bool {
	from, to := sharedEnds(texts)
	for _, base := range []int{10, 16, 36} {
		var numbers []*big.Int
		for _, text := range texts {
			if n, ok := new(big.Int).SetString(text[from:len(text)-to], base); ok {
				numbers = append(numbers, n)
			}
		}
		if len(numbers) == len(texts) {
			return closeTogether(numbers)
		}
	}
	return false
}

func closeTogether(numbers []*big.Int) bool {
	slices.SortFunc(numbers, func(a, b *big.Int) int { return a.Cmp(b) })
	for i := 1; i < len(numbers); i++ {
		if new(big.Int).Sub(numbers[i], numbers[i-1]).Cmp(big.NewInt(smallStep)) > 0 {
			return false
		}
	}
	return true
}

// sharedEnds is how many bytes all texts begin and end with; what is between is never empty.
func sharedEnds(texts []string) (from, to int) {
	shortest := texts[0]
	for _, text := range texts {
		if len(text) < len(shortest) {
			shortest = text
		}
	}
	same := func(at func(string) byte) bool {
		return !slices.ContainsFunc(texts, func(text string) bool { return at(text) != at(shortest) })
	}
	for from < len(shortest)-1 && same(func(s string) byte { return s[from] }) {
		from++
	}
	for from+to < len(shortest)-1 && same(func(s string) byte { return s[len(s)-1-to] }) {
		to++
	}
	return from, to
}
