package contract

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onsi/gomega/types"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// The matchers below take a *[record.Exchange], and say in one line what was got and
// what was wanted. Judgements use them, and so can anybody's Gomega assertions.

// HaveStatus succeeds where the exchange was answered with one of the statuses.
func HaveStatus(statuses ...int) types.GomegaMatcher {
	names := make([]string, len(statuses))
	for i, status := range statuses {
		names[i] = fmt.Sprint(status)
	}
	return matcher{
		want: "status " + strings.Join(names, " or "),
		got:  func(e *record.Exchange) string { return e.StatusText() },
		ok:   func(e *record.Exchange) bool { return e.Answered() && slices.Contains(statuses, e.Status) },
	}
}

// HaveOneField succeeds where the answer carries exactly one field line of the name, and it is not empty.
func HaveOneField(name string) types.GomegaMatcher {
	return matcher{
		want: "exactly one " + name + " field, not empty",
		got:  func(e *record.Exchange) string { return fieldText(e, name) },
		ok:   func(e *record.Exchange) bool { values := e.Values(name); return len(values) == 1 && values[0] != "" },
	}
}

// haveSigns succeeds where the answer bears the signs.
func haveSigns(signs record.Signs) types.GomegaMatcher {
	return matcher{want: "status " + signs.String(), got: (*record.Exchange).StatusText, ok: signs.On}
}

// haveOne succeeds where the answer has one value of the pointer, and it is not empty.
func haveOne(p record.Pointer) types.GomegaMatcher {
	return matcher{
		want: fmt.Sprintf("exactly one %s field, not empty", p),
		got:  func(e *record.Exchange) string { return pointerText(e, p) },
		ok:   func(e *record.Exchange) bool { _, one := p.One(e); return one },
	}
}

// DeclareNoFreshness succeeds where nothing in the answer lets a cache use it again unasked
// (RFC 9111 4.2.1; the heuristics of 4.2.2 aside).
func DeclareNoFreshness() types.GomegaMatcher {
	return declareNoFreshness(func(*record.Exchange) time.Duration { return 0 })
}

// declareNoFreshness knows how old an answer was on arrival.
func declareNoFreshness(age func(*record.Exchange) time.Duration) types.GomegaMatcher {
	return matcher{
		want: "no freshness lifetime: no-store or no-cache, or at least no s-maxage, max-age or Expires above zero",
		got: func(e *record.Exchange) string {
			lifetime, by := freshness(e, age(e))
			return fmt.Sprintf("%s, fresh for %v", by, lifetime)
		},
		ok: func(e *record.Exchange) bool { lifetime, _ := freshness(e, age(e)); return lifetime <= 0 },
	}
}

// ForbidStoring succeeds where the answer says no-store, no-cache or max-age=0 (RFC 9111 5.2.2).
func ForbidStoring() types.GomegaMatcher {
	return matcher{
		want: "Cache-Control: no-store (or no-cache, or max-age=0)",
		got:  func(e *record.Exchange) string { return fieldText(e, "Cache-Control") },
		ok:   func(e *record.Exchange) bool { return !storable(e) },
	}
}

type matcher struct {
	want string
	got  func(*record.Exchange) string
	ok   func(*record.Exchange) bool
}

// Match implements [types.GomegaMatcher].
func (m matcher) Match(actual any) (bool, error) {
	e, ok := actual.(*record.Exchange)
	if !ok || e == nil {
		return false, fmt.Errorf("expected a *record.Exchange, got %T", actual)
	}
	return m.ok(e), nil
}

// FailureMessage implements [types.GomegaMatcher].
func (m matcher) FailureMessage(actual any) string {
	e := actual.(*record.Exchange)
	return fmt.Sprintf("%s\n got: %s\nwant: %s", e.Title(), m.got(e), m.want)
}

// GomegaString is how Gomega's own matchers, such as HaveEach, show this one: what it wants.
func (m matcher) GomegaString() string { return m.want }

// NegatedFailureMessage implements [types.GomegaMatcher].
func (m matcher) NegatedFailureMessage(actual any) string {
	e := actual.(*record.Exchange)
	return fmt.Sprintf("%s\n got: %s\nwant: not %s", e.Title(), m.got(e), m.want)
}

// expect judges one exchange by a matcher of this package.
func expect(e *record.Exchange, m types.GomegaMatcher) Judgement {
	own := m.(matcher)
	if own.ok(e) {
		return passed(e)
	}
	return failed(own.got(e), own.want, e)
}
