package contract

import (
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
	age := func(a answer) time.Duration { return a.Sent - o.jobNumbered(a.Job).Start.Received }
	var wrong, right []answer
	for _, a := range answers {
		switch {
		case a.Role != record.RoleResult || a.Probe != "" || !signed(a.Request.URL) || o.jobNumbered(a.Job).Start == nil:
		case a.right:
			right = append(right, a)
		case slices.Contains([]int{401, 403, 404, 410}, a.Status):
			wrong = append(wrong, a)
		}
	}
	if len(wrong) == 0 || len(right) == 0 {
		return nil
	}
	youngest := age(slices.MinFunc(wrong, func(a, b answer) int { return int(age(a) - age(b)) }))
	older := 0
	x := &explanation{requirement: idResultRepeatable}
	for _, a := range right {
		if age(a) >= youngest {
			older++
		} else if len(x.beside) == 0 {
			x.beside = append(x.beside, a.Exchange)
		}
	}
	if !contrast(len(wrong), 0, older, len(right)-older, 1) {
		return nil
	}
	for _, a := range wrong {
		x.covers = append(x.covers, a.Exchange)
		if j := o.jobNumbered(a.Job); slices.Index(j.Results, a.Exchange) == 0 {
			x.requirement = idResultOK
		}
	}
	first := wrong[0]
	x.got = fmt.Sprintf("signed links are answered %s from %s after the start on (%s), and were answered before (#%d)", first.StatusText(), span(youngest),
		plural(len(wrong), "read"), x.beside[0].Number)
	x.want = "a link that leads to the result whenever the monitor hands it out"
	x.cause = cause{name: "link-expired", says: "the link to the result is signed once and runs out, and the 201 goes on handing it out", mend: "sign the link anew with each 201, or let it hold for as long as the job is known"}
	return x
}
