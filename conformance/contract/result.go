package contract

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var resultGroup = []Requirement{
	resultOK, resultForm, resultComplete, resultRepeatable, resultStable, resultOwn, resultNotEarly, resultUnknown, resultNotFound,
	resultContentType, resultHead,
}

var resultOK = require(Requirement{
	ID: idResultOK, Level: Must, Source: "seed 5",
	Says:  "{result-there}.",
	Means: "A client that was told the job is done can't have what it was done for.",
	How: `The result is asked for the instant the {done} is in. Only {success} passes, with an empty body too; a redirect does not. Flow control is waited
		out, and a refusal (401, 403) by another origin, where no credentials are sent, is not observed. {failure} is read as a job that failed, and
		said so; where a run expects failures (--expect failure, or either), it is the result.`,
	Needs: []string{"monitor.created"},
	judge: eachJob(resultThere, "no result was read"),
})

func resultThere(o *view, j *jobView) Judgement {
	missing := j.attributedTo(idResultOK)
	if len(missing) == 0 {
		if first := j.firstResult(o); first == j.Done && first != nil {
			return passed(first)
		} else if first != nil {
			return passed(first, j.Done)
		}
		return unjudged
	}
	first := missing[0]
	if first == j.Done {
		return failed(fmt.Sprintf("job %d: its end is told by %s", j.Number, first.StatusText()), o.Protocol.Expects(), first, j.Start).explained(func() cause { return whyNoResult(o, j, missing) })
	}
	got := fmt.Sprintf("job %d: its result, asked for %s after the {done}, %s", j.Number,
		span(first.Sent-j.Done.Received), wasAnswered(first))
	return failed(got, o.Protocol.Expects(), append([]*record.Exchange{first, j.Done, j.Start}, missing[1:]...)...).
		explained(func() cause { return whyNoResult(o, j, missing) })
}

// firstResult is the first good read of the job's result, nil if there is none.
func (j *jobView) firstResult(o *view) *record.Exchange {
	for _, e := range j.ownResults(o) {
		return e
	}
	return nil
}

// ownResults lists the good reads of what the job's done monitor names.
func (j *jobView) ownResults(o *view) []*record.Exchange {
	var list []*record.Exchange
	url := j.ResultURL
	for _, e := range j.Results {
		if j.own(url, e) && o.Protocol.Result.On(e) {
			list = append(list, e)
		}
	}
	if j.Done == nil || !o.Protocol.HasResult(j.Done) {
		return list
	}
	for _, e := range j.Reads {
		if e.Sent >= j.Done.Sent && o.Protocol.Done.On(e) && o.Protocol.EndsAsExpected(e) {
			list = append(list, e)
		}
	}
	return list
}

var resultComplete = require(Requirement{
	ID: idResultComplete, Level: Must, Source: "RFC 9112 6, 8; RFC 8259",
	Says:  "The body arrives whole: no truncation, no cut chunk; what is declared JSON parses.",
	Means: "A client gets a part of the result and may take it for the whole, or it gets what its JSON parser refuses.",
	How: `Fails where fewer bytes come than Content-Length says, where a chunk is cut, and where a body that is declared JSON does not parse. An
		empty body is whole. What goes beyond --max-body, or is in a content coding that was not asked for, is not judged as JSON.`,
	Needs:   []string{"result.ok"},
	judge:   eachJob(complete, "no result was read to its end"),
	applies: hasBodies,
})

func complete(o *view, j *jobView) Judgement {
	if wrong := j.attributedTo(idResultComplete); len(wrong) > 0 {
		e := wrong[0]
		got, effect := fmt.Sprintf("job %d: %s", j.Number, e.Body.Cut), "A client gets a part of the result, and may take it for the whole."
		switch {
		case endsAsJSON(e) && e.Body.Cut != "":
			effect = "A client waits for more, or takes the result for cut off."
		case e.Body.Cut == "":
			got = fmt.Sprintf("job %d: %s, but the body is not JSON: %s", j.Number, fieldText(e, "Content-Type"), e.Body.NotJSON)
			effect = "A client's JSON parser refuses the result."
		}
		verdict := failed(got, "a whole body that is what it is declared to be", wrong[:min(len(wrong), 5)]...)
		verdict.Effect = effect
		return verdict.explained(func() cause { return whyIncomplete(o, j, e) })
	}
	for _, e := range j.ownResults(o) {
		if !e.Body.Bounded {
			return passed(e)
		}
	}
	return unjudged
}

var resultRepeatable = require(Requirement{
	ID: idResultRepeatable, Level: Must, Source: "RFC 9110 9.2.1, 9.2.2",
	Says:  "The result can be read again, to the end of the run: {success}, whole; reading it, or its monitor, or HEAD, does not consume it.",
	Means: "A client whose connection broke while it read has lost the work for good.",
	How: `Results are read again: for some jobs at once, after HEAD and after another read of the monitor, and for eight at the very end. From the
		first {success} on, anything else fails. Where the monitor has forgotten the job too, monitor.final fails instead. Not held against a server: a 404
		or 410 more than a minute after the end, or after an announced Expires, and a signed URL that has run out where the monitor names another
		one that is answered.`,
	Needs:   []string{"result.ok", "monitor.final"},
	judge:   eachJob(repeatable, "no result was read twice"),
	applies: hasResult,
})

func repeatable(o *view, j *jobView) Judgement {
	gone := j.attributedTo(idResultRepeatable)
	if len(gone) == 0 {
		if good := j.ownResults(o); len(good) > 1 {
			return passed(good[len(good)-1], good[0])
		}
		return unjudged
	}
	first := j.firstResult(o)
	if first == nil {
		first = j.probedFirst(o)
	}
	got := fmt.Sprintf("job %d: its result was read at %s ({success}), then, asked again %s later, %s", j.Number,
		record.Clock(first.Sent), span(gone[0].Sent-first.Received), wasAnswered(gone[0]))
	return failed(got, o.Protocol.Expects()+", each time", append([]*record.Exchange{gone[0], first, j.Done}, gone[1:]...)...).explained(func() cause {
		c := whyGone(o, gone)
		c.shown = cmp.Or(c.shown, o.askedBefore(gone[0]))
		return c
	})
}

// askedBefore is the last request for the same that was answered before an exchange, a HEAD for one: it may have consumed it.
func (o *view) askedBefore(e *record.Exchange) *record.Exchange {
	var last *record.Exchange
	for _, other := range o.exchanges(func(other *record.Exchange) bool {
		return other.Request.URL == e.Request.URL && other.Received <= e.Sent
	}) {
		if last == nil || other.Received > last.Received {
			last = other
		}
	}
	return last
}

var resultStable = require(Requirement{
	ID: "result.stable", Level: Should, Source: "seed 5",
	Says:  "The result is the same each time: the same bytes, or the same strong ETag.",
	Means: "A client can't resume, cache or compare what it was given.",
	How: `Bodies that came whole are compared by their bytes; a strong ETag that stays the same excuses other bytes, a weak one does not. A URL that
		several jobs were given is left out: result.own judges it.`,
	Needs:   []string{"result.repeatable", "result.complete"},
	judge:   judgeStable,
	applies: hasResult,
})

// judgeStable leaves out what several jobs are given as their result: result.own judges that.
func judgeStable(o *view) Judgement {
	given := map[string]int{}
	for _, j := range o.jobs {
		if j.ResultURL != "" {
			given[j.ResultURL]++
		}
	}
	return everyJob(func(o *view, j *jobView) Judgement {
		if given[j.ResultURL] > 1 {
			return notObserved("several jobs were given one result URL, which result.own judges")
		}
		return stable(o, j)
	}, "no result was read whole twice")(o)
}

func stable(o *view, j *jobView) Judgement {
	var before *record.Exchange
	verdict := unjudged
	for _, e := range j.ownResults(o) {
		if o.Protocol.Content(e) == "" {
			continue
		}
		if before == nil {
			before = e
			continue
		}
		if o.Protocol.Content(e) != o.Protocol.Content(before) && !sameStrongETag(before, e) {
			got := fmt.Sprintf("job %d: two reads of its result, %s apart, brought other bytes (%d and %d of them)", j.Number,
				span(e.Sent-before.Sent), before.Body.Length, e.Body.Length)
			return failed(got, "the same bytes, or the same strong ETag", e, before).because(whyGrows(before, e))
		}
		verdict = passed(e, before)
	}
	return verdict
}

func sameStrongETag(a, b *record.Exchange) bool {
	tag := a.Value("ETag")
	return tag != "" && !strings.HasPrefix(tag, "W/") && tag == b.Value("ETag")
}

var resultContentType = require(Requirement{
	ID: "result.content-type", Level: Should, Source: "RFC 9110 8.3",
	Says:  "A body that is not empty has a Content-Type.",
	Means: "A client has to guess what it was given.",
	How: `Every good read of a result is looked at. Any value is fine, and none is needed where the body is empty; whether declared JSON is JSON is
		judged by result.complete.`,
	Needs:   []string{"result.ok"},
	judge:   everyJob(typed, "no result with a body was read"),
	applies: hasBodies,
})

func typed(o *view, j *jobView) Judgement {
	verdict := unjudged
	for _, e := range j.ownResults(o) {
		if e.Body.Length == 0 {
			continue
		}
		if e.Value("Content-Type") == "" {
			return failed(fmt.Sprintf("job %d: a body of %s and %s", j.Number, plural(int(e.Body.Length), "byte"), fieldText(e, "Content-Type")), "a Content-Type", e)
		}
		verdict = passed(e)
	}
	return verdict
}

var resultHead = require(Requirement{
	ID: "result.head", Level: Should, Source: "RFC 9110 9.3.2",
	Says:  "HEAD on a result is answered as GET would be, without a body.",
	Means: "A client can't learn how large a result is, or whether it is there, without fetching it.",
	How: `HEAD is compared with the GETs of the same URL just before and after: to have the status of one of them is enough. A job whose GETs fail
		now and then is left out, and so is a refusal (401, 403) by another origin.`,
	Needs:   []string{"result.ok"},
	judge:   everyJob(headAsGet(record.RoleResult), "HEAD was not asked, or not answered"),
	applies: hasResultURL,
})
