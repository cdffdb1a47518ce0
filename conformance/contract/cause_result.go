package contract

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// whyNoResult explains a result that was not there when it was first asked for.
func whyNoResult(o *view, j *jobView, missing []*record.Exchange) cause {
	first := missing[0]
	if there := j.firstResult(o); there != nil {
		switch {
		case (first.Status == 401 || first.Status == 403) && signed(first.Request.URL) && there.Request.URL == first.Request.URL:
			return cause{name: "link-not-valid-yet", says: fmt.Sprintf("the signed link is refused at first and works %s after the {done} (#%d): it is not valid yet when it is handed out",
				span(there.Sent-j.Done.Received), there.Number), mend: "make links valid from some minutes earlier, since clocks differ", shown: there}
		case first.Status != 404 && first.Status != 410 && !o.lateForSeveral(first.Status), !askedAlike(missing, there):
			return cause{}
		}
		return cause{name: "result-late", says: fmt.Sprintf("it was there %s after the {done} (#%d): the end is announced before the result is stored", span(there.Sent-j.Done.Received), there.Number),
			mend: "store the result first, and say {done} then", shown: there}
	}
	if c := whyWithoutID(o, j); c.says != "" {
		return c
	}
	switch {
	case first.Status == 206:
		return cause{name: "partial-unasked", says: fmt.Sprintf("206 Partial Content (%s), though no Range was asked for", fieldText(first, "Content-Range")), mend: "answer {success} and the whole result where the request has no Range"}
	case o.Protocol.Failure.On(first) || first == j.Done && o.Protocol.Failed.On(first):
		return cause{name: "job-failed", says: fmt.Sprintf("this job failed: %s is the status of a failed job's result, and the run expects jobs to succeed", o.Protocol.Failure), mend: "give a job that succeeds, or --expect failure|either"}
	case o.Protocol.Success.On(first) || first == j.Done:
		return cause{name: "job-succeeded", says: "this job succeeded, and the run expects jobs to fail", mend: "give a job that fails, or --expect success|either"}
	}
	return cmp.Or(whyTooLarge(o, first), whyElsewhere(o, j.Done, o.Protocol.Product, first))
}

// lateForSeveral reports whether the results of several jobs were answered with a status more than once at first, and never after they had been there.
func (o *view) lateForSeveral(status int) bool {
	late := 0
	for _, j := range o.jobs {
		missing := j.attributedTo(idResultOK)
		if j.anyAttributedTo(idResultRepeatable) {
			return false
		}
		if len(missing) > 1 && j.firstResult(o) != nil && !slices.ContainsFunc(missing, func(e *record.Exchange) bool { return e.Status != status }) {
			late++
		}
	}
	return late >= minLosses
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
			return cause{name: "no-id", says: fmt.Sprintf("the {result-field} has no id where one should stand: job %d was given the same one (#%d)", other.Number, other.Done.Number),
				mend: "put the job's id into the {result-field}", shown: other.Done}
		}
	}
	return cause{}
}

// whyGone explains a result that was there before.
func whyGone(o *view, gone []*record.Exchange) cause {
	kept := slices.ContainsFunc(o.jobs, func(other *jobView) bool { return len(other.ownResults(o)) > 1 })
	overKept := slices.ContainsFunc(o.jobs, func(other *jobView) bool {
		return slices.ContainsFunc(other.attributedTo(idResultRepeatable), func(e *record.Exchange) bool { return !e.Fresh })
	})
	if e := gone[0]; !kept && overKept && (e.Status == 404 || e.Status == 410) {
		return cause{name: "result-deleted", says: "it is deleted once it, or its monitor, was read, or is kept for a shorter time than this", mend: "keep results for some time, and announce how long with Expires"}
	}
	return cause{}
}

// whyIncomplete explains a body that came whole and is not the JSON that it is declared to be.
func whyIncomplete(e *record.Exchange) cause {
	text := e.Body.Beginning
	number := noJSONNumber.FindSubmatch(text)
	switch {
	case e.Body.Cut != "":
		return cause{}
	case number != nil:
		return cause{name: "not-a-json-number", says: fmt.Sprintf("the body is whole, and has %s, which JSON does not know", number[1]), mend: "write null, or a string, in its place (Python: allow_nan=False)"}
	case bytes.HasPrefix(text, []byte{0x1f, 0x8b}):
		return cause{name: "gzip-undeclared", says: "the body is gzip, and no Content-Encoding says so", mend: "declare Content-Encoding: gzip where the request accepts it, or send the body as it is"}
	case jsonLines(text):
		return cause{name: "json-lines", says: "the body has one JSON value on each line", mend: "declare it as application/x-ndjson or application/jsonl"}
	}
	return cause{}
}

// noJSONNumber is a number that JSON does not know, where a value stands (RFC 8259 6).
var noJSONNumber = regexp.MustCompile(`[:\[,]\s*(NaN|-?Infinity)\b`)

// jsonLines reports whether the first two lines are JSON each.
func jsonLines(text []byte) bool {
	lines := bytes.SplitN(text, []byte("\n"), 3)
	return len(lines) == 3 && json.Valid(lines[0]) && json.Valid(lines[1]) && len(bytes.TrimSpace(lines[0])) > 0 && len(bytes.TrimSpace(lines[1])) > 0
}
