package observe

import (
	"fmt"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// diagnoseAbsence asks for what is still unknown past any cache, and as before: a cache may have kept the answer from before it was stored, or the URL may
// tell which replica answers.
func (r *run) diagnoseAbsence(j *job, role record.Role, url string, last answer, failures int) {
	if r.target.NoProbes || !last.NotFound() || failures != absencesSoon && failures != absencesLate || !r.onTarget(url) {
		return
	}
	if !r.firstDiagnosis(fmt.Sprintf("absence of the %s after %d", role, failures)) {
		return
	}
	again := ask{role: role, probe: record.ProbeDiagnosis, job: j.number, url: url, bound: sampleBytes}
	left, known := mostUnknown, false
	if failures == absencesSoon {
		left = 1 // it may be stored a moment late
	}
	r.inTurnPastCaches(again, func(e *record.Exchange) bool {
		left--
		known = known || r.protocol.Answers(e)
		return known || left > 0
	})
	if failures == absencesLate && !known && r.knowsAnother(role) {
		r.inOtherSpellings(again)
	}
}

// inOtherSpellings asks by other spellings of a URL, until one is known and a later one is not; or for a while, if none is.
func (r *run) inOtherSpellings(again ask) {
	known := false
	for n := range contract.Spellings {
		other := again
		other.url = contract.Respelled(again.url, n)
		if other.url == "" {
			return
		}
		got := r.probe(other)
		if known && got.NotFound() {
			return
		}
		known = known || r.protocol.Answers(got.Exchange)
	}
}

// knowsAnother reports whether a monitor, or a result, of any job was known: else no replica knows what is asked for.
func (r *run) knowsAnother(role record.Role) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.exchanges, func(e *record.Exchange) bool { return e.Role == role && e.Probe == "" && r.protocol.Answers(e) })
}
