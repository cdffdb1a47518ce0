package report_test

import (
	"bytes"
	"fmt"
	stdhtml "html"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/html"
)

// large is a report of so many jobs of so many exchanges each, with fields and bodies as they are usual. A failure rests on the
// job of that number.
func large(jobs, each, failing int) report.Report {
	o := &record.Observation{Run: "k3x9", Began: began, Duration: ms(jobs + 2000), Target: record.Target{BaseURL: base}}
	telling := 0
	for job := 1; job <= jobs; job++ {
		for i := range each {
			number := len(o.Exchanges) + 1
			e := exchange(number, job, record.RoleMonitor, "GET", fmt.Sprintf("/monitor/7bjkfrvqt4vknuemki7fd5%d", job), job+i*100, 200,
				"Cache-Control", "no-store", "Content-Length", "29", "Content-Type", "application/json", "Date", "Tue, 24 Nov 2026 13:45:54 GMT")
			if i == 0 {
				e.Role, e.Status = record.RoleStart, 202
			}
			if telling == 0 && job == failing {
				telling = number + 1
			}
			o.Exchanges = append(o.Exchanges, body(e, `{"job_id":"still working..."}`))
		}
	}
	o.Arrange()
	rule := contract.Ruling{Requirement: contract.Requirement{ID: "monitor.ready", Level: contract.Must, Says: "It is there."},
		Judgement: contract.Judgement{Outcome: contract.Fail, Got: "404", Want: "200", Exchanges: []int{telling}, Jobs: []int{failing}}}
	return report.New(report.Options{}, report.Finding{Observation: o, Rulings: []contract.Ruling{rule}})
}

func shownAsHTML(t *testing.T, r report.Report) string {
	t.Helper()
	var out bytes.Buffer
	NewWithT(t).Expect(html.Write(&out, r)).To(Succeed())
	return out.String()
}

// A usual run stays below a megabyte, and one of thousands of jobs below three: it says what is left out, and has what failed.
func TestHTMLStaysSmall(t *testing.T) {
	g := NewWithT(t)
	usual := shownAsHTML(t, large(25, 16, 1))
	g.Expect(len(usual)).To(BeNumerically("<", 1<<20))
	g.Expect(usual).NotTo(Or(ContainSubstring("not shown here"), ContainSubstring("in this file")))
	many := shownAsHTML(t, large(3000, 16, 2500))
	g.Expect(len(many)).To(BeNumerically("<", 3<<20))
	for text, there := range map[string]bool{`id="t1-job2500"`: true, `id="t1-job2499"`: false} {
		g.Expect(strings.Contains(many, text)).To(Equal(there), text)
	}
	expectCounted(t, many, 3000, 3000*16)
	long := shownAsHTML(t, large(1, 3000, 1))
	g.Expect(len(long)).To(BeNumerically("<", 1<<20))
	g.Expect(strings.Contains(long, "2800 exchanges not listed here")).To(BeTrue())
	expectCounted(t, long, 1, 3000)
	for _, text := range []string{usual, many, long} {
		expectLinked(t, text)
	}
}

var (
	hrefs = regexp.MustCompile(`href="([^"]*)"`)
	ids   = regexp.MustCompile(` id="([^"]*)"`)
)

// expectLinked holds every link against the ids that there are: none leads out, or nowhere.
func expectLinked(t *testing.T, text string) {
	t.Helper()
	there := map[string]bool{}
	for _, found := range ids.FindAllStringSubmatch(text, -1) {
		there["#"+stdhtml.UnescapeString(found[1])] = true
	}
	for _, found := range hrefs.FindAllStringSubmatch(text, -1) {
		if !there[stdhtml.UnescapeString(found[1])] {
			t.Fatalf("%s leads nowhere", found[1])
		}
	}
}

// Every requirement is there once, and every exchange: what was got, wanted and sent too.
func TestHTMLHasEverything(t *testing.T) {
	r := written(report.Options{})
	text := shownAsHTML(t, r)
	told := stdhtml.UnescapeString(text)
	g := NewWithT(t)
	for _, q := range r.Targets[0].Requirements {
		g.Expect(strings.Count(text, fmt.Sprintf(` id="%s"`, q.ID))).To(Equal(1), q.ID)
		for _, part := range []string{q.Says, q.Want, q.Likely, q.Means, q.Source, q.Reason, q.Curl} {
			g.Expect(strings.Contains(told, strings.ReplaceAll(part, "\x1b", `\x1b`))).To(BeTrue(), part)
		}
	}
	for _, e := range r.Targets[0].Exchanges {
		g.Expect(strings.Count(text, fmt.Sprintf(` id="t1-e%d"`, e.Number))).To(Equal(1))
	}
	expectLinked(t, text)
	expectLinked(t, shownAsHTML(t, several()))
}

// Times that no run has are drawn somewhere all the same.
func TestHTMLOfOddTimes(t *testing.T) {
	for _, odd := range [][]report.Seconds{{0, 0, 0}, {-5, 0, 1}, {1e-9, 2e-9, 3e-9}, {0, 9e9, 9.2e9}, {7, 7, 7}, {-9.2e9, 0, 9.2e9}} {
		r := written(report.Options{})
		for i := range r.Targets[0].Exchanges {
			e := &r.Targets[0].Exchanges[i]
			e.Sent = odd[i%len(odd)]
			e.Received, e.Ended = e.Sent, e.Sent
		}
		for i := range r.Targets[0].Phases {
			p := &r.Targets[0].Phases[i]
			p.From, p.To = odd[i%len(odd)], odd[(i+1)%len(odd)]
		}
		d := r.Targets[0].Distribution
		for _, s := range []*report.Spread{d.Starts, d.Reads, d.Ends, d.Results} {
			s.P50, s.P99, s.Max = odd[0], odd[1], odd[2]
			for i := range s.Buckets {
				s.Buckets[i] = report.Bucket{To: odd[i%len(odd)], Count: i - 1}
			}
		}
		drawn := regexp.MustCompile(`\s(?:x|x1|x2|width|y|height)="([^"]*)"`).FindAllStringSubmatch(shownAsHTML(t, r), -1)
		if i := slices.IndexFunc(drawn, func(d []string) bool {
			return strings.Contains(d[1], "N") || strings.Contains(d[1], "Inf") || strings.HasPrefix(d[1], "-")
		}); i >= 0 {
			t.Errorf("%v is drawn at %s", odd, drawn[i][0])
		}
	}
}

// What the policy of the file allows is what is in it.
func TestHTMLAllowsItselfAlone(t *testing.T) {
	text := stdhtml.UnescapeString(shownAsHTML(t, written(report.Options{})))
	if !regexp.MustCompile(`content="default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'"`).MatchString(text) {
		t.Error("the policy is not there as it should be")
	}
	if more := regexp.MustCompile(`(?i)\s(src|action|data|poster|srcset)=|@import|url\(|unsafe-`).FindString(text); more != "" {
		t.Errorf("it has %q in it", more)
	}
	NewWithT(t).Expect(strings.Count(text, "<script")).To(Equal(1))
}

// A job is marked where it broke a requirement, and not where it is cited beside one that did.
func TestHTMLMarksJobsThatBrokeSomething(t *testing.T) {
	g := NewWithT(t)
	r := written(report.Options{})
	for i := range r.Targets[0].Requirements {
		if q := &r.Targets[0].Requirements[i]; q.Outcome == contract.Fail {
			q.Jobs = []int{2}
		}
	}
	page := shownAsHTML(t, r)
	g.Expect(page).To(ContainSubstring(`<a href="#t1-job2" class="failing">`))
	g.Expect(page).NotTo(ContainSubstring(`<a href="#t1-job3" class="failing">`))
	g.Expect(strings.Count(page, `<span class="flag">failed</span>`)).To(Equal(1))
}
