package contract

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

func aRead(lines ...string) *record.Exchange {
	e := answered(lines...)
	e.Job, e.Role, e.Sent = 3, record.RoleMonitor, 1250*ms
	e.Request = record.Request{Method: "GET", URL: site + "/monitor/3"}
	return e
}

func TestMatchers(t *testing.T) {
	title := "job 3, GET http://api.example.org/v1/monitor/3 at 1.250 s\n"
	for _, c := range []struct {
		matcher types.GomegaMatcher
		good    *record.Exchange
		bad     *record.Exchange
		says    string
		negated string
	}{
		{HaveStatus(200), aRead(), status404(), " got: 404 Not Found\nwant: status 200", " got: 200 OK\nwant: not status 200"},
		{HaveStatus(404, 410), status404(), aRead(), " got: 200 OK\nwant: status 404 or 410", " got: 404 Not Found\nwant: not status 404 or 410"},
		{HaveOneField("Location"), aRead("location: /a"), aRead(), " got: no Location field\nwant: exactly one Location field, not empty", " got: Location: /a\nwant: not exactly one Location field, not empty"},
		{HaveOneField("Location"), aRead("Location: /a"), aRead("Location:"), " got: an empty Location field\nwant: exactly one Location field, not empty", ""},
		{HaveOneField("Location"), aRead("Location: /a"), aRead("Location: /a", "Location: /b"), " got: 2 Location fields: \"/a\", \"/b\"\nwant: exactly one Location field, not empty", ""},
		{DeclareNoFreshness(), aRead(), aRead("Cache-Control: max-age=60"), " got: Cache-Control: max-age=60, fresh for 1m0s\nwant: no freshness lifetime: no-store or no-cache, or at least no s-maxage, max-age or Expires above zero", ""},
		{ForbidStoring(), aRead("Cache-Control: no-store"), aRead("Cache-Control: private"), " got: Cache-Control: private\nwant: Cache-Control: no-store (or no-cache, or max-age=0)", ""},
	} {
		g := NewWithT(t)
		g.Expect(c.good).To(c.matcher)
		g.Expect(c.bad).NotTo(c.matcher)
		g.Expect(c.matcher.FailureMessage(c.bad)).To(Equal(title + c.says))
		if c.negated != "" {
			g.Expect(c.matcher.NegatedFailureMessage(c.good)).To(Equal(title + c.negated))
		}
	}
}

func status404() *record.Exchange {
	e := aRead()
	e.Status = 404
	return e
}

// TestMatchersInsideExpect shows what a reader of a failed assertion meets.
func TestMatchersInsideExpect(t *testing.T) {
	g := NewWithT(t)
	g.Expect(messageOf(func(g Gomega) { g.Expect(status404()).To(HaveStatus(201)) })).
		To(Equal("job 3, GET http://api.example.org/v1/monitor/3 at 1.250 s\n got: 404 Not Found\nwant: status 201"))
	g.Expect(messageOf(func(g Gomega) { g.Expect("200").To(HaveStatus(200)) })).To(ContainSubstring("got string"))
	g.Expect(messageOf(func(g Gomega) { g.Expect((*record.Exchange)(nil)).To(HaveStatus(200)) })).To(ContainSubstring("Exchange"))
	unanswered := aRead()
	fails(record.FailureBroken, "EOF")(unanswered)
	g.Expect(messageOf(func(g Gomega) { g.Expect(unanswered).To(HaveStatus(200)) })).To(ContainSubstring("no answer (EOF)"))
}

func TestHaveEachSaysLittle(t *testing.T) {
	g := NewWithT(t)
	reads := []*record.Exchange{aRead(), aRead("Cache-Control: no-store"), status404(), aRead(), aRead()}
	message := messageOf(func(g Gomega) { g.Expect(reads).To(HaveEach(HaveStatus(200))) })
	g.Expect(strings.Count(message, "\n")).To(BeNumerically("<", 20), message)
	g.Expect(message).To(ContainSubstring("404 Not Found"))
	g.Expect(message).To(ContainSubstring("status 200"))
}

// messageOf runs an assertion that fails, and returns what it says.
func messageOf(assertion func(Gomega)) string {
	var said string
	assertion(NewGomega(func(message string, _ ...int) { said += message }))
	return said
}
