package contract

import (
	"net/http"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// answer is an answer with fields and nothing else.
func answered(lines ...string) *record.Exchange {
	e := &record.Exchange{Status: 200}
	for _, line := range lines {
		with(line)(e)
	}
	return e
}

const (
	noon      = "Wed, 04 Mar 2026 12:00:00 GMT"
	noonDated = "Date: " + noon
	shown     = " (" + noonDated + ")"
	forever   = (1 << 31) * time.Second
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, time.March, 4, 11, 59, 0, 0, time.UTC)
	for _, c := range []struct {
		lines []string
		want  time.Duration
		ok    bool
	}{
		{nil, 0, false},
		{[]string{"Retry-After: 0"}, 0, true},
		{[]string{"Retry-After: 007"}, 7 * time.Second, true},
		{[]string{"Retry-After: 120 "}, 2 * time.Minute, true},
		{[]string{"Retry-After: 99999999999999999999999"}, forever, true},
		{[]string{"Retry-After: " + noon}, time.Minute, true},
		{[]string{"Retry-After: Wednesday, 04-Mar-26 12:00:00 GMT"}, time.Minute, true},
		{[]string{"Retry-After: Wed Mar  4 12:00:00 2026"}, time.Minute, true},
		{[]string{"Retry-After: Sunday, 06-Nov-94 08:49:37 GMT"}, 0, true},
		{[]string{"Retry-After: Wed, 04 Mar 2026 13:00:05 GMT", "Date: Wed, 04 Mar 2026 13:00:00 GMT"}, 5 * time.Second, true},
		{[]string{"Retry-After: Wed, 04 Mar 2026 13:00:05 GMT", "Date: soon"}, time.Hour + 65*time.Second, true},
		{[]string{"Retry-After: Wed, 04 Mar 2026 11:00:00 GMT"}, 0, true},
		{[]string{"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"}, forever, true},
		{[]string{"Retry-After: 1", "Retry-After: 2"}, time.Second, true},
		{[]string{"Retry-After:"}, 0, false},
		{[]string{"Retry-After: -1"}, 0, false},
		{[]string{"Retry-After: +1"}, 0, false},
		{[]string{"Retry-After: 1.5"}, 0, false},
		{[]string{"Retry-After: 1s"}, 0, false},
		{[]string{"Retry-After: 1, 2"}, 0, false},
		{[]string{"Retry-After: \"1\""}, 0, false},
		{[]string{"Retry-After: ١"}, 0, false},
		{[]string{"Retry-After: 0x1"}, 0, false},
		{[]string{"Retry-After: soon"}, 0, false},
		{[]string{"Retry-After: 2026-03-04T12:00:00Z"}, 0, false},
		{[]string{"Retry-After: Wed, 04 Mar 2026 12:00:00"}, 0, false},
		{[]string{"Retry-After: Wed, 04 Mar 2026 12:00:00 +0000"}, 0, false},
		{[]string{"Retry-After: Wed, 04 Mar 2026 12:00:00.5 GMT"}, 0, false},
		{[]string{"Retry-After: Wed, 4 Mar 2026 12:00:00 GMT"}, 0, false},
		{[]string{"Retry-After: Wed, 32 Mar 2026 12:00:00 GMT"}, 0, false},
	} {
		if got, ok := RetryAfter(answered(c.lines...), now); got != c.want || ok != c.ok {
			t.Errorf("%q: %v, %v; want %v, %v", c.lines, got, ok, c.want, c.ok)
		}
	}
}

func TestFreshness(t *testing.T) {
	const hour = "Expires: Wed, 04 Mar 2026 13:00:00 GMT"
	for _, c := range []struct {
		lines    []string
		want     time.Duration
		by       string
		storable bool
	}{
		{nil, 0, "", true},
		{[]string{"Cache-Control: max-age=60"}, time.Minute, "Cache-Control: max-age=60", true},
		{[]string{"Cache-Control: MAX-AGE = 60"}, time.Minute, "Cache-Control: max-age=60", true},
		{[]string{`Cache-Control: max-age="60"`}, time.Minute, "Cache-Control: max-age=60", true},
		{[]string{"Cache-Control: max-age=60, s-maxage=5"}, 5 * time.Second, "Cache-Control: s-maxage=5", true},
		{[]string{"Cache-Control: s-maxage=0, max-age=60"}, 0, "Cache-Control: s-maxage=0", true},
		{[]string{"Cache-Control: max-age=0, s-maxage=60"}, time.Minute, "Cache-Control: s-maxage=60", false},
		{[]string{"Cache-Control: max-age=0"}, 0, "Cache-Control: max-age=0", false},
		{[]string{"Cache-Control: max-age=-1"}, 0, "Cache-Control: max-age=-1", true},
		{[]string{"Cache-Control: max-age=soon"}, 0, "Cache-Control: max-age=soon", true},
		{[]string{"Cache-Control: max-age"}, 0, "Cache-Control: max-age=", true},
		{[]string{"Cache-Control: max-age=99999999999999999999"}, forever, "Cache-Control: max-age=99999999999999999999", true},
		{[]string{"Cache-Control: max-age=60, max-age=0"}, time.Minute, "Cache-Control: max-age=60", true},
		{[]string{"Cache-Control: max-age=0", "Cache-Control: max-age=60"}, 0, "Cache-Control: max-age=0", false},
		{[]string{"Cache-Control: no-store"}, 0, "", false},
		{[]string{"Cache-Control: max-age=60", "Cache-Control: No-Store"}, 0, "", false},
		{[]string{"Cache-Control: no-cache, max-age=60"}, 0, "", false},
		{[]string{`Cache-Control: no-cache="Set-Cookie, max-age=0", max-age=60`}, time.Minute, "Cache-Control: max-age=60", true},
		{[]string{`Cache-Control: x="a\",no-store", max-age=60`}, time.Minute, "Cache-Control: max-age=60", true},
		{[]string{`Cache-Control: x="a, max-age=60`}, 0, "", true},
		{[]string{"Cache-Control: private"}, 0, "", true},
		{[]string{"Cache-Control: ,, =5, ,public"}, 0, "", true},
		{[]string{"Cache-Control: no-storex, xno-cache"}, 0, "", true},
		{[]string{noonDated, hour}, time.Hour, hour + shown, true},
		{[]string{noonDated, hour, "Cache-Control: max-age=1"}, time.Second, "Cache-Control: max-age=1", true},
		{[]string{noonDated, hour, "Cache-Control: no-cache"}, 0, "", false},
		{[]string{noonDated, "Expires: Wed, 04 Mar 2026 11:00:00 GMT"}, 0, "Expires: Wed, 04 Mar 2026 11:00:00 GMT" + shown, true},
		{[]string{noonDated, "Expires: 0"}, 0, "", true},
		{[]string{hour}, 0, "", true}, // without Date it is not judged
		{[]string{"Date: yesterday", hour}, 0, "", true},
	} {
		e := answered(c.lines...)
		if got, by := freshness(e, 0); got != c.want || by != c.by || storable(e) != c.storable {
			t.Errorf("%q: %v by %q, storable %v; want %v by %q, %v", c.lines, got, by, storable(e), c.want, c.by, c.storable)
		}
	}
}

// TestAgeOnArrival shows that an answer whose Date lies behind our clock is not fresh by an Expires that is now.
func TestAgeOnArrival(t *testing.T) {
	for _, c := range []struct{ behind, want time.Duration }{{0, 90 * time.Second}, {time.Second, 90 * time.Second}, {30 * time.Second, time.Minute}, {90 * time.Second, 0}, {time.Hour, 0}} {
		e := &record.Exchange{Number: 1, Role: record.RoleMonitor, Job: 1, Status: 200}
		began := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
		date := began.Add(-c.behind)
		e.Fields = []record.Field{{Name: "Date", Value: date.Format(http.TimeFormat)}, {Name: "Expires", Value: date.Add(90 * time.Second).Format(http.TimeFormat)}}
		o := &record.Observation{Began: began, Exchanges: []*record.Exchange{e}}
		o.Arrange()
		if got, _ := freshness(e, arrange(o).age(e)); got != c.want {
			t.Errorf("%v behind: fresh for %v, want %v", c.behind, got, c.want)
		}
	}
}

func TestSplitList(t *testing.T) {
	g := NewWithT(t)
	g.Expect(splitList(`a, b="c,d" ,e`)).To(Equal([]string{"a", ` b="c,d" `, "e"}))
	g.Expect(splitList("")).To(Equal([]string{""}))
	g.Expect(splitList(`"a\`)).To(Equal([]string{`"a\`}))
}

func TestFieldNamesAreCaseless(t *testing.T) {
	g := NewWithT(t)
	e := answered("location: a", "LOCATION: b")
	g.Expect(e.Values("Location")).To(Equal([]string{"a", "b"}))
	g.Expect(e.Value("lOCATION")).To(Equal("a"))
	g.Expect(answered("Location:").Has("location")).To(BeTrue())
	g.Expect(answered().Has("location")).To(BeFalse())
}
