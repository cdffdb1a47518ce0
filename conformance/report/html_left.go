package report

import (
	"fmt"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// How much of a large run is drawn and listed. What a report keeps of it is in the JSON report.
const (
	mostJobs     = 60  // drawn and listed, beside those that failures rest on
	mostListed   = 200 // exchanges of one job, beside those that judgements rest on
	mostCitation = 24  // exchanges of one requirement
	longWhat     = 40  // characters of what was asked for
)

// htmlLeft is what is not shown of a run, be it that the report does not keep it or that the page would be too long.
type htmlLeft struct {
	Jobs      string // how many jobs, in words; empty where all are shown
	Exchanges string // how many exchanges are shown, in words; empty where all are
	Elsewhere string // where the others are
	Rows      []htmlAlike
}

// An htmlAlike counts exchanges that are not shown and were alike.
type htmlAlike struct {
	What, Answer string
	Count        int
}

// list chooses what is shown of the exchanges, and makes the jobs of it.
func (h *htmlTarget) list() {
	cited, failed, failing := map[int]bool{}, map[int]bool{}, map[int]bool{} // exchanges, exchanges, jobs
	for _, r := range h.Target.Requirements {
		for _, number := range r.Exchanges[:min(len(r.Exchanges), mostCitation)] {
			cited[number] = true
			if e := h.exchange(number); e != nil && r.Outcome == contract.Fail {
				failed[number] = true
				failing[e.Job] = true
			}
		}
	}
	byJob := map[int][]Exchange{}
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
		full := number == 0 || drawn < mostJobs || failing[number]
		if !full && !slices.ContainsFunc(byJob[number], func(e Exchange) bool { return cited[e.Number] }) {
			continue
		}
		h.Jobs = append(h.Jobs, h.job(number, byJob[number], cited, full))
		h.Jobs[len(h.Jobs)-1].Failing = number != 0 && failing[number]
		if number != 0 {
			drawn++
		}
	}
	h.leave(drawn)
	h.chart(failed)
}

// leave says what is not shown, where so many jobs are.
func (h *htmlTarget) leave(drawn int) {
	if more := h.Target.Jobs.Begun - drawn; more > 0 {
		h.Left.Jobs = fmt.Sprintf("%d of %s are not shown here.", more, counted(h.Target.Jobs.Begun, "job"))
	}
	count, shown, of := map[Answers]int{}, 0, len(h.Target.Exchanges)
	h.Left.Elsewhere = "The JSON report has all of them."
	if o := h.Target.Omitted; o != nil {
		h.Left.Elsewhere = fmt.Sprintf("The JSON report has %d of them; a saved run (--save) has all.", of)
		of = o.Of
		for _, a := range o.Answers {
			count[Answers{Role: a.Role, Probe: a.Probe, Status: a.Status}] += a.Count
		}
	}
	for _, e := range h.Target.Exchanges {
		if h.shown[e.Number] {
			shown++
		} else {
			count[Answers{Role: e.Role, Probe: e.Probe, Status: e.Status}]++
		}
	}
	if len(count) == 0 {
		return
	}
	h.Left.Exchanges = fmt.Sprintf("%d of %s are in this file: the first that each judgement rests on, and the lives of some jobs.", shown, counted(of, "exchange"))
	for _, a := range inOrder(count) {
		h.Left.Rows = append(h.Left.Rows, htmlAlike{shortened(a.what(), longWhat), a.answer(), a.Count})
	}
}
