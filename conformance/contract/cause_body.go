package contract

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Words by which bodies say that a job has ended, in lower case.
var (
	endedWords  = []string{"done", "succeeded", "success", "successful", "complete", "completed", "finished", "ready"}
	failedWords = []string{"failed", "failure", "error", "errored", "cancelled", "canceled", "aborted", "timedout", "timed_out"}
)

// whyEndInBody shows a job whose end only the body announces: from one read on it has a word for the end that it did not have before.
func whyEndInBody(o *view, j *jobView) cause {
	var before *record.Exchange
	for _, e := range j.Reads {
		if !o.Protocol.Pending.On(e) {
			continue
		}
		word, fails := endWord(e)
		switch {
		case word == "":
			before = e
		case before == nil:
			return cause{} // it was there from the first read on: it may mean anything
		case fails:
			return cause{name: "failure-in-body", says: fmt.Sprintf("the body says %q from %s on (#%d; not yet in #%d), but the status stays {pending-status}", word, record.Clock(e.Received), e.Number, before.Number),
				mend: fmt.Sprintf("answer %s once the job has ended, and let the result say that it failed (%s)", o.Protocol.Done, o.Protocol.Failure), shown: e}
		default:
			return cause{name: "end-in-body", says: fmt.Sprintf("the body says %q from %s on (#%d; not yet in #%d), but the status stays {pending-status}", word, record.Clock(e.Received), e.Number, before.Number),
				mend: "answer {done}{of-the-result} once the job is done", shown: e}
		}
	}
	return cause{}
}

// endWord is a word for a job's end that stands alone as a text of a body.
func endWord(e *record.Exchange) (word string, fails bool) {
	for _, text := range append(bodyTexts(e.Body.Beginning), string(bytes.TrimSpace(e.Body.Beginning))) {
		switch lower := strings.ToLower(text); {
		case slices.Contains(endedWords, lower):
			return text, false
		case slices.Contains(failedWords, lower):
			return text, true
		}
	}
	return "", false
}

// whyNotLocated shows an answer that names elsewhere what no Location does.
func whyNotLocated(pointer record.Pointer, e *record.Exchange, field string) cause {
	if pointer.In(e) != nil {
		return cause{}
	}
	mend := fmt.Sprintf("send that URL as the %s field of this answer too", field)
	for _, name := range append(slices.Clone(locatingFields), renamedLocations(e)...) {
		if value := e.Value(name); value != "" && uri.Resolve(e.Request.URL, value) != e.Request.URL {
			return cause{name: "location-in-other-field", says: fmt.Sprintf("%s is %s, but there is no %s field, where a client looks for the URL", name, value, field), mend: mend}
		}
	}
	for _, text := range bodyTexts(e.Body.Beginning) {
		if strings.HasPrefix(text, "/") && len(text) > 1 || strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") {
			return cause{name: "location-in-body", says: fmt.Sprintf("the body names %s, but there is no %s field, where a client looks for the URL", text, field), mend: mend}
		}
	}
	return cause{}
}

// locatingFields are fields by which other patterns name a monitor or a result.
var locatingFields = []string{"Location", "Operation-Location", "Azure-AsyncOperation", "Content-Location", "Link", "Refresh"}

// renamedLocations are the fields of an answer by whose names somebody on the way may have renamed its Location (X-Amzn-Remapped-Location).
func renamedLocations(e *record.Exchange) (names []string) {
	for _, field := range e.Fields {
		if strings.HasSuffix(strings.ToLower(field.Name), "-location") {
			names = append(names, field.Name)
		}
	}
	return names
}

// whyGrows shows a result that was still being written when it was first read: what came later is longer, and begins in the same way.
func whyGrows(before, after *record.Exchange) cause {
	short, long := before.Body, after.Body
	if before.Sent > after.Sent || short.Length >= long.Length || !beginsAlike(short, long) {
		return cause{}
	}
	return cause{name: "result-grows", says: fmt.Sprintf("it grows after the {done}: %s at %s, %s at %s; the longer one begins like the shorter one",
		plural(int(short.Length), "byte"), record.Clock(before.Received), plural(int(long.Length), "byte"), record.Clock(after.Received)),
		mend: "answer {done} once the result is whole"}
}

// beginsAlike reports whether a longer body begins as a shorter one does, but for how that one ends: JSON closes what is open.
func beginsAlike(short, long record.Body) bool {
	kept := min(len(short.Beginning), len(long.Beginning))
	if int64(kept) < short.Length && kept < len(short.Beginning) {
		return false
	}
	same := 0
	for same < kept && short.Beginning[same] == long.Beginning[same] {
		same++
	}
	return len(bytes.Trim(short.Beginning[same:kept], "]} \r\n\t")) == 0
}

// neverWhole finds answers that begin and do not end: where the connection is kept, the rest is waited for in vain; where it is closed, they are cut off, or
// end with it.
func neverWhole(o *view, answers []answer) *explanation {
	for _, role := range []record.Role{record.RoleResult, record.RoleMonitor} {
		alike := slices.DeleteFunc(slices.Clone(answers), func(a answer) bool { return a.Role != role })
		endless := slices.DeleteFunc(slices.Clone(alike), func(a answer) bool {
			return a.right || a.Failure.Kind != record.FailureTimeout || a.Ended-a.Received <= a.Received-a.Sent
		})
		if len(endless) < 2 {
			continue
		}
		x := cutOrEndless(alike, endless)
		if x == nil {
			x = o.withoutLength(alike, endless)
		}
		if x != nil {
			x.covers = append(exchangesOf(endless), x.covers...)
			return x
		}
	}
	return nil
}

func exchangesOf(answers []answer) (list []*record.Exchange) {
	for _, a := range answers {
		list = append(list, a.Exchange)
	}
	return list
}

const (
	lengthMend = "take Content-Length from the bytes that are sent, after all coding and rewriting"
	chunksMend = "let the server write the chunks and their sizes (in hexadecimal), and end the body: close the response's writer"
)

// cutOrEndless finds results of which none arrives whole.
func cutOrEndless(results, endless []answer) *explanation {
	whole := func(a answer) bool { return a.right && a.Probe == "" && a.Body.Cut == "" }
	i := slices.IndexFunc(results, func(a answer) bool { return a.Body.Cut != "" })
	if i < 0 || slices.ContainsFunc(results, whole) {
		return nil
	}
	cut := results[i].Exchange
	x := &explanation{requirement: idResultComplete, beside: []*record.Exchange{cut}, want: "as many bytes as Content-Length says",
		got:   fmt.Sprintf("no result arrives whole: %s (#%d); over connections that are kept the rest does not come in time (#%d)", cut.Body.Cut, cut.Number, endless[0].Number),
		cause: cause{name: "length-too-large", says: "Content-Length is more than what is sent", mend: lengthMend}}
	if !cut.Has("Content-Length") {
		x.want = "a body that ends"
		x.cause = cause{name: "chunks-without-end", says: "the chunks of the body do not end: the last one, of length 0, is not sent, or the sizes before it are too large",
			mend: chunksMend}
	}
	for _, a := range results {
		if a.Body.Cut != "" {
			x.covers = append(x.covers, a.Exchange)
		}
	}
	return x
}

// withoutLength finds answers that end with their connections alone: those that tell no length and ended were each the only one on theirs.
func (o *view) withoutLength(alike, endless []answer) *explanation {
	carried := map[int]int{}
	for _, e := range o.Exchanges {
		carried[e.Connection]++
	}
	var ended []answer
	for _, a := range alike {
		if a.right && a.Answered() && !a.Has("Content-Length") && a.Probe == "" {
			ended = append(ended, a)
		}
	}
	if len(ended) < 2 || slices.ContainsFunc(ended, func(a answer) bool { return carried[a.Connection] > 1 || a.Protocol != "HTTP/1.1" }) {
		return nil
	}
	return &explanation{requirement: idHTTPFraming, beside: exchangesOf(ended[:2]), want: "an answer whose end can be told: by Content-Length, by chunks, or by the end of the connection",
		got: fmt.Sprintf("%d answers began and did not end in time, over connections that are kept (#%d); others like them, with no Content-Length, ended with their connections (#%d)",
			len(endless), endless[0].Number, ended[0].Number),
		cause: cause{name: "no-length", says: "nothing tells where these answers end, and their connections stay open: a client waits", mend: "send Content-Length (0 where there is no body) or chunks, or close the connection after the answer"}}
}
