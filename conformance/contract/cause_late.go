package contract

import (
	"fmt"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// whyGrantedLate shows a resource that refuses at first whom it answers a moment later: it is there in time, and by is the answer that announced it.
// Refusals of all ages would have another reason.
func (o *view) whyGrantedLate(there, by *record.Exchange) cause {
	refused, announced := 0, "{accepted}"
	if there.Role == record.RoleResult {
		announced = "{done}"
	}
	var oldest time.Duration
	var answered []time.Duration // ages
	for _, a := range o.answers() {
		age, known := o.ageOf(a)
		switch {
		case a.Role != there.Role || a.Probe != "" || !known:
		case a.right:
			answered = append(answered, age)
		case a.Status == 401 || a.Status == 403:
			refused++
			oldest = max(oldest, age)
		}
	}
	young := 0
	for _, age := range answered {
		if age <= oldest {
			young++
		}
	}
	if !contrast(refused, 0, young, len(answered)-young, 1) {
		return cause{}
	}
	return cause{name: "granted-late", says: fmt.Sprintf("it answers %s after the %s (#%d), and is refused before that, as others are: the right to read it is granted too late", span(there.Sent-by.Received), announced, there.Number),
		mend: fmt.Sprintf("grant access first, in all places that are asked about it, and send the %s then", announced), shown: there}
}

// ageOf is how long after the answer that announced it a monitor, or a result, was asked for.
func (o *view) ageOf(a answer) (age time.Duration, known bool) {
	j := o.jobNumbered(a.Job)
	switch {
	case a.Role == record.RoleMonitor && j.Start != nil:
		return a.Sent - j.Start.Received, true
	case a.Role == record.RoleResult && j.Done != nil:
		return a.Sent - j.Done.Received, true
	}
	return 0, false
}
