package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

// The schemas lie in a folder of their own, as two-oh-two schema writes them.
func TestSchemas(t *testing.T) {
	for _, s := range (&command{}).schemas() {
		got := call("schema", s.name)
		NewWithT(t).Expect(got).To(And(HaveField("Code", exitConformant), HaveField("Stderr", "")))
		golden(t, filepath.Join("..", "..", "..", ".schema", s.name+".json"), got.Stdout)
	}
}

// validator reads one of the schemas with a library that has not made it.
func validator(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, err := jsonschema.UnmarshalJSON(strings.NewReader(call("schema", name).Stdout))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(schemaBase+name+".json", text); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile(schemaBase + name + ".json")
}

// valid says what a schema has against a text in YAML, or in JSON.
func valid(schema *jsonschema.Schema, text string) error {
	var document yaml.Node
	var value any
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		return err
	}
	untimed(&document)
	if err := document.Decode(&value); err != nil {
		return err
	}
	return schema.Validate(value)
}

// untimed makes texts of dates, which YAML 1.2, and so an editor, knows no other way.
func untimed(node *yaml.Node) {
	if node.Tag == "!!timestamp" {
		node.Tag = "!!str"
	}
	for _, child := range node.Content {
		untimed(child)
	}
}

// Every example of our pages names its schema, and is valid by it.
func TestExamplesOfPages(t *testing.T) {
	examples := regexp.MustCompile("(?ms)^```yaml\n# (?:two-oh-two|targets|known-failures)\\.ya?ml\n(.*?)^```$")
	named := regexp.MustCompile(`^# yaml-language-server: \$schema=` + regexp.QuoteMeta(schemaBase) + `([a-z-]+)\.json\n`)
	seen := map[string]bool{}
	for _, page := range []string{"README.md", "../../README.md", "../../conformance/README.md", "../../reference/README.md"} {
		text, err := os.ReadFile(page)
		if os.IsNotExist(err) {
			continue
		}
		for _, example := range examples.FindAllStringSubmatch(string(text), -1) {
			name := named.FindStringSubmatch(example[1])
			if name == nil {
				t.Fatalf("%s: no schema is named:\n%s", page, example[0])
			}
			seen[name[1]] = true
			NewWithT(t).Expect(valid(validator(t, name[1]), example[1])).To(Succeed(), example[1])
		}
	}
	NewWithT(t).Expect(seen).To(HaveLen(3), "each kind of file has an example")
}

// The schemas take what is read, and refuse what is not.
func TestSchemasJudge(t *testing.T) {
	for name, texts := range map[string][]string{
		"config": {
			"", "jobs: 8\n", "jobs: '8'\n!", "strikt: true\n!", "jobs: many\n!", "jobs: 0\n!", "jobs: 1.5\n!", "rate: 0.5\n", "rate: -1\n!", "expect: either\n", "expect: maybe\n!",
			"wait: 0\n", "wait: 1m30s\n", "wait: 1.5h\n", "wait: soon\n!", "wait: 10\n!", "max-body: 64Mi\n", "max-body: 1000000\n", "max-body: 1 GiB\n", "max-body: big\n!",
			"contract: 1.0\n", "contract: '1.0'\n", "contract: 9.9\n!", "strict: true\n", "strict: perhaps\n!", "only: monitor\n", "only: [monitor.ready, result]\n",
			"only: 'start,monitor'\n", "only: monitr\n!", "header: {A: b, C: 1}\n", "header: ['A: b', {C: d}]\n", "header:\n  - [a]\n!", "json: {a: [1]}\n",
			"report: [json=a.json, text=-]\n", "report: jsn=x\n!", "report: json\n!", "serve: {job-duration: 1s..3s, retry-after: 3}\n", "serve: {retry-after: off}\n",
			"serve: {retry-after: soon}\n!", "serve: {adr: x}\n!", "serve: {fail-rate: 2}\n!", "serve: {capacity: 0}\n!", "serve: {seed: 1.5}\n!", "config: other.yaml\n!", "show-config: true\n!", "base-url: [http://a, http://b]\n",
		},
		"targets":        {"- http://h\n", "- base-url: http://h\n  name: x\n  jobs: 4\n", "[]\n!", "- jobs: 4\n!", "- base-url: http://h\n  strict: true\n!", "- base-url: [http://h, http://i]\n!"},
		"known-failures": {"", "- {id: monitor.ready, reason: x, until: 2027-01-31}\n", "- id: monitor.ready\n!", "- {id: monitor, reason: x}\n!", "- {id: monitor.ready, reason: x, until: soon}\n!", "- {id: monitor.ready, reason: x, untl: x}\n!"},
	} {
		schema := validator(t, name)
		for _, text := range texts {
			text, wrong := strings.CutSuffix(text, "!")
			if name == "config" && text == "" {
				text = "{}"
			}
			if err := valid(schema, text); (err != nil) != wrong {
				t.Errorf("%s: %q: %v", name, text, err)
			}
		}
	}
	shown, err := os.ReadFile(filepath.Join(testdata, "show-config.yaml"))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	NewWithT(t).Expect(valid(validator(t, "config"), string(shown))).To(Succeed())
}

// What a run reports is valid by the schema, whatever came of it; and the schema refuses what is no report.
func TestReportSchema(t *testing.T) {
	g := NewWithT(t)
	schema := validator(t, "report")
	t.Parallel()
	folder := t.TempDir()
	known, record := filepath.Join(folder, "known.yaml"), filepath.Join(folder, "run.har")
	g.Expect(os.WriteFile(known, []byte("- {id: start.own-job, reason: so}\n"), 0o644)).To(Succeed())
	three := call("check", "--report=json=-", "--save="+record, serve(t), serve(t, mustFault, shouldFault), nobody(t))
	g.Expect(valid(schema, three.Stdout)).To(Succeed(), three.Stdout)
	for _, args := range [][]string{{"--known-failures=" + known, record}, {"--strict", "--only=start", record}, {saved(t, "")}} {
		got := call(append([]string{"replay", "--report=json=-"}, args...)...)
		g.Expect(valid(schema, got.Stdout)).To(Succeed(), got.Stdout)
	}
	text := call("replay", "--report=json=-", saved(t, "")).Stdout
	for _, wrong := range []string{"{}", "[]", strings.Replace(text, `"verdict": "pass"`, `"verdict": "perhaps"`, 1), strings.Replace(text, `"duration": `, `"duration": "x" #`, 1)} {
		g.Expect(valid(schema, wrong)).NotTo(Succeed())
	}
	g.Expect(slices.Sorted(slices.Values(schema.Required))).To(Equal([]string{"contract", "duration", "schema", "started", "targets", "tool", "verdict"}))
}
