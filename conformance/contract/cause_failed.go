package contract

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// jobFailed is what a body says of a job that has failed.
var jobFailed = regexp.MustCompile(`(?i)\b(job|task|run|workflow|process|operation|execution)\b[^"\n]{0,40}\bfail(ed|ure)\b|"(state|status)"\s*:\s*"(failed|failure|error)"`)

// saysFailed reports whether an error says of itself that the job has failed.
func saysFailed(e *record.Exchange) bool {
	return e.Answered() && e.Status >= 400 && !e.NotFound() && jobFailed.Match(e.Body.Beginning)
}

// whyFailureAsError shows a job whose monitor says from one read on, and in the same words to the last, that the job has failed: others end.
func whyFailureAsError(o *view, j *jobView, first *record.Exchange) cause {
	told := j.Reads[slices.Index(j.Reads, first):]
	differs := func(e *record.Exchange) bool { return e.Status != first.Status || e.Body.Hash != first.Body.Hash }
	if len(told) < 3 || len(o.ends) == 0 || !saysFailed(first) || slices.ContainsFunc(told, differs) {
		return cause{}
	}
	return cause{name: "failure-as-error", says: fmt.Sprintf("the body says that the job has failed, and so it does to the last read (#%d): a failed job is told as a failed request", told[len(told)-1].Number),
		mend: fmt.Sprintf("answer %s once the job has ended, and let the result say that it failed (%s); to see jobs succeed, give one that does", o.Protocol.Done, o.Protocol.Failure)}
}

// whyFailedResult shows a result that says that its job has failed, by a status that does not.
func whyFailedResult(o *view, first *record.Exchange) cause {
	if !saysFailed(first) {
		return cause{}
	}
	return cause{name: "failure-as-error", says: fmt.Sprintf("the body says that the job has failed, and %s does not: a failed job is told as a failed request", first.StatusText()),
		mend: fmt.Sprintf("answer %s for the result of a job that failed; to see jobs succeed, give one that does", o.Protocol.Failure)}
}
