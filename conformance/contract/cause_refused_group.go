package contract

import (
	"cmp"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A refusedGroup is what is known of requests that were refused in one way.
type refusedGroup struct {
	covers, alike   []*record.Exchange // alike are of kinds that were never answered right: no evidence, but refused in the same way
	beside          []*record.Exchange // right answers to the same requests, just before and after
	jobs, bracketed map[int]bool       // the jobs of covers, and those of them with answers beside
	recovered       map[int]bool       // the jobs of covers with a right answer to the same request later
	kinds           map[string]bool
	otherwise       bool // each of covers was answered right at another time
	early, late     bool // one of them was only later, one only earlier
}

// surrounded looks for right answers to the same requests just before and after those that were refused.
func surrounded(group, answers []answer) refusedGroup {
	m := refusedGroup{jobs: map[int]bool{}, recovered: map[int]bool{}, bracketed: map[int]bool{}, kinds: map[string]bool{}, otherwise: true}
	right, rightKinds := map[string][]*record.Exchange{}, map[string]bool{}
	for _, a := range answers {
		if a.right && refusalOf(a.Exchange) != refusalOf(group[0].Exchange) { // a probe may be answered right by the same page
			right[requestOf(a)] = append(right[requestOf(a)], a.Exchange)
			rightKinds[kindOf(a)] = true
		}
	}
	for _, a := range group {
		if !rightKinds[kindOf(a)] && a.Probe == "" {
			m.alike = append(m.alike, a.Exchange)
			continue
		}
		m.covers = append(m.covers, a.Exchange)
		m.kinds[kindOf(a)] = true
		before, after := neighbours(right[requestOf(a)], a.Exchange)
		m.otherwise = m.otherwise && (before != nil || after != nil)
		m.early, m.late = m.early || before == nil && after != nil, m.late || before != nil && after == nil
		between := before != nil && after != nil
		if between {
			m.beside = append(m.beside, before, after)
		}
		if a.Probe == "" {
			m.jobs[a.Job] = true
			if after != nil {
				m.recovered[a.Job] = true
			}
			if between {
				m.bracketed[a.Job] = true
			}
		}
	}
	return m
}

// all lists what is explained with the requests that show it: those of kinds that were never answered right, probes that by their status alone would
// seem to be answered well, and what was under way when all ended.
func (m refusedGroup) all(r refusal, lasting bool, answers []answer) []*record.Exchange {
	covers := m.covers
	if r.page != "" {
		covers = append(covers, m.alike...)
	}
	for _, a := range answers {
		ended := lasting && !a.right && !a.Answered() && refusalOf(a.Exchange) != r && a.Ended > m.covers[0].Sent-lateness
		if ended || a.right && a.Probe != "" && refusalOf(a.Exchange) == r {
			covers = append(covers, a.Exchange)
		}
	}
	return covers
}

// inFront reports whether refusals do not look like the application's.
func (m refusedGroup) inFront(r refusal, answers []answer) bool {
	_, away := spellOfRefusals(m.covers, answers)
	_, one := oneRole(m.covers)
	switch {
	case slices.Contains(limitStatuses, r.status), describesProblem(m.covers[0]):
		return false
	case away, ofGateway(m.covers[0]), challenge(m.covers[0]), foreign(r, m.covers[0], answers):
		return true
	case one && (len(m.covers) < minUnanswered || r.kind == record.FailureNone || ofItsRole(m.covers, answers)):
		return false
	}
	return len(m.bracketed) > 1 || len(m.covers) >= minUnanswered || m.few()
}

// few reports whether refusals are of several kinds, each of a request that was answered right at another time: a few, or some before that and some after.
func (m refusedGroup) few() bool {
	return m.otherwise && len(m.kinds) > 1 && (len(m.covers) < minUnanswered || m.early && m.late)
}

// ofItsRole reports whether requests got no answer because of what they asked for, which is the same: chance would have met others too.
func ofItsRole(covers []*record.Exchange, answers []answer) bool {
	rightWith, rightWithout := 0, 0
	for _, a := range answers {
		switch {
		case !a.right:
		case a.Role == covers[0].Role:
			rightWith++
		default:
			rightWithout++
		}
	}
	return fisher(len(covers), 0, rightWith, rightWithout) < significance
}

// foreign reports whether a page is not the application's: it is HTML, and the application never answers such requests so.
func foreign(r refusal, e *record.Exchange, answers []answer) bool {
	if r.kind != record.FailureNone {
		return false
	}
	for _, a := range answers {
		if a.right && a.Role == e.Role && a.Request.Method != "HEAD" && (isHTML(a.Exchange) || !isHTML(e)) && refusalOf(a.Exchange) != r { // it may be a probe's right answer
			return false
		}
	}
	return true
}

// kindOf is what a request asks for: requests of one kind can be compared.
func kindOf(a answer) string { return string(a.Role) + " " + string(a.Probe) }

// requestOf is what a request asks for, and who asks: one without credentials is another request.
func requestOf(a answer) string {
	return a.Request.Method + " " + string(a.Request.Credentials) + " " + a.Request.URL
}

// neighbours finds, of answers in the order sent, the last one before an exchange, and the first one after it.
func neighbours(list []*record.Exchange, e *record.Exchange) (before, after *record.Exchange) {
	at, _ := slices.BinarySearchFunc(list, e, func(b, e *record.Exchange) int {
		return cmp.Or(cmp.Compare(b.Sent, e.Sent), cmp.Compare(b.Number, e.Number))
	})
	for _, b := range slices.Backward(list[:at]) {
		if b.Ended <= e.Sent {
			before = b
			break
		}
	}
	for _, b := range list[at:] {
		if b.Sent >= e.Ended {
			return before, b
		}
	}
	return before, nil
}
