package contract

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// longEnd is how a Location of nine thousand bytes ends in a record.
var longEnd = "… (9000 bytes, SHA-256 " + strings.Repeat("0f", 32) + ")"

// tooLong names monitors by Locations that nobody followed.
func tooLong(location string) edit {
	return both(on(starts, own("Location: "+location)), on(reads, fails(record.FailureWithheld, "too long")), never(results))
}

var longCases = []testCase{
	{"start.location", "too long to be followed", Pass, "", tooLong("/v1/monitor/{id}/a" + longEnd)},
	{"start.location", "two, too long", Fail, "2 Location fields", both(on(starts, with("Location: /b"+longEnd)), never(reads), never(results))},
	{"start.own-job", "too long, and one for all", Fail, "were both given the monitor", both(on(starts, field("Location: /v1/monitor/1"+longEnd)), on(reads, fails(record.FailureWithheld, "too long")), never(results))},
	{"location.syntax", "too long, as far as it is known", NotObserved, "no Location", tooLong("/v1/monitor/{id}/a" + longEnd)},
	{"location.syntax", "too long, and half an escape is known", NotObserved, "no Location", tooLong("/v1/monitor/{id}/%4" + longEnd)},
	{"location.syntax", "too long, and wrong as far as it is known", Fail, "the path has a space", tooLong("/v1/a monitor/{id}" + longEnd)},
	{"location.same-origin", "too long, and cross-origin", Fail, "files.example.org", tooLong("http://files.example.org/{id}/a" + longEnd)},
	{"monitor.ready", "too long to be followed", NotObserved, "no monitor was read", tooLong("/v1/monitor/{id}/a" + longEnd)},
	{"monitor.final", "too long afterwards", Pass, "", on(and(of(dones, 9), lates), own("Location: /v1/result/{id}/a"+longEnd))},
	{"result.ok", "too long to be followed", NotObserved, "no result was read", both(on(dones, own("Location: /v1/result/{id}/a"+longEnd)), on(results, fails(record.FailureWithheld, "too long")))},
	{"access.unguessable", "too long, and not all known", NotObserved, "too few", tooLong("/v1/monitor/{id}/a" + longEnd)},
}

func TestShorten(t *testing.T) {
	g := NewWithT(t)
	long := strings.Repeat("é", 5000)
	kept := record.Shorten(long, 101)
	g.Expect(kept).To(HavePrefix(strings.Repeat("é", 50) + "… (10000 bytes, SHA-256 "))
	g.Expect(record.Shorten(kept, 101)).To(Equal(kept), "what is short already stays")
	g.Expect(record.Shorten(long[:101], 101)).To(Equal(long[:101]))
	g.Expect(record.Shorten(long+"x", 101)).NotTo(Equal(record.Shorten(long+"y", 101)), "what differs beyond the bound still does")
	beginning, whole := record.Beginning(kept)
	g.Expect(beginning).To(Equal(strings.Repeat("é", 50)))
	g.Expect(whole).To(BeFalse())
	for _, text := range []string{"", ")", "a (9 bytes)", long, "\xff…)", record.Shorten(long, 101) + " "} {
		beginning, whole := record.Beginning(text)
		g.Expect(beginning).To(Equal(text))
		g.Expect(whole).To(BeTrue(), text)
	}
	for most := range 12 {
		beginning, _ := record.Beginning(record.Shorten("\xff\xffé\x80\x80\x80\x80\x80\x80\x80\x80\x80", most))
		g.Expect(len(beginning)).To(And(BeNumerically("<=", most), BeNumerically(">=", most-4)))
	}
}
