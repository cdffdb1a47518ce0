package contract

import (
	"fmt"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const idJobsSurviveRollout = "jobs.survive-rollout"

// rolloutGrace is how long after the command's end a rollout may go on: old replicas stop, and their connections are closed.
const rolloutGrace = 5 * time.Second

var jobsSurviveRollout = require(Requirement{
	ID: idJobsSurviveRollout, Level: Must, Source: "seed 2, 3, 5",
	Says:  "While a new version is rolled out no start, read or result fails.",
	Means: "With each deployment, clients lose jobs, or are refused.",
	How: `Judged with --rollout. Starts, reads and results go on while the command runs. It fails where some of them fail from then on, and none did
		before. Where others fail too, those are reported under what they break.`,
	Needs: []string{"monitor.ready"},
	judge: judgeRollout,
})

func judgeRollout(o *view) Judgement {
	part, rolled := o.Part(record.PartRollout)
	if !rolled {
		return notApplicable("it needs --rollout")
	}
	var during []*record.Exchange
	for _, a := range o.answers() {
		if a.right && a.Probe == "" && a.Sent >= part.From && a.Received <= part.To+rolloutGrace {
			during = append(during, a.Exchange)
		}
	}
	if len(during) == 0 {
		return notObserved("nothing was asked while the rollout was under way")
	}
	return passed(during[:min(len(during), 5)]...)
}

// brokenByRollout finds starts, reads and results that failed from a rollout on, where none did before.
func brokenByRollout(o *view, answers []answer) *explanation {
	part, rolled := o.Part(record.PartRollout)
	if !rolled {
		return nil
	}
	var covers []*record.Exchange
	var before *record.Exchange
	lost, refused := map[int]bool{}, 0
	for _, a := range answers {
		switch after := a.Sent >= part.From || a.Ended >= part.From; {
		case a.Probe != "":
		case !a.right && !after:
			return nil // it fails without a rollout too
		case a.right && !after:
			before = a.Exchange
		case !a.right && a.deniesJob(o):
			lost[a.Job] = true
			covers = append(covers, a.Exchange)
		case !a.right && a.Sent <= part.To+rolloutGrace:
			refused++
			covers = append(covers, a.Exchange)
		}
	}
	if len(covers) == 0 || before == nil {
		return nil
	}
	covers = append(covers, o.asIfFailed(answers, covers, part.From)...)
	return &explanation{requirement: idJobsSurviveRollout, covers: covers, beside: []*record.Exchange{before},
		got: fmt.Sprintf("from the rollout at %s on, %s failed and %s unknown (first in #%d); nothing failed before it", record.Clock(part.From),
			plural(refused, "request"), are(len(lost), "job"), covers[0].Number),
		want: "starts, reads and results that succeed whichever version answers",
		cause: cause{name: "rollout", says: "an old replica stops before its requests are answered, or its jobs are lost with it",
			mend: "keep jobs in a store that all replicas share; take an old one off the balancer and let it answer before it stops; put a new one on it once it is ready"}}
}
