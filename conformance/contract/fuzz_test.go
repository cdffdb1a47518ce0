package contract

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{
		"", "0", "120", "-1", "1.5", "99999999999999999999", "soon", noon, "Wednesday, 04-Mar-26 12:00:00 GMT", "Wed Mar  4 12:00:00 2026",
		"Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", " 1 ", "1,2",
	} {
		f.Add(seed, noon)
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, value, date string) {
		e := &record.Exchange{Status: 200, Fields: []record.Field{{Name: "Retry-After", Value: value}, {Name: "Date", Value: date}}}
		wait, ok := RetryAfter(e, clockZero)
		if wait < 0 || !ok && wait != 0 || wait > longest*time.Second {
			t.Errorf("%q at %q: %v, %v", value, date, wait, ok)
		}
		at, isDate := httpDate(value)
		if _, digits := deltaSeconds(strings.TrimSpace(value)); isDate && digits {
			t.Errorf("%q is a date and a number", value)
		}
		if back, known := httpDate(at.Format(http.TimeFormat)); isDate && (!known || !back.Equal(at)) {
			t.Errorf("%q is %v, and that %v", value, at, back)
		}
	})
}

func FuzzCacheControl(f *testing.F) {
	for _, seed := range []string{
		"", "no-store", "max-age=60", "max-age=0, s-maxage=60", `no-cache="a,b", max-age=1`, `x="\",`, ",,=", "MAX-AGE=\"1\"", "private", `"`, `\`,
	} {
		f.Add(seed, "Wed, 04 Mar 2026 13:00:00 GMT")
	}
	f.Fuzz(func(t *testing.T, line, expires string) {
		e := &record.Exchange{Status: 200, Fields: []record.Field{{Name: "Cache-Control", Value: line}, {Name: "Expires", Value: expires}, {Name: "Date", Value: noon}}}
		lifetime, by := freshness(e, 0)
		if lifetime < 0 || lifetime > 0 && by == "" {
			t.Errorf("%q: %v by %q", line, lifetime, by)
		}
		if strings.Join(splitList(line), ",") != line {
			t.Errorf("%q falls apart into %q", line, splitList(line))
		}
		with("Cache-Control: no-store")(e)
		e.Fields[0], e.Fields[3] = e.Fields[3], e.Fields[0]
		if lifetime, _ := freshness(e, 0); lifetime != 0 || storable(e) {
			t.Errorf("%q: no-store, and %v", line, lifetime)
		}
	})
}
