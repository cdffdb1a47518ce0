package contract

import (
	"fmt"
	"slices"
	"strings"

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

// chosenByURL returns an answer that knows a job, and a later one that does not, by other URLs for the same: past all caches, or spelt otherwise.
func (o *view) chosenByURL(job int, e *record.Exchange) (known, unknown *record.Exchange) {
	for _, others := range [][]*record.Exchange{o.askedPastCaches(e), o.askedRespelled(e)} {
		known = nil
		for _, other := range others {
			switch {
			case other.Job != job:
			case known == nil && o.Protocol.Answers(other):
				known = other
			case known != nil && o.gone(other):
				return known, other
			}
		}
	}
	return nil, nil
}

// tellURL says so of replicas.
func (x *explanation) tellURL(known, unknown *record.Exchange) {
	x.beside = []*record.Exchange{known}
	other, part := "a URL with one more query parameter", "URL"
	if !strings.Contains(known.Request.URL, pastCaches) {
		other, part = "the same URL with a letter escaped", "path"
	}
	x.got = fmt.Sprintf("%s are unknown, each time that they are asked for; one of them is known by %s (#%d), and unknown by another such (#%d)",
		plural(len(jobNumbers(x.covers)), "job"), other, known.Number, unknown.Number)
	x.cause.says += fmt.Sprintf(": the balancer chooses one by the %s (a hash of it)", part)
}
