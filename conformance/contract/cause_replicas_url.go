package contract

import (
	"fmt"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// byURL finds jobs that are unknown by their own URLs each time, where others for the same monitor, or result, are known or not, whenever they are asked
// for: a balancer chooses the replica by the URL.
func (o *view) byURL(byJob map[int][]answer) (known, unknown *record.Exchange) {
	for number, answers := range byJob {
		for _, role := range []record.Role{record.RoleMonitor, record.RoleResult} {
			list := ofRole(answers, role)
			if len(list) > 0 && !slices.ContainsFunc(list, func(a answer) bool { return a.right }) {
				if known, unknown = o.chosenByURL(number, list[0].Exchange); known != nil {
					return known, unknown
				}
			}
		}
	}
	return nil, nil
}

// chosenByURL returns an answer past all caches that knows a job, and a later one that does not, by another URL for the same.
func (o *view) chosenByURL(job int, e *record.Exchange) (known, unknown *record.Exchange) {
	for _, past := range o.askedPastCaches(e) {
		switch {
		case past.Job != job:
		case known == nil && o.Protocol.Answers(past):
			known = past
		case known != nil && o.gone(past):
			return known, past
		}
	}
	return nil, nil
}

// tellURL says so of replicas.
func (x *explanation) tellURL(known, unknown *record.Exchange) {
	x.beside = []*record.Exchange{known}
	x.got = fmt.Sprintf("%s are unknown, each time that they are asked for; one of them is known by a URL with one more query parameter (#%d), and unknown by another such (#%d)",
		plural(len(jobNumbers(x.covers)), "job"), known.Number, unknown.Number)
	x.cause.says += ": the balancer chooses one by the URL (a hash of it)"
}
