package contract

import (
	"bytes"
	"fmt"
	neturl "net/url"
	"strconv"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A linkSpan is the time for which a signed link says that it holds; zero where it does not say.
type linkSpan struct{ from, until time.Time }

// spanOfLink reads the dates in a link's query, as the stores of Amazon, Google and Azure write them, and as tokens do. Numbers that are no instants
// near the one given say nothing.
func spanOfLink(url string, near time.Time) (s linkSpan) {
	query, _ := neturl.ParseQuery(uri.Split(url).Query)
	lasts := time.Duration(0)
	for name, values := range query {
		number, err := strconv.ParseInt(values[0], 10, 64)
		switch name := strings.ToLower(name); {
		case name == "st" || name == "x-amz-date" || name == "x-goog-date":
			s.from = linkDate(values[0])
		case name == "se":
			s.until = linkDate(values[0])
		case err != nil:
		case name == "x-amz-expires" || name == "x-goog-expires":
			lasts = time.Duration(number) * time.Second
		case name == "nbf":
			s.from = instant(number, near)
		case name == "expires" || name == "exp" || name == "expiry":
			s.until = instant(number, near)
		}
	}
	if lasts > 0 && !s.from.IsZero() {
		s.until = s.from.Add(lasts)
	}
	return s
}

func linkDate(text string) time.Time {
	for _, layout := range []string{time.RFC3339, "20060102T150405Z", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	return time.Time{}
}

// instant is what a number of seconds, or of milliseconds, stands for, if that lies within a year of another instant.
func instant(number int64, near time.Time) time.Time {
	const year = 365 * 24 * time.Hour
	for _, at := range []time.Time{time.Unix(number, 0), time.UnixMilli(number)} {
		if at.Sub(near).Abs() < year {
			return at.UTC()
		}
	}
	return time.Time{}
}

// whyLinkDates shows a signed link that does not hold yet, or no longer, by its own dates and by the Date of the answer that refuses it; holds reports
// whether these say that it does.
func whyLinkDates(refused *record.Exchange) (c cause, holds bool) {
	date, dated := httpDate(refused.Value("Date"))
	if refused.Status != 401 && refused.Status != 403 || !signed(refused.Request.URL) || !dated {
		return cause{}, false
	}
	link, says := spanOfLink(refused.Request.URL, date), fmt.Sprintf("and what refuses it says that it is %s (Date)", date.Format(time.TimeOnly))
	switch {
	case !link.until.IsZero() && date.After(link.until):
		return cause{name: "link-expired", says: fmt.Sprintf("the signed link had run out when it was asked for: by its own dates it holds until %s, %s", link.until.Format(time.TimeOnly), says),
			mend: "sign the link when it is handed out, or let it hold for as long as the job is known; where it is signed then, compare the clocks of what signs it and what refuses it"}, false
	case !link.from.IsZero() && date.Before(link.from):
		return cause{name: "link-not-valid-yet", says: fmt.Sprintf("the signed link did not hold yet when it was asked for: by its own dates it does from %s on, %s", link.from.Format(time.TimeOnly), says),
			mend: notYetMend}, false
	}
	return cause{}, !link.from.IsZero() || !link.until.IsZero()
}

// saysNotYet reports whether an answer that refuses a signed link says that it does not hold yet.
func saysNotYet(refused *record.Exchange) bool {
	text := bytes.ToLower(refused.Body.Beginning)
	refuses := refused.Status == 400 || refused.Status == 401 || refused.Status == 403
	return refuses && signed(refused.Request.URL) && (bytes.Contains(text, []byte("not yet valid")) || bytes.Contains(text, []byte("not valid yet")))
}

const notYetMend = "make links valid from some minutes earlier, since clocks differ"
