package contract

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// oneConnection finds requests that got no answer in time because the server was busy with another connection, which it serves until that is closed.
func oneConnection(o *view, answers []answer) *explanation {
	var covers []*record.Exchange
	jobs, rightKinds := map[int]bool{}, map[string]bool{}
	var right *record.Exchange
	answered := false // whether a request of the kind of one of them was: else such a request may never be
	for _, a := range answers {
		if a.right {
			right = cmp.Or(right, a.Exchange)
			rightKinds[kindOf(a)] = true
		}
	}
	for _, a := range answers {
		if !a.right && a.Failure.Kind == record.FailureTimeout {
			covers = append(covers, a.Exchange)
			jobs[a.Job] = true
			answered = answered || a.Probe == "" && rightKinds[kindOf(a)]
		}
	}
	if len(jobs) < 2 || !answered || !o.servedInTurn() {
		return nil
	}
	return &explanation{requirement: idHTTPAvailable, covers: covers, beside: []*record.Exchange{right},
		got:  fmt.Sprintf("%d of %d requests got no answer in time, while another connection was served", len(covers), len(answers)),
		want: "answers to requests over several connections at the same time",
		cause: cause{name: "one-connection", says: "one connection is served at a time: no answer came over one while another was in use",
			mend: "serve connections side by side (threads, workers, an event loop), or close each connection after its answer"}}
}

// servedInTurn reports whether connections were served one after another: several carried answers for a while, over HTTP/1.1, and no answer over
// another came between the first and the last of one, though requests waited there.
func (o *view) servedInTurn() bool {
	list := o.exchanges(func(e *record.Exchange) bool { return e.Answered() && e.Connection != 0 && e.Protocol == "HTTP/1.1" })
	slices.SortStableFunc(list, func(a, b *record.Exchange) int { return cmp.Compare(a.Received, b.Received) })
	first, last := map[int]int{}, map[int]int{}
	for i, e := range list {
		if _, known := first[e.Connection]; !known {
			first[e.Connection] = i
		}
		last[e.Connection] = i
	}
	several := 0
	for connection, from := range first {
		until := last[connection]
		if list[until].Received-list[from].Received > 2*serviceGrain {
			several++
		}
		for _, e := range list[from:until] {
			if e.Connection != connection && e.Received > list[from].Received+serviceGrain && e.Received < list[until].Received-serviceGrain {
				return false
			}
		}
	}
	return several >= 3
}

// serviceGrain is by how much answers that were sent one after another may seem to come in another order.
const serviceGrain = 10 * time.Millisecond

// noRoom reports whether new connections were refused while other requests were answered, just before or after most of them.
func noRoom(answers []answer) bool {
	refused, served := 0, 0
	for _, a := range answers {
		if a.Failure.Kind != record.FailureConnect {
			continue
		}
		refused++
		if slices.ContainsFunc(answers, func(b answer) bool { return b.right && (b.Sent-a.Sent).Abs() < lateness }) {
			served++
		}
	}
	return refused > 1 && served*2 > refused
}

// byConnection reports whether all requests of a connection were refused, or none: somebody in front refuses them as often as a connection leads to it.
func (o *view) byConnection(r refusal) bool {
	var wrongAfterWrong, wrongAfterRight, rightAfterWrong, rightAfterRight int
	for e, before := range o.previousOnConnection() {
		switch wrong, after := r.met(e), r.met(before); {
		case wrong && after:
			wrongAfterWrong++
		case wrong:
			wrongAfterRight++
		case after:
			rightAfterWrong++
		default:
			rightAfterRight++
		}
	}
	return contrast(wrongAfterWrong, wrongAfterRight, rightAfterWrong, rightAfterRight, 2)
}
