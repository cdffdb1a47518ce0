package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// mostAlike is how many dialects are named at most: what fits more of them tells none.
const mostAlike = 3

// lessTelling are the causes of which another dialect is one: it says more.
var lessTelling = []string{"pending-202", "end-by-redirect", "end-by-location", "created-at-once", "location-in-body", "location-in-other-field", "no-monitors", "forgotten-before-done", "nearly"}

// beforeTheEnd are the requirements that fail, before a core one can, where an end is told in words that are not known.
var beforeTheEnd = []string{idMonitorStatus, idMonitorPending, "monitor.completes"}

// tellDialect says of the first core requirement that failed, or was not observed, or of one of those, that the answers are those of another dialect, where
// one explains all of them.
func (o *view) tellDialect(rulings []Ruling) {
	core := CoreOf(o.Protocol.Dialect)
	i := slices.IndexFunc(rulings, func(r Ruling) bool {
		isCore := r.ID != idResultOK && slices.Contains(core, r.ID)
		return r.Outcome == Fail && (isCore || slices.Contains(beforeTheEnd, r.ID)) || r.Outcome == NotObserved && isCore
	})
	if i < 0 || rulings[i].Cause != "" && !slices.Contains(lessTelling, rulings[i].Cause) {
		return
	}
	startAlone := rulings[i].Group() == "start" // nothing but starts may have been seen
	var names, titles []string
	for _, d := range o.Dialects {
		if d.Name != o.Protocol.Dialect.Name && o.explainedBy(record.Bind(d, o.Target.BaseURL, o.Protocol.Expect), startAlone) {
			names, titles = append(names, d.Name), append(titles, cmp.Or(d.Title, d.Name))
		}
	}
	if len(names) == 0 || len(names) > mostAlike {
		return
	}
	says := "these are the answers of " + strings.Join(titles, ", or of ")
	if !slices.ContainsFunc(o.jobs, func(j *jobView) bool { return len(j.Reads) > 0 }) {
		says = "a start is answered so by " + strings.Join(titles, ", or by ")
	}
	mend := "--dialect " + strings.Join(names, ", or --dialect ")
	switch r := &rulings[i]; {
	case r.Outcome == NotObserved:
		r.Reason += fmt.Sprintf("; %s: %s", says, mend)
	case isAnother(&o.Protocol) && r.Likely != "": // somebody chose this one: what it lacks comes first
		r.Likely += "; or " + says
		r.Mend += "; or " + mend
	default:
		r.Cause, r.Likely, r.Mend = "another-dialect", says, mend
	}
}

// explainedBy reports whether a dialect explains every answer of the jobs' lives: every start names a monitor, as the dialect has it, and
// every monitor that was read says something in it. Starts alone may do.
func (o *view) explainedBy(p record.Protocol, startAlone bool) bool {
	wanted := p.Dialect.Wanted()
	as := func(e *record.Exchange) *record.Exchange {
		read := *e
		if e.Body.Length == int64(len(e.Body.Beginning)) { // the record has all of it
			read.Body.Values = dialect.Read(e.Body.Beginning, wanted)
		}
		return &read
	}
	starts, reads := 0, map[record.Phase]int{}
	for _, j := range o.jobs {
		if j.Start == nil {
			continue
		}
		start := as(j.Start)
		must, _ := p.Dialect.Start.Reply.Faults(start.Answer())
		if !p.Accepted.On(start) || len(must) > 0 || !p.Monitor.AreSaid() || p.Monitor.Follow(start, start) == "" {
			return false
		}
		starts++
		if !readsExplained(&p, j, as, reads) {
			return false
		}
	}
	return starts > 1 && (len(reads) == 0 && startAlone || reads[record.PhasePending] > 0 && reads[record.PhaseDone] > 0) // an end that nothing went before may be anybody's
}

// readsExplained reports whether all reads of a job's monitor are a protocol's, and counts them by what they tell.
func readsExplained(p *record.Protocol, j *jobView, as func(*record.Exchange) *record.Exchange, reads map[record.Phase]int) bool {
	var ended *record.Exchange
	for _, e := range j.Reads {
		over, read := ended != nil && e.Sent >= ended.Received, as(e)
		if over && e.NotFound() {
			continue // forgotten some time after its end, as any dialect may
		}
		phase := p.Phase(read)
		if !tells(p, read) || over && phase == record.PhasePending {
			return false
		}
		reads[phase]++
		if phase == record.PhaseDone {
			ended = cmp.Or(ended, e)
		}
	}
	return true
}

// tells reports whether an answer of a monitor is one of a protocol's, of a job that is known, and has what it has to have.
func tells(p *record.Protocol, e *record.Exchange) bool {
	phase, reply := p.Dialect.Told(e.Answer())
	if !e.Answered() || phase == dialect.Unrecognised || phase == dialect.Unknown {
		return false
	}
	must, _ := reply.Faults(e.Answer())
	return len(must) == 0
}
