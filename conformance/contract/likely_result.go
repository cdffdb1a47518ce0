package contract

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func whyNoResult(o *view, j *jobView, missing []*record.Exchange) cause {
	first := missing[0]
	if there := j.firstResult(o); there != nil {
		if c := cmp.Or(o.fresh[firstResults], alternating(j.resultReads(o))); c.says != "" {
			return c
		}
		return cause{fmt.Sprintf("it was there %s after the 201 (#%d): the end is announced before the result is stored", span(there.Sent-j.Done.Received), there.Number), there}
	}
	if c := whyWithoutID(o, j); c.says != "" {
		return c
	}
	switch {
	case o.Protocol.Failure.On(first):
		return cause{fmt.Sprintf("this job failed: %s is the status of a failed job's result, and the run expects jobs to succeed (see --expect)", o.Protocol.Failure), nil}
	case o.Protocol.Success.On(first):
		return cause{"this job succeeded, and the run expects jobs to fail (see --expect)", nil}
	}
	return whyElsewhere(o, j.Done, o.Protocol.Product, first)
}

// whyWithoutID shows a Location that ends where an id should stand: another job was given the same one.
func whyWithoutID(o *view, j *jobView) cause {
	url := j.ResultURL
	path := uri.Split(url).Path
	if !strings.HasSuffix(path, "/") && !strings.HasSuffix(url, "=") && !strings.HasSuffix(path, "('')") {
		return cause{}
	}
	for _, other := range o.jobs {
		if other != j && other.ResultURL == url {
			return cause{fmt.Sprintf("the Location has no id where one should stand: job %d was given the same one (#%d)", other.Number, other.Done.Number), other.Done}
		}
	}
	return cause{}
}

func whyGone(o *view, j *jobView, gone []*record.Exchange) cause {
	e := gone[0]
	if c := cmp.Or(o.fresh[laterResults], alternating(j.resultReads(o))); c.says != "" {
		return c
	}
	if e.Status == 404 || e.Status == 410 {
		return cause{"it is deleted once it, or its monitor, was read", nil}
	}
	return cause{}
}

// resultReads lists the reads of what the job's done monitor named, from then on.
func (j *jobView) resultReads(o *view) []*record.Exchange {
	var list []*record.Exchange
	url := j.ResultURL
	for _, e := range j.Results {
		if j.own(url, e) {
			list = append(list, e)
		}
	}
	return list
}
