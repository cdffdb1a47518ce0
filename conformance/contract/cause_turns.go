package contract

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// erringNowAndThen finds errors that the application answers now and then, whatever a job does: they are one fault, though they meet jobs in
// different states. Where they meet several resources in the same way, that is one fault too.
func erringNowAndThen(o *view, answers []answer) *explanation {
	if x := o.erringEverywhere(answers); x != nil {
		return x
	}
	for _, group := range o.wrongReads(answers) {
		broken, requirement := o.brokenBy(group.covers)
		if beside := o.besideInTurns(group.covers, group.right); beside != nil && broken > 1 {
			x := erring(requirement, group.covers, group.right, beside, group.what)
			x.nameLimit(o.limitOf(refusal{status: group.covers[0].Status}, group.covers))
			if group.status != 500 {
				x.answered(len(group.right), group.status >= 400, group.what)
			}
			return x
		}
	}
	return nil
}

// A readGroup is the reads of one resource that were answered wrongly in one way, and those that were answered right.
type readGroup struct {
	what          string // "reads of a monitor"
	status        int    // 500 for all errors
	covers, right []*record.Exchange
}

// wrongReads groups the wrong answers to reads that say nothing of a job, or another thing than the same reads are told at other times.
func (o *view) wrongReads(answers []answer) (groups []readGroup) {
	for _, role := range []record.Role{record.RoleMonitor, record.RoleResult} {
		var right []*record.Exchange
		wrong, order := map[int][]*record.Exchange{}, []int{}
		for _, a := range answers {
			switch alike := a.Status; {
			case a.Role != role || a.Probe != "":
			case a.right:
				right = append(right, a.Exchange)
			case errs(a) || a.unknown() || a.Answered() && a.Status < 400 && (!mayBeInFront(a) || o.leadsOn(a)):
				if errs(a) {
					alike = 500
				}
				if wrong[alike] == nil {
					order = append(order, alike)
				}
				wrong[alike] = append(wrong[alike], a.Exchange)
			}
		}
		for _, alike := range order {
			groups = append(groups, readGroup{fmt.Sprintf("reads of a %s", role), alike, wrong[alike], right})
		}
	}
	return groups
}

// leadsOn reports whether a redirect leads to something else of the same job: who stands in front of the application knows none.
func (o *view) leadsOn(a answer) bool {
	monitor, to := uri.Split(o.jobNumbered(a.Job).MonitorURL).Path, uri.Split(refusalOf(a.Exchange).place).Path
	id := path.Base(monitor)
	return redirects(a.Exchange) && len(id) > 1 && strings.Contains(to, id) && path.Clean(to) != path.Clean(uri.Split(a.Request.URL).Path)
}

// besideInTurns returns right answers beside wrong ones: just before and after, or before some and after others, if age does not tell these apart.
func (o *view) besideInTurns(covers, right []*record.Exchange) []*record.Exchange {
	if beside := bracket(covers, right); beside != nil {
		return beside
	}
	return o.onEitherSide(covers, right)
}

// onEitherSide returns right answers before some wrong ones and after others, for the same URL, if age does not tell these apart.
func (o *view) onEitherSide(covers, right []*record.Exchange) (beside []*record.Exchange) {
	oldest, youngest := time.Duration(0), expiry
	came, went := 0, 0
	for _, e := range right {
		oldest = max(oldest, o.sinceStart(e))
	}
	byURL := rightByURL(right)
	for _, e := range covers {
		switch before, after := neighbours(byURL[e.Request.URL], e); {
		case before == nil && after != nil:
			came++
			beside = append(beside, after)
		case before != nil && after == nil:
			went++
			youngest = min(youngest, o.sinceStart(e))
			beside = append(beside, before)
		}
	}
	if came == 0 || went == 0 || came+went < minLosses || oldest <= youngest {
		return nil
	}
	return beside
}

func (o *view) sinceStart(e *record.Exchange) time.Duration {
	if start := o.jobNumbered(e.Job).Start; start != nil {
		return e.Sent - start.Received
	}
	return 0
}

func rightByURL(right []*record.Exchange) map[string][]*record.Exchange {
	byURL := map[string][]*record.Exchange{}
	for _, e := range right {
		byURL[e.Request.URL] = append(byURL[e.Request.URL], e)
	}
	return byURL
}

// brokenBy counts the requirements that exchanges break, and names the one that most of them do.
func (o *view) brokenBy(exchanges []*record.Exchange) (n int, most string) {
	counts := map[string]int{}
	count := func(id string) {
		if counts[id]++; counts[id] > counts[most] {
			most = id
		}
	}
	for _, e := range exchanges {
		if e.Role == record.RoleStart {
			count(idStartAccepted)
			continue
		}
		for _, at := range o.jobNumbered(e.Job).attributions {
			if at.exchange == e {
				count(at.id)
			}
		}
	}
	return len(counts), most
}

// erringSometimes finds errors of one resource that meet first reads and later ones, while others do not: they are one fault, though nothing shows its cause.
func erringSometimes(o *view, answers []answer) *explanation {
	for _, group := range o.wrongReads(answers) {
		broken, requirement := o.brokenBy(group.covers)
		if broken < 2 || group.status != 500 || !firstAndLater(group.covers, answers) || !firstAndLater(group.right, answers) {
			continue
		}
		return &explanation{requirement: requirement, covers: group.covers, beside: group.right[:1], want: "an answer that tells the state, each time",
			got: fmt.Sprintf("%d of %d %s met an error or no answer, some at first and some later (#%d: %s)", len(group.covers), len(group.covers)+len(group.right), group.what,
				group.covers[0].Number, group.covers[0].StatusText())}
	}
	return nil
}

// firstAndLater reports whether there are first reads of a resource among some, and later ones.
func firstAndLater(reads []*record.Exchange, answers []answer) bool {
	first := map[string]*record.Exchange{}
	for _, a := range answers {
		first[a.Request.URL] = cmp.Or(first[a.Request.URL], a.Exchange)
	}
	isFirst := func(e *record.Exchange) bool { return first[e.Request.URL] == e }
	isLater := func(e *record.Exchange) bool { return !isFirst(e) }
	return slices.ContainsFunc(reads, isFirst) && slices.ContainsFunc(reads, isLater)
}

func erring(requirement string, covers, right, beside []*record.Exchange, what string) *explanation {
	x := &explanation{requirement: requirement, covers: covers, beside: beside, want: "an answer that tells the state, each time",
		got: fmt.Sprintf("%d of %d %s met an error, a refusal or no answer, now and then (#%d: %s); the same %s succeeded before or after", len(covers), len(covers)+len(right), what,
			covers[0].Number, covers[0].StatusText(), strings.Fields(what)[0])}
	if !slices.ContainsFunc(covers, func(e *record.Exchange) bool { return !e.Answered() }) { // where no answer came, it may be somebody else who fails
		x.cause = cause{name: "error-now-and-then", says: "the server fails now and then, whatever the state of the job",
			mend: "look for these requests in the server's log: their User-Agent names the run, the job and the read"}
	}
	return x
}

// nameLimit says that errors came above a limit alone: it may be meant, or be all that the server can bear.
func (x *explanation) nameLimit(l *limit) {
	if l != nil && x.cause.name != "" {
		x.cause = cause{name: "error-above-limit", says: fmt.Sprintf("the errors come beyond %s, and not below that: a limit is told as an error, or the server can bear no more", l), mend: l.mend()}
	}
}

// answered says so of an explanation whose answers tell something, and another thing than the same requests are told at other times.
func (x *explanation) answered(right int, unknown bool, what string) {
	e, same := x.covers[0], strings.Fields(what)[0]
	x.got = fmt.Sprintf("%d of %d %s were answered %s (first #%d), some of them before the same %s were answered well, or after it", len(x.covers), len(x.covers)+right, what, e.StatusText(), e.Number, same)
	x.cause = cause{}
	if !unknown { // what is not known may have been lost, or come late
		x.cause = cause{name: "answers-differ", says: "the same request is answered in two ways, now and then, whatever the state of the job: as if instances of two versions, or of two configurations, answered in turns",
			mend: "compare the versions and the configurations of all instances; the User-Agent of these requests names the run, the job and the read"}
	}
}

// errs reports whether a wrong answer tells nothing of a job: it is an error, or the application's refusal, and does not say that there is none; or none came.
func errs(a answer) bool {
	refuses := a.Status >= 400 && !a.unknown() && !isHTML(a.Exchange) // a page may be that of a wall in front
	return a.Status >= 500 || refuses || a.Failure.Kind == record.FailureBroken
}

// bracket returns right answers just before and after wrong ones, for the same URL, where wrong ones about two jobs have some each. Of the second job a
// single wrong one will do that has a right one on one side alone: it may have been asked for first, or last.
func bracket(covers, right []*record.Exchange) []*record.Exchange {
	byURL, wrong := rightByURL(right), map[int]int{}
	for _, e := range covers {
		wrong[e.Job]++
	}
	jobs, others := map[int]bool{}, 0
	var beside []*record.Exchange
	for _, e := range covers {
		switch before, after := neighbours(byURL[e.Request.URL], e); {
		case before != nil && after != nil:
			jobs[e.Job] = true
			beside = append(beside, before, after)
		case (before != nil || after != nil) && wrong[e.Job] == 1:
			others++
		}
	}
	if len(jobs) == 0 || len(jobs)+others < 2 {
		return nil
	}
	return beside
}
