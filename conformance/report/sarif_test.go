package report_test

import (
	"bytes"
	"encoding/json"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// readSARIF reads a log with a library that knows every property there is, and validates it by the schema of the standard, which is in there.
func readSARIF(t *testing.T, text []byte) *sarif.Report {
	t.Helper()
	g := NewWithT(t)
	g.Expect(validSARIF(text)).To(Succeed())
	log, err := sarif.FromBytes(text)
	g.Expect(err).NotTo(HaveOccurred())
	return log
}

func validSARIF(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields() // what is validated is what was read: nothing may get lost before
	if err := decoder.Decode(&sarif.Report{}); err != nil {
		return err
	}
	log, err := sarif.FromBytes(text)
	if err != nil {
		return err
	}
	for _, run := range log.Runs {
		run.NewlineSequences = []string{"\n"} // the library makes it an empty list, which is not allowed
	}
	return log.Validate()
}

// The check can fail.
func TestSARIFThatIsNotValid(t *testing.T) {
	good := render(t, "sarif", written(report.Options{}))
	for _, row := range []struct{ good, bad string }{
		{`"kind": "fail"`, `"kind": "failed"`},
		{`"level": "warning"`, `"level": "SHOULD"`},
		{`"startLine": 1`, `"startLine": 0`},
		{`"kind": "resource"`, `"sort": "resource"`},
	} {
		g := NewWithT(t)
		g.Expect(string(good)).To(ContainSubstring(row.good))
		g.Expect(validSARIF(bytes.Replace(good, []byte(row.good), []byte(row.bad), 1))).NotTo(Succeed(), row.bad)
	}
}

func TestSARIFIsValid(t *testing.T) {
	for name, r := range reports() {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			log := readSARIF(t, render(t, "sarif", r))
			g.Expect(log.Runs).To(HaveLen(max(1, len(r.Targets))))
			categories := map[string]bool{}
			for i, run := range log.Runs {
				categories[*run.AutomationDetails.ID] = true
				pass := *run.Invocations[0].ExecutionSuccessful
				inconclusive := len(r.Targets) == 0 || r.Targets[i].Verdict == report.VerdictInconclusive
				g.Expect(pass).To(Equal(!inconclusive))
				for _, result := range run.Results {
					g.Expect(*run.Tool.Driver.Rules[result.RuleIndex].ID).To(Equal(*result.RuleID))
				}
			}
			g.Expect(categories).To(HaveLen(len(log.Runs)), "GitHub takes one run of each category")
		})
	}
}

func TestSARIFLevels(t *testing.T) {
	type told struct {
		rule, level  string
		suppressions int
	}
	of := func(options report.Options) (all []told) {
		for _, result := range readSARIF(t, render(t, "sarif", written(options))).Runs[0].Results {
			all = append(all, told{*result.RuleID, result.Level, len(result.Suppressions)})
		}
		return all
	}
	g := NewWithT(t)
	g.Expect(of(report.Options{})).To(Equal([]told{{"monitor.ready", "error", 0}, {"monitor.no-store", "warning", 0}}))
	g.Expect(of(report.Options{Strict: true})).To(Equal([]told{{"monitor.ready", "error", 0}, {"monitor.no-store", "error", 0}, {"monitor.retry-after", "error", 0}}))
	g.Expect(of(report.Options{Known: known()})).To(Equal([]told{{"monitor.ready", "error", 1}, {"monitor.created", "error", 0}, {"monitor.no-store", "error", 0}}))
}

// A failure is known again in the next run, whose ids and times are others; another requirement's or target's is another.
func TestSARIFFingerprints(t *testing.T) {
	print := func(r report.Report, result int) string {
		return readSARIF(t, render(t, "sarif", r)).Runs[0].Results[result].PartialFingerprints["primaryLocationLineHash"]
	}
	again, other := written(report.Options{}), written(report.Options{})
	again.Targets[0].Run, again.Targets[0].Exchanges[3].Request.URL = "a6b7", base+"/monitor/another"
	again.Targets[0].Requirements[3].Got = "job 7: something like it"
	other.Targets[0].BaseURL = "http://other.example"
	g := NewWithT(t)
	one := print(written(report.Options{}), 0)
	g.Expect(print(again, 0)).To(Equal(one))
	g.Expect(print(other, 0)).NotTo(Equal(one))
	g.Expect(print(again, 1)).NotTo(Equal(one))
}

// What a server sent is neither a placeholder nor a link in a message.
func TestSARIFMessages(t *testing.T) {
	r := written(report.Options{})
	r.Targets[0].Requirements[3].Got = `{0} [press](https://evil.example) \`
	result := readSARIF(t, render(t, "sarif", r)).Runs[0].Results[0]
	NewWithT(t).Expect(*result.Message.Text).To(ContainSubstring(`got: {{0}} \[press\](https://evil.example) \\`))
}
