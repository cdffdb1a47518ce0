package report

import (
	"cmp"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A run of many jobs has more exchanges than anybody reads, and more than fit in a report: it keeps those that judgements
// rest on, all exchanges of some jobs as examples, and counts the rest. Everything is judged before that, and a saved record has all.
const (
	fewExchanges = 4000    // up to which all are kept
	examples     = 2 << 20 // bytes, roughly, of exchanges that no judgement rests on
	mostEvidence = 50      // exchanges kept of one judgement: they show the same
	togetherKept = 64      // jobs begun together whose exchanges are kept, if there is room
)

// Omitted is what a report of many exchanges does not keep.
type Omitted struct {
	Exchanges int       `json:"exchanges"` // that are not in the report
	Of        int       `json:"of"`        // all of the run
	Answers   []Answers `json:"answers"`   // what the omitted were, in the order of role, probe and status
}

// Answers counts exchanges that were alike.
type Answers struct {
	Role   string `json:"role"`
	Probe  string `json:"probe,omitempty"`
	Status int    `json:"status"` // 0 where no answer came
	Count  int    `json:"count"`
}

// thin puts a run's exchanges into the report: all of them, or of a large run those that are worth it, and counts the others. Long lists
// of what requirements rest on are cut.
func (t *Target) thin(o *record.Observation) {
	all := len(o.Exchanges) <= fewExchanges
	cited, telling := map[int]bool{}, map[int]bool{}
	if !all {
		cited = t.limitEvidence()
		telling = tellingJobs(o, cited)
	}
	omitted, room := map[Answers]int{}, examples
	for _, e := range o.Exchanges {
		example := room > 0 && (e.Job == 0 || e.Probe != "" || telling[e.Job])
		if all || cited[e.Number] || example {
			kept := newExchange(&o.Protocol, e)
			if example {
				room -= kept.weight()
			}
			if all || cited[e.Number] || room > 0 {
				t.Exchanges = append(t.Exchanges, kept)
				continue
			}
		}
		omitted[Answers{Role: string(e.Role), Probe: string(e.Probe), Status: e.Status}]++
	}
	if len(omitted) > 0 {
		t.Omitted = &Omitted{Exchanges: len(o.Exchanges) - len(t.Exchanges), Of: len(o.Exchanges), Answers: inOrder(omitted)}
	}
}

// limitEvidence leaves each requirement the first of the exchanges that it rests on, and returns all that are left.
func (t *Target) limitEvidence() map[int]bool {
	cited := map[int]bool{}
	for i := range t.Requirements {
		r := &t.Requirements[i]
		if more := len(r.Exchanges) - mostEvidence; more > 0 {
			r.Exchanges, r.MoreExchanges = r.Exchanges[:mostEvidence], more
		}
		for _, number := range r.Exchanges {
			cited[number] = true
		}
	}
	return cited
}

// tellingJobs are those all of whose exchanges are worth keeping: those begun alone, the first begun together, and those that judgements rest on.
func tellingJobs(o *record.Observation, kept map[int]bool) map[int]bool {
	telling, together := map[int]bool{}, 0
	for _, j := range o.Jobs {
		if j.Way != record.WayTogether {
			telling[j.Number] = true
		} else if together++; together <= togetherKept {
			telling[j.Number] = true
		}
	}
	for number := range kept {
		if e := o.Exchange(number); e != nil {
			telling[e.Job] = true
		}
	}
	return telling
}

// Others counts the exchanges that are not shown somewhere, those that the report leaves out among them; of is how many the run had.
func (t Target) Others(shown func(i int, e Exchange) bool) (others []Answers, of int) {
	count, of := map[Answers]int{}, len(t.Exchanges)
	if t.Omitted != nil {
		of = t.Omitted.Of
		for _, a := range t.Omitted.Answers {
			count[Answers{Role: a.Role, Probe: a.Probe, Status: a.Status}] += a.Count
		}
	}
	for i, e := range t.Exchanges {
		if !shown(i, e) {
			count[Answers{Role: e.Role, Probe: e.Probe, Status: e.Status}]++
		}
	}
	return inOrder(count), of
}

// inOrder lists what was counted.
func inOrder(count map[Answers]int) []Answers {
	var list []Answers
	for alike, n := range count {
		alike.Count = n
		list = append(list, alike)
	}
	slices.SortFunc(list, func(a, b Answers) int {
		return cmp.Or(cmp.Compare(roleOrder(a.Role), roleOrder(b.Role)), cmp.Compare(a.Role, b.Role), cmp.Compare(a.Probe, b.Probe), a.Status-b.Status)
	})
	return list
}

// What says what was asked for.
func (a Answers) What() string {
	if a.Probe == "" {
		return a.Role
	}
	return a.Role + ", probe " + a.Probe
}

// Answer says what came.
func (a Answers) Answer() string {
	if a.Status == 0 {
		return "no answer"
	}
	return (&record.Exchange{Status: a.Status}).StatusText()
}

// roleOrder is a role's place in the life of a job.
func roleOrder(role string) int {
	return slices.Index([]string{string(record.RoleStart), string(record.RoleMonitor), string(record.RoleResult), string(record.RoleOther)}, role)
}
