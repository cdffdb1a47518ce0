package report

import (
	"encoding/xml"
	"fmt"
	"io"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// The elements of a JUnit report, as the schema has them that Jenkins publishes (junit-10.xsd of its xUnit plugin): the
// order of the fields is the order in the file, and no attribute is written that the schema does not know.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Time     string       `xml:"time,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name      string      `xml:"name,attr"`
		ClassName string      `xml:"classname,attr"`
		Time      string      `xml:"time,attr"`
		Skipped   *junitEvent `xml:"skipped"`
		Error     *junitEvent `xml:"error"`
		Failure   *junitEvent `xml:"failure"`
		Out       *junitText  `xml:"system-out"`
	}
	junitEvent struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",cdata"`
	}
	junitText struct {
		Text string `xml:",cdata"`
	}
)

// JUnit writes a report for readers of test results: a suite a target, a case a requirement, and in each suite one
// more case, "evidence", which is an error where too little was seen to tell anything. So all cases of all
// suites are well, or skipped, if and only if the verdict is pass. The errors are the writer's.
func JUnit(w io.Writer, r Report) error {
	all := junitSuites{Name: "two-oh-two", Time: junitTime(r.Duration)}
	for i, title := range r.titles() {
		all.add(newJUnitSuite(r, r.Targets[i], title))
	}
	if len(r.Targets) == 0 {
		all.add(junitSuite{Name: "two-oh-two", Time: junitTime(0), Timestamp: junitStamp(r), Properties: r.junitProperties(),
			Cases: []junitCase{newJUnitEvidence("two-oh-two", 0, nothingJudged)}})
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	return err
}

func (all *junitSuites) add(s junitSuite) {
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

func newJUnitSuite(r Report, t Target, title string) junitSuite {
	s := junitSuite{Name: title, Time: junitTime(t.Duration), Timestamp: junitStamp(r), Properties: append(r.junitProperties(), t.junitProperties()...)}
	class := "two-oh-two"
	if len(r.Targets) > 1 { // readers tell cases apart by class and name, whatever suite they are in
		class += "." + title
	}
	for _, q := range t.Requirements {
		s.Cases = append(s.Cases, newJUnitCase(t, q, class+"."+q.group()))
	}
	why := ""
	if t.Verdict == VerdictInconclusive {
		why = t.inconclusive()
	}
	s.Cases = append(s.Cases, newJUnitEvidence(class, t.Duration, why))
	return s
}

func newJUnitCase(t Target, r Requirement, class string) junitCase {
	c := junitCase{Name: r.ID + ": " + harmless(r.Says), ClassName: class, Time: junitTime(0)} // to judge takes no time: the run's is the evidence's
	event := &junitEvent{Message: harmless(r.sentence()), Type: string(r.Outcome), Text: t.Explain(r)}
	if event.Text == "" { // GitLab shows the text alone
		event.Text = event.Message
	}
	switch r.Counts(t.Strict) {
	case CountsAgainst:
		c.Failure = event
	case CountsNot:
		if r.Outcome == contract.Fail && !r.ExpectedFailure {
			event.Message = fmt.Sprintf("a %s failed, which is not held against the target: %s", r.Level, event.Message)
		}
		c.Skipped = event
	case CountsFor:
		if r.Level == contract.May {
			c.Out = &junitText{string(r.Outcome)}
		}
	}
	return c
}

// newJUnitEvidence is the case that stands for the run itself: it took the run's time, and is an error where there is a why.
func newJUnitEvidence(class string, took Seconds, why string) junitCase {
	c := junitCase{Name: "evidence: Enough was seen to tell.", ClassName: class + ".run", Time: junitTime(took)}
	if why != "" {
		c.Error = &junitEvent{Message: harmless(why), Type: string(VerdictInconclusive), Text: harmless(why)}
	}
	return c
}

func (r Report) junitProperties() []junitProperty {
	return []junitProperty{
		{"tool", "two-oh-two " + harmless(r.Tool.Version)},
		{"contract", harmless(r.Contract.Name + " " + r.Contract.Version)},
		{"digest", harmless(r.Contract.Digest)},
	}
}

func (t Target) junitProperties() []junitProperty {
	list := []junitProperty{
		{"target", harmless(t.BaseURL)},
		{"verdict", string(t.Verdict)},
		{"strict", fmt.Sprint(t.Strict)},
	}
	for _, p := range []junitProperty{{"why", t.Why}, {"stopped", t.Stopped}, {"run", t.Run}} {
		if p.Value != "" {
			list = append(list, junitProperty{p.Name, harmless(p.Value)})
		}
	}
	return list
}

func junitTime(s Seconds) string { return fmt.Sprintf("%.3f", float64(s)) }

// junitStamp is when the run began, without a zone, as JUnit's readers have it: in UTC.
func junitStamp(r Report) string { return r.Started.UTC().Format("2006-01-02T15:04:05") }
