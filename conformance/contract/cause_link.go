package contract

import (
	"fmt"
	"math"
	"slices"
	"strconv"
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

// linkExpired finds monitors, or results, whose signed links have run out: all that are refused are older than all that were answered.
func linkExpired(o *view, answers []answer) *explanation {
	for _, role := range []record.Role{record.RoleMonitor, record.RoleResult} {
		if x := o.expiredLinks(role, answers); x != nil {
			return x
		}
	}
	return nil
}

func (o *view) expiredLinks(role record.Role, answers []answer) *explanation {
	var wrong, right []answer
	for _, a := range answers {
		switch {
		case a.Role != role || a.Probe != "" || !signed(a.Request.URL) || o.jobNumbered(a.Job).Start == nil:
		case role == record.RoleResult && o.jobNumbered(a.Job).Done == nil:
		case a.right:
			right = append(right, a)
		case a.Status == 401 || a.Status == 403: // one that is gone has other reasons
			wrong = append(wrong, a)
		}
	}
	if usedUp(wrong, right) {
		return nil
	}
	x := &explanation{requirement: idMonitorStatus, want: "a link that leads to the monitor for as long as the job is known"}
	for _, age := range linkAges {
		if x.beside = o.olderThan(wrong, right, age); x.beside != nil {
			break
		}
	}
	if x.beside == nil {
		return nil
	}
	mend := "let the link to the monitor hold for as long as the job is known, or know clients by their credentials"
	if role == record.RoleResult {
		x.requirement, x.want = idResultRepeatable, "a link that leads to the result whenever the monitor hands it out"
		mend = "sign the link anew with each {done}, or let it hold for as long as the job is known"
	}
	for _, a := range wrong {
		x.covers = append(x.covers, a.Exchange)
		if j := o.jobNumbered(a.Job); slices.Index(j.Results, a.Exchange) == 0 {
			x.requirement = idResultOK
		}
	}
	first := wrong[0]
	x.got = fmt.Sprintf("older signed links are answered %s (%s), younger ones are not (#%d)", first.StatusText(), plural(len(wrong), "read"), x.beside[0].Number)
	x.cause = cause{name: "link-expired", says: fmt.Sprintf("the link to the %s is signed for a while, and has run out", role), mend: mend}
	return x
}

// A linkAge tells how old a link to a result was when it was asked for, from some instant on; false where that is not known.
type linkAge func(o *view, a answer) (time.Duration, bool)

// linkAges are tried in turn: from the number that the link itself gives for its end, in seconds or in milliseconds by whatever clock, which moves all
// links alike; from the start of the job; from its end, where that was seen, since others may have ended long before.
var linkAges = []linkAge{
	func(_ *view, a answer) (time.Duration, bool) { return sinceExpiry(a, time.Second) },
	func(_ *view, a answer) (time.Duration, bool) { return sinceExpiry(a, time.Millisecond) },
	func(o *view, a answer) (time.Duration, bool) { // the link was made between the two
		start := o.jobNumbered(a.Job).Start
		if a.right {
			return a.Sent - start.Received, true
		}
		return a.Received - start.Sent, true
	},
	func(o *view, a answer) (time.Duration, bool) {
		j := o.jobNumbered(a.Job)
		if j.Done == nil {
			return 0, false
		}
		return a.Sent - j.Done.Received, len(j.Reads) > 0 && j.Reads[0] != j.Done
	},
}

// sinceExpiry is how long after its own end a link was asked for, but for the difference between its clock and ours.
func sinceExpiry(a answer, unit time.Duration) (age time.Duration, named bool) {
	for parameter := range strings.SplitSeq(uri.Split(a.Request.URL).Query, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && slices.Contains([]string{"expires", "exp", "expiry"}, strings.ToLower(name)) {
			return a.Sent - time.Duration(n)*unit, n > 0 && n < math.MaxInt64/int64(unit)
		}
	}
	return 0, false
}

// olderThan returns a right answer to a younger link where age separates those that are refused from the others; nil where it does not.
func (o *view) olderThan(wrong, right []answer, of linkAge) (beside []*record.Exchange) {
	ages := func(list []answer) (known []time.Duration) {
		for _, a := range list {
			if age, is := of(o, a); is {
				known = append(known, age)
			}
		}
		return known
	}
	refused, answered := ages(wrong), ages(right)
	if len(refused) == 0 {
		return nil
	}
	youngest, older := slices.Min(refused), 0
	for _, age := range answered {
		if age >= youngest {
			older++
		}
	}
	if !contrast(len(refused), 0, older, len(answered)-older, len(linkAges)) {
		return nil
	}
	for _, a := range right {
		if age, is := of(o, a); is && age < youngest {
			return []*record.Exchange{a.Exchange}
		}
	}
	return nil
}

// usedUp reports whether links are good for one read: none was answered twice, and all that were refused had been answered, one of them just before.
func usedUp(wrong, right []answer) bool {
	first := map[string]time.Duration{}
	for _, a := range right {
		if _, again := first[a.Request.URL]; again {
			return false
		}
		first[a.Request.URL] = a.Received
	}
	soonest := expiry
	for _, a := range wrong {
		at, answered := first[a.Request.URL]
		if !answered {
			return false
		}
		soonest = min(soonest, a.Sent-at)
	}
	return soonest < leastSpell
}
