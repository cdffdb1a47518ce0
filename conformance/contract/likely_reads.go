package contract

import (
	"fmt"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// alternating shows that one question is answered now so, now otherwise: well between two failures, and
// more than once.
func alternating(reads []*record.Exchange) cause {
	turns := 0
	var between *record.Exchange
	for i, e := range reads {
		if e.Failed() && e.Status != 404 && e.Status != 410 {
			return cause{} // a refusal says nothing of what is known: whoever refuses may stand in front of all replicas
		}
		if i > 0 && e.Failed() != reads[i-1].Failed() {
			turns++
		}
		if !e.Failed() && turns > 0 && between == nil {
			between = e
		}
	}
	if turns < 2 || turns == 2 && !reads[0].Failed() {
		return cause{}
	}
	return cause{fmt.Sprintf("the answers alternate (#%d succeeded): replicas that do not share their jobs, or a state that is being rewritten while it is read", between.Number), between}
}

// A readSet set of reads is looked at for what fresh connections have to do with their failures.
type readSet string

const (
	firstReads   readSet = "a job's first read"
	runningReads readSet = "its reads while it runs, but the first"
	finalReads   readSet = "its reads once it is done"
	firstResults readSet = "the first read of its result"
	laterResults readSet = "the later ones"
)

// readSets are the reads of a job that belong to each.
func (o *view) readSets() map[readSet]func(*jobView) []*record.Exchange {
	return map[readSet]func(*jobView) []*record.Exchange{
		firstReads:   func(j *jobView) []*record.Exchange { return j.Reads[:min(1, len(j.Reads))] },
		runningReads: func(j *jobView) []*record.Exchange { return butFirst(j.readsRunning()) },
		finalReads:   func(j *jobView) []*record.Exchange { return butFirst(j.readsFrom(j.Done)) },
		firstResults: func(j *jobView) []*record.Exchange { reads := j.resultReads(o); return reads[:min(1, len(reads))] },
		laterResults: func(j *jobView) []*record.Exchange { return butFirst(j.resultReads(o)) },
	}
}

// onlyFresh shows that what fails came over a fresh connection each time, and what came over one is never well: of every
// job's reads of a set, since one job's may be few.
func (o *view) onlyFresh(reads func(*jobView) []*record.Exchange) cause {
	bad := 0
	var kept *record.Exchange
	for _, j := range o.jobs {
		for _, e := range reads(j) {
			switch {
			case e.Failed() != e.Fresh:
				return cause{}
			case e.Failed():
				bad++
			case kept == nil:
				kept = e
			}
		}
	}
	if bad < 2 || kept == nil {
		return cause{}
	}
	return cause{fmt.Sprintf("it fails on fresh connections only, %d times, and never on another (#%d): replicas behind a balancer do not share their jobs", bad, kept.Number), kept}
}

// butFirst leaves out the first read.
func butFirst(reads []*record.Exchange) []*record.Exchange { return reads[min(1, len(reads)):] }

// readsRunning lists the reads before that one.
func (j *jobView) readsRunning() []*record.Exchange {
	reads := j.readsToEnd()
	if j.Done == nil {
		return reads
	}
	return reads[:len(reads)-1]
}

// readsToEnd lists the reads of the job's monitor up to the one that found it done.
func (j *jobView) readsToEnd() []*record.Exchange {
	if j.Done == nil {
		return j.Reads
	}
	return j.Reads[:readNumber(j, j.Done)]
}

// readsFrom lists the reads of the job's monitor from one on.
func (j *jobView) readsFrom(first *record.Exchange) []*record.Exchange {
	if first == nil {
		return nil
	}
	return j.Reads[readNumber(j, first)-1:]
}
