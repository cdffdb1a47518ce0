package contract

import (
	"cmp"
	"math"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// An explanation says that wrong answers have one cause, which does not lie in the requirement that each of them breaks: it lies in
// front of the application, between replicas, on the connection, or in a restart. They are reported under its own requirement.
type explanation struct {
	requirement string // "" where none is broken, and nothing can be told
	cause       cause
	got, want   string
	covers      []*record.Exchange          // the wrong answers, as they were sent
	beside      []*record.Exchange          // the right ones that show it
	follows     func(*record.Exchange) bool // whether an exchange has the feature; nil where any may
}

// explainers are tried in this order, each on the wrong answers that those before it left: the simpler explanation comes first.
var explainers = []func(*view, []answer) *explanation{lostByRestart, brokenByRollout, unannounced, credentialsExpired, misread, idsAgain, lostAtOnce, replicas, onlyWithCookie, unknownAWhile, keptBriefly,
	lostTogether, lostAtAge, smallStore, lostInTurns, neverWhole, oneConnection, refused, erringNowAndThen, linkExpired, lostInStates, erringSometimes}

// An answer is an exchange that may be explained, and whether it was right.
type answer struct {
	*record.Exchange
	right   bool
	exposed bool // it is told as a success, and is none
	gone    bool // it says that there is no such thing
}

// explain finds what explains the wrong answers of a run.
func (o *view) explain() []*explanation {
	answers := o.answers()
	var found []*explanation
	for _, explainer := range explainers {
		for slices.ContainsFunc(answers, func(a answer) bool { return !a.right }) {
			e := explainer(o, answers)
			if e == nil {
				break
			}
			e.covers = append(e.covers, o.headsLike(e)...)
			found = append(found, e)
			covered := covering([]*explanation{e})
			answers = slices.DeleteFunc(answers, func(a answer) bool { return covered[a.Exchange] })
		}
	}
	return found
}

// headsLike lists the HEAD requests that were answered as what an explanation covers: they have no page, and belong to no job's life.
func (o *view) headsLike(x *explanation) []*record.Exchange {
	return o.exchanges(func(e *record.Exchange) bool {
		if e.Probe == record.ProbeHead && x.follows != nil {
			return misframed(e) && x.follows(e)
		}
		return e.Probe == record.ProbeHead && slices.ContainsFunc(x.covers, func(covered *record.Exchange) bool {
			return refusalOf(e).like(refusalOf(covered)) && (covered.Status >= 300 || isHTML(e))
		})
	})
}

// sent lists all requests that reached the target, as they were sent.
func (o *view) sent() []*record.Exchange {
	list := o.exchanges(func(e *record.Exchange) bool { return !e.Unjudgeable() })
	slices.SortStableFunc(list, func(a, b *record.Exchange) int { return cmp.Compare(a.Sent, b.Sent) })
	return list
}

// answers lists what a run asked of its target, as it was sent, and whether each was answered as it has to be. Flow control, and what shows
// nothing of the target, are left out.
func (o *view) answers() []answer {
	var list []answer
	for _, e := range o.Exchanges {
		if e.FlowControl() || e.Unjudgeable() || o.refusedCrossOrigin(e) {
			continue
		}
		if right, judged := o.right(e); judged {
			list = append(list, answer{Exchange: e, right: right, gone: o.gone(e)})
		}
	}
	slices.SortStableFunc(list, func(a, b answer) int { return cmp.Compare(a.Sent, b.Sent) })
	exposeWalls(list)
	exposeErrors(list)
	return list
}

func (o *view) right(e *record.Exchange) (right, judged bool) {
	switch {
	case e.Probe == record.ProbeFraming:
		return !misframed(e) && e.Status < 500, true
	case e.Probe == record.ProbeDiagnosis, e.Probe == record.ProbeHead, e.Probe == record.ProbePreflight, e.Probe == record.ProbeRenewal:
		return false, false
	case e.Probe != "":
		return e.Answered() && e.Status < 500, true
	case e.Role == record.RoleStart:
		return o.Protocol.Accepted.On(e), true
	case e.Role == record.RoleMonitor:
		phase := o.Protocol.Phase(e)
		right = (phase == record.PhasePending || phase == record.PhaseDone) && !o.undoneByRestart(e) && !o.undoneElsewhere(e)
	case e.Role == record.RoleResult:
		right = o.Protocol.Success.On(e) || o.Protocol.Failure.On(e) && !o.hadResult(e)
	}
	excused := !right && o.jobNumbered(e.Job).excuses(o, e)
	return right, !excused
}

// excuses reports whether a job need not be known, or its result be had, any more.
func (j *jobView) excuses(o *view, e *record.Exchange) bool {
	return j.Start != nil && (j.expired(o, e) || e.Role == record.RoleResult && j.outdated(o, e))
}

// gone reports whether an answer says that there is no such thing.
func (o *view) gone(e *record.Exchange) bool {
	unknown := o.Protocol.Dialect.Monitor.Unknown
	if e.Role == record.RoleResult {
		unknown = o.Protocol.Dialect.Result.Unknown
	}
	return e.NotFound() || unknown != nil && e.Answered() && unknown.Signs(e.Answer())
}

// unknown reports whether an answer says wrongly that there is no such thing.
func (a answer) unknown() bool {
	return a.gone && !a.right && a.Probe == "" && a.Role != record.RoleStart
}

// significance is how likely chance may be to have brought what an explanation rests on, for each feature tried.
const significance = 0.001

// contrast reports whether a feature separates wrong answers from right ones: all of the wrong ones have it, one right one in ten at most has
// it, and chance is ruled out (Fisher's exact test, of so many features tried).
func contrast(wrongWith, wrongWithout, rightWith, rightWithout, tried int) bool {
	if wrongWith < 2 || wrongWithout > 0 || rightWith*10 > rightWith+rightWithout || rightWithout == 0 {
		return false
	}
	return fisher(wrongWith, wrongWithout, rightWith, rightWithout)*float64(tried) < significance
}

// fisher is the one-sided probability that a split at random of the same marginal sums is as uneven as this one, or more.
func fisher(a, b, c, d int) float64 {
	p := 0.0
	for a, b, c, d := a, b, c, d; b >= 0 && c >= 0; a, b, c, d = a+1, b-1, c-1, d+1 {
		p += math.Exp(choose(a+b, a) + choose(c+d, c) - choose(a+b+c+d, a+c))
	}
	return p
}

// choose is the logarithm of a binomial coefficient.
func choose(n, k int) float64 {
	factorial := func(n int) float64 { value, _ := math.Lgamma(float64(n) + 1); return value }
	return factorial(n) - factorial(k) - factorial(n-k)
}

// judgement is what becomes of the requirement that an explanation belongs to.
func (x *explanation) judgement() Judgement {
	shown := slices.Concat(x.covers[:1], x.beside[:min(len(x.beside), 2)], x.covers[1:min(len(x.covers), 6)])
	j := failed(x.got, x.want, shown...).because(x.cause)
	j.Jobs = jobNumbers(x.covers)
	return j
}

// blocks is what becomes of a requirement that would have failed by what is explained alone.
func (x *explanation) blocks() Judgement {
	if x.requirement == "" {
		return notObserved(x.got).because(x.cause)
	}
	return blocked(x.requirement)
}

func covering(explained []*explanation) map[*record.Exchange]bool {
	covered := map[*record.Exchange]bool{}
	for _, x := range explained {
		for _, e := range x.covers {
			covered[e] = true
		}
	}
	return covered
}

// without makes the view of an observation in which what is explained was never asked.
func (o *view) without(explained []*explanation) *view {
	covered := covering(explained)
	rest := *o.Observation
	rest.Exchanges = slices.DeleteFunc(slices.Clone(o.Exchanges), func(e *record.Exchange) bool { return covered[e] })
	rest.Jobs = rest.Protocol.Jobs(rest.Exchanges)
	return arrange(&rest)
}
