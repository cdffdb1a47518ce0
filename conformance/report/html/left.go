package html

import (
	"fmt"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// How much of a large run is drawn and listed. What a report keeps of it is in the JSON report.
const (
	mostJobs     = 60  // drawn and listed, beside those that failures rest on
	mostListed   = 200 // exchanges of one job, beside those that judgements rest on
	mostCitation = 24  // exchanges of one requirement
	longWhat     = 40  // characters of what was asked for
)

// left is what is not shown of a run, be it that the report does not keep it or that the page would be too long.
type left struct {
	Jobs      string // how many jobs, in words; empty where all are shown
	Exchanges string // how many exchanges are shown, in words; empty where all are
	Elsewhere string // where the others are
	Rows      []report.Answers
}

// cited are the exchanges that requirements rest on, those of them that failures rest on, and the jobs that failed.
func (h *targetView) cited() (all, failed, failing map[int]bool) {
	all, failed, failing = map[int]bool{}, map[int]bool{}, map[int]bool{}
	for _, r := range h.Target.Requirements {
		for _, number := range r.Exchanges[:min(len(r.Exchanges), mostCitation)] {
			all[number] = true
			failed[number] = failed[number] || r.Outcome == contract.Fail
		}
		for _, job := range r.Jobs {
			failing[job] = true
		}
	}
	return all, failed, failing
}

// list chooses what is shown of the exchanges, and makes the jobs of it.
func (h *targetView) list() {
	cited, failed, failing := h.cited()
	byJob := map[int][]report.Exchange{}
	var numbers []int
	for _, e := range h.Target.Exchanges {
		if byJob[e.Job] == nil {
			numbers = append(numbers, e.Job)
		}
		byJob[e.Job] = append(byJob[e.Job], e)
	}
	slices.Sort(numbers)
	h.shown = map[int]bool{}
	drawn := 0
	for _, number := range numbers {
		isCited := slices.ContainsFunc(byJob[number], func(e report.Exchange) bool { return cited[e.Number] })
		full := number == 0 || drawn < mostJobs || failing[number] && isCited
		if !full && !isCited {
			continue
		}
		h.Jobs = append(h.Jobs, h.job(number, byJob[number], cited, full))
		h.Jobs[len(h.Jobs)-1].Failing = failing[number]
		if number != 0 {
			drawn++
		}
	}
	h.leave(drawn)
	h.chart(failed)
}

// leave says what is not shown, where so many jobs are.
func (h *targetView) leave(drawn int) {
	if more := h.Target.Jobs.Begun - drawn; more > 0 {
		h.Left.Jobs = fmt.Sprintf("%d of %s are not shown here.", more, report.Counted(h.Target.Jobs.Begun, "job"))
	}
	others, of := h.Target.Others(func(_ int, e report.Exchange) bool { return h.shown[e.Number] })
	h.Left.Elsewhere = "The JSON report has all of them."
	if h.Target.Omitted != nil {
		h.Left.Elsewhere = fmt.Sprintf("The JSON report has %d of them; a saved run (--save) has all.", len(h.Target.Exchanges))
	}
	if len(others) == 0 {
		return
	}
	shown := of
	for _, a := range others {
		shown -= a.Count
	}
	h.Left.Exchanges = fmt.Sprintf("%d of %s are in this file: the first that each judgement rests on, and all requests of some jobs.", shown, report.Counted(of, "exchange"))
	h.Left.Rows = others
}
