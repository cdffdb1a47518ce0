package contract

import (
	"fmt"
	"strings"
)

func whyNoResult(o *Observation, j *Job, missing []*Exchange) (string, *Exchange) {
	first := missing[0]
	if there := j.firstResult(o); there != nil {
		if says, shown := alternating(j.readsOf(first.Request.URL)); says != "" {
			return says, shown
		}
		return fmt.Sprintf("it was there %s after the 201 (#%d): the end is told before the result is stored", span(there.Sent-j.Done.Received), there.Number), there
	}
	if o.Protocol.Failure.On(first) {
		return "this job failed: 422 is how a failed job's result is told, and the run expects jobs to succeed", nil
	}
	if says, shown := whyElsewhere(o, j.Done, o.Protocol.Product, first); says != "" {
		return says, shown
	}
	return whyWithoutID(o, j)
}

// whyWithoutID shows a Location that ends where an id should stand: another job was given the same one.
func whyWithoutID(o *Observation, j *Job) (string, *Exchange) {
	url := j.ResultURL(o.Protocol)
	path := split(url).path
	if !strings.HasSuffix(path, "/") && !strings.HasSuffix(url, "=") && !strings.HasSuffix(path, "('')") {
		return "", nil
	}
	for _, other := range o.Jobs {
		if other != j && other.ResultURL(o.Protocol) == url {
			return fmt.Sprintf("the Location has no id where one should stand: job %d was given the same one (#%d)", other.Number, other.Done.Number), other.Done
		}
	}
	return "", nil
}

func whyGone(_ *Observation, j *Job, gone []*Exchange) (string, *Exchange) {
	e := gone[0]
	if says, shown := alternating(j.readsOf(e.Request.URL)); says != "" {
		return says, shown
	}
	if e.Status == 404 || e.Status == 410 {
		return "it is deleted once it, or its monitor, was read", nil
	}
	return "", nil
}

// readsOf lists the reads of one of the job's results.
func (j *Job) readsOf(url string) []*Exchange {
	var list []*Exchange
	for _, e := range j.Results {
		if e.Request.URL == url {
			list = append(list, e)
		}
	}
	return list
}
