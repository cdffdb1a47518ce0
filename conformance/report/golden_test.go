package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/compare"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
	"github.com/two-oh-two/two-oh-two/conformance/report/html"
	"github.com/two-oh-two/two-oh-two/conformance/report/markdown"
	"github.com/two-oh-two/two-oh-two/conformance/report/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s is not what is written now (go test -update refreshes it):\n%s", path, diff)
	}
}

// roles writes the role of each piece, in place of a colour.
func roles(role text.Role, text string) string { return fmt.Sprintf("‹%s:%s›", role, text) }

func several() report.Report {
	unreachable := recorded()
	unreachable.Target.BaseURL, unreachable.Exchanges, unreachable.Jobs = "http://127.0.0.1:1", nil, nil
	unreachable.Unreachable = "http://127.0.0.1:1: the connection is refused"
	fine := report.New(report.Options{Version: "1.0.0"}, report.Finding{Observation: recorded(), Rulings: []contract.Ruling{
		ruled("start.accepted"), ruled("start.location"), ruled("monitor.ready"), ruled("monitor.created"), ruled("result.ok"),
	}})
	fine.Targets[0].Name = "a name"
	return report.Combine(written(report.Options{Version: "1.0.0"}), fine,
		report.New(report.Options{}, report.Finding{Observation: unreachable}))
}

// thinned is the recorded run as if it had been one of many jobs, of which little is kept.
func thinned() report.Report {
	r := written(report.Options{Version: "1.0.0"})
	t := &r.Targets[0]
	t.Jobs = report.Jobs{Begun: 1000, Done: 998, Requests: 6000}
	t.Requirements[0].MoreExchanges, t.Requirements[3].MoreExchanges = 999, 47
	t.Omitted = &report.Omitted{Exchanges: 5987, Of: 6000, Answers: []report.Answers{
		{Role: "start", Status: 202, Count: 997}, {Role: "monitor", Status: 200, Count: 2990}, {Role: "monitor", Status: 201, Count: 1000},
		{Role: "result", Count: 3}, {Role: "result", Status: 200, Count: 996}, {Role: "result", Probe: "head", Status: 200, Count: 1},
	}}
	return r
}

// later is the run of several targets, with the reports of an earlier one as its baseline: it had another failure, a target that is gone, and was quicker.
func later() report.Report {
	r, before := several(), several()
	before.Started = before.Started.AddDate(0, 0, -1)
	q := before.Targets[0].Requirements
	q[0].Outcome, q[0].Got, q[3].Outcome, q[5].Outcome = contract.Fail, "500", contract.Pass, contract.Pass
	before.Targets[2].BaseURL = "http://gone.example"
	slow := func(p50 report.Seconds) *report.Distribution {
		return &report.Distribution{Starts: &report.Spread{Count: 20, P50: p50, P99: p50, Max: p50, Buckets: []report.Bucket{{To: p50, Count: 20}}}}
	}
	before.Targets[0].Distribution, r.Targets[0].Distribution = slow(0.01), slow(0.2)
	r.Baseline = &before
	return r
}

// known are known failures in all four states.
func known() []report.KnownFailure {
	return []report.KnownFailure{
		{ID: "monitor.ready", Reason: "the store is written behind", Link: "https://tracker.example/1", Until: "2026-12-31", Message: "404 Not Found"},
		{ID: "monitor.created", Reason: "it answered 303 once", Where: "known-failures.yaml:6"},
		{ID: "monitor.no-store", Reason: "no caches are near", Message: "max-age"},
		{ID: "monitor.retry-after", Reason: "it is sent in words"},
	}
}

// inlined are the style and the script of a page, and their digests: they have files of their own.
var inlined = regexp.MustCompile(`(?s)(<style>).*?(</style>)|(<script>).*?(</script>)|&#39;sha256-.*?&#39;`)

// pageAlone writes the HTML report without them.
func pageAlone(w io.Writer, r report.Report) error {
	var page bytes.Buffer
	if err := html.Write(&page, r); err != nil {
		return err
	}
	_, err := w.Write(inlined.ReplaceAll(page.Bytes(), []byte("$1$3…$2$4")))
	return err
}

func ruled(id string) contract.Ruling {
	return contract.Ruling{
		Requirement: contract.Requirement{ID: id, Level: contract.Must, Says: "It is so."},
		Judgement:   contract.Judgement{Outcome: contract.Pass, Exchanges: []int{1}},
	}
}

func TestGolden(t *testing.T) {
	one := written(report.Options{Version: "1.0.0"})
	for _, row := range []struct {
		file   string
		report report.Report
		write  func(io.Writer, report.Report) error
	}{
		{"run.txt", one, text.Styled(text.Style{})},
		{"narrow.txt", one, text.Styled(text.Style{Width: 60})},
		{"verbose.txt", one, text.Styled(text.Style{Verbose: true})},
		{"quiet.txt", one, text.Styled(text.Style{Quiet: true})},
		{"painted.txt", one, text.Styled(text.Style{Paint: roles})},
		{"strict.txt", written(report.Options{Version: "1.0.0", Strict: true}), text.Styled(text.Style{})},
		{"known.txt", written(report.Options{Version: "1.0.0", Known: known()}), text.Styled(text.Style{})},
		{"several.txt", several(), text.Styled(text.Style{})},
		{"none.txt", report.Combine(), text.Styled(text.Style{})},
		{"run.json", one, writeJSON},
		{"run.html", one, pageAlone},
		{"known.html", written(report.Options{Version: "1.0.0", Known: known()}), pageAlone},
		{"several.html", several(), pageAlone},
		{"thinned.html", thinned(), pageAlone},
		{"none.html", reports()["none"], pageAlone},
		{"baseline.html", later(), pageAlone},
		{"changes.txt", later(), func(w io.Writer, r report.Report) error {
			return text.Changes(text.Style{})(w, compare.Of(*r.Baseline, r))
		}},
		{"changes.md", later(), func(w io.Writer, r report.Report) error { return markdown.Changes(w, compare.Of(*r.Baseline, r)) }},
	} {
		t.Run(row.file, func(t *testing.T) {
			var out bytes.Buffer
			NewWithT(t).Expect(row.write(&out, row.report)).To(Succeed())
			golden(t, row.file, out.Bytes())
		})
	}
}

// No format lets through what a terminal obeys or a reader can't see, and what is shown escaped is not lost.
func TestFormatsAreHarmless(t *testing.T) {
	r := several()
	evil := "\x1b[31m\r\n\x00\x7f\u009b\u202e\u2066\u200b\xff\U000e0041"
	r.Targets[0].Why, r.Targets[0].BaseURL, r.Targets[0].Stopped = evil, base+evil, evil
	r.Targets[0].Requirements[3].Got, r.Targets[0].Requirements[3].Curl = evil, evil
	for i := range r.Targets[0].Exchanges {
		e := &r.Targets[0].Exchanges[i]
		e.Request.URL, e.Request.Method, e.StatusText = base+"/"+evil, "G"+evil, evil
		e.Fields = append(e.Fields, record.Field{Name: "Location", Value: evil}, record.Field{Name: "Age" + evil, Value: evil})
		e.Body = &report.Body{Length: 9, Beginning: evil, Cut: evil}
	}
	all := formats.All()
	all = append(all, formats.Format{Name: "verbose", Write: text.Styled(text.Style{Verbose: true})})
	before := several()
	before.Targets[0].Requirements[3].Outcome = contract.Pass
	r.Baseline = &before
	for _, write := range []func(io.Writer, compare.Changes) error{text.Changes(text.Style{}), markdown.Changes} {
		all = append(all, formats.Format{Name: "changes", Write: func(w io.Writer, r report.Report) error { return write(w, compare.Of(before, r)) }})
	}
	for _, format := range all {
		g := NewWithT(t)
		var out bytes.Buffer
		g.Expect(format.Write(&out, r)).To(Succeed())
		for i, c := range out.String() {
			if c != '\n' && !unicode.IsPrint(c) {
				t.Fatalf("%s lets %U through: …%q", format.Name, c, out.String()[max(0, i-30):i])
			}
		}
	}
	var out bytes.Buffer
	var back report.Report
	g := NewWithT(t)
	g.Expect(report.WriteJSON(&out, r)).To(Succeed())
	g.Expect(json.Unmarshal(out.Bytes(), &back)).To(Succeed())
	g.Expect(back.Targets[0].Why).To(Equal(strings.ToValidUTF8(evil, "\ufffd")), "escaping loses nothing")
}

// Long values do not bury what matters.
func TestTextStaysShort(t *testing.T) {
	r := written(report.Options{})
	long := strings.Repeat("x", 100_000)
	e := &r.Targets[0].Exchanges[3]
	e.Request.URL, e.Request.Method, e.StatusText, e.Body.Beginning = base+"/"+long, long, long, long
	e.Fields = append(e.Fields, record.Field{Name: "Location", Value: long})
	f := &r.Targets[0].Requirements[3]
	f.Got, f.Want, f.Likely, f.Curl = long, long, long, "curl "+long
	var out bytes.Buffer
	g := NewWithT(t)
	g.Expect(text.Styled(text.Style{})(&out, r)).To(Succeed())
	g.Expect(out.Len()).To(BeNumerically("<", 9_000))
}

// The verdict stands in the first line and in the last.
func TestVerdictFirstAndLast(t *testing.T) {
	var out bytes.Buffer
	g := NewWithT(t)
	g.Expect(text.Styled(text.Style{})(&out, written(report.Options{}))).To(Succeed())
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	g.Expect(lines[0]).To(HavePrefix("✗ not conformant"))
	g.Expect(lines[len(lines)-2:]).To(Equal(lines[:2]))
}

func TestMustsBeforeShoulds(t *testing.T) {
	r := written(report.Options{})
	requirements := r.Targets[0].Requirements
	requirements[3].Level, requirements[5].Level = contract.Should, contract.Must
	var out bytes.Buffer
	g := NewWithT(t)
	g.Expect(text.Styled(text.Style{Quiet: true})(&out, r)).To(Succeed())
	g.Expect(strings.Index(out.String(), "✗ monitor.no-store")).To(BeNumerically("<", strings.Index(out.String(), "! monitor.ready")))
}
