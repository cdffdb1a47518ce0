package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
	"github.com/two-oh-two/two-oh-two/reference"
)

const pageOfDialects = "../../conformance/dialect/README.md"

// ownDialect is the example of the page, whole as it stands there.
func ownDialect(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(pageOfDialects)
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?ms)^```yaml\n(# mine\\.yaml\n.*?)^```$").FindSubmatch(page)
	if example == nil {
		t.Fatal("the page has no example")
	}
	return string(example[1])
}

func TestListDialects(t *testing.T) {
	g := NewWithT(t)
	unserved := dialect.TwoOhTwo
	unserved.Name, unserved.Monitor.At = "unserved", dialect.Refs{{Form: dialect.URL, Arg: "https://elsewhere.example/{/id}"}}
	why := reference.Serves(unserved)
	g.Expect(why).To(HaveOccurred())
	for format := range listings {
		got := call("list", "--dialects", "--format", format)
		g.Expect(got).To(And(HaveField("Code", exitConformant), HaveField("Stderr", "")))
		golden(t, "dialects."+format, got.Stdout)
		var out bytes.Buffer
		g.Expect(writeDialects(&out, format, []dialect.Dialect{unserved})).To(Succeed())
		g.Expect(out.String()).To(ContainSubstring("elsewhere.example"), format)
	}
	g.Expect(call("list", "--dialects", "--format=x")).To(Equal(result{exitUsage, "", "two-oh-two: --format: \"x\" is not one of text, json, markdown\n"}))
}

// The words of each dialect, for a reader to compare with its source.
func TestWordsOfDialects(t *testing.T) {
	var b strings.Builder
	for _, d := range settings.Dialects() {
		b.WriteString(d.Name + ": " + d.Source + "\n")
		line := func(name string, r *dialect.Reply) {
			if r != nil && len(r.Status) > 0 {
				b.WriteString("  " + name + ": " + r.String() + "\n")
			}
		}
		line("start", &d.Start.Reply)
		line("pending", &d.Monitor.Pending)
		line("done", &d.Monitor.Done)
		line("failed", d.Monitor.Failed)
		line("cancelled", d.Monitor.Cancelled)
		line("unknown", d.Monitor.Unknown)
		line("result", d.Result.Done)
		line("cancellation", &d.Cancel.Reply)
		b.WriteString("  monitor at " + d.Monitor.At.String() + ", result at " + d.Result.At.String() + "\n")
	}
	golden(t, "dialect-words.txt", b.String())
}

// A requirement that a dialect has not is named as such, what blocks and what breaks is that of the dialect.
func TestExplainInDialect(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	g.Expect(call("explain", "location.layout", "--dialect=odata-4.01")).To(Equal(result{exitConformant, "location.layout does not apply to the dialect odata-4.01 (OData 4.01).\n", ""}))
	g.Expect(call("explain", "monitor.form")).To(Equal(result{exitConformant, "monitor.form does not apply to the dialect two-oh-two (the two-oh-two contract).\n", ""}))
	for _, d := range settings.Dialects() {
		var ids, text = map[string]bool{}, ""
		for _, r := range contract.Of(d) {
			ids[r.ID] = true
		}
		text = call(slices.Concat([]string{"explain", "--dialect", d.Name}, slices.Sorted(maps.Keys(ids)))...).Stdout
		for _, blocks := range regexp.MustCompile(`(?m)^  blocks  (.*(?:\n {10}.*)*)`).FindAllStringSubmatch(text, -1) {
			for _, id := range strings.FieldsFunc(blocks[1], func(r rune) bool { return r == ',' || r == ' ' || r == '\n' }) {
				g.Expect(ids).To(HaveKey(id), d.Name)
			}
		}
		for _, f := range reference.Faults() {
			if f.Applies(d) != nil {
				g.Expect(text).NotTo(ContainSubstring("--fault "+f.Name+"\n"), d.Name)
			}
		}
		if d.Name != dialect.TwoOhTwo.Name && strings.Contains(text, "See it broken") {
			g.Expect(text).To(ContainSubstring("two-oh-two serve --dialect " + d.Name + " --fault "))
		}
	}
}

// The schema takes all that are built in and the example, and refuses what one place shows to be wrong.
func TestDialectSchema(t *testing.T) {
	schema := validator(t, "dialect")
	text, err := os.ReadFile("../../conformance/settings/dialects.yaml")
	if err != nil {
		t.Fatal(err)
	}
	documents := strings.Split(string(text), "\n---\n")[1:]
	NewWithT(t).Expect(documents).To(HaveLen(len(settings.Dialects())))
	own := ownDialect(t)
	for _, document := range append(documents, own) {
		if err := valid(schema, document); err != nil {
			t.Errorf("%v\n%s", err, document)
		}
	}
	inFolder(t, nil)
	for _, row := range [][2]string{
		{"name: mine", "name: My API"}, {"name: mine", "nmae: mine"}, {"name: mine", "name: mine\nlevel: MAY"}, {"name: mine", "name: mine\ntitle: [a]"},
		{"[POST]", "[post]"}, {"[POST]", "[]"}, {"methods: [POST], ", ""}, {"status: 202", "status: 99"}, {"status: 202", "status: 1xx"}, {"status: 202, ", ""},
		{"status: 202", `status: "202"`}, {"{monitor}", "{monitr}"}, {"{monitor}", "{monitor"}, {"Job-Location: ", `"Job Location": `}, {"{monitor}", "{secs x}"},
		{"at: header", "at: heder"}, {"at: header Job-Location", "at: inline"}, {"at: header Job-Location", "at: url jobs/{/id}"}, {"  at: header Job-Location\n", ""},
		{"[queued, running]", `"!"`}, {"[queued, running]", `["{id}", a]`}, {"[queued, running]", "1.5"}, {"[queued, running]", "{a: b}"}, {"[queued, running]", "[]"},
		{"/state: [", "state: ["}, {"/state: [", "/~x: ["}, {"running]}", "running]}, should: {status: 200}"}, {"running]}", "running]}, may: {}"},
		{"  failed:  {status: 200, body: {/state: bad}}", "  failed: ~"}, {"result:", "cancel: {method: DELETE, at: monitor, reply: {status: 204}, then: gone}\nresult:"},
		{"result:", "cancel: {at: monitor, reply: {status: 204}, then: any}\nresult:"},
	} {
		broken := strings.Replace(own, row[0], row[1], 1)
		if broken == own || valid(schema, broken) == nil {
			t.Errorf("%q in place of %q is valid", row[1], row[0])
		}
		if err := os.WriteFile("broken.yaml", []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := settings.Dialect("broken.yaml"); err == nil {
			t.Errorf("%q in place of %q is refused by the schema alone", row[1], row[0])
		}
	}
}

// Each mistake of the page is answered as the page says.
func TestMistakesOfThePage(t *testing.T) {
	page, err := os.ReadFile(pageOfDialects)
	if err != nil {
		t.Fatal(err)
	}
	sentences := regexp.MustCompile("(?m)^\\| `(mine\\.yaml:.*?)` \\|").FindAllStringSubmatch(string(page), -1)
	mistakes := [][2]string{
		{"start: {methods", "strat: {methods"}, {"body: {/state: [", "body: {state: ["}, {"{Job-Location: ", "{Location: "}, {"at: header", "at: heder"},
		{"[queued, running]", "ok"}, {", done: {status: 200}}", "}"},
	}
	var want, got []string
	for _, sentence := range sentences {
		want = append(want, sentence[1])
	}
	own := ownDialect(t)
	inFolder(t, nil)
	for _, edit := range mistakes {
		if err := os.WriteFile("mine.yaml", []byte(strings.Replace(own, edit[0], edit[1], 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		refused := call("check", "--dialect=mine.yaml", "http://127.0.0.1:1")
		NewWithT(t).Expect(refused.Code).To(Equal(exitUsage))
		got = append(got, strings.TrimSpace(strings.TrimPrefix(refused.Stderr, "two-oh-two: --dialect: ")))
	}
	NewWithT(t).Expect(got).To(ConsistOf(want))
}

// The example of the page is served and judged, and the embedded reference speaks it.
func TestExampleOfThePage(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte(ownDialect(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serveWith(t, "--job-duration=200ms --start-path=/exports --dialect="+file)
	for _, args := range [][]string{{"--start-path=/exports", s.url}, nil} {
		got := call(append([]string{"check", "--dialect", file}, args...)...)
		NewWithT(t).Expect(got.Code).To(Equal(exitConformant), got.Stdout+got.Stderr)
	}
	wrong := call("check", s.url, "--start-path=/exports", "--request=POST")
	NewWithT(t).Expect(wrong.Code).NotTo(Equal(exitConformant), "another dialect")
}

// The embedded reference speaks the dialect that it is judged by, and a record of it is judged in the same way.
func TestEmbeddedDialects(t *testing.T) {
	t.Parallel()
	for i, d := range settings.Dialects() {
		if i%harness.RowsBeside(t) > 0 {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			record := t.TempDir() + "/run.har"
			got := call("check", "--reference", "--dialect", d.Name, "--save", record)
			g.Expect(got.Code).To(Equal(0), got.Stdout+got.Stderr)
			g.Expect(got.Stdout).To(ContainSubstring("contract " + d.Name + " "))
			again := call("replay", record)
			g.Expect(again.Code).To(Equal(0), again.Stdout+again.Stderr)
			g.Expect(again.Stdout).To(Equal(got.Stdout))
		})
	}
}

// A run has targets of several dialects; their requirements and their record are those of each.
func TestRunInDialects(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	odata, own := serveWith(t, "--job-duration=200ms --dialect=odata-4.01"), serve(t)
	file := filepath.Join(t.TempDir(), "targets.yaml")
	g.Expect(os.WriteFile(file, []byte("- "+own+"\n- base-url: "+odata.url+"\n  dialect: odata-4.01\n"), 0o600)).To(Succeed())
	record := filepath.Join(t.TempDir(), "run.har")
	was := call("check", "--targets", file, "--report=json=-", "--save", record)
	g.Expect(was.Code).To(Equal(exitConformant), was.Stdout+was.Stderr)
	var both report.Report
	g.Expect(json.Unmarshal([]byte(was.Stdout), &both)).To(Succeed())
	g.Expect(both.Targets).To(HaveLen(2))
	g.Expect(call("replay", "--report=json=-", record)).To(Equal(was), "the record knows the dialects")

	environ := []string{settings.Environment("dialect") + "=odata-4.01"}
	known := filepath.Join(t.TempDir(), "known.yaml")
	g.Expect(os.WriteFile(known, []byte("- {id: monitor.pending-pointer, reason: x}\n"), 0o600)).To(Succeed())
	odataRecord := filepath.Join(t.TempDir(), "odata.har")
	passed := callIn(environ, "check", "--known-failures", known, "--save", odataRecord, odata.url)
	g.Expect(passed.Code).To(Equal(exitBreaks), "a known failure that passes: %s", passed.Stdout+passed.Stderr)
	g.Expect(passed.Stdout).To(ContainSubstring("monitor.pending-pointer"))
	g.Expect(callIn(environ, "replay", "--only=monitor.pending-pointer", odataRecord).Code).To(Equal(exitConformant))
	g.Expect(callIn(environ, "replay", odataRecord).Code).To(Equal(exitConformant), "the variable named the dialect")
}

// What a dialect has not is refused before anything is sent.
func TestRefusedInDialect(t *testing.T) {
	own := nobody(t)
	for args, says := range map[string]string{
		"--only=monitor.form":                         "--only, --skip: monitor.form does not apply to the dialect two-oh-two",
		"--skip=cancel --dialect=json-api":            "--only, --skip: cancel does not apply to the dialect json-api",
		"--only=location.layout --dialect=odata-4.01": "--only, --skip: location.layout does not apply to the dialect odata-4.01",
		"--only=monitor.frm --dialect=odata-4.01":     `--only: there is no requirement or group "monitor.frm": did you mean "monitor.form"?`,
		"--probe=cancel --dialect=json-api":           "json-api",
		"--expect=failure --dialect=json-api":         "json-api",
		"--request=PUT --dialect=json-api":            "--request: PUT begins no job in json-api: POST may",
		"--dialect=odata":                             `--dialect: there is no dialect "odata": `,
	} {
		got := call(append(append([]string{"check"}, strings.Fields(args)...), own)...)
		NewWithT(t).Expect(got).To(And(HaveField("Code", exitUsage), HaveField("Stdout", ""), HaveField("Stderr", MatchRegexp(`^two-oh-two: [^\n]*`+regexp.QuoteMeta(says)+`[^\n]*\n$`))), args)
	}
}
