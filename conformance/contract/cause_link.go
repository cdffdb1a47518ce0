package contract

import (
	"bytes"
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
	if len(wrong) == 0 || usedUp(wrong, right) {
		return nil
	}
	x := &explanation{requirement: idMonitorStatus, want: "a link that leads to the monitor for as long as the job is known", cause: linkExpiredCause(role)}
	if !x.ranOut(o, wrong, right) {
		return nil
	}
	if role == record.RoleResult {
		x.requirement, x.want = idResultRepeatable, "a link that leads to the result whenever the monitor hands it out"
	}
	for _, a := range wrong {
		x.covers = append(x.covers, a.Exchange)
		if j := o.jobNumbered(a.Job); slices.Index(j.Results, a.Exchange) == 0 {
			x.requirement = idResultOK
		}
	}
	return x
}

// ranOut says how links are seen to have run out: by their age, or by what the answers say; false where they are not.
func (x *explanation) ranOut(o *view, wrong, right []answer) bool {
	x.got = fmt.Sprintf("signed links are answered %s (%s)", wrong[0].StatusText(), plural(len(wrong), "read"))
	for _, age := range linkAges {
		if x.beside = o.olderThan(wrong, right, age); x.beside != nil {
			x.got = fmt.Sprintf("older %s, younger ones are not (#%d)", x.got, x.beside[0].Number)
			return true
		}
	}
	if dates, _ := whyLinkDates(wrong[0].Exchange); dates.says != "" && len(right) == 0 {
		return false // the link says more by itself
	}
	x.got += ", and the answers say that something has expired"
	return !slices.ContainsFunc(wrong, func(a answer) bool { return !saysExpired(a.Exchange) })
}

func linkExpiredCause(role record.Role) cause {
	mend := "let the link to the monitor hold for as long as the job is known, or know clients by their credentials"
	if role == record.RoleResult {
		mend = "sign the link anew with each {done}, or let it hold for as long as the job is known"
	}
	return cause{name: "link-expired", says: fmt.Sprintf("the link to the %s is signed for a while, and has run out", role), mend: mend}
}

// saysExpired reports whether an answer says that something has expired, as stores do of links ("Request has expired").
func saysExpired(e *record.Exchange) bool {
	return bytes.Contains(bytes.ToLower(e.Body.Beginning), []byte("expired"))
}

// A linkAge tells how old a link was when it was looked at, from some instant on: between two ages, since the request took its time; false where that
// is not known.
type linkAge func(o *view, a answer) (least, most time.Duration, known bool)

// linkAges are tried in turn: from the number that the link itself gives for its end, in seconds or in milliseconds by whatever clock, which moves all
// links alike; from the start of the job; from its end, where that was seen, since others may have ended long before.
var linkAges = []linkAge{
	func(_ *view, a answer) (least, most time.Duration, known bool) { return sinceExpiry(a, time.Second) },
	func(_ *view, a answer) (least, most time.Duration, known bool) {
		return sinceExpiry(a, time.Millisecond)
	},
	func(o *view, a answer) (least, most time.Duration, known bool) {
		start := o.jobNumbered(a.Job).Start
		return a.Sent - start.Received, a.Received - start.Sent, true
	},
	func(o *view, a answer) (least, most time.Duration, known bool) {
		j := o.jobNumbered(a.Job)
		if j.Done == nil {
			return 0, 0, false
		}
		return a.Sent - j.Done.Received, a.Received - j.lastPendingAt, len(j.Reads) > 0 && j.Reads[0] != j.Done
	},
}

// sinceExpiry is how long after its own end a link was looked at, but for the difference between its clock and ours.
func sinceExpiry(a answer, unit time.Duration) (least, most time.Duration, named bool) {
	for parameter := range strings.SplitSeq(uri.Split(a.Request.URL).Query, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && slices.Contains([]string{"expires", "exp", "expiry"}, strings.ToLower(name)) {
			end := time.Duration(n) * unit
			return a.Sent - end, a.Received - end, n > 0 && n < math.MaxInt64/int64(unit)
		}
	}
	return 0, 0, false
}

// olderThan returns a right answer to a younger link where age separates those that are refused from the others; nil where it does not. What may have
// been younger or older than the youngest that is refused is no evidence.
func (o *view) olderThan(wrong, right []answer, of linkAge) (beside []*record.Exchange) {
	bound, known := expiry, false
	for _, a := range wrong {
		if _, most, is := of(o, a); is {
			bound, known = min(bound, most), true
		}
	}
	refused, older := 0, 0
	for _, a := range wrong {
		if least, _, is := of(o, a); is && least >= bound {
			refused++
		}
	}
	for _, a := range right {
		switch least, most, is := of(o, a); {
		case is && least >= bound:
			older++
		case is && most <= bound:
			beside = append(beside, a.Exchange)
		}
	}
	if !known || !contrast(refused, 0, older, len(beside), len(linkAges)) {
		return nil
	}
	return beside[:1]
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
