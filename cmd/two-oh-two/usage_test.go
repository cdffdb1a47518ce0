package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/reference"
)

var update = flag.Bool("update", false, "write the golden files anew")

// testdata is where golden files are, wherever a test goes.
var testdata, _ = filepath.Abs("testdata")

// golden compares with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join(testdata, name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	if difference := cmp.Diff(string(want), got); difference != "" {
		t.Errorf("%s is not what is written now (go test -update refreshes it):\n%s", path, difference)
	}
}

func TestHelp(t *testing.T) {
	for name, args := range map[string][]string{
		"help.txt": {"--help"}, "help-check.txt": {"check", "--help"}, "help-serve.txt": {"help", "serve"},
		"help-list.txt": {"list", "-h"}, "help-explain.txt": {"help", "explain"}, "help-completion.txt": {"help", "completion"},
		"help-replay.txt": {"help", "replay"}, "help-diff.txt": {"help", "diff"}, "help-schema.txt": {"help", "schema"},
	} {
		got := call(args...)
		NewWithT(t).Expect(got).To(And(HaveField("Code", exitConformant), HaveField("Stderr", BeEmpty())))
		golden(t, name, got.Stdout)
		for line := range strings.Lines(got.Stdout) {
			if !strings.Contains(line, schemaBase) { // a URL is not broken
				NewWithT(t).Expect(len([]rune(line))).To(BeNumerically("<=", helpWidth+6), line)
			}
		}
	}
	bare := call()
	NewWithT(t).Expect(bare).To(Equal(result{exitUsage, "", call("--help").Stdout}), "nothing asked, nothing done")
}

// A small catalogue of the test's own: the golden files show the form, whatever the contract says.
func sample() []contract.Requirement {
	return []contract.Requirement{
		{ID: "start.accepted", Level: contract.Must, Says: "A start request is answered 202 Accepted, each time.", Means: "A client can't tell.", How: "Every start, but for 429.", Source: "seed 2"},
		{
			ID: "start.own-job", Level: contract.Must, Source: "seed 2 | RFC 9110", Needs: []string{"start.accepted"}, Means: "Two clients share one job: one of them gets the other's result, and work that was asked for is never done.",
			Says: "Every start begins a job of its own: no two starts, one after another or at the same instant, name the same monitor.",
			How:  "The monitors are compared as `__proto__` | <b> or * would be. A Location that fails a MUST of the location group is left out: it is charged there.",
		},
		{ID: "jobs.independent", Level: contract.May, Says: "Jobs end one by one, not all with the first.", How: "Young jobs are looked at.", Source: "seed 3"},
	}
}

func TestListings(t *testing.T) {
	for format, write := range listings {
		var out bytes.Buffer
		NewWithT(t).Expect(write(&out, catalogue{dialect.TwoOhTwo, contract.Version, sample()})).To(Succeed())
		golden(t, "list."+format, out.String())
		all := call("list", "--format", format).Stdout
		for _, r := range contract.Catalogue() {
			NewWithT(t).Expect(all).To(ContainSubstring(r.ID))
		}
	}
	var list struct{ Requirements []struct{ ID string } }
	NewWithT(t).Expect(json.Unmarshal([]byte(call("list", "--format=json").Stdout), &list)).To(Succeed())
	NewWithT(t).Expect(list.Requirements).To(HaveLen(len(contract.Catalogue())))
}

// The contract lies beside its code as a page, which is what list writes.
func TestContractPage(t *testing.T) {
	golden(t, filepath.Join("..", "..", "..", "conformance", "contract", "README.md"), call("list", "--format=markdown").Stdout)
}

func TestExplain(t *testing.T) {
	g := NewWithT(t)
	faults := []reference.Fault{
		{Name: "one-for-all", Says: "Every start is given the monitor of the first job.", Breaks: []string{"start.own-job"}},
		{Name: "other", Says: "Something else.", Breaks: []string{"start.own-job"}, Needs: []reference.Need{reference.NeedsTLS}},
	}
	causes := []contract.KnownCause{{Name: "equal-starts", Shown: "Equal starts were given one monitor, and not only those at the same instant, so that this text goes on and on."}}
	reports := []contract.FieldReport{
		{Repository: "owner/name", Kind: "issues", Number: 50, Says: "ids were made from the clock: jobs begun in the same millisecond shared one, and the words went on and on"},
		{Repository: "other/name.js", Kind: "pull", Number: 7, Says: "in a few words"},
	}
	out := explanation{sample()[1], []string{"jobs.concurrent"}, causes, faults, reports}.text("")
	golden(t, "explain.txt", out+explanation{Requirement: sample()[2]}.text(""))
	for _, name := range explained() {
		g.Expect(call("explain", name)).To(And(HaveField("Code", exitConformant), HaveField("Stdout", HavePrefix(name))))
	}
}

func TestListFaults(t *testing.T) {
	g := NewWithT(t)
	all := call("serve", "--list-faults").Stdout
	for _, f := range reference.Faults() {
		g.Expect(all).To(ContainSubstring(f.Name + "\n"))
	}
}

// A usageMistake is a command line that is refused, and what is said of it.
type usageMistake struct{ args, says string }

// A mistake is one sentence on standard error that says what is wrong, and, of a command line that is not put together right, where help is. Nothing is done.
func TestUsageErrors(t *testing.T) {
	refuses(t, `^two-oh-two: .*\nSee two-oh-two.* --help\.\n$`, []usageMistake{
		{"chekc", `there is no command "chekc": did you mean "check"?`},
		{"http://localhost", `two-oh-two check http://localhost would judge it`},
		{"unlike", `there is no command "unlike": there are check, `},
		{"check --unlike-any", `there is no flag --unlike-any: none is like it`},
		{"help chekc", `did you mean "check"?`},
		{"--verison", `there is no flag --verison: did you mean "--version"?`},
		{"check --strcit", `there is no flag --strcit: did you mean "--strict"?`},
		{"check -Z", `there is no flag -Z`},
		{"check --jobs", `flag needs an argument: --jobs`},
		{"manual chekc", `did you mean "check"?`},
		{"replay", `one FILE is needed`},
		{"replay a b", `and 2 are given`},
		{"replay --strcit x", `did you mean "--strict"?`},
		{"replay --jobs 3 x", `there is no flag --jobs`},
		{"serve x", `takes no arguments`},
		{"explain", `which requirement?`},
		{"completion", `for which shell?`},
		{"completion bsh", `did you mean "bash"?`},
		{"completion bash x", `takes no arguments`},
		{"schema", `one name of a schema is needed: config, targets`},
		{"version now", `takes no arguments`},
	})
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	refuses(t, `^two-oh-two: .*\n$`, []usageMistake{
		{"check --jobs=0", `--jobs: "0"`},
		{"check localhost:8080", `BASE-URL: "localhost:8080" has no scheme`},
		{"check --only monitor.redy", `did you mean "monitor.ready"?`},
		{"check --report jsn=x", `--report: there is no report format "jsn": did you mean "json"?`},
		{"check --report json", `FORMAT=FILE`},
		{"check --report json=" + folder, `is a folder`},
		{"check --report json=" + folder + "/file/b", `is not a folder`},
		{"check --show-config --report junit", `FORMAT=FILE`},
		{"check --show-config -v -q", `contradict each other`},
		{"check --report json=- --report text=-", `where another report goes already`},
		{"check --wait soon", `is no duration`},
		{"check --known-failures " + folder + "/none", `there is no file`},
		{"check -v -q", `contradict each other`},
		{"check --no-color --color always", `contradict each other`},
		{"diff --no-color --color always a b", `contradict each other`},
		{"check --color blue", `--color: "blue" is not one of auto, always, never`},
		{"check --save " + folder, `--save: `},
		{"check --save x --report json=x", `where another report goes already`},
		{"replay nothing.har", `open nothing.har: `},
		{"replay " + folder, `can't be replayed: `},
		{"replay -", `"standard input" can't be replayed: it is cut off`},
		{"replay --only monitor.redy x", `did you mean "monitor.ready"?`},
		{"serve --fault monitor-lte", `did you mean "monitor-late"?`},
		{"serve --fault nothing-like-any-of-them", `--list-faults shows them all`},
		{"serve --addr x", `HOST:PORT`},
		{"serve --addr 127.0.0.1:99999", `can't listen on`},
		{"serve --base-path x", `not an absolute path`},
		{"serve --job-duration 2", `--job-duration: "2" is not a time: use a form such as 500ms, 1s..3s or exp:2s`},
		{"serve --job-duration 3s..1s", `--job-duration: "3s..1s" has its longer time first`},
		{"serve --job-duration 1s..", `is not a time`},
		{"serve --job-duration exp:", `is not a time`},
		{"serve --job-duration exp:-1s", `is not a time`},
		{"serve --job-duration exp:1s..2s", `is not a time`},
		{"serve --job-duration -1s..1s", `is not a time`},
		{"serve --latency soon", `--latency: "soon" is not a time`},
		{"serve --fail-rate 20%", `--fail-rate: "20%" is not a number from 0 to 1, such as 0.2`},
		{"serve --fail-rate 1.1", `is not a number from 0 to 1`},
		{"serve --retry-after soon", `--retry-after: "soon" is not one of auto, date, off, or a number of seconds`},
		{"serve --locations full", `--locations: "full" is not one of absolute, path, relative`},
		{"serve --log yaml", `--log: "yaml" is not one of off, text, json`},
		{"serve --seed x", `--seed: "x" is not a whole number`},
		{"serve --expiry 0s", `--expiry: "0s" is not a duration above zero`},
		{"serve --expiry long", `is not a duration`},
		{"serve --capacity 0", `--capacity: "0" is not a whole number from 1`},
		{"serve --capacity 1e6", `is not a whole number from 1`},
		{"serve --start-method HEAD", `start methods: "HEAD" can't begin a job`},
		{"serve --addr 127.0.0.1:0 --metrics-addr 8203", `--metrics-addr: "8203" is not HOST:PORT`},
		{"serve --addr 127.0.0.1:0 --metrics-addr 127.0.0.1:99999", `--metrics-addr: can't listen on 127.0.0.1:99999`},
		{"list --format yaml", `--format: "yaml" is not one of text, json, markdown`},
		{"list --contract 0.1", `--contract: "0.1" is not one of 1.0`},
		{"list monitr", `there is no requirement "monitr": did you mean "monitor"?`},
		{"explain monitr.ready", `did you mean "monitor.ready"?`},
		{"schema confg", `did you mean "config"?`},
	})
}

func refuses(t *testing.T, form string, mistakes []usageMistake) {
	t.Helper()
	for _, row := range mistakes {
		t.Run(row.args, func(t *testing.T) {
			g := NewWithT(t)
			got := call(strings.Fields(row.args)...)
			g.Expect(got.Code).To(Equal(exitUsage), got.Stdout)
			g.Expect(got.Stdout).To(BeEmpty())
			g.Expect(got.Stderr).To(MatchRegexp(form))
			g.Expect(got.Stderr).To(ContainSubstring(row.says))
		})
	}
}

func TestVersion(t *testing.T) {
	NewWithT(t).Expect(call("version")).To(Equal(call("--version")))
	NewWithT(t).Expect(call("--version")).To(And(HaveField("Code", exitConformant), HaveField("Stdout", MatchRegexp(`^two-oh-two \S+ \(.*go1\.\S+, \w+/\w+; contract \d+\.\d+\)\n$`))))
}

func TestCompletion(t *testing.T) {
	for args, want := range map[string]string{
		"check --only monitor.re": "monitor.ready", "check --report js": "json=", "serve --fault monitor-la": "monitor-late",
		"explain start.acc": "start.accepted", "list --format mark": "markdown", "schema conf": "config",
		"check --expect fail": "failure", "check --probe forged": "forged-host", "check --contract 1": "1.0", "replay --contract 1": "1.0",
		"serve --retry-after da": "date",
	} {
		got := call(append([]string{"__complete"}, strings.Fields(args)...)...)
		NewWithT(t).Expect(strings.Split(got.Stdout, "\n")).To(ContainElement(want), args)
	}
	for _, args := range []string{"help ", "manual "} {
		got := call("__complete", strings.TrimSpace(args), "che").Stdout
		NewWithT(t).Expect(got).To(ContainSubstring("check\tJudge servers"), args)
	}
}
