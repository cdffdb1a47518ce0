package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// signed reports whether a URL bears a signature, as links to a store do that hold for a while.
func signed(url string) bool {
	for parameter := range strings.SplitSeq(uri.Split(url).Query, "&") {
		name, _, _ := strings.Cut(strings.ToLower(parameter), "=")
		if slices.Contains([]string{"sig", "signature", "x-amz-signature", "x-goog-signature", "token", "hmac"}, name) {
			return true
		}
	}
	return false
}

// linkExpired finds results whose signed links have run out: all that are refused are older than all that were answered.
func linkExpired(o *view, answers []answer) *explanation {
	var wrong, right []answer
	for _, a := range answers {
		switch {
		case a.Role != record.RoleResult || a.Probe != "" || !signed(a.Request.URL) || o.jobNumbered(a.Job).Done == nil:
		case a.right:
			right = append(right, a)
		case a.Status == 401 || a.Status == 403: // one that is gone has other reasons
			wrong = append(wrong, a)
		}
	}
	before := func(a answer) time.Duration { return a.Sent - o.jobNumbered(a.Job).Start.Received }
	after := func(a answer) time.Duration { return a.Sent - o.jobNumbered(a.Job).Done.Received }
	x, youngest := &explanation{requirement: idResultRepeatable}, time.Duration(0)
	if youngest, x.beside = olderThan(wrong, right, before); x.beside == nil {
		seenEnding := func(list []answer) []answer { // the others may have ended long before their ends were seen
			return slices.DeleteFunc(slices.Clone(list), func(a answer) bool { j := o.jobNumbered(a.Job); return len(j.Reads) == 0 || j.Reads[0] == j.Done })
		}
		youngest, x.beside = olderThan(seenEnding(wrong), seenEnding(right), after)
	}
	if x.beside == nil {
		return nil
	}
	for _, a := range wrong {
		x.covers = append(x.covers, a.Exchange)
		if j := o.jobNumbered(a.Job); slices.Index(j.Results, a.Exchange) == 0 {
			x.requirement = idResultOK
		}
	}
	first := wrong[0]
	x.got = fmt.Sprintf("signed links are answered %s once they are %s old (%s), and younger ones are not (#%d)", first.StatusText(), span(youngest),
		plural(len(wrong), "read"), x.beside[0].Number)
	x.want = "a link that leads to the result whenever the monitor hands it out"
	x.cause = cause{name: "link-expired", says: "the link to the result is signed for a while, and has run out", mend: "sign the link anew with each 201, or let it hold for as long as the job is known"}
	return x
}

// olderThan reports from which age on links are refused, and a right answer to a younger one, where age separates the refused from the others.
func olderThan(wrong, right []answer, age func(answer) time.Duration) (youngest time.Duration, beside []*record.Exchange) {
	if len(wrong) == 0 {
		return 0, nil
	}
	youngest = age(slices.MinFunc(wrong, func(a, b answer) int { return cmp.Compare(age(a), age(b)) }))
	older := 0
	for _, a := range right {
		if age(a) >= youngest {
			older++
		} else if beside == nil {
			beside = []*record.Exchange{a.Exchange}
		}
	}
	if !contrast(len(wrong), 0, older, len(right)-older, 2) {
		return 0, nil
	}
	return youngest, beside
}
