package contract

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	idHTTPFraming = "http.framing"
	bytesAfter    = "bytes-after-answer"
)

// misread finds answers that are wrong only for what follows a certain request on the same connection.
func misread(o *view, answers []answer) *explanation {
	previous := o.previousOnConnection()
	if x := probedFraming(answers, previous); x != nil {
		return x
	}
	return afterBody(answers, previous)
}

// misframed reports whether an answer may be one to something else than was asked: no HTTP, or the refusal of what is no request.
func misframed(e *record.Exchange) bool {
	if !e.Answered() {
		return e.Failure.Kind == record.FailureProtocol || e.Failure.Kind == record.FailureBroken
	}
	return e.Status == 400 || e.Status == 405 || e.Status == 501
}

// previousOnConnection tells for each exchange over HTTP/1.1 which one its connection carried before it.
func (o *view) previousOnConnection() map[*record.Exchange]*record.Exchange {
	byConnection := map[int][]*record.Exchange{}
	for _, e := range o.Exchanges {
		if e.Connection != 0 && (e.Protocol == "" || e.Protocol == "HTTP/1.1") {
			byConnection[e.Connection] = append(byConnection[e.Connection], e)
		}
	}
	previous := map[*record.Exchange]*record.Exchange{}
	for _, list := range byConnection {
		slices.SortStableFunc(list, func(a, b *record.Exchange) int { return cmp.Compare(a.Received, b.Received) }) // a request may have waited for a connection
		for i, e := range list[1:] {
			previous[e] = list[i]
		}
	}
	return previous
}

// probedFraming looks at the requests that were sent one after another on one connection for this.
func probedFraming(answers []answer, previous map[*record.Exchange]*record.Exchange) *explanation {
	for _, a := range answers {
		before := previous[a.Exchange]
		if a.Probe != record.ProbeFraming || !misframed(a.Exchange) || before == nil || a.Failure.Kind == record.FailureBroken || a.Request.Method == "HEAD" ||
			a.Answered() && before.Request.BodyLength == 0 {
			continue
		}
		x := &explanation{requirement: idHTTPFraming, covers: []*record.Exchange{a.Exchange}, beside: []*record.Exchange{before}, cause: whyMisframed(before),
			got:  fmt.Sprintf("on the connection that had carried %s (#%d), the next request got %s", requestText(before), before.Number, a.StatusText()),
			want: "an answer that begins where the one before it ends",
		}
		alike := func(e *record.Exchange) bool {
			return e.Request.Method == "HEAD" && before.Request.Method == "HEAD" || e.Request.BodyLength > 0 && before.Request.BodyLength > 0
		}
		x.follows = func(e *record.Exchange) bool {
			for p := previous[e]; p != nil; p = previous[p] {
				if alike(p) {
					return true
				}
			}
			return e.Failure.Kind == record.FailureProtocol
		}
		for _, b := range answers {
			switch {
			case b.Exchange == a.Exchange:
			case !b.right && misframed(b.Exchange) && x.follows(b.Exchange),
				x.cause.name == bytesAfter && b.Role == before.Role && !b.Body.Whole(): // what is missing at its end came after it
				x.covers = append(x.covers, b.Exchange)
			}
		}
		return x
	}
	return nil
}

// whyMisframed names what the request before did to the connection.
func whyMisframed(before *record.Exchange) cause {
	switch {
	case before.Request.Method == "HEAD":
		return cause{name: "head-with-body", says: "bytes follow the answer to HEAD, which has no body: a client takes them for the next answer",
			mend: "send no body in answer to HEAD (Content-Length may be that of GET)", shown: before}
	case before.Request.BodyLength > 0:
		return unreadBody(before)
	case before.Status == 304:
		return cause{name: "not-modified-with-body", says: "bytes follow a 304, which has no body: a client takes them for the next answer", mend: "send no body with 304", shown: before}
	}
	c := cause{name: bytesAfter, says: "bytes follow the end of an answer: its Content-Length is too small", mend: "send nothing after the body (a line end, a warning), or count it in Content-Length", shown: before}
	if slices.ContainsFunc(before.Body.Beginning, func(b byte) bool { return b >= utf8.RuneSelf }) {
		c.mend = "count Content-Length in bytes, not in characters"
	}
	return c
}

func requestText(e *record.Exchange) string {
	if e.Request.BodyLength > 0 {
		return fmt.Sprintf("%s with a body of %s", e.Request.Method, plural(int(e.Request.BodyLength), "byte"))
	}
	return e.Request.Method
}

func unreadBody(start *record.Exchange) cause {
	return cause{name: "unread-body", says: "the body of a request is left unread on the connection, and is taken for the beginning of the next one",
		mend: "read the body of each request, or close the connection after the answer", shown: start}
}

// afterBody finds wrong answers that all follow a request with a body on the same connection.
func afterBody(answers []answer, previous map[*record.Exchange]*record.Exchange) *explanation {
	follows := func(e *record.Exchange) bool { return previous[e] != nil && previous[e].Request.BodyLength > 0 }
	var covers []*record.Exchange
	var without, rightWith, rightWithout int
	statuses := map[int]bool{}
	for _, a := range answers {
		switch {
		case a.right && follows(a.Exchange):
			rightWith++
		case a.right:
			rightWithout++
		case follows(a.Exchange) && misframed(a.Exchange):
			covers = append(covers, a.Exchange)
			statuses[refusalOf(a.Exchange).status] = true
		case statuses[refusalOf(a.Exchange).status]:
			without++
		}
	}
	if !contrast(len(covers), without, rightWith, rightWithout, 2) {
		return nil
	}
	before := previous[covers[0]]
	return &explanation{requirement: idHTTPFraming, covers: covers, beside: []*record.Exchange{before}, cause: unreadBody(before), follows: follows,
		got: fmt.Sprintf("%s that followed a request with a body on the same connection (#%d) got %s; no other request did", plural(len(covers), "request"), before.Number,
			covers[0].StatusText()),
		want: "an answer to the request that was sent"}
}

var httpFraming = require(Requirement{
	ID: idHTTPFraming, Level: Must, Source: "RFC 9112 6, 9.3; RFC 9110 9.3.2",
	Says: `Each message ends where it says: no bytes follow an answer on a kept connection (after HEAD too), and the body of a request is
		read.`,
	Means: "On a kept connection a client takes the rest of one answer for the next, or waits for an end that does not come: it is given nonsense, somebody else's answer, or none.",
	How: `On one connection over HTTP/1.1 requests are sent one after another: HEAD and GET of a monitor, a pending one with its ETag, a result and its
		monitor, a start with a body and its monitor. Each answer has to begin where the one before it ended. The request before the wrong answer shows the cause: HEAD,
		one with a body, one that was answered 304, or one whose answer was longer than its Content-Length. In the rest of the run it fails where all wrong answers of a kind follow a
		request with a body on the same connection, and where answers without a Content-Length end only with their connections, and those over kept connections do not.`,
	Needs: []string{"monitor.ready"},
	judge: func(o *view) Judgement {
		list := o.exchanges(func(e *record.Exchange) bool { return e.Probe == record.ProbeFraming && e.Answered() })
		if len(list) < 2 {
			return notObserved("no requests were sent one after another over one connection of HTTP/1.1")
		}
		return passed(list...)
	},
})
