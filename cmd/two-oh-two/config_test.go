package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"go.yaml.in/yaml/v4"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// inFolder runs a test in a folder of its own, with these files.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// The configuration in the working directory is found by itself, which is said; a named one is taken in its place.
func TestConfigIsFound(t *testing.T) {
	g := NewWithT(t)
	record, dead := saved(t, shouldFault), nobody(t)
	inFolder(t, map[string]string{"two-oh-two.yaml": "strict: true\nreport: [json=r.json]\n", "other.yaml": "quiet: true\n"})
	g.Expect(call("check", dead).Stderr).To(Equal("two-oh-two: using ./two-oh-two.yaml\n"))
	g.Expect("r.json").To(BeARegularFile())
	g.Expect(os.Remove("r.json")).To(Succeed())
	g.Expect(call("check", "--config=other.yaml", dead).Stderr).To(BeEmpty(), "it is quiet")
	g.Expect("r.json").NotTo(BeAnExistingFile())
	g.Expect(call("replay", record)).To(And(HaveField("Code", exitBreaks), HaveField("Stderr", "two-oh-two: using ./two-oh-two.yaml\n")))
	got := call("replay", "--config=other.yaml", record)
	g.Expect(got).To(And(HaveField("Code", exitConformant), HaveField("Stderr", ""), HaveField("Stdout", HavePrefix("✓ conformant"))))
	g.Expect(strings.Count(got.Stdout, "\n")).To(BeNumerically("<", 4), "it is quiet")
	g.Expect(call("replay", "--config=", record).Code).To(Equal(exitConformant), "none is taken")
	g.Expect(call("replay", "--strict=false", record).Code).To(Equal(exitConformant), "flags win")
	g.Expect(callIn([]string{"TWO_OH_TWO_STRICT=false"}, "replay", record).Code).To(Equal(exitConformant), "the environment wins over the file")
}

// A pipeline adds its reports to those of the file; --report takes their place.
func TestReportsAreAdded(t *testing.T) {
	g := NewWithT(t)
	url := nobody(t)
	inFolder(t, map[string]string{"two-oh-two.yaml": "report: [json=file.json]\nadd-report: [badge=file.svg]\n"})
	g.Expect(call("check", "--add-report=json=added.json", url).Code).To(Equal(exitInconclusive))
	g.Expect("file.json").To(BeARegularFile())
	g.Expect("added.json").To(BeARegularFile())
	g.Expect("file.svg").NotTo(BeAnExistingFile(), "a flag wins over the same key of a file")
	got := call("check", "--add-report=json=./file.json", url)
	g.Expect(got).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring(`--add-report: "json=./file.json" goes where another report goes already`))))
	g.Expect(call("check", "--add-report=json", url).Stderr).To(ContainSubstring("\ntwo-oh-two: --add-report: "))
}

func TestConfigsMistakes(t *testing.T) {
	for text, says := range map[string]string{
		"strikt: true":            `two-oh-two: two-oh-two.yaml:1: there is no setting "strikt" here: did you mean "strict"?`,
		"verbose: perhaps":        `two-oh-two.yaml:1: verbose: "perhaps" is neither true nor false`,
		"verbose: [true, false]":  `two-oh-two.yaml:1: verbose: it is given 2 times`,
		"report: json":            `two-oh-two: two-oh-two.yaml:1: report: "json" does not say where to: it has to be FORMAT=FILE`,
		"add-report: [json=/]":    `two-oh-two: two-oh-two.yaml:1: add-report: `,
		"save: /":                 `two-oh-two: two-oh-two.yaml:1: save: `,
		"baseline: no.json":       `two-oh-two: two-oh-two.yaml:1: baseline: `,
		"known-failures: no.yaml": `two-oh-two.yaml:1: known-failures: there is no file no.yaml: --write-known-failures no.yaml makes it from what fails now`,
		"targets: no.yaml":        `two-oh-two.yaml:1: targets: open no.yaml`,
		"serve: {adr: x}":         `two-oh-two: two-oh-two.yaml:1: there is no setting "adr" here: did you mean "addr"?`,
		"serve: x":                `two-oh-two: two-oh-two.yaml:1: settings are expected`,
	} {
		inFolder(t, map[string]string{"two-oh-two.yaml": text})
		for _, args := range [][]string{{"check", nobody(t)}, {"check", "--show-config", nobody(t)}} {
			got := call(args...)
			NewWithT(t).Expect(got).To(And(HaveField("Code", exitUsage), HaveField("Stdout", ""), HaveField("Stderr", ContainSubstring(says))), text)
		}
	}
	inFolder(t, map[string]string{"two-oh-two.yaml": "strict: true\n", "two-oh-two.yml": "jobs: 4\n"})
	for _, name := range []string{"check", "serve"} {
		NewWithT(t).Expect(call(name)).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("there are two-oh-two.yaml and two-oh-two.yml here"))))
	}
	NewWithT(t).Expect(call("check", "--config=two-oh-two.yml", "--show-config", "http://h")).To(And(HaveField("Code", exitConformant), HaveField("Stdout", ContainSubstring("jobs: 4"))))
	NewWithT(t).Expect(os.Remove("two-oh-two.yaml")).To(Succeed())
	NewWithT(t).Expect(call("check", "--show-config", "http://h").Stdout).To(MatchRegexp(`jobs: 4 +# two-oh-two.yml:1: jobs`))
	NewWithT(t).Expect(call("check")).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("two-oh-two.yml names no base-url"))))
}

// What is shown can be read again, says where each value comes from, and has no secrets.
func TestShowConfig(t *testing.T) {
	g := NewWithT(t)
	inFolder(t, map[string]string{"two-oh-two.yaml": "jobs: 4\nheader:\n  - Authorization: Bearer hunter2\n  - 'X-Mine: swordfish'\n  - X-A: b\nreport: [json=a.json, text=-]\n"})
	environ := []string{"TWO_OH_TWO_JOB_TIMEOUT=1h", "TWO_OH_TWO_VERBOSE=true", "TWO_OH_TWO_SECRET=x-mine"}
	got := callIn(environ, "check", "--show-config", "--data=pa55 word", "--strict", "http://me:opensesame@localhost:8080")
	g.Expect(got.Code).To(Equal(exitUsage), "two credentials: what can't be run is not shown")
	got = callIn(environ, "check", "--show-config", "--data=pa55 word", "--strict", "http://localhost:8080")
	g.Expect(got.Code).To(Equal(exitConformant), got.Stderr)
	golden(t, "show-config.yaml", got.Stdout)
	for _, secret := range []string{"hunter2", "swordfish"} {
		g.Expect(got.Stdout).NotTo(ContainSubstring(secret))
	}
	g.Expect(os.WriteFile("shown.yaml", []byte(got.Stdout), 0o644)).To(Succeed())
	g.Expect(got.Stdout).NotTo(ContainSubstring("pa55"), "a body may have secrets")
	again := callIn(environ, "check", "--show-config", "--config=shown.yaml")
	g.Expect(again.Code).To(Equal(exitConformant), again.Stderr)
	g.Expect(again.Stdout).To(And(MatchRegexp(`jobs: 4 +# shown.yaml:\d+: jobs`), ContainSubstring("- json=a.json\n- text=-\n")))
	g.Expect(call("check", "--show-config", "--config=", "--other-header=Cookie: hunter2", "http://h").Stdout).To(ContainSubstring("(a secret)"))
}

// What --write-config writes sets what was given, tells of all else, is valid by its schema, and has no secrets.
func TestWriteConfig(t *testing.T) {
	g := NewWithT(t)
	inFolder(t, nil)
	got := call("check", "--write-config=two-oh-two.yaml", "--jobs=4", "--strict", "-H", "X-Token: hunter2", "--only=monitor", "--only=start", "--report=json=r.json", `--json={"n": {n}}`, "http://localhost:8080")
	g.Expect(got).To(Equal(result{Code: exitConformant}))
	text, err := os.ReadFile("two-oh-two.yaml")
	g.Expect(err).NotTo(HaveOccurred())
	golden(t, "write-config.yaml", string(text))
	g.Expect(string(text)).NotTo(ContainSubstring("hunter2"))
	g.Expect(call("check", "--write-config=two-oh-two.yaml", "http://h")).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("there is a file two-oh-two.yaml already"))))
	shown := call("check", "--show-config")
	g.Expect(shown).To(And(HaveField("Code", exitConformant), HaveField("Stdout", And(ContainSubstring("jobs: 4"), ContainSubstring("base-url: http://localhost:8080")))))
	got = callIn([]string{"TOKEN=opensesame"}, "check", "--config=", "--write-config=-", "--expand=TOKEN", "-H", "X-Token: $TOKEN", "http://h")
	g.Expect(got.Stdout).To(And(ContainSubstring("\nheader: 'X-Token: $TOKEN'\n"), Not(ContainSubstring("opensesame"))))
	every := regexp.MustCompile(`(?m)^#([a-z0-9.-]+: )`).ReplaceAllString(string(text), "$1")
	var all map[string]any
	g.Expect(yaml.Unmarshal([]byte(every), &all)).To(Succeed(), "what is a comment is YAML too")
	g.Expect(len(all)).To(BeNumerically(">", 40))
	g.Expect(valid(validator(t, "config"), string(text))).To(Succeed())
}

// A known failure passes the gate, one that passes fails it, and what was written is what is read.
func TestKnownFailures(t *testing.T) {
	g := NewWithT(t)
	bad, good, dead := saved(t, mustFault), saved(t, ""), nobody(t)
	inFolder(t, nil)
	got := call("replay", "-q", "--known-failures=known.yaml", "--write-known-failures=known.yaml", bad)
	g.Expect(got.Code).To(Equal(exitBreaks), "what fails fails, though it is written down")
	g.Expect(os.ReadFile("known.yaml")).To(ContainSubstring("- id: start.own-job"))
	got = call("replay", "--known-failures=known.yaml", bad)
	g.Expect(got).To(And(HaveField("Code", exitConformant), HaveField("Stdout", ContainSubstring("~ start.own-job  MUST\n  a known failure: "))))
	g.Expect(call("replay", bad).Code).To(Equal(exitBreaks))
	got = call("replay", "--known-failures=known.yaml", good)
	g.Expect(got).To(And(HaveField("Code", exitBreaks), HaveField("Stdout", ContainSubstring("start.own-job passes, and the list of known failures is out of date: remove known.yaml:3"))))
	got = call("replay", "-q", "--known-failures=known.yaml", "--write-known-failures=known.yaml", good)
	g.Expect(got.Code).To(Equal(exitBreaks))
	g.Expect(call("replay", "-q", "--known-failures=known.yaml", good).Code).To(Equal(exitConformant), "the line is gone")

	before, _ := os.ReadFile("known.yaml")
	got = call("check", "-q", "--write-known-failures=known.yaml", dead)
	g.Expect(got).To(And(HaveField("Code", exitInconclusive), HaveField("Stderr", ContainSubstring("known.yaml is left as it is"))))
	g.Expect(os.ReadFile("known.yaml")).To(Equal(before))
	g.Expect(call("check", "--report=json=known.yaml", "--write-known-failures=known.yaml", dead).Code).To(Equal(exitUsage))
	g.Expect(call("check", "--write-known-failures="+filepath.Join("known.yaml", "such"), dead).Code).To(Equal(exitUsage))
}

// Several targets of a file are one run and one exit.
func TestTargetsOfAFile(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	good, bad, folder := serve(t), serve(t, mustFault), t.TempDir()
	targets, report := filepath.Join(folder, "targets.yaml"), filepath.Join(folder, "r.json")
	g.Expect(os.WriteFile(targets, []byte("- "+good+"\n- base-url: "+bad+"\n  name: the canary\n  max-jobs: 30\n"), 0o644)).To(Succeed())
	got := call("check", "-q", "--targets="+targets, "--report=json="+report)
	g.Expect(got.Code).To(Equal(exitBreaks))
	g.Expect(got.Stdout).To(And(HavePrefix("✗ 2 targets: 1 not conformant, 1 conformant"), ContainSubstring("the canary ("+bad+")")))
	g.Expect(os.ReadFile(report)).To(ContainSubstring(`"name": "the canary"`))
}

// Without a URL the embedded reference is judged where nobody can have meant another server, and nowhere else.
func TestNoURL(t *testing.T) {
	g := NewWithT(t)
	inFolder(t, nil)
	g.Expect(callIn([]string{"CI=true"}, "check")).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("in CI (the variable of that name is set) one is expected: --reference"))))
	g.Expect(call("check", "")).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("a BASE-URL is empty"))))
	g.Expect(callIn([]string{"TWO_OH_TWO_BASE_URL="}, "check")).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("TWO_OH_TWO_BASE_URL is empty"))))
	inFolder(t, map[string]string{"two-oh-two.yaml": "strict: true\n"})
	g.Expect(call("check")).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring("two-oh-two.yaml names no base-url"))))
}

// A record is looked at again without replacing what the check that made it has written.
func TestReplayLeavesReportsAlone(t *testing.T) {
	g := NewWithT(t)
	record := saved(t, "")
	inFolder(t, map[string]string{"two-oh-two.yaml": "report: [json=r.json]\nonly: start\n", "r.json": "kept"})
	g.Expect(call("replay", record).Stdout).NotTo(ContainSubstring("  monitor   "), "what is judged is judged alike")
	g.Expect(os.ReadFile("r.json")).To(Equal([]byte("kept")))
}

// serve has a section of its own in the same file.
func TestServesSection(t *testing.T) {
	g := NewWithT(t)
	inFolder(t, map[string]string{"two-oh-two.yaml": "jobs: 4\nserve:\n  job-duration: 1s..3s\n  fault: [nothing-like-it]\n", "bad.yaml": "serve:\n  adr: x\n"})
	for args, says := range map[string]string{
		"serve":                                     `two-oh-two: two-oh-two.yaml:4: fault: there is no fault "nothing-like-it"`,
		"serve --fault=monitor-late --seed=x":       `--seed: `,
		"serve --config=bad.yaml":                   `--config: bad.yaml:2: there is no setting "adr" here: did you mean "addr"?`,
		"serve --config=none.yaml":                  `open none.yaml: `,
		"serve --config= --addr=nonsense":           `--addr: "nonsense"`,
		"serve --fault=monitor-late --addr=nowhere": `--addr: "nowhere"`,
	} {
		g.Expect(call(strings.Fields(args)...)).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring(says))), args)
	}
}

// What is wrong in the file that is found by itself names it once.
func TestServesSectionIsWrong(t *testing.T) {
	inFolder(t, map[string]string{"two-oh-two.yaml": "serve:\n  adr: x\n"})
	NewWithT(t).Expect(call("serve").Stderr).To(HavePrefix("two-oh-two: two-oh-two.yaml:2: there is no setting"))
	NewWithT(t).Expect(callIn([]string{"TWO_OH_TWO_CONFIG=none.yaml"}, "serve").Stderr).To(HavePrefix("two-oh-two: TWO_OH_TWO_CONFIG: open none.yaml"))
}

func TestManual(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	for _, cmd := range append((&command{}).root().Commands(), (&command{}).root()) {
		got := call(append([]string{"manual"}, strings.Fields(cmd.CommandPath())[1:]...)...)
		g.Expect(got.Code).To(Equal(exitConformant))
		for line := range strings.Lines(got.Stdout) {
			g.Expect(line).To(Or(MatchRegexp(`^\.(TH|SH|PP|TP|nf|fi)\b`), Not(HavePrefix("."))))
			g.Expect(line).To(MatchRegexp(`^[\n -~]*$`), "groff reads no UTF-8 by itself")
		}
	}
	help, page := call("check", "--help").Stdout, strings.ReplaceAll(call("manual", "check").Stdout, `\-`, "-")
	for word := range strings.FieldsSeq(help) {
		if strings.HasPrefix(word, "--") {
			g.Expect(page).To(ContainSubstring(strings.Trim(word, ".,;:")), "whatever help has, the page has")
		}
	}
	g.Expect(call("manual", "chekc")).To(And(HaveField("Code", exitUsage), HaveField("Stderr", ContainSubstring(`did you mean "check"?`))))
}

// groff reads every page, where there is one, and has nothing to warn of.
func TestGroffReadsTheManual(t *testing.T) {
	harness.Full(t)
	path, err := exec.LookPath("groff")
	if err != nil {
		t.Skip(err)
	}
	for _, page := range append((&command{}).root().Commands(), (&command{}).root()) {
		cmd := exec.Command(path, "-man", "-Tutf8", "-ww", "-z")
		cmd.Stdin = strings.NewReader(call(append([]string{"manual"}, strings.Fields(page.CommandPath())[1:]...)...).Stdout)
		said, err := cmd.CombinedOutput()
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
		NewWithT(t).Expect(string(said)).To(BeEmpty(), page.CommandPath())
	}
}

// What no setting of serve can mean is refused before anything listens, in one sentence.
func TestServesAbsurdValues(t *testing.T) {
	s := &serving{command: &command{}}
	numbers := map[string]bool{"job-duration": true, "fail-rate": true, "seed": true, "expiry": true, "capacity": true, "retry-after": true, "latency": true}
	inFolder(t, nil)
	for _, row := range s.rows() {
		values := []string{"a\nb", "a\x00b"}
		if numbers[row.Name] {
			values = append(values, "NaN", "Inf", "1e400", "-1", "99999999999999999999", "exp:2562047h", "0s..2562047h", "-1s", "")
		}
		for _, value := range values {
			if value == "" && row.Name == "seed" {
				continue // none
			}
			NewWithT(t).Expect(call("serve", "--"+row.Name+"="+value)).To(And(HaveField("Code", exitUsage), HaveField("Stdout", ""),
				HaveField("Stderr", MatchRegexp(`^two-oh-two: --`+row.Name+`: [^\n\x00]*\n$`))), "%s=%q", row.Name, value)
		}
	}
}

// A secret of a URL is in no message, wherever it is given.
func TestSecretsOfURLs(t *testing.T) {
	g := NewWithT(t)
	inFolder(t, map[string]string{"c.yaml": "start-path: x?token=s3cret\n", "t.yaml": "- http://h/?key=s3cret\n"})
	for _, args := range []string{"http://h/?key=s3cret", "http://s3cret@h:x", "--start-path=x?key=s3cret http://h", "--config=c.yaml http://h", "--targets=t.yaml"} {
		got := call(append([]string{"check"}, strings.Fields(args)...)...)
		g.Expect(got).To(And(HaveField("Code", exitUsage), HaveField("Stdout", ""), HaveField("Stderr", Not(ContainSubstring("s3cret")))), args)
	}
	got := call("check", "--show-config", "--start-path=/x?n={n}&token=s3cret", "http://me:s3cret@h/api")
	g.Expect(got).To(And(HaveField("Code", exitConformant), HaveField("Stdout", And(ContainSubstring("token=xxxxx"), Not(ContainSubstring("s3cret"))))))
}
