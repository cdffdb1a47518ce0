package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// file writes a file into a folder in which the test runs, so that its path is its name.
func file(t *testing.T, text string) string {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("x.yaml", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return "x.yaml"
}

func TestConfig(t *testing.T) {
	g := NewWithT(t)
	got, err := Files{}.Config(file(t, `
# a comment
jobs: 8
timeout: 1m
strict: yes
base-url: [http://a, http://b]
header:
  - Authorization: Bearer $TOKEN
  - 'X-A: b: c'
other-header:
  Cookie: a=b
json:
  work: ["{n}", 1.5, true]
report: &r [json=a.json]
save: run.har
serve: {anything: goes}
`))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got).To(Equal(conformance.File{
		"jobs":         {Values: []string{"8"}, Where: "x.yaml:3"},
		"timeout":      {Values: []string{"1m"}, Where: "x.yaml:4"},
		"strict":       {Values: []string{"yes"}, Where: "x.yaml:5"},
		"base-url":     {Values: []string{"http://a", "http://b"}, Where: "x.yaml:6"},
		"header":       {Values: []string{"Authorization: Bearer $TOKEN", "X-A: b: c"}, Where: "x.yaml:7"},
		"other-header": {Values: []string{"Cookie: a=b"}, Where: "x.yaml:10"},
		"json":         {Values: []string{`{"work":["{n}",1.5,true]}`}, Where: "x.yaml:12"},
		"report":       {Values: []string{"json=a.json"}, Where: "x.yaml:14"},
		"save":         {Values: []string{"run.har"}, Where: "x.yaml:15"},
	}))
}

func TestNothingSaid(t *testing.T) {
	for _, text := range []string{"", "\n\n", "# only a comment\n", "---\n", "null\n"} {
		path := file(t, text)
		NewWithT(t).Expect(Files{}.Config(path)).To(BeEmpty(), text)
		NewWithT(t).Expect(Files{}.KnownFailures(path)).To(BeEmpty(), text)
	}
}

func TestSection(t *testing.T) {
	g := NewWithT(t)
	path := file(t, "jobs: 3\nserve:\n  addr: 127.0.0.1:1\n")
	g.Expect(Files{}.Section(path, Serve, []string{"addr", "fault"})).To(Equal(conformance.File{"addr": {Values: []string{"127.0.0.1:1"}, Where: "x.yaml:3"}}))
	_, err := Files{}.Section(path, Serve, []string{"adr"})
	g.Expect(err).To(MatchError(`x.yaml:3: there is no setting "addr": did you mean "adr"?`))
	g.Expect(Files{}.Section(path, "other", nil)).To(BeEmpty())
}

func TestTargets(t *testing.T) {
	g := NewWithT(t)
	got, err := Files{}.Targets(file(t, "- http://a\n- base-url: http://b\n  name: staging\n  start-path: /jobs\n"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got).To(Equal([]conformance.File{
		{"base-url": {Values: []string{"http://a"}, Where: "x.yaml:1"}},
		{"base-url": {Values: []string{"http://b"}, Where: "x.yaml:2"}, "name": {Values: []string{"staging"}, Where: "x.yaml:3"}, "start-path": {Values: []string{"/jobs"}, Where: "x.yaml:4"}},
	}))
}

// Each mistake is one sentence with its line, and what would be right.
func TestMistakes(t *testing.T) {
	config := func(path string) error { _, err := Files{}.Config(path); return err }
	targets := func(path string) error { _, err := Files{}.Targets(path); return err }
	now := func() time.Time { return time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC) }
	known := func(path string) error { _, err := Files{Now: now}.KnownFailures(path); return err }
	for _, row := range []struct {
		read       func(string) error
		text, says string
	}{
		{config, "jbos: 8", `x.yaml:1: there is no setting "jbos": did you mean "jobs"?`},
		{config, "config: other.yaml", `x.yaml:1: there is no setting "config"`},
		{config, "\nname: x", `x.yaml:2: there is no setting "name"`},
		{config, "jobs:", `x.yaml:1: jobs: it has no value`},
		{config, "jobs: 1\njobs: 2", `x.yaml:2: jobs stands in line 1 already`},
		{config, "header: {A: [b]}", `x.yaml:1: header: A: one value is needed`},
		{config, "- a", `x.yaml:1: settings are expected, such as 'jobs: 8'`},
		{config, "a: [", `x.yaml:2: this is not YAML: `},
		{config, "jobs: 1\n---\njobs: 2", `more than one document`},
		{config, "a: b: c", `this is not YAML: `},
		{config, "\x00\xff\xfe", `not YAML`},
		{config, "json: {a: .inf}", `can't be written as JSON`},
		{config, "a: &a [*a]", `x.yaml:1: *a is an alias`},
		{config, "header: &a [*a]", `x.yaml:1: *a is an alias`},
		{config, "a: &a [x]\nb: [*a, *a]", `x.yaml:2: *a is an alias`},
		{config, "json: " + strings.Repeat("[", 101) + strings.Repeat("]", 101), `more than 100 levels`},
		{config, strings.Repeat("# long\n", 1<<18), `larger than a megabyte`},
		{targets, "", `has no list of targets`},
		{targets, "a: b", `has no list of targets`},
		{targets, "[]", `has no list of targets`},
		{targets, "- name: x", `x.yaml:1: a target needs one base-url, and this one has 0`},
		{targets, "- base-url: [http://a, http://b]", `needs one base-url, and this one has 2`},
		{targets, "- base-url: http://a\n  strict: true", `x.yaml:2: there is no setting "strict"`},
		{targets, "- [http://a]", `x.yaml:1: settings are expected`},
		{known, "id: monitor.ready", `x.yaml:1: a list of known failures is expected`},
		{known, "- monitor.ready", `x.yaml:1: an entry needs an id and a reason`},
		{known, "- id: monitor.ready", `x.yaml:1: an entry needs an id and a reason, and this one, of monitor.ready, has no reason`},
		{known, "- reason: x", `x.yaml:1: an entry needs an id and a reason, and this one has no id`},
		{known, "- id: monitor.redy\n  reason: x", `x.yaml:1: there is no requirement "monitor.redy": did you mean "monitor.ready"?`},
		{known, "- id: monitor\n  reason: x", `monitor is a group: each requirement is listed by itself, such as monitor.ready`},
		{known, "- id: monitor.ready\n  reason: x\n  untill: 2026-12-31", `there is no "untill" in an entry: did you mean "until"?`},
		{known, "- id: monitor.ready\n  reason: x\n  until: soon", `"soon" is no date: one such as 2027-01-31 is needed`},
		{known, "- id: monitor.ready\n  reason: x\n  until: 2026-11-23", `monitor.ready was put up with until 2026-11-23, which has passed`},
		{known, "- id: monitor.ready\n  reason: x\n- id: monitor.ready\n  reason: y\n  target: z", `x.yaml:3: monitor.ready is listed already`},
		{known, "- id: monitor.ready\n  reason: [a]", `reason: one value is needed`},
	} {
		path := file(t, row.text)
		NewWithT(t).Expect(row.read(path)).To(MatchError(And(ContainSubstring(row.says), Not(ContainSubstring("\n")))), row.text)
	}
	NewWithT(t).Expect(config("nothing.yaml")).To(MatchError(os.ErrNotExist))
}

func TestKnownFailures(t *testing.T) {
	g := NewWithT(t)
	now := func() time.Time { return time.Date(2026, 11, 24, 23, 59, 0, 0, time.UTC) }
	got, err := Files{Now: now}.KnownFailures(file(t, `
- id: monitor.ready
  reason: written behind
  link: https://tracker.example/1
  until: 2026-11-24
  message: 404 Not Found
- {id: monitor.no-store, reason: no caches, target: http://a}
- {id: monitor.no-store, reason: no caches either, target: http://b}
`))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got[1].Where).To(HaveSuffix(":7"), "an entry says where it stands")
	g.Expect(withoutPlaces(got)).To(Equal([]report.KnownFailure{
		{ID: "monitor.ready", Reason: "written behind", Link: "https://tracker.example/1", Until: "2026-11-24", Message: "404 Not Found"},
		{ID: "monitor.no-store", Reason: "no caches", Target: "http://a"},
		{ID: "monitor.no-store", Reason: "no caches either", Target: "http://b"},
	}), "the last day is one on which it is put up with")
}

// withoutPlaces are entries without their files and lines, which differ from run to run.
func withoutPlaces(list []report.KnownFailure) []report.KnownFailure {
	list = slices.Clone(list)
	for i := range list {
		list[i].Where = ""
	}
	return list
}

// What was written is read back, and makes the run pass that it was made of.
func TestWrittenKnownFailuresAreRead(t *testing.T) {
	g := NewWithT(t)
	judged := func(known ...report.KnownFailure) report.Report {
		ruling := func(id string, level contract.Level, j contract.Judgement) contract.Ruling {
			return contract.Ruling{Requirement: contract.Requirement{ID: id, Level: level}, Judgement: j}
		}
		failed := contract.Judgement{Outcome: contract.Fail, Got: "got: \"x\" # y"}
		return report.New(report.Options{Known: known}, report.Finding{Observation: &record.Observation{
			Target: record.Target{BaseURL: "http://a"}, Began: time.Date(2026, 3, 14, 3, 9, 26, 0, time.UTC),
		}, Rulings: []contract.Ruling{
			ruling("start.accepted", contract.Must, contract.Judgement{Outcome: contract.Pass}),
			ruling("monitor.ready", contract.Must, failed),
			ruling("monitor.status", contract.Must, failed),
			ruling("monitor.final", contract.Must, contract.Judgement{Outcome: contract.Pass}),
			ruling("monitor.retry-after", contract.Must, contract.Judgement{Outcome: contract.NotObserved}),
			ruling("monitor.no-store", contract.Should, failed),
		}})
	}
	first := judged(
		report.KnownFailure{ID: "monitor.ready", Reason: "written: behind", Link: "https://t/1", Until: "2099-01-01", Message: `"x" #`, Target: "http://a"},
		report.KnownFailure{ID: "monitor.final", Reason: "mended"}, report.KnownFailure{ID: "monitor.retry-after", Reason: "rare"},
	)
	g.Expect(first.Verdict).To(Equal(report.VerdictFail))
	path := filepath.Join(t.TempDir(), "known.yaml")
	var text strings.Builder
	g.Expect(WriteKnownFailures(&text, first)).To(Succeed())
	g.Expect(os.WriteFile(path, []byte(text.String()), 0o644)).To(Succeed())
	read, err := Files{}.KnownFailures(path)
	g.Expect(err).NotTo(HaveOccurred(), text.String())
	g.Expect(withoutPlaces(read)).To(Equal([]report.KnownFailure{
		{ID: "monitor.ready", Reason: "written: behind", Link: "https://t/1", Until: "2099-01-01", Message: `"x" #`, Target: "http://a"},
		{ID: "monitor.status", Reason: "it failed on 2026-03-14, and nobody has said yet why that is put up with"},
		{ID: "monitor.retry-after", Reason: "rare"},
	}), "what passes is gone, and a SHOULD needs no mention")
	g.Expect(judged(read...).Verdict).To(Equal(report.VerdictPass))
}

// Whatever bytes a file has, reading it ends, and with one sentence.
func FuzzFiles(f *testing.F) {
	for _, seed := range []string{"jobs: 8\nheader:\n  - A: b\n", "- id: monitor.ready\n  reason: x\n", "- http://a\n- base-url: http://b\n", "a: &a [*a]", "a: !!binary x", "%YAML 9", "? {a: b}\n: c"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "x.yaml")
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
		_, one := Files{}.Config(path)
		_, two := Files{}.Targets(path)
		_, three := Files{}.KnownFailures(path)
		for _, err := range []error{one, two, three} {
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("%q", err)
			}
		}
	})
}
