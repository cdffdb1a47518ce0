package settings

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// yamlFile writes a file into a folder in which the test runs, so that its path is its name.
func yamlFile(t *testing.T, text string) string {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("x.yaml", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return "x.yaml"
}

// at finds a configuration at a path.
func at(path string) func() (string, error) { return func() (string, error) { return path, nil } }

// rows is the table.
func rows() []Setting { return new(Run).Rows() }

func TestConfig(t *testing.T) {
	g := NewWithT(t)
	got, err := readConfig(yamlFile(t, `
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
`), rows(), nil)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got).To(Equal(layer{
		"jobs":         {[]string{"8"}, "x.yaml:3"},
		"timeout":      {[]string{"1m"}, "x.yaml:4"},
		"strict":       {[]string{"yes"}, "x.yaml:5"},
		"base-url":     {[]string{"http://a", "http://b"}, "x.yaml:6"},
		"header":       {[]string{"Authorization: Bearer $TOKEN", "X-A: b: c"}, "x.yaml:7"},
		"other-header": {[]string{"Cookie: a=b"}, "x.yaml:10"},
		"json":         {[]string{`{"work":["{n}",1.5,true]}`}, "x.yaml:12"},
		"report":       {[]string{"json=a.json"}, "x.yaml:14"},
		"save":         {[]string{"run.har"}, "x.yaml:15"},
	}))
}

func TestNothingSaid(t *testing.T) {
	for _, text := range []string{"", "\n\n", "# only a comment\n", "---\n", "null\n"} {
		path := yamlFile(t, text)
		NewWithT(t).Expect(readConfig(path, rows(), nil)).To(BeEmpty(), text)
		NewWithT(t).Expect(knownFailures(path, time.Now())).To(BeEmpty(), text)
	}
}

func TestSection(t *testing.T) {
	g := NewWithT(t)
	path := yamlFile(t, "jobs: 3\nserve:\n  addr: 127.0.0.1:1\n")
	g.Expect(readSection(path, Serve, []Setting{{Name: "addr"}, {Name: "fault"}})).To(Equal(layer{"addr": {[]string{"127.0.0.1:1"}, "x.yaml:3"}}))
	_, err := readSection(path, Serve, []Setting{{Name: "adr"}})
	g.Expect(err).To(MatchError(`x.yaml:3: there is no setting "addr" here: did you mean "adr"?`))
	g.Expect(readSection(path, "other", nil)).To(BeEmpty())
}

func TestTargets(t *testing.T) {
	g := NewWithT(t)
	got, err := readTargets(yamlFile(t, "- http://a\n- base-url: http://b\n  name: staging\n  start-path: /jobs\n"), rows())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got).To(Equal([]layer{
		{"base-url": {[]string{"http://a"}, "x.yaml:1"}},
		{"base-url": {[]string{"http://b"}, "x.yaml:2"}, "name": {[]string{"staging"}, "x.yaml:3"}, "start-path": {[]string{"/jobs"}, "x.yaml:4"}},
	}))
}

// Each mistake is one sentence with its line, and what would be right.
func TestFilesMistakes(t *testing.T) {
	config := func(path string) error { _, err := readConfig(path, rows(), nil); return err }
	targets := func(path string) error { _, err := readTargets(path, rows()); return err }
	now := time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)
	known := func(path string) error { _, err := knownFailures(path, now); return err }
	for _, row := range []struct {
		read       func(string) error
		text, says string
	}{
		{config, "jbos: 8", `x.yaml:1: there is no setting "jbos" here: did you mean "jobs"?`},
		{config, "config: other.yaml", `x.yaml:1: there is no setting "config" here`},
		{config, "\nname: x", `x.yaml:2: there is no setting "name"`},
		{config, "jobs:", `x.yaml:1: jobs: it has no value`},
		{config, "jobs: 1\njobs: 2", `x.yaml:2: jobs stands in line 1 already`},
		{config, "header: {A: [b]}", `x.yaml:1: header: A: one value is needed`},
		{config, "- a", `x.yaml:1: settings are expected, such as 'jobs: 8'`},
		{config, "a: [", `x.yaml:2: this is not YAML: `},
		{config, "jobs: 1\n---\njobs: 2", `3: another document begins here, and there may be 1`},
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
		{known, "- id: monitor.ready\n  reason: x\n  until: 2026-11-23", `monitor.ready was accepted until 2026-11-23: fix it`},
		{known, "- id: monitor.ready\n  reason: x\n- id: monitor.ready\n  reason: y\n  target: z", `x.yaml:3: monitor.ready is listed already`},
		{known, "- id: monitor.ready\n  reason: [a]", `reason: one value is needed`},
	} {
		path := yamlFile(t, row.text)
		NewWithT(t).Expect(row.read(path)).To(MatchError(And(ContainSubstring(row.says), Not(ContainSubstring("\n")))), row.text)
	}
	NewWithT(t).Expect(config("nothing.yaml")).To(MatchError(os.ErrNotExist))
}

func TestKnownFailures(t *testing.T) {
	g := NewWithT(t)
	now := time.Date(2026, 11, 24, 23, 59, 0, 0, time.UTC)
	got, err := knownFailures(yamlFile(t, `
- id: monitor.ready
  reason: written behind
  link: https://tracker.example/1
  until: 2026-11-24
  message: 404 Not Found
- {id: monitor.no-store, reason: no caches, target: http://a}
- {id: monitor.no-store, reason: no caches either, target: http://b}
`), now)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(got[1].Where).To(HaveSuffix(":7"), "an entry says where it stands")
	g.Expect(withoutPlaces(got)).To(Equal([]report.KnownFailure{
		{ID: "monitor.ready", Reason: "written behind", Link: "https://tracker.example/1", Until: "2026-11-24", Message: "404 Not Found"},
		{ID: "monitor.no-store", Reason: "no caches", Target: "http://a"},
		{ID: "monitor.no-store", Reason: "no caches either", Target: "http://b"},
	}), "the last day is one on which it is accepted")
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
	read, err := knownFailures(path, time.Now())
	g.Expect(err).NotTo(HaveOccurred(), text.String())
	g.Expect(withoutPlaces(read)).To(Equal([]report.KnownFailure{
		{ID: "monitor.ready", Reason: "written: behind", Link: "https://t/1", Until: "2099-01-01", Message: `"x" #`, Target: "http://a"},
		{ID: "monitor.status", Reason: "it failed on 2026-03-14, and nobody has said yet why that is accepted"},
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
		_, one := readConfig(path, rows(), nil)
		_, two := readTargets(path, rows())
		_, three := knownFailures(path, time.Now())
		for _, err := range []error{one, two, three} {
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("%q", err)
			}
		}
	})
}

// Typos in another command's section are found where its settings are known, and what is there is left to it.
func TestSections(t *testing.T) {
	g := NewWithT(t)
	sections := map[string][]Setting{Serve: {{Name: "addr"}}}
	read, err := readConfig(yamlFile(t, "jobs: 4\nserve: {addr: x}\n"), rows(), sections)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(read).To(Equal(layer{"jobs": {[]string{"4"}, "x.yaml:1"}}))
	_, err = readConfig(yamlFile(t, "jobs: 4\nserve:\n  adr: x\n"), rows(), sections)
	g.Expect(err).To(MatchError(`x.yaml:3: there is no setting "adr" here: did you mean "addr"?`))
	_, err = readConfig(yamlFile(t, "serve: [addr]\n"), rows(), sections)
	g.Expect(err).To(MatchError(ContainSubstring("settings are expected")))
}

// A configuration is found by either name; where both are there, neither is taken.
func TestHere(t *testing.T) {
	g := NewWithT(t)
	t.Chdir(t.TempDir())
	g.Expect(Here()).To(BeEmpty())
	g.Expect(os.WriteFile("two-oh-two.yml", nil, 0o644)).To(Succeed())
	g.Expect(Here()).To(Equal("two-oh-two.yml"))
	g.Expect(os.WriteFile("two-oh-two.yaml", nil, 0o644)).To(Succeed())
	_, err := Here()
	g.Expect(err).To(MatchError("there are two-oh-two.yaml and two-oh-two.yml here: remove one of them, or name the one that is meant with --config"))
	g.Expect(os.Remove("two-oh-two.yml")).To(Succeed())
	g.Expect(Here()).To(Equal("two-oh-two.yaml"))
}
