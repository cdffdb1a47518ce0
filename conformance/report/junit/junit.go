// Package junit writes a report for readers of test results: Jenkins, GitLab, IDEs.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"

	"github.com/jstemmer/go-junit-report/v2/junit"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// Write writes a report for readers of test results: a suite a target, a case a requirement, and in each suite one
// more case, "evidence", which is an error where too little was seen to tell anything. So all cases of all
// suites are well, or skipped, if and only if the verdict is pass. The errors are the writer's.
func Write(w io.Writer, r report.Report) error {
	all := junit.Testsuites{Name: "two-oh-two", Time: seconds(r.Duration)}
	for i, title := range r.Titles() {
		all.AddSuite(newSuite(r, r.Targets[i], title, i))
	}
	if len(r.Targets) == 0 {
		none := emptySuite(r, "two-oh-two", 0)
		none.AddTestcase(newEvidence("two-oh-two", 0, report.NothingJudged))
		all.AddSuite(none)
	}
	all.Skipped = 0                               // the schema that Jenkins publishes (junit-10.xsd of its xUnit plugin) has no such attribute here
	text, err := xml.MarshalIndent(all, "", "  ") // the library's own way has tabs
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}

// emptySuite is a suite without cases, with what is to be known of the run. The stamp has no zone, as JUnit's readers have it: it is in UTC.
func emptySuite(r report.Report, title string, took report.Seconds) junit.Testsuite {
	s := junit.Testsuite{Name: title, Time: seconds(took), Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05")}
	s.AddProperty("tool", "two-oh-two "+report.EscapeUnsafe(r.Tool.Version))
	s.AddProperty("contract", report.EscapeUnsafe(r.Contract.Name+" "+r.Contract.Version))
	s.AddProperty("digest", report.EscapeUnsafe(r.Contract.Digest))
	return s
}

func newSuite(r report.Report, t report.Target, title string, id int) junit.Testsuite {
	s := emptySuite(r, title, t.Duration)
	s.ID = id
	for _, p := range []junit.Property{
		{Name: "target", Value: t.BaseURL}, {Name: "verdict", Value: string(t.Verdict)}, {Name: "strict", Value: fmt.Sprint(t.Strict)},
		{Name: "why", Value: t.Why}, {Name: "stopped", Value: t.Stopped}, {Name: "run", Value: t.Run},
	} {
		if p.Value != "" {
			s.AddProperty(p.Name, report.EscapeUnsafe(p.Value))
		}
	}
	class := "two-oh-two"
	if len(r.Targets) > 1 { // readers tell cases apart by class and name, whatever suite they are in
		class += "." + title
	}
	for _, q := range t.Requirements {
		s.AddTestcase(newCase(t, q, class+"."+q.Group()))
	}
	why := ""
	if t.Verdict == report.VerdictInconclusive {
		why = t.Inconclusive()
	}
	s.AddTestcase(newEvidence(class, t.Duration, why))
	return s
}

func newCase(t report.Target, r report.Requirement, class string) junit.Testcase {
	c := junit.Testcase{Name: r.ID + ": " + report.EscapeUnsafe(r.Says), Classname: class, Time: seconds(0)} // to judge takes no time: the run's is the evidence's
	event := &junit.Result{Message: report.EscapeUnsafe(r.Sentence()), Type: string(r.Outcome), Data: text.Explain(t, r)}
	if event.Data == "" { // GitLab shows the text alone
		event.Data = event.Message
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
		c.SystemOut = &junit.Output{Data: string(r.Outcome)}
	}
	return c
}

// newEvidence is the case that stands for the run itself: it took the run's time, and is an error where there is a why.
func newEvidence(class string, took report.Seconds, why string) junit.Testcase {
	c := junit.Testcase{Name: "evidence: Enough was seen to tell.", Classname: class + ".run", Time: seconds(took)}
	if why != "" {
		c.Error = &junit.Result{Message: report.EscapeUnsafe(why), Type: string(report.VerdictInconclusive), Data: report.EscapeUnsafe(why)}
	}
	return c
}

func seconds(s report.Seconds) string { return fmt.Sprintf("%.3f", float64(s)) }
