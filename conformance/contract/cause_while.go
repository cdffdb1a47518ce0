package contract

import (
	"fmt"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A spell is a span of time in which every request was answered wrongly in one way, and outside of which none was. It is known to have begun when the first
// wrong answer was received, and not to have ended before the last was sent.
type spell struct{ from, to time.Duration }

// spellOf is the spell of wrong answers, given in the order sent; false where one of the same kinds was answered right in the midst of it.
func spellOf(covers []*record.Exchange, answers []answer, comparable func(answer) bool) (spell, bool) {
	s := spell{covers[0].Received, covers[0].Sent}
	for _, e := range covers {
		s.from, s.to = min(s.from, e.Received), max(s.to, e.Sent)
	}
	outside := 0
	for _, a := range answers {
		switch {
		case !a.right || !comparable(a):
		case a.Sent > s.from && a.Received < s.to:
			return s, false
		default:
			outside++
		}
	}
	return s, contrast(len(covers), 0, 0, outside, len(answers))
}

// leastSpell is how long a spell has to be: in a shorter one, chance may have left the others unasked.
const leastSpell = 50 * time.Millisecond

// throughout is the whole of a run, however long it is.
var throughout = spell{to: ever - lateness}

// startsLike lists the starts that were answered in a spell as a read was: nothing answers for them either.
func (s spell) startsLike(read *record.Exchange, answers []answer) (starts []*record.Exchange) {
	for _, a := range answers {
		if !a.right && a.Role == record.RoleStart && a.Received >= s.from-lateness && a.Sent <= s.to+lateness && refusalOf(a.Exchange).like(refusalOf(read)) {
			starts = append(starts, a.Exchange)
		}
	}
	return starts
}

// unknownAWhile finds jobs that were all unknown for a while and are known again: failed look-ups were answered as if there were no such job.
func unknownAWhile(o *view, answers []answer) *explanation {
	var covers []*record.Exchange
	lost, known, alone := map[int]bool{}, map[int]bool{}, false // lost, known again; and whether it met others than those begun together
	before := map[int]*record.Exchange{}
	var beside []*record.Exchange
	comparable := func(a answer) bool { return a.Probe == "" && a.Role != record.RoleStart && a.Job != 0 }
	for _, a := range answers {
		switch {
		case !comparable(a):
		case a.unknown():
			covers = append(covers, a.Exchange)
			lost[a.Job] = true
			alone = alone || o.jobNumbered(a.Job).Way != record.WayTogether
		case a.right && lost[a.Job]:
			if !known[a.Job] && before[a.Job] != nil && beside == nil {
				beside = []*record.Exchange{before[a.Job], a.Exchange}
			}
			known[a.Job] = true
		case a.right:
			before[a.Job] = a.Exchange
		}
	}
	if len(lost) < minLosses || len(known) < len(lost) || beside == nil || !alone {
		return nil
	}
	s, whole := spellOf(covers, answers, comparable)
	if !whole || s.to-s.from < leastSpell {
		return nil
	}
	return &explanation{requirement: idMonitorStatus, covers: append(covers, s.startsLike(covers[0], answers)...), beside: beside,
		got: fmt.Sprintf("from %s to %s every job that was asked about was unknown (%s), and all of them are known again after that (#%d)", record.Clock(s.from), record.Clock(s.to),
			plural(len(lost), "job"), beside[1].Number),
		want: "{pending} while the job runs, {done} once it is done; and 503 with Retry-After while nothing can be looked up",
		cause: cause{name: "outage-as-unknown", says: "jobs could not be looked up in that time, and the server answered as if they did not exist",
			mend: "answer 503 with Retry-After where a look-up fails, and 404 only where it found nothing"}}
}
