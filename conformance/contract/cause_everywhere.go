package contract

import (
	"cmp"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// erringEverywhere finds one error, whatever its page says, that is answered to starts, monitors and results, two of them at least. Most requests that met
// it were answered right at another time.
func (o *view) erringEverywhere(answers []answer) *explanation {
	rightAt, byError := map[string]bool{}, map[refusal][]*record.Exchange{}
	right := rightOnes(answers)
	var order []refusal
	for _, e := range right {
		rightAt[e.Request.URL] = true
	}
	for _, a := range answers {
		r := refusal{status: a.Status, kind: a.Failure.Kind}
		if a.right || a.Probe != "" || !errs(a) && !a.gone || !rightAt[a.Request.URL] {
			continue
		}
		if byError[r] == nil {
			order = append(order, r)
		}
		byError[r] = append(byError[r], a.Exchange)
	}
	for _, r := range order {
		covers := byError[r]
		unlucky := neverRight(r, len(covers), len(right), rightAt, answers)
		all := slices.Concat(covers, unlucky)
		_, one := oneRole(all)
		started := slices.ContainsFunc(covers, func(e *record.Exchange) bool { return e.Role == record.RoleStart })
		if one || covers[0].NotFound() && !started { // what is not found for a start too is not for want of a job
			continue
		}
		broken, requirement := o.brokenBy(all)
		if beside := o.besideInTurns(covers, right); beside != nil && broken > 1 {
			x := erring(requirement, covers, right, beside, "requests")
			x.covers = append(x.covers, unlucky...)
			x.nameLimit(o.limitOf(r, covers))
			return x
		}
	}
	return nil
}

// rightOnes are the right answers to what is asked for a job's sake.
func rightOnes(answers []answer) (right []*record.Exchange) {
	for _, a := range answers {
		if a.right && a.Probe == "" {
			right = append(right, a.Exchange)
		}
	}
	return right
}

// neverRight are the requests that met an error each time they were made, probes too, if that may be by chance: what is asked once or twice only may be
// answered so, and not what is asked often, nor many of them.
func neverRight(r refusal, wrong, right int, rightAt map[string]bool, answers []answer) (list []*record.Exchange) {
	share := float64(wrong) / float64(wrong+right)
	what := func(a answer) string {
		if a.Probe != "" {
			return kindOf(a)
		}
		return a.Request.URL
	}
	asked, chances := map[string]bool{}, map[string]float64{}
	for _, a := range answers {
		asked[what(a)] = true
		if r.like(refusalOf(a.Exchange)) {
			chances[what(a)] = cmp.Or(chances[what(a)], 1) * share
		}
	}
	for _, a := range answers {
		if r.like(refusalOf(a.Exchange)) && (a.Probe != "" || !rightAt[a.Request.URL]) && chances[what(a)]*float64(len(asked)) >= leastChance { // any of these may be the one that meets it
			list = append(list, a.Exchange)
		}
	}
	return list
}

// leastChance is how likely chance has to be to have brought a few errors, if these are taken for some of many.
const leastChance = 0.01
