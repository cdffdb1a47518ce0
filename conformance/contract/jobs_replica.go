package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// replicaLag is for how long a replica may say pending after another said done: what one stores takes a moment to get to the others.
const replicaLag = time.Second

var jobsReplicaLag = require(Requirement{
	ID: "jobs.replica-lag", Level: May, Source: "seed 3",
	Says:  "A replica says pending after another said done, for less than a second.",
	Means: "A client that is balanced to another replica sees its done job run again for a moment.",
	How: `Judged with --replica. Looks at reads that go to another address, within a second after the first {done}. The answer is yes where one of them is
		answered {pending}, and no where they are answered {done}. Where it takes longer, jobs.replicas fails.`,
	Needs:    []string{idMonitorCreated},
	DefersTo: []string{idMonitorFinal},
	judge:    judgeReplicaLag,
})

func judgeReplicaLag(o *view) Judgement {
	if !slices.ContainsFunc(o.Exchanges, func(e *record.Exchange) bool { return e.Peer != "" }) {
		return notApplicable("it needs --replica")
	}
	verdict := notObserved("no monitor was read at another address within a second after its job was done")
	for _, j := range o.jobs {
		for _, e := range j.Reads {
			switch since, elsewhere := j.doneElsewhere(e); {
			case !elsewhere || since >= replicaLag:
			case o.Protocol.Pending.On(e):
				return Judgement{Outcome: Yes, Exchanges: numbers([]*record.Exchange{e, j.Done})}
			case o.Protocol.Done.On(e):
				verdict = Judgement{Outcome: No, Exchanges: numbers([]*record.Exchange{e, j.Done})}
			}
		}
	}
	return verdict
}

// doneElsewhere reports whether a read of the job's monitor was sent after another address had said done, and how long after.
func (j *jobView) doneElsewhere(e *record.Exchange) (since time.Duration, elsewhere bool) {
	if j.Done == nil || e.Peer == j.Done.Peer || e.Sent < j.Done.Received {
		return 0, false
	}
	return e.Sent - j.Done.Received, true
}

// lags reports whether an answer says pending after another address said done, and no later than it may.
func (j *jobView) lags(o *view, e *record.Exchange) bool {
	since, elsewhere := j.doneElsewhere(e)
	return elsewhere && since < replicaLag && o.Protocol.Pending.On(e)
}

// undoneElsewhere reports whether an answer says pending longer after another address said done.
func (o *view) undoneElsewhere(e *record.Exchange) bool {
	since, elsewhere := o.jobNumbered(e.Job).doneElsewhere(e)
	return elsewhere && since >= replicaLag && o.Protocol.Pending.On(e)
}

// elsewhere finds what is wrong at replicas alone: monitors, or results, of two jobs at least, none of which is wrong at the target's own address. A
// replica may fail in any way, but only where it denies jobs is that told without regard to chance.
func elsewhere(o *view, answers []answer) *explanation {
	var covers []*record.Exchange
	away, home, wrongAtHome := 0, map[record.Role][]*record.Exchange{}, map[record.Role]bool{}
	denied := true
	for _, a := range answers {
		undone := a.Role == record.RoleMonitor && o.undoneElsewhere(a.Exchange)
		switch {
		case a.Job == 0 || a.Probe != "" || a.Role == record.RoleStart:
		case !a.right && (a.Peer != "" || undone):
			covers, denied = append(covers, a.Exchange), denied && (undone || a.unknown())
		case !a.right:
			wrongAtHome[a.Role] = true
		case a.Peer != "":
			away++
		default:
			home[a.Role] = append(home[a.Role], a.Exchange)
		}
	}
	covers = slices.DeleteFunc(covers, func(e *record.Exchange) bool { return wrongAtHome[e.Role] || len(home[e.Role]) == 0 })
	jobs := len(jobNumbers(covers))
	if jobs < 2 || !denied && fisher(len(covers), 0, away, len(home[record.RoleMonitor])+len(home[record.RoleResult])) > significance {
		return nil
	}
	first := covers[0]
	got := fmt.Sprintf("%s wrong at %s, about %s: the first (#%d) %s", are(len(covers), "read"), strings.Join(addressesOf(covers), " and "), plural(jobs, "job"), first.Number,
		wasAnswered(first))
	if o.undoneElsewhere(first) {
		since, _ := o.jobNumbered(first.Job).doneElsewhere(first)
		got += fmt.Sprintf(", %s after another address had said done", span(since))
	} else {
		got += ", and at the target's own address no read fails this way"
	}
	return &explanation{requirement: idJobsReplicas, covers: covers, beside: o.besideReplica(first, home[first.Role]), want: "every job known to whoever is asked, from its 202 on",
		got: got, cause: replicaCause(denied)}
}

// besideReplica is what shows that an answer is wrong: the job was done at another address, or is known at the target's own.
func (o *view) besideReplica(wrong *record.Exchange, home []*record.Exchange) []*record.Exchange {
	if o.undoneElsewhere(wrong) {
		return []*record.Exchange{o.jobNumbered(wrong.Job).Done}
	}
	same := slices.IndexFunc(home, func(e *record.Exchange) bool { return e.Job == wrong.Job })
	return home[max(same, 0) : max(same, 0)+1]
}

func replicaCause(denied bool) cause {
	if denied {
		return cause{name: "replicas", says: "replicas do not share their jobs, or tell each other too late", mend: "keep jobs in a store that all replicas share"}
	}
	return cause{name: "replica-fails", says: "the replica does not work as the one at the target's own address does", mend: "compare the versions and the configurations of both"}
}

// addressesOf names the addresses that exchanges went to.
func addressesOf(exchanges []*record.Exchange) []string {
	var names []string
	for _, e := range exchanges {
		names = append(names, cmp.Or(e.Peer, "the target's own address"))
	}
	slices.Sort(names)
	return slices.Compact(names)
}
