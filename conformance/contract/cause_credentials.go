package contract

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// CouldNotTell says why a target can't be told to keep the contract or not, though nothing failed: the cause of a requirement that was not
// observed, with what to do about it. It is empty where no such cause is known.
func CouldNotTell(rulings []Ruling) string {
	for _, r := range rulings {
		if r.Outcome != NotObserved || r.Cause == "" {
			continue
		}
		says := r.Reason + "; " + r.Likely
		if r.Mend != "" {
			says += ". To do: " + r.Mend
		}
		return says
	}
	return ""
}

// noStart is a start that was refused as one is that is not there, or not for us, where every start was.
func (o *view) noStart() *record.Exchange {
	var first *record.Exchange
	for _, j := range o.jobs {
		if j.Start == nil {
			continue
		}
		if !j.Start.Answered() || !slices.Contains([]int{401, 403, 404, 405}, j.Start.Status) {
			return nil
		}
		first = cmp.Or(first, j.Start)
	}
	return first
}

// credentialsExpired finds credentials that were accepted, and from one moment on are not: that is no fault of the server.
func credentialsExpired(o *view, answers []answer) *explanation {
	refused := func(a answer) bool { return a.Status == 401 && a.Request.Credentials == record.IdentityFirst }
	var first, before, last *record.Exchange // last is the last answer at all to have been given for them
	accepted := map[record.Role]*record.Exchange{}
	for _, a := range answers {
		switch {
		case a.Request.Credentials != record.IdentityFirst || a.Probe != "":
		case a.right && first != nil && a.Sent >= first.Received && o.Home(a.Request.URL):
			return nil // they are accepted again
		case a.right:
			accepted[a.Role], last = a.Exchange, a.Exchange
		case refused(a) && first == nil && accepted[a.Role] != nil:
			first, before = a.Exchange, accepted[a.Role]
		}
	}
	if first == nil {
		return nil
	}
	x := &explanation{beside: []*record.Exchange{before},
		got: fmt.Sprintf("the credentials were accepted until %s (#%d), and are refused with 401 from %s on (#%d)", record.Clock(before.Sent), before.Number, record.Clock(first.Sent), first.Number),
		cause: cause{name: "credentials-expired", says: "they ran out during the run",
			mend: "give credentials that last for the run, or have them renewed with --header-command"}}
	for _, a := range answers {
		if refused(a) && a.Sent > last.Sent {
			x.covers = append(x.covers, a.Exchange)
		}
	}
	return x
}
