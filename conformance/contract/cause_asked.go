package contract

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// These causes are shown by a request made to find them: one that failed, repeated with one difference.

// CookiePlaceholder stands for the value of a cookie that the target set.
const CookiePlaceholder = "$SET_COOKIE"

// sentBack reports whether a request carried the cookie that the target had set with the job's start.
func sentBack(e *record.Exchange) bool {
	return strings.Contains(e.Request.Value("Cookie"), CookiePlaceholder)
}

// onlyWithCookie finds jobs that are known to nobody but a client that sends back the cookie of the 202: two requests with it are
// answered; requests without it, between the two and after them, are not, and nor is any other.
func onlyWithCookie(o *view, answers []answer) *explanation {
	for _, role := range []record.Role{record.RoleMonitor, record.RoleResult} {
		var with, without, covers []*record.Exchange
		for _, e := range o.probes(record.ProbeDiagnosis, role) {
			switch {
			case sentBack(e):
				with = append(with, e)
			case e.Request.URL == askedWithCookie(with):
				without = append(without, e)
			}
		}
		known := slices.ContainsFunc(answers, func(a answer) bool { return a.Role == role && a.Probe == "" && a.right })
		name, by := o.stickyCookie()
		if known || by == nil || len(with) < 2 || len(without) < 2 || allAnswered(with, o.Protocol.Answers) == nil || slices.ContainsFunc(without, o.Protocol.Answers) {
			continue
		}
		for _, a := range answers {
			if a.Role == role && a.Probe == "" && a.Status == without[0].Status {
				covers = append(covers, a.Exchange)
			}
		}
		if len(covers) == 0 {
			continue
		}
		return &explanation{requirement: idJobsReplicas, covers: covers, beside: []*record.Exchange{by, with[0]},
			got:  fmt.Sprintf("no %s is answered as it has to be (#%d: %s), but to a client that sends back the cookie %s, which the {accepted} set (#%d: %s)", role, covers[0].Number, covers[0].StatusText(), name, with[0].Number, with[0].StatusText()),
			want: "every job known to whoever is asked, from its {accepted} on",
			cause: cause{name: "session-cookie", says: fmt.Sprintf("the %s is there in a session alone, which the cookie %s names (#%d sets it): with it, it answers %s (#%d), without it %s (#%d)",
				role, name, by.Number, with[0].StatusText(), with[0].Number, without[0].StatusText(), without[0].Number),
				mend: "find a job by its URL, and know a client by its credentials, not by a session"}}
	}
	return nil
}

func askedWithCookie(with []*record.Exchange) string {
	if len(with) == 0 {
		return ""
	}
	return with[0].Request.URL
}

// whyHeld shows a monitor that does answer, after more than the time limit of a request.
func whyHeld(o *view, first *record.Exchange) cause {
	if first.Failure.Kind != record.FailureTimeout {
		return cause{}
	}
	for _, e := range o.probes(record.ProbeDiagnosis, record.RoleMonitor) {
		held := e.Received - e.Sent
		if o.Protocol.Done.On(e) && held <= first.Ended-first.Sent && held > leastHeld && o.neverPending() && o.quickOnceDone(held) {
			return cited("read-held", fmt.Sprintf("the server holds a read of the monitor open until the job is done (long polling): no read was answered while a job ran, and one was after %s, with the end", span(held)),
				"answer {pending} at once while the job runs; or let requests take longer, with --request-timeout", e)
		}
		if o.Protocol.Answers(e) && held > first.Ended-first.Sent {
			return cited("read-held", fmt.Sprintf("the server holds a read of the monitor open until the job changes (long polling): it answered after %s", span(held)),
				fmt.Sprintf("answer {pending} at once while the job runs; or let requests take longer, with --request-timeout %ds", int(held.Seconds()*1.5)+1), e)
		}
	}
	return cause{}
}

// leastHeld is how long an answer has to take before it is taken to be held back.
const leastHeld = 250 * time.Millisecond

// quickOnceDone reports whether the monitors of done jobs answer much sooner than a read that was held.
func (o *view) quickOnceDone(held time.Duration) bool {
	quick := 0
	for _, j := range o.jobs {
		for _, e := range j.Reads {
			if j.Done == nil || e.Sent < j.Done.Received {
				continue
			}
			if e.Received-e.Sent > held/5 {
				return false
			}
			quick++
		}
	}
	return quick > 2
}

const pastCaches = "two-oh-two=past-caches"

// PastCaches is the same resource by a URL with one more query parameter, so that no cache can have stored an answer. It has a value of its own for each n:
// who chooses a replica by the URL may choose another one then, but not each time the right one.
func PastCaches(url string, n int) string {
	u := uri.Split(url)
	if u.Query != "" {
		u.Query += "&"
	}
	u.HasQuery = true
	u.Query += pastCaches
	if n > 0 {
		u.Query += strconv.Itoa(n)
	}
	return u.String()
}

// isPastCaches reports whether a URL is that of a resource, past all caches.
func isPastCaches(asked, url string) bool {
	return strings.HasPrefix(asked, PastCaches(url, 0))
}

// askedPastCaches are the answers to the same request as an exchange, past all caches.
func (o *view) askedPastCaches(e *record.Exchange) (past []*record.Exchange) {
	for _, other := range o.probes(record.ProbeDiagnosis, e.Role) {
		if isPastCaches(other.Request.URL, e.Request.URL) && other.Request.Credentials == e.Request.Credentials {
			past = append(past, other)
		}
	}
	return past
}

// whyStoredAnswer shows a job that is done past all caches, and still pending where a cache may answer, asked later.
func whyStoredAnswer(o *view) cause {
	for _, e := range o.probes(record.ProbeDiagnosis, record.RoleMonitor) {
		for _, past := range o.askedPastCaches(e) {
			if o.Protocol.Pending.On(e) && o.Protocol.Done.On(past) && e.Sent >= past.Received {
				return cited("monitor-cached", fmt.Sprintf("a cache answers in the server's place: with a new query parameter the monitor is done; without it, asked later (#%d), it is still pending",
					e.Number), cacheMend, past)
			}
		}
	}
	return cause{}
}

// whyStoredAbsence shows a monitor, or a result, that is there past all caches, and still unknown where a cache may answer, asked in turns.
func whyStoredAbsence(o *view, first *record.Exchange) cause {
	forgotten := func(at attribution) bool {
		return at.exchange.Role == first.Role && at.exchange.NotFound() && slices.Contains([]string{idMonitorStatus, idMonitorFinal, idResultRepeatable}, at.id)
	}
	if slices.ContainsFunc(o.jobs, func(j *jobView) bool { return slices.ContainsFunc(j.attributions, forgotten) }) {
		return cause{} // what was there and is unknown again was in no cache
	}
	for _, e := range o.probes(record.ProbeDiagnosis, first.Role) {
		if past, last := o.inTurns(e, (*record.Exchange).NotFound, o.Protocol.Answers); past != nil {
			return cited("absence-cached", fmt.Sprintf("a cache has kept the answer from before the %s was there: with a new query parameter it answers; without it, asked later (#%d), it is still %s",
				first.Role, last.Number, last.StatusText()), "let the cache store no 404 (send Cache-Control: no-store with it; nginx: no proxy_cache_valid 404; a CDN: no negative caching)", past)
		}
	}
	return cause{}
}

// inTurns returns the first answer past all caches, and the last one as before, where what an exchange asked for was asked again in both ways, twice each at
// least, and was answered in one way past caches, and in another as before. They are nil where not.
func (o *view) inTurns(e *record.Exchange, plain, past func(*record.Exchange) bool) (first, last *record.Exchange) {
	beyond := o.askedPastCaches(e)
	if len(beyond) < 2 || slices.ContainsFunc(beyond, func(e *record.Exchange) bool { return !past(e) }) {
		return nil, nil
	}
	for _, again := range o.probes(record.ProbeDiagnosis, e.Role) {
		if again.Request.URL != e.Request.URL || again.Request.Credentials != e.Request.Credentials || again.Sent < beyond[0].Received {
			continue
		}
		if !plain(again) {
			return nil, nil
		}
		last = again
	}
	if last == nil || last.Sent < beyond[1].Received {
		return nil, nil
	}
	return beyond[0], last
}

const cacheMend = "send Cache-Control: no-store with pending answers, and let the proxy store none (nginx: proxy_no_cache, or no proxy_cache_valid for these paths)"

// whyServedToAll shows that a cache hands somebody's answer to others: the server itself, asked past it, refuses them.
func whyServedToAll(o *view, e *record.Exchange) cause {
	refused := func(e *record.Exchange) bool { return slices.Contains([]int{401, 403, 404}, e.Status) }
	if past, _ := o.inTurns(e, o.Protocol.Answers, refused); past != nil {
		return cited("cache-ignores-credentials", "a cache answers in the server's place, whoever asks: with a new query parameter, the same request is refused",
			"send Cache-Control: private or no-store with what belongs to a client, and let the proxy store no answer to a request with credentials", past)
	}
	return cause{}
}

// whyTooLarge shows results that are refused for their size: HEAD gives the size of one that can't be read, and no other as large arrived whole.
func whyTooLarge(o *view, first *record.Exchange) cause {
	if first.Answered() && !slices.Contains([]int{500, 502, 503, 504, 413}, first.Status) {
		return cause{}
	}
	largest := int64(0)
	for _, j := range o.jobs {
		if e := j.firstResult(o); e != nil {
			largest = max(largest, e.Body.Length)
		}
	}
	for _, e := range o.probes(record.ProbeDiagnosis, record.RoleResult) {
		size, err := strconv.ParseInt(e.Value("Content-Length"), 10, 64)
		if e.Request.Method == "HEAD" && o.Protocol.Result.On(e) && err == nil && size > largest && largest > 0 {
			return cited("result-too-large", fmt.Sprintf("HEAD gives its size as %d bytes, and no result larger than %d bytes arrived: something on the way refuses larger ones", size, largest),
				"raise the gateway's limit on the size of an answer, or let the {result-field} lead to a store that clients fetch from directly", e)
		}
	}
	return cause{}
}
