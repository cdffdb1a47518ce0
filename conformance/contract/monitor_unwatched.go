package contract

import (
	"fmt"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var monitorUnwatched = require(Requirement{
	ID: "monitor.unwatched", Level: Must, Source: "RFC 9110 9.2.1",
	Says:  "A job's progress does not depend on its monitor being read: GET is safe.",
	Means: "A client that waits, as Retry-After tells it to, waits for work that nobody does.",
	How: `Three jobs are left unread until the watched ones are done. Fails only where two of them are pending when first read, twice as old as the
		slowest watched job was when done, and from then on take about as long, or as many reads, as watched jobs do. Jobs of random length, and
		queues, do not trip it.`,
	Needs: []string{"monitor.created"},
	judge: judgeUnwatched,
})

// enoughUnread is how many unread jobs have to agree before a server is said to work only when it is watched.
const enoughUnread = 2

func judgeUnwatched(o *view) Judgement {
	var watched, late []*jobView
	var slowest time.Duration
	for _, j := range o.jobs {
		if j.Way != record.WayUnread && j.Done != nil {
			watched = append(watched, j)
			slowest = max(slowest, j.Done.Received-j.Start.Received)
		}
	}
	for _, j := range o.jobs {
		if j.Way != record.WayUnread || len(j.Reads) == 0 {
			continue
		}
		switch first := j.Reads[0]; {
		case o.Protocol.Done.On(first):
			return passed(first, j.Start)
		case o.Protocol.Pending.On(first) && first.Sent-j.Start.Received >= 2*slowest:
			late = append(late, j)
		}
	}
	if len(watched) == 0 || len(late) < enoughUnread {
		return notObserved("no unread job was done when it was first read, nor were two old enough to tell")
	}
	for _, j := range late {
		if !likeWatched(j, watched) {
			return notObserved("the unread jobs were pending for long, but did not then behave as if they had only just begun")
		}
	}
	j := late[0]
	got := fmt.Sprintf("job %d was not read for %s and then was still pending, though the slowest job that was read took %s; once read, it took %s and %s",
		j.Number, span(j.Reads[0].Sent-j.Start.Received), span(slowest), span(afterFirstRead(j)), plural(readsToEnd(j), "read"))
	return failed(got+fmt.Sprintf(" (%d jobs alike)", len(late)), "jobs that run whether they are read or not",
		j.Reads[0], j.Start, j.Done, late[1].Reads[0], late[1].Start).
		because(cause{name: "work-on-read", says: "the work is done by the monitor's handler, or begins with its first read", mend: "let jobs run by themselves"})
}

// likeWatched reports whether an unread job, once read, took about as long or as many
// reads as the watched ones: as if it had begun only then.
func likeWatched(j *jobView, watched []*jobView) bool {
	if j.Done == nil {
		return false
	}
	var times, reads []float64
	for _, w := range watched {
		times = append(times, float64(afterFirstRead(w)))
		reads = append(reads, float64(readsToEnd(w)))
	}
	return about(float64(afterFirstRead(j)), median(times)) || readsToEnd(j) > 1 && about(float64(readsToEnd(j)), median(reads))
}

func afterFirstRead(j *jobView) time.Duration { return j.Done.Received - j.Reads[0].Sent }

func readsToEnd(j *jobView) int { return readNumber(j, j.Done) }

func about(value, typical float64) bool { return value >= typical/2 && value <= typical*2 }

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
