package contract

import (
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// onlyFresh returns an answer over a kept connection where, of one kind of question, what was unknown came over a fresh connection each time,
// and what came over one was hardly ever known.
func (o *view) onlyFresh(byJob map[int][]answer) *record.Exchange {
	type tally struct {
		with, without, rightWith, rightWithout int
		kept                                   *record.Exchange
	}
	var tallies [5]tally
	for _, answers := range byJob {
		for _, a := range answers {
			switch t := &tallies[o.jobNumbered(a.Job).question(a)]; {
			case !a.right && a.Fresh:
				t.with++
			case !a.right:
				t.without++
			case a.Fresh:
				t.rightWith++
			default:
				t.rightWithout++
				if t.kept == nil || a.Number < t.kept.Number {
					t.kept = a.Exchange
				}
			}
		}
	}
	without := 0 // over other connections
	for _, t := range tallies {
		without += t.without
	}
	for _, t := range tallies {
		if without == 0 && contrast(t.with, t.without, t.rightWith, t.rightWithout, len(tallies)) {
			return t.kept
		}
	}
	return nil
}

// question numbers what is asked in a job's life: its monitor for the first time, while it runs, and once it is done; its result for the first
// time, and again. Answers to one question can be compared.
func (j *jobView) question(a answer) int {
	switch {
	case a.Role == record.RoleResult && slices.Index(j.Results, a.Exchange) == 0:
		return 3
	case a.Role == record.RoleResult:
		return 4
	case slices.Index(j.Reads, a.Exchange) == 0:
		return 0
	case j.Done == nil || a.Exchange == j.Done || a.Sent < j.Done.Received:
		return 1
	}
	return 2
}
