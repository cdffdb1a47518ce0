package contract

import (
	"fmt"
	"math"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A newness is what replicas say of one thing by its age: that a job began, that it ended, or what its result is.
type newness struct {
	wrong, right []time.Duration // how old it was when an answer did not know it, and when one did
}

// latest is the age of the oldest thing that an answer did not know. It is told where older ones were known so often that chance is ruled out.
func (n newness) latest() (late time.Duration, told bool) {
	for _, age := range n.wrong {
		late = max(late, age)
	}
	younger, older := 0, 0
	for _, age := range n.right {
		if age <= late {
			younger++
		} else {
			older++
		}
	}
	share := float64(len(n.wrong)) / float64(len(n.wrong)+younger)
	return late, math.Pow(1-share, float64(older)) < significance
}

// learntLate is how long replicas take at most to tell each other what they learn; false where they seem not to.
func (o *view) learntLate(byJob map[int][]answer) (latest time.Duration, told bool) {
	var began, ended, results newness
	add := func(n *newness, a answer, since *record.Exchange, right bool) {
		if since == nil || a.Sent < since.Received {
			return
		}
		if age := a.Sent - since.Received; right {
			n.right = append(n.right, age)
		} else {
			n.wrong = append(n.wrong, age)
		}
	}
	for number, answers := range byJob {
		j := o.jobNumbered(number)
		for _, a := range answers {
			switch {
			case a.Role == record.RoleResult:
				add(&results, a, j.Done, a.right)
			case a.unknown():
				add(&began, a, j.Start, false)
			case o.Protocol.Pending.On(a.Exchange) && a.right: // known while it runs: once it is done it may be kept elsewhere
				add(&began, a, j.Start, true)
			default:
				add(&ended, a, j.Done, a.right)
			}
		}
	}
	for _, n := range []newness{began, ended, results} {
		if len(n.wrong) == 0 {
			continue
		}
		late, apart := n.latest()
		if !apart {
			return 0, false
		}
		latest = max(latest, late)
	}
	return latest, true
}

// tellLag says so where replicas do share their jobs, but too late.
func (x *explanation) tellLag(o *view, byJob map[int][]answer) {
	if late, told := o.learntLate(byJob); told {
		x.cause = cause{name: "replicas-late", says: fmt.Sprintf("replicas, or the stores that they read, learn what another one was told up to %s later; what is older they all know", span(late)),
			mend: "let reads go to the store that is written to, or send the {accepted}, and the {done}, once all of them know it"}
	}
}
