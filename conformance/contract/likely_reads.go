package contract

import "fmt"

// alternating shows that one question is answered now so, now otherwise: well between two failures, and
// more than once.
func alternating(reads []*Exchange) (string, *Exchange) {
	turns := 0
	var between *Exchange
	for i, e := range reads {
		if i > 0 && e.Failed() != reads[i-1].Failed() {
			turns++
		}
		if !e.Failed() && turns > 0 && between == nil {
			between = e
		}
	}
	if turns < 2 || turns == 2 && !reads[0].Failed() {
		return "", nil
	}
	return fmt.Sprintf("the answers alternate (#%d was well): replicas that do not share their jobs, or a state that is being rewritten while it is read", between.Number), between
}

// freshOnly shows that what fails came over a fresh connection each time, and what came over one is never well: of every
// job's reads that are picked, since one job's may be few.
func (o *Observation) freshOnly(pick func(*Job) []*Exchange) (string, *Exchange) {
	bad := 0
	var kept *Exchange
	for _, j := range o.Jobs {
		for _, e := range pick(j) {
			switch {
			case e.Failed() != e.Fresh:
				return "", nil
			case e.Failed():
				bad++
			case kept == nil:
				kept = e
			}
		}
	}
	if bad < 2 || kept == nil {
		return "", nil
	}
	return fmt.Sprintf("it fails on fresh connections only, %d times, and never on another (#%d): replicas behind a balancer do not share their jobs", bad, kept.Number), kept
}

// butFirst leaves out the first read.
func butFirst(reads []*Exchange) []*Exchange { return reads[min(1, len(reads)):] }

// readsRunning lists the reads before that one.
func (j *Job) readsRunning() []*Exchange {
	reads := j.readsToEnd()
	if j.Done == nil {
		return reads
	}
	return reads[:len(reads)-1]
}

// readsToEnd lists the reads of the job's monitor up to the one that found it done.
func (j *Job) readsToEnd() []*Exchange {
	if j.Done == nil {
		return j.Reads
	}
	return j.Reads[:readNumber(j, j.Done)]
}

// readsFrom lists the reads of the job's monitor from one on.
func (j *Job) readsFrom(first *Exchange) []*Exchange {
	if first == nil {
		return nil
	}
	return j.Reads[readNumber(j, first)-1:]
}
