package ways

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// A workflow is one of GitHub's, or the steps of an action, as far as it is audited.
type workflow struct {
	text        string
	On          any
	Permissions any
	Jobs        map[string]auditedJob
	Runs        struct{ Steps []auditedStep }
}

type auditedJob struct {
	Permissions any
	RunsOn      string `yaml:"runs-on"`
	Minutes     any    `yaml:"timeout-minutes"`
	Uses        string
	Secrets     any
	Steps       []auditedStep
}

type auditedStep struct {
	Uses, Run string
	With      map[string]any
}

// audits are what a workflow must not do: what zizmor looks for without a network, and where that says less, what GitHub's guide to secure use
// asks for. Each returns whether it is done.
var audits = map[string]func(workflow) bool{
	"names an action by what may change": func(w workflow) bool {
		commit := regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)
		shown := regexp.MustCompile(`^two-oh-two/two-oh-two/\S+@v\d+\.\d+\.\d+$`) // readers choose a version of ours
		return slices.ContainsFunc(w.uses(), func(uses string) bool {
			return !commit.MatchString(uses) && !strings.HasPrefix(uses, "./") && !shown.MatchString(uses)
		})
	},
	"does not say which version a commit is": func(w workflow) bool {
		return len(regexp.MustCompile(`@[0-9a-f]{40}\b`).FindAllString(w.text, -1)) > len(regexp.MustCompile(`@[0-9a-f]{40} # v\d`).FindAllString(w.text, -1))
	},
	"puts an expression into a script": func(w workflow) bool {
		return w.anyStep(func(s auditedStep) bool {
			script, _ := s.With["script"].(string)
			return strings.Contains(s.Run+script, "${{")
		})
	},
	"has permissions that its jobs do not name": func(w workflow) bool {
		return w.Jobs != nil && (w.Permissions == nil || writes(w.Permissions))
	},
	"may write, and runs what it checks out": func(w workflow) bool {
		for _, j := range w.Jobs {
			if writes(j.Permissions) && slices.ContainsFunc(j.Steps, auditedStep.ofRepository) {
				return true
			}
		}
		return false
	},
	"leaves its token in the checkout": func(w workflow) bool {
		return w.anyStep(func(s auditedStep) bool {
			return strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != false
		})
	},
	"releases what comes from a cache": func(w workflow) bool {
		events := w.events()
		if push, _ := events["push"].(map[string]any); push["tags"] == nil && !has(events, "release") && !has(events, "workflow_call") {
			return false
		}
		return w.anyStep(func(s auditedStep) bool {
			cache := s.With["cache"]
			return strings.HasPrefix(s.Uses, "actions/cache") || strings.Contains(s.Uses, "/setup-") && cache != false && cache != "${{ github.ref_type != 'tag' }}"
		})
	},
	"is started by strangers, with secrets": func(w workflow) bool {
		events := w.events()
		return has(events, "pull_request_target") || has(events, "workflow_run") || has(events, "issue_comment")
	},
	"hands all secrets on": func(w workflow) bool {
		return regexp.MustCompile(`toJSON\(\s*secrets\b|secrets\[`).MatchString(w.text) || w.anyJob(func(j auditedJob) bool { return j.Secrets == "inherit" })
	},
	"changes the environment of later steps": func(w workflow) bool {
		return w.anyStep(func(s auditedStep) bool {
			return regexp.MustCompile(`GITHUB_(ENV|PATH)\b|::(set-env|set-output|add-path)`).MatchString(s.Run)
		})
	},
	"runs what it fetches, unseen": func(w workflow) bool {
		return w.anyStep(func(s auditedStep) bool {
			return regexp.MustCompile(`(curl|wget)[^\n|]*\|\s*(sudo )?\w*sh\b`).MatchString(s.Run)
		})
	},
	"runs without an end, or on a machine that stays": func(w workflow) bool {
		return w.anyJob(func(j auditedJob) bool {
			return j.Uses == "" && (j.Minutes == nil || strings.Contains(j.RunsOn, "self-hosted"))
		})
	},
}

// writes reports whether permissions let something be written. A word such as write-all is no list of what is needed.
func writes(permissions any) bool {
	list, is := permissions.(map[string]any)
	return permissions != nil && !is || slices.Contains(slices.Collect(maps.Values(list)), any("write"))
}

func has(events map[string]any, name string) bool { _, found := events[name]; return found }

// events are what starts a workflow, which may be written as a word, as a list or as a mapping.
func (w workflow) events() map[string]any {
	switch on := w.On.(type) {
	case map[string]any:
		return on
	case []any:
		events := map[string]any{}
		for _, name := range on {
			events[name.(string)] = nil
		}
		return events
	case string:
		return map[string]any{on: nil}
	}
	return nil
}

func (w workflow) anyJob(is func(auditedJob) bool) bool {
	return slices.ContainsFunc(slices.Collect(maps.Values(w.Jobs)), is)
}

func (w workflow) anyStep(is func(auditedStep) bool) bool {
	return slices.ContainsFunc(w.Runs.Steps, is) || w.anyJob(func(j auditedJob) bool { return slices.ContainsFunc(j.Steps, is) })
}

func (w workflow) uses() (all []string) {
	w.anyJob(func(j auditedJob) bool {
		if j.Uses != "" {
			all = append(all, j.Uses)
		}
		return false
	})
	w.anyStep(func(s auditedStep) bool {
		if s.Uses != "" {
			all = append(all, s.Uses)
		}
		return false
	})
	return all
}

// ofRepository reports whether a step brings or runs what is in the repository.
func (s auditedStep) ofRepository() bool {
	return strings.HasPrefix(s.Uses, "actions/checkout@") || strings.HasPrefix(s.Uses, "./")
}

// audit returns what a workflow does that it must not.
func audit(t *testing.T, text string) (found []string) {
	t.Helper()
	w := workflow{text: text}
	if err := yaml.Load([]byte(text), &w); err != nil {
		t.Fatal(err)
	}
	if len(w.Jobs)+len(w.Runs.Steps) == 0 {
		t.Fatalf("no jobs and no steps were found in\n%s", text)
	}
	for name, broken := range audits {
		if broken(w) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// TestWorkflowsAudited holds our workflows, the Action and the workflows that our pages show against all audits.
func TestWorkflowsAudited(t *testing.T) {
	t.Parallel()
	root := harness.Root(t)
	files, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	if err != nil || len(files) < 4 {
		t.Fatalf("%d workflows were found: %v", len(files), err)
	}
	texts := map[string]string{}
	for _, name := range append(files, filepath.Join(root, ".github/actions/check/action.yml")) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	for _, b := range readmeBlocks(t) {
		if b.language == "yaml" && strings.Contains(b.text, "\njobs:\n") {
			texts[b.section+strings.SplitN(b.text, "\n", 2)[0]] = b.text
		}
	}
	if len(texts) < len(files)+3 {
		t.Errorf("only %d texts were found", len(texts))
	}
	for name, text := range texts {
		for _, found := range audit(t, text) {
			t.Errorf("%s %s", name, found)
		}
	}
}

// TestAuditsBite breaks a workflow that is right in one way at a time.
func TestAuditsBite(t *testing.T) {
	t.Parallel()
	const commit = "0123456789abcdef0123456789abcdef01234567"
	const right = `
on: {push: {tags: ["v*"]}}
permissions: {}
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {contents: read}
    steps:
      - uses: actions/checkout@` + commit + ` # v5.1.0
        with: {persist-credentials: false}
      - uses: actions/setup-go@` + commit + ` # v6.5.0
        with: {cache: false}
      - run: make
  publish:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {contents: write}
    steps:
      - {run: 'gh release create "$TAG"', env: {TAG: "${{ github.ref_name }}"}}
`
	if found := audit(t, right); found != nil {
		t.Errorf("what is right %v", found)
	}
	bitten := map[string]bool{}
	for _, row := range []struct{ from, to, found string }{
		{"checkout@" + commit, "checkout@v5", "names an action by what may change"},
		{"setup-go@" + commit, "setup-go@main", "names an action by what may change"},
		{" # v6.5.0", "", "does not say which version a commit is"},
		{"run: make", "run: 'make ${{ github.head_ref }}'", "puts an expression into a script"},
		{"run: make", "uses: actions/github-script@" + commit + " # v8\n        with: {script: '${{ inputs.x }}'}", "puts an expression into a script"},
		{"permissions: {}", "", "has permissions that its jobs do not name"},
		{"permissions: {}", "permissions: {packages: write}", "has permissions that its jobs do not name"},
		{"permissions: {}", "permissions: read-all", "has permissions that its jobs do not name"},
		{"{contents: read}", "{contents: write}", "may write, and runs what it checks out"},
		{"{persist-credentials: false}", "{fetch-depth: 0}", "leaves its token in the checkout"},
		{"with: {cache: false}", "with: {cache: true}", "releases what comes from a cache"},
		{"with: {cache: false}", "", "releases what comes from a cache"},
		{"run: make", "uses: actions/cache/restore@" + commit + " # v5", "releases what comes from a cache"},
		{"{push: {tags: [\"v*\"]}}", "[push, pull_request_target]", "is started by strangers, with secrets"},
		{"{push: {tags: [\"v*\"]}}", "workflow_run", "is started by strangers, with secrets"},
		{"github.ref_name", "toJSON(secrets)", "hands all secrets on"},
		{"jobs:", "jobs:\n  other: {uses: ./.github/workflows/x.yml, secrets: inherit}", "hands all secrets on"},
		{"run: make", "run: make >> \"$GITHUB_ENV\"", "changes the environment of later steps"},
		{"run: make", "run: curl -fsSL https://example.com/install | bash", "runs what it fetches, unseen"},
		{"timeout-minutes: 5", "", "runs without an end, or on a machine that stays"},
		{"runs-on: ubuntu-latest", "runs-on: self-hosted", "runs without an end, or on a machine that stays"},
	} {
		wrong := strings.Replace(right, row.from, row.to, 1)
		if found := audit(t, wrong); !slices.Equal(found, []string{row.found}) {
			t.Errorf("%q in place of %q: %q, want %q", row.to, row.from, found, row.found)
		}
		bitten[row.found] = true
	}
	for name := range audits {
		if !bitten[name] {
			t.Errorf("nothing shows that this is found: a workflow %s", name)
		}
	}
}
