package report

import (
	"fmt"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Interrupted says when the target was restarted or rolled out, how long that took, and how many jobs were known before and after it; empty where it was not.
func (t Target) Interrupted() string {
	for _, p := range t.Phases {
		verb, back := "restarted", "back after"
		switch p.Name {
		case record.PartRestart:
		case record.PartRollout:
			verb, back = "rolled out", "done after"
		default:
			continue
		}
		if t.Jobs.Across == 0 && t.Stopped != "" { // it may have failed: why the run stopped is said elsewhere
			return fmt.Sprintf("%s at %.1f s", verb, float64(p.From))
		}
		return fmt.Sprintf("%s at %.1f s, %s %.2f s; %s known before and after it", verb, float64(p.From), back, float64(p.To-p.From), Counted(t.Jobs.Across, "job"))
	}
	return ""
}

// across counts the jobs that had begun before a part of the run, and were known after it.
func across(o *record.Observation, part record.Part) (n int) {
	for _, j := range o.Jobs {
		known := func(e *record.Exchange) bool {
			return e.Sent >= part.To && (o.Protocol.Pending.On(e) || o.Protocol.Done.On(e))
		}
		if j.Accepted(o.Protocol) && j.Start.Received <= part.From && slices.ContainsFunc(j.Reads, known) {
			n++
		}
	}
	return n
}
