package contract

import (
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// expiry is how long after its end a job may be forgotten without a word.
const expiry = time.Minute

// expired reports whether an answer that does not know a job may be excused: it was asked for longer
// after the job may have ended than a job has to be remembered, or after the expiry that the done answer
// announced. The end lies somewhere between the last pending answer, or the start, and the done one.
func (j *jobView) expired(o *view, e *record.Exchange) bool {
	if !e.NotFound() {
		return false
	}
	if since := e.Sent - j.lastPendingAt; since > expiry || since > o.retained {
		return true
	}
	now, dated := o.made(e)
	sent, expires, known := o.announcedExpiry(j.Done)
	return known && dated && expires.After(sent) && !now.Before(expires)
}

// excuseUnread drops monitor.ready for unread jobs that may have been forgotten, as others were, before they were first read: the others' loss is
// reported, and so late a read shows nothing about the time right after the 202.
func (o *view) excuseUnread() {
	shortest, statuses := time.Duration(0), map[int]bool{} // of the answers that others' loss was told by
	for _, j := range o.jobs {
		for _, e := range slices.Concat(j.attributedTo(idMonitorFinal), j.attributedTo(idMonitorStatus)) {
			statuses[e.Status] = true
		}
		if j.Done != nil && (shortest == 0 || j.Done.Received-j.Start.Received < shortest) {
			shortest = j.Done.Received - j.Start.Received
		}
	}
	if len(statuses) == 0 || shortest == 0 {
		return
	}
	for _, j := range o.jobs {
		if j.Way == record.WayUnread && len(j.Reads) > 0 && j.Reads[0].Sent-j.Start.Received >= shortest && j.Reads[0].Answered() && statuses[j.Reads[0].Status] {
			j.attributions = slices.DeleteFunc(j.attributions, func(a attribution) bool { return a.id == idMonitorReady })
		}
	}
}

// retention tells how long jobs are remembered at least, as their done answers announce it; a minute where none
// does. It is none at all where an answer expires by a clock that we don't know.
func (o *view) retention() time.Duration {
	var longest time.Duration
	for _, e := range o.Exchanges {
		if e.Role != record.RoleMonitor || !o.Protocol.Done.On(e) {
			continue
		}
		sent, expires, known := o.announcedExpiry(e)
		if !known && !expires.IsZero() {
			return 0
		}
		longest = max(longest, expires.Sub(sent))
	}
	if longest == 0 {
		return expiry
	}
	return longest
}

// announcedExpiry reads when an answer was made and when it expires, and reports whether both are known.
func (o *view) announcedExpiry(e *record.Exchange) (sent, expires time.Time, known bool) {
	if e == nil {
		return sent, expires, false
	}
	expires, limited := httpDate(e.Value("Expires"))
	sent, dated := o.made(e)
	if !limited {
		sent = expires
	}
	return sent, expires, limited && dated
}

// signedURLGrace is how long after a done answer its Location leads to the result at least, where each answer has another.
const signedURLGrace = 10 * time.Second

// outdated reports whether a result may be refused because the URL that was asked for has run out: the
// monitor names it by another each time, as one that signs its Locations for a while does.
func (j *jobView) outdated(o *view, refused *record.Exchange) bool {
	if !slices.Contains([]int{401, 403, 404, 410}, refused.Status) {
		return false
	}
	renewed, namedAt := false, time.Duration(0)
	for _, e := range j.Reads {
		switch url := o.Protocol.Product.Follow(e, j.Start); {
		case !o.Protocol.Done.On(e) || url == "":
		case url != refused.Request.URL:
			renewed = true
		case e.Received <= refused.Sent:
			namedAt = e.Received
		}
	}
	return renewed && refused.Sent-namedAt > signedURLGrace
}
