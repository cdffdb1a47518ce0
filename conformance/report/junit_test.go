package report_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/ginkgo/v2/reporters"
	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

// readJUnit reads a report as Ginkgo's own types have it: they are not ours.
func readJUnit(t *testing.T, text []byte) reporters.JUnitTestSuites {
	t.Helper()
	var suites reporters.JUnitTestSuites
	NewWithT(t).Expect(xml.Unmarshal(text, &suites)).To(Succeed(), "%s", text)
	return suites
}

func TestJUnitIsReadByOthers(t *testing.T) {
	g := NewWithT(t)
	suites := readJUnit(t, render(t, "junit", several()))
	g.Expect(suites).To(And(HaveField("Tests", 19), HaveField("Failures", 1), HaveField("Errors", 1), HaveField("Time", 1.235)))
	g.Expect(suites.TestSuites).To(HaveLen(3))
	first := suites.TestSuites[0]
	g.Expect(first).To(And(HaveField("Name", base), HaveField("Tests", 12), HaveField("Failures", 1), HaveField("Errors", 0),
		HaveField("Skipped", 5), HaveField("Timestamp", "2026-03-14T03:09:26")))
	g.Expect(first.Properties.WithName("verdict")).To(Equal("fail"))
	ready := first.TestCases[3]
	g.Expect(ready.Name).To(HavePrefix("monitor.ready: The monitor is there"))
	g.Expect(ready.Classname).To(Equal("two-oh-two." + base + ".monitor"))
	g.Expect(ready.Failure.Message).To(And(HavePrefix("got job 1: the first read"), Not(ContainSubstring("\n"))))
	g.Expect(ready.Failure.Description).To(Equal(text.Explain(several().Targets[0], several().Targets[0].Requirements[3])))
	g.Expect(first.TestCases[2].SystemOut).To(Equal("yes"))
	g.Expect(first.TestCases[5].Skipped.Message).To(HavePrefix("a SHOULD failed, which does not fail the verdict: got no Cache-Control field"))
	g.Expect(suites.TestSuites[2].TestCases).To(ConsistOf(HaveField("Error.Message", "inconclusive: http://127.0.0.1:1: the connection is refused")))
}

// The same target given twice is two suites, and none of their cases is taken for another.
func TestJUnitCasesDoNotCollide(t *testing.T) {
	one := written(report.Options{})
	seen := map[string]int{}
	for _, s := range readJUnit(t, render(t, "junit", report.Combine(one, one, one))).TestSuites {
		for _, c := range s.TestCases {
			seen[c.Classname+"\x00"+c.Name]++
		}
	}
	NewWithT(t).Expect(seen).To(And(HaveLen(36), HaveEach(1)))
}

// junitSchema is what Jenkins's schema allows: of each element its attributes, those that have to be there first, and its parts.
var junitSchema = map[string]struct{ required, attributes, parts string }{
	"testsuites": {"", "name time tests failures errors", "testsuite"},
	"testsuite":  {"name tests failures errors", "id time skipped timestamp", "properties testcase"},
	"properties": {"", "", "property"},
	"property":   {"name value", "", ""},
	"testcase":   {"name", "time classname", "skipped error failure system-out"},
	"skipped":    {"", "type message", ""},
	"error":      {"", "type message", ""},
	"failure":    {"", "type message", ""},
	"system-out": {"", "", ""},
}

func TestJUnitKeepsToTheSchema(t *testing.T) {
	for name, r := range reports() {
		t.Run(name, func(t *testing.T) { keepsToJUnitSchema(t, render(t, "junit", r)) })
	}
}

func keepsToJUnitSchema(t *testing.T, text []byte) {
	g := NewWithT(t)
	in := []string{""}
	for decoder := xml.NewDecoder(bytes.NewReader(text)); ; {
		token, err := decoder.Token()
		if err == io.EOF {
			return
		}
		g.Expect(err).NotTo(HaveOccurred())
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			of, known := junitSchema[name]
			g.Expect(known).To(BeTrue(), name)
			if parent := in[len(in)-1]; parent != "" {
				g.Expect(strings.Fields(junitSchema[parent].parts)).To(ContainElement(name), parent)
			}
			var given []string
			for _, a := range token.Attr {
				given = append(given, a.Name.Local)
				g.Expect(strings.Fields(of.required+" "+of.attributes)).To(ContainElement(a.Name.Local), name)
				if a.Name.Local == "time" {
					g.Expect(a.Value).To(MatchRegexp(`^[0-9]+\.[0-9]{3}$`))
				}
			}
			for required := range strings.FieldsSeq(of.required) {
				g.Expect(given).To(ContainElement(required), name)
			}
			in = append(in, name)
		case xml.EndElement:
			in = in[:len(in)-1]
		}
	}
}

// anyReport is a report of up to three targets, in which anything may have come out.
func anyReport(r *rand.Rand) report.Report {
	pick := func(n int) bool { return r.IntN(n) == 0 }
	var all []report.Report
	for n := range r.IntN(4) {
		options := report.Options{Strict: pick(3)}
		o := &record.Observation{Target: record.Target{BaseURL: fmt.Sprint("http://host", n)}}
		if pick(5) {
			o.Unreachable = "nobody is there"
		}
		if pick(5) {
			o.Stopped = "interrupted"
		}
		var rulings []contract.Ruling
		for _, id := range append(contract.Core(), "x.must", "x.should", "x.may") {
			level, outcomes := contract.Must, []contract.Outcome{contract.Pass, contract.Fail, contract.Blocked, contract.NotObserved, contract.NotApplicable}
			switch id {
			case "x.should":
				level = contract.Should
			case "x.may":
				level, outcomes = contract.May, []contract.Outcome{contract.Yes, contract.No, contract.NotObserved}
			}
			j := contract.Judgement{Outcome: outcomes[r.IntN(len(outcomes))]}
			if level != contract.May && !pick(12) {
				j.Outcome = contract.Pass
			}
			if j.Outcome == contract.Fail {
				j.Got, j.Want = "this", "that"
			} else {
				j.Reason = "it is so"
			}
			if o.Unreachable == "" && !pick(40) {
				rulings = append(rulings, contract.Ruling{Requirement: contract.Requirement{ID: id, Level: level, Says: "It is so."}, Judgement: j})
			}
			if pick(25) {
				options.Known = append(options.Known, report.KnownFailure{ID: id, Reason: "it is known", Message: []string{"", "this", "other"}[r.IntN(3)]})
			}
		}
		all = append(all, report.New(options, report.Finding{Observation: o, Rulings: rulings}))
	}
	return report.Combine(all...)
}

// All cases are well or skipped if and only if the verdict is pass, and each failure is one that counts.
func TestJUnitIsGreenWhereTheVerdictIsPass(t *testing.T) {
	passed := 0
	for seed := range uint64(500) {
		g := NewWithT(t)
		r := anyReport(rand.New(rand.NewPCG(seed, 202)))
		suites := readJUnit(t, render(t, "junit", r))
		green := suites.Failures == 0 && suites.Errors == 0
		g.Expect(green).To(Equal(r.Verdict == report.VerdictPass), "seed %d: %s", seed, r.Verdict)
		if green {
			passed++
		}
		for i, target := range r.Targets {
			suite := suites.TestSuites[i]
			g.Expect(suite.Errors == 1).To(Equal(target.Verdict == report.VerdictInconclusive), "seed %d", seed)
			for k, q := range target.Requirements {
				g.Expect(suite.TestCases[k].Failure != nil).To(Equal(q.Status(target.Strict).Count == report.CountsAgainst), "seed %d: %s", seed, q.ID)
				g.Expect(suite.TestCases[k].Skipped != nil).To(Equal(q.Status(target.Strict).Count == report.CountsNot), "seed %d: %s", seed, q.ID)
			}
			g.Expect(slices.ContainsFunc(suite.TestCases, func(c reporters.JUnitTestCase) bool { return c.Failure != nil && c.Failure.Message == "" })).To(BeFalse())
		}
	}
	NewWithT(t).Expect(passed).To(BeNumerically("~", 250, 225), "both sides of the law are tried")
}
