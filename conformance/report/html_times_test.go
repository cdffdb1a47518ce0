package report_test

import (
	"fmt"
	stdhtml "html"
	"regexp"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

var (
	jobIDs      = regexp.MustCompile(` id="t1-job[1-9]\d*"`)
	exchangeIDs = regexp.MustCompile(` id="t1-e\d+"`)
	leftTable   = regexp.MustCompile(`(?s)<details class="left">.*?</details>`)
	lastCells   = regexp.MustCompile(`<td>(\d+)</td></tr>`)
)

// expectCounted holds what is said of what is not shown against what is: of so many jobs and exchanges.
func expectCounted(t *testing.T, text string, jobs, exchanges int) {
	t.Helper()
	g := NewWithT(t)
	shownJobs, shownExchanges := len(jobIDs.FindAllString(text, -1)), len(exchangeIDs.FindAllString(text, -1))
	if jobs > shownJobs {
		g.Expect(strings.Count(text, fmt.Sprintf("%d of %d jobs are not shown here.", jobs-shownJobs, jobs))).To(Equal(2), "at the drawing and at the exchanges")
	} else {
		g.Expect(strings.Contains(text, "not shown here")).To(BeFalse())
	}
	g.Expect(strings.Count(text, fmt.Sprintf("%d of %d exchanges are in this file", shownExchanges, exchanges))).To(Equal(2), "%d exchanges are shown", shownExchanges)
	sum := 0
	for _, cell := range lastCells.FindAllStringSubmatch(leftTable.FindString(text), -1) {
		n, err := strconv.Atoi(cell[1])
		g.Expect(err).NotTo(HaveOccurred())
		sum += n
	}
	g.Expect(sum).To(Equal(exchanges-shownExchanges), "what the others were")
}

// A run of which little is kept says how much, and a judgement says on how many more it rests.
func TestHTMLOfManyJobs(t *testing.T) {
	for _, jobs := range []int{100, 700, 2000} {
		r := resting(jobs)
		text := shownAsHTML(t, r)
		expectCounted(t, text, jobs, 6*jobs+1)
		expectLinked(t, text)
		g := NewWithT(t)
		g.Expect(text).To(ContainSubstring(fmt.Sprintf("<p>and %d more</p>", jobs-24)))
		g.Expect(len(text)).To(BeNumerically("<", 2<<20))
	}
	r := resting(700)
	r.Targets[0].Requirements[2].Outcome = contract.Pass
	NewWithT(t).Expect(shownAsHTML(t, r)).To(MatchRegexp(`#6</a> .*and 676 more</dd>`))
}

// Spreads are open where jobs are many, as in the text, and what is drawn is written too.
func TestHTMLOfTimes(t *testing.T) {
	g := NewWithT(t)
	for jobs, open := range map[int]bool{49: false, 50: true} {
		g.Expect(strings.Contains(shownAsHTML(t, resting(jobs)), `<details class="times" open>`)).To(Equal(open), "%d jobs", jobs)
	}
	text := shownAsHTML(t, resting(1000))
	for _, row := range []string{
		`from a start to its 202</th><td>1000</td><td>500µs</td><td>1ms</td><td>1ms</td>`,
		`from asking for a monitor to its answer</th><td>3000</td><td>1ms</td><td>2ms</td><td>2ms</td>`,
		`from a job&#39;s 202 until it was seen done</th><td>1000</td><td>2.04s</td><td>2.089s</td><td>2.09s</td>`,
		`from asking for a result to its answer</th><td>2000</td><td>1.5ms</td><td>3ms</td><td>3ms</td>`,
	} {
		g.Expect(text).To(ContainSubstring(row))
	}
	d := resting(1000).Targets[0].Distribution
	buckets := len(d.Starts.Buckets) + len(d.Reads.Buckets) + len(d.Ends.Buckets) + len(d.Results.Buckets)
	g.Expect(regexp.MustCompile(`<title>\d+ of \d+ up to [^<]+</title>`).FindAllString(text, -1)).To(HaveLen(buckets))
	nothing := written(report.Options{})
	nothing.Targets[0].Distribution, nothing.Targets[0].Phases = nil, nil
	g.Expect(shownAsHTML(t, nothing)).NotTo(Or(ContainSubstring("-times"), ContainSubstring("Where the time went")))
}

// Percentiles are drawn in the bars that they belong to.
func TestHTMLOfPercentiles(t *testing.T) {
	marks := regexp.MustCompile(`<line class="mark" x1="([\d.]+)%"`)
	for name, c := range map[string]struct {
		spread report.Spread
		want   []string
	}{
		"in the middle of the only bar": {report.Spread{Count: 1, P50: 2, P99: 2, Max: 2, Buckets: []report.Bucket{{2, 1}}}, []string{"50.00", "50.00", "50.00"}},
		"by its logarithm":              {report.Spread{Count: 9, P50: 1, P99: 10, Max: 100, Buckets: []report.Bucket{{1, 3}, {100, 6}}}, []string{"50.00", "75.00", "100.00"}},
		"without a factor":              {report.Spread{Count: 9, P50: 0, P99: 1, Max: 1, Buckets: []report.Bucket{{1, 3}, {1, 6}}}, []string{"25.00", "25.00", "25.00"}},
		"without bars":                  {report.Spread{Count: 9, P50: 1, P99: 1, Max: 1}, []string{"0.00", "0.00", "0.00"}},
	} {
		r := written(report.Options{})
		r.Targets[0].Distribution = &report.Distribution{Ends: &c.spread}
		var got []string
		for _, found := range marks.FindAllStringSubmatch(shownAsHTML(t, r), -1) {
			got = append(got, found[1])
		}
		NewWithT(t).Expect(got).To(Equal(c.want), name)
	}
}

// The parts of the run are on its clock, written too, and no more than anybody reads.
func TestHTMLOfPhases(t *testing.T) {
	r := written(report.Options{})
	target := &r.Targets[0]
	target.Phases = []report.Phase{{"the first", 0, 1}, {"the second", 1, 4}}
	text := shownAsHTML(t, r)
	g := NewWithT(t)
	g.Expect(text).To(MatchRegexp(`the first<span class="unseen">: 1.000 s, from 0.000 s to 1.000 s</span>.*<rect x="0.00%" y="3" width="25.00%"`))
	g.Expect(text).To(MatchRegexp(`the second<span class="unseen">: 3.000 s, from 1.000 s to 4.000 s</span>.*<rect x="25.00%" y="3" width="75.00%"`))
	for range 100 {
		target.Phases = append(target.Phases, report.Phase{"<b>" + strings.Repeat("x", 1000), 0, 1})
	}
	text = stdhtml.UnescapeString(shownAsHTML(t, r))
	g.Expect(strings.Count(text, "<li><span>")).To(Equal(24))
	g.Expect(text).To(ContainSubstring("<p>and 78 more</p>"))
	g.Expect(text).NotTo(ContainSubstring(strings.Repeat("x", 100)))
}
