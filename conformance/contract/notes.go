package contract

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Notes says what a reader of a report should know of a run, whatever came of it: which addresses were asked, if they are several, for how long a done
// job was still known, whether most of the time was spent waiting for flow control, and whether jobs run one at a time. It is empty where there is
// nothing to say.
func Notes(observed *record.Observation) []string {
	o := arrange(observed)
	var notes []string
	for _, note := range []string{o.noteReplicas(), o.noteKept(), o.noteWaiting(), o.noteOneAtATime()} {
		if note != "" {
			notes = append(notes, note)
		}
	}
	return notes
}

// noteReplicas says how many addresses were asked, and how often the replicas were.
func (o *view) noteReplicas() string {
	asked := map[string]int{}
	for _, e := range o.Exchanges {
		if e.Peer != "" {
			asked[e.Peer]++
		}
	}
	var parts []string
	peers := slices.Sorted(maps.Keys(asked))
	for _, peer := range peers[:min(len(peers), mostPeers)] {
		parts = append(parts, fmt.Sprintf("%d of %s at %s", asked[peer], plural(len(o.Exchanges), "request"), peer))
	}
	if len(parts) == 0 {
		return ""
	}
	if more := len(peers) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and at %d more", more))
	}
	return fmt.Sprintf("asked at %d addresses: %s", len(peers)+1, strings.Join(parts, ", "))
}

// mostPeers are named: a record may be somebody else's.
const mostPeers = 8

// noteKept gives the longest time after its end at which a job was still known.
func (o *view) noteKept() string {
	var longest time.Duration
	for _, j := range o.jobs {
		for _, e := range j.Reads {
			if j.Done != nil && o.Protocol.Done.On(e) {
				longest = max(longest, e.Received-j.Done.Received)
			}
		}
	}
	if longest == 0 {
		return ""
	}
	return fmt.Sprintf("a done job was still known %s after its end; to look again later, use --retention", span(longest))
}

// noteWaiting gives the time spent waiting as 429, or 503 with Retry-After, asked, if it is more than half of a run.
func (o *view) noteWaiting() string {
	type interval struct{ from, to time.Duration }
	var waits []interval
	for _, e := range o.Exchanges {
		if e.FlowControl() {
			wait, given := RetryAfter(e, o.Began.Add(e.Received))
			if !given {
				wait = time.Second
			}
			waits = append(waits, interval{e.Received, min(e.Received+wait, o.Duration)})
		}
	}
	slices.SortFunc(waits, func(a, b interval) int { return cmp.Compare(a.from, b.from) })
	var waited, until time.Duration
	for _, w := range waits {
		if from := max(w.from, until); w.to > from {
			waited, until = waited+w.to-from, w.to
		}
	}
	if 2*waited <= o.Duration || o.Duration == 0 {
		return ""
	}
	return fmt.Sprintf("%s of %s were spent waiting, as 429 or 503 with Retry-After asked; --rate keeps a run below a limit", span(waited), span(o.Duration))
}

// minInTurn is how many jobs have to end one after another before they are said to run one at a time.
const minInTurn = 4

// noteOneAtATime notes that jobs begun at the same instant ended one after another, with equal times between their ends.
func (o *view) noteOneAtATime() string {
	var ends []time.Duration
	var begun time.Duration
	for _, j := range o.jobs {
		if j.Way == record.WayTogether && j.Done != nil {
			begun = max(begun, j.Start.Received)
			ends = append(ends, j.Done.Received)
		}
	}
	slices.Sort(ends)
	if len(ends) < minInTurn {
		return ""
	}
	shortest := ends[len(ends)-1]
	for i := range ends[1:] {
		shortest = min(shortest, ends[i+1]-ends[i])
	}
	row := ends[len(ends)-1] - ends[0]
	mean := row / time.Duration(len(ends)-1)
	if 2*shortest < mean || ends[0]-begun > 2*mean || mean < 50*time.Millisecond {
		return ""
	}
	return fmt.Sprintf("jobs seem to run one at a time: %s that were begun at the same instant ended one after another, %s apart; fewer jobs (--jobs 2) make a run shorter", plural(len(ends), "job"), span(mean))
}
