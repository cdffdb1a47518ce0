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
	minWaitInterval = 100 * time.Millisecond // between requests to a target that is not up yet; doubled each time
	maxWaitInterval = time.Second
)

// notUpStatuses are what a proxy, or the target itself, answers while the target is not up yet (RFC 9110 15.6).
var notUpStatuses = []int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}

// waitForTarget begins a run. It waits up to Target.Wait for a target that is not up yet; the time of the
// run begins after that. Where no answer comes, it returns why.
func waitForTarget(ctx context.Context, target Target, credentials *credentials) (r *run, why string) {
	began, last := time.Now(), ""
	for pause := minWaitInterval; ; pause = min(2*pause, maxWaitInterval) {
		r = newRun(ctx, target, credentials)
		if r.renewIfDue(r.ctx); r.stopped != "" {
			return r, r.stopped
		}
		why, reason := r.whyNotUp()
		r.rethrow()
		left := target.Wait - time.Since(began)
		switch {
		case reason == "", target.Wait == 0:
			return r, why
		case ctx.Err() != nil:
			return r, "interrupted while waiting for it: " + cmp.Or(last, reason)
		case left <= 0 && why != "":
			return r, fmt.Sprintf("%s (after waiting for %v)", why, target.Wait)
		case left <= 0:
			return r, "" // the target answers: whether that is right is judged
		}
		r.close()
		last = reason
		if target.Progress != nil {
			target.Progress(Progress{Elapsed: time.Since(began), ComingUp: reason})
		}
		sleep(ctx, min(pause, left))
	}
}

// whyNotUp asks once, and says why the target did not answer, and why it is not up: an answer may say so.
func (r *run) whyNotUp() (why, reason string) {
	var answer answer
	r.timed("preflight", func() { answer = r.preflight() })
	why = r.whyUnanswered(answer)
	if why != "" && answer.Peer != "" {
		why = "the replica " + answer.Peer + ": " + why
	}
	switch {
	case slices.Contains(notUpStatuses, answer.Status):
		return why, "it answers " + answer.StatusText()
	case why == "" && r.target.Wait > 0: // a proxy may answer for the path of the base URL while nothing is behind it
		answer = r.startPilot()
		if slices.Contains(notUpStatuses, answer.Status) {
			return "", "a start is answered " + answer.StatusText()
		}
	}
	return why, why
}

// preflight asks once whether the target answers, and each of its replicas. It returns the first answer that says no, or else the last.
func (r *run) preflight() (got answer) {
	for replica := range 1 + len(r.connections.replicas) {
		got = r.send(r.ctx, ask{
			role: record.RoleOther, probe: record.ProbePreflight, label: "preflight", replica: replica,
			method: http.MethodHead, url: r.target.BaseURL, limit: r.target.preflightLimit(),
		})
		if !got.Answered() || slices.Contains(notUpStatuses, got.Status) {
			break
		}
	}
	return got
}

// whyUnanswered returns why the preflight brought no answer; empty where any answer in HTTP came.
func (r *run) whyUnanswered(a answer) string {
	if a.Answered() {
		return ""
	}
	switch failure := a.Failure; failure.Kind {
	case record.FailureTimeout:
		return fmt.Sprintf("it did not answer a HEAD request in HTTP within %v", r.target.preflightLimit())
	case record.FailureBroken, record.FailureProtocol:
		return r.nonHTTPAnswer(failure)
	default:
		return failure.Text
	}
}

// nonHTTPAnswer describes how an answer that is not HTTP began.
func (r *run) nonHTTPAnswer(failure record.Failure) string {
	began := new([]byte)
	if conn := r.connections.last.Load(); conn != nil {
		began = cmp.Or(conn.first.Load(), began)
	}
	switch {
	case len(*began) == 0:
		return "it closed the connection without an answer in HTTP"
	case bytes.HasPrefix(*began, []byte("HTTP/")) || strings.HasPrefix(r.target.BaseURL, "https:"):
		return failure.Text
	}
	return fmt.Sprintf("not an answer in HTTP: it begins with %q", r.redact.beginning(string(*began), firstKept))
}
