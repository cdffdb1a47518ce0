package observe

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	firstKnock = 100 * time.Millisecond // between looks at a target that is coming up, doubled each time
	mostKnock  = time.Second
)

// comingUp are what a proxy, or the target itself, answers for a target that is not there yet (RFC 9110 15.6).
var comingUp = []int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}

// arrive begins a run. A target that is still coming up is waited for, as long as its Wait allows; the time of the
// run begins after that. Where nobody answers to the end, arrive says why.
func arrive(ctx context.Context, target Target) (r *run, why string) {
	began, last := time.Now(), ""
	for pause := firstKnock; ; pause = min(2*pause, mostKnock) {
		r = newRun(ctx, target)
		var answer answer
		r.during("preflight", func() { answer = r.preflight() })
		why = r.unanswered(answer)
		reason := why
		if slices.Contains(comingUp, answer.Status) {
			reason = "it answers " + answer.StatusText()
		}
		left := target.Wait - time.Since(began)
		switch {
		case reason == "", target.Wait == 0:
			return r, why
		case ctx.Err() != nil:
			return r, "interrupted while it was waited for: " + cmp.Or(last, reason)
		case left <= 0 && why != "":
			return r, fmt.Sprintf("%s (it was waited for, %v long)", why, target.Wait)
		case left <= 0:
			return r, "" // somebody answers: what is wrong with that is for the judgements to say
		}
		r.leave()
		last = reason
		if target.Progress != nil {
			target.Progress(Progress{Elapsed: time.Since(began), ComingUp: reason})
		}
		sleep(ctx, min(pause, left))
	}
}

// preflight asks once whether anybody answers.
func (r *run) preflight() answer {
	return r.send(r.ctx, ask{
		role: record.RoleOther, probe: record.ProbePreflight, label: "preflight",
		method: http.MethodHead, url: r.target.BaseURL, limit: r.target.preflightLimit(),
	})
}

// unanswered says why the preflight brought no answer; empty where it did: any answer in HTTP will do.
func (r *run) unanswered(a answer) string {
	if a.Answered() {
		return ""
	}
	switch failure := a.Failure; failure.Kind {
	case record.FailureTimeout:
		return fmt.Sprintf("it did not answer a HEAD request in HTTP within %v", r.target.preflightLimit())
	case record.FailureBroken, record.FailureProtocol:
		return r.foreignTongue(failure)
	default:
		return failure.Text
	}
}

// foreignTongue says of a target that answered, and not in HTTP, how its answer began.
func (r *run) foreignTongue(failure record.Failure) string {
	began := []byte{}
	if conn := r.connections.last.Load(); conn != nil {
		began = conn.began()
	}
	switch {
	case len(began) == 0:
		return "it closed the connection without an answer in HTTP"
	case bytes.HasPrefix(began, []byte("HTTP/")) || strings.HasPrefix(r.target.BaseURL, "https:"):
		return failure.Text
	}
	return fmt.Sprintf("not an answer in HTTP: it begins with %q", r.redact.beginning(string(began), firstKept))
}
