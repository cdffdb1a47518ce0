// Package junit writes a report for readers of test results: Jenkins, GitLab, IDEs.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// The elements of a JUnit report, as the schema has them that Jenkins publishes (junit-10.xsd of its xUnit plugin): the
// order of the fields is the order in the file, and no attribute is written that the schema does not know.
type (
	suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Time     string   `xml:"time,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Suites   []suite  `xml:"testsuite"`
	}
	suite struct {
		Name       string     `xml:"name,attr"`
		Time       string     `xml:"time,attr"`
		Timestamp  string     `xml:"timestamp,attr"`
		Tests      int        `xml:"tests,attr"`
		Failures   int        `xml:"failures,attr"`
		Errors     int        `xml:"errors,attr"`
		Skipped    int        `xml:"skipped,attr"`
		Properties []property `xml:"properties>property"`
		Cases      []testcase `xml:"testcase"`
	}
	property struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	testcase struct {
		Name      string  `xml:"name,attr"`
		ClassName string  `xml:"classname,attr"`
		Time      string  `xml:"time,attr"`
		Skipped   *event  `xml:"skipped"`
		Error     *event  `xml:"error"`
		Failure   *event  `xml:"failure"`
		Out       *output `xml:"system-out"`
	}
	event struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",cdata"`
	}
	output struct {
		Text string `xml:",cdata"`
	}
)

// Write writes a report for readers of test results: a suite a target, a case a requirement, and in each suite one
// more case, "evidence", which is an error where too little was seen to tell anything. So all cases of all
// suites are well, or skipped, if and only if the verdict is pass. The errors are the writer's.
func Write(w io.Writer, r report.Report) error {
	all := suites{Name: "two-oh-two", Time: seconds(r.Duration)}
	for i, title := range r.Titles() {
		all.add(newSuite(r, r.Targets[i], title))
	}
	if len(r.Targets) == 0 {
		all.add(suite{Name: "two-oh-two", Time: seconds(0), Timestamp: stamp(r), Properties: aboutRun(r),
			Cases: []testcase{newEvidence("two-oh-two", 0, report.NothingJudged)}})
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}

func (all *suites) add(s suite) {
	for _, c := range s.Cases {
		s.Tests++
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
	all.Suites = append(all.Suites, s)
}

func newSuite(r report.Report, t report.Target, title string) suite {
	s := suite{Name: title, Time: seconds(t.Duration), Timestamp: stamp(r), Properties: append(aboutRun(r), aboutTarget(t)...)}
	class := "two-oh-two"
	if len(r.Targets) > 1 { // readers tell cases apart by class and name, whatever suite they are in
		class += "." + title
	}
	for _, q := range t.Requirements {
		s.Cases = append(s.Cases, newCase(t, q, class+"."+q.Group()))
	}
	why := ""
	if t.Verdict == report.VerdictInconclusive {
		why = t.Inconclusive()
	}
	s.Cases = append(s.Cases, newEvidence(class, t.Duration, why))
	return s
}

func newCase(t report.Target, r report.Requirement, class string) testcase {
	c := testcase{Name: r.ID + ": " + report.EscapeUnsafe(r.Says), ClassName: class, Time: seconds(0)} // to judge takes no time: the run's is the evidence's
	event := &event{Message: report.EscapeUnsafe(r.Sentence()), Type: string(r.Outcome), Text: text.Explain(t, r)}
	if event.Text == "" { // GitLab shows the text alone
		event.Text = event.Message
	}
	switch status := r.Status(t.Strict); {
	case status.Count == report.CountsAgainst:
		c.Failure = event
	case status.Count == report.CountsNot:
		if status.State == report.NonGating {
			event.Message = fmt.Sprintf("a %s failed, which does not fail the verdict: %s", r.Level, event.Message)
		}
		c.Skipped = event
	case r.Level == contract.May:
		c.Out = &output{string(r.Outcome)}
	}
	return c
}

// newEvidence is the case that stands for the run itself: it took the run's time, and is an error where there is a why.
func newEvidence(class string, took report.Seconds, why string) testcase {
	c := testcase{Name: "evidence: Enough was seen to tell.", ClassName: class + ".run", Time: seconds(took)}
	if why != "" {
		c.Error = &event{Message: report.EscapeUnsafe(why), Type: string(report.VerdictInconclusive), Text: report.EscapeUnsafe(why)}
	}
	return c
}

func aboutRun(r report.Report) []property {
	return []property{
		{"tool", "two-oh-two " + report.EscapeUnsafe(r.Tool.Version)},
		{"contract", report.EscapeUnsafe(r.Contract.Name + " " + r.Contract.Version)},
		{"digest", report.EscapeUnsafe(r.Contract.Digest)},
	}
}

func aboutTarget(t report.Target) []property {
	list := []property{
		{"target", report.EscapeUnsafe(t.BaseURL)},
		{"verdict", string(t.Verdict)},
		{"strict", fmt.Sprint(t.Strict)},
	}
	for _, p := range []property{{"why", t.Why}, {"stopped", t.Stopped}, {"run", t.Run}} {
		if p.Value != "" {
			list = append(list, property{p.Name, report.EscapeUnsafe(p.Value)})
		}
	}
	return list
}

func seconds(s report.Seconds) string { return fmt.Sprintf("%.3f", float64(s)) }

// stamp is when the run began, without a zone, as JUnit's readers have it: in UTC.
func stamp(r report.Report) string { return r.Started.UTC().Format("2006-01-02T15:04:05") }
