package ways

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// readYAML reads a file of the project.
func readYAML(t *testing.T, into any, path ...string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{harness.Root(t)}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Load(text, into); err != nil {
		t.Fatal(err)
	}
}

// A step is one of an action's, as far as it is run here.
type step struct {
	ID, Run, Shell string
	Env            map[string]string
}

// readSteps reads the steps of the GitHub Action, and what its inputs are where nothing is said.
func readSteps(t *testing.T) (steps []step, inputs map[string]string) {
	t.Helper()
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct{ Steps []step }
	}
	readYAML(t, &action, ".github", "actions", "check", "action.yml")
	inputs = map[string]string{}
	for name, input := range action.Inputs {
		inputs["inputs."+name] = input.Default
	}
	return action.Runs.Steps, inputs
}

// TestAction runs the scripts of the GitHub Action, as the runner does: in bash, with the inputs in the environment.
func TestAction(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	steps, values := readSteps(t)
	values["github.action_path"], values["runner.temp"] = filepath.Join(harness.Root(t), ".github", "actions", "check"), t.TempDir()
	check := slices.IndexFunc(steps, func(s step) bool { return s.ID == "check" })
	for _, s := range steps[:check] { // what gets the command: once for all rows
		if s.Run == "" {
			continue
		}
		if err := s.do(t, t.TempDir(), values); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		name, fault, args, exit string
	}{
		{"conformant", "", "--jobs=2\n  --no-probes", "0"},
		{"not conformant", "start-one-job-for-all", "", "1"},
		{"only in part", "start-one-job-for-all", "--skip\nstart.own-job", "0"},
		{"what looks like a script is a word", "", "$(touch ran)\n`touch ran`", "2"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			put(t, filepath.Join(folder, "two-oh-two.yaml"), "report: [badge=mine.svg]\n") // it is written too
			values := maps.Clone(values)
			values["inputs.base-url"], values["inputs.args"] = harness.Loopback(t, harness.Faulty(t, row.fault)).BaseURL+"\n", row.args
			failed := steps[check].do(t, folder, values)
			outputs, _ := os.ReadFile(filepath.Join(folder, "output"))
			if got := string(outputs); got != "reports=two-oh-two\nexit="+row.exit+"\n" {
				t.Errorf("the step's outputs are %q, and it ended with %v", got, failed)
			}
			if (failed == nil) != (row.exit == "0") {
				t.Errorf("it ended with %v", failed)
			}
			_, ran := os.Stat(filepath.Join(folder, "ran"))
			for _, name := range []string{"two-oh-two/junit.xml", "two-oh-two/report.html", "two-oh-two/report.json", "mine.svg"} {
				if _, err := os.Stat(filepath.Join(folder, name)); (err == nil) != (row.exit != "2") {
					t.Errorf("%s: %v", name, err)
				}
			}
			if ran == nil {
				t.Error("a word of the inputs was run")
			}
			if summary, _ := os.ReadFile(filepath.Join(folder, "summary")); row.exit != "2" && len(summary) == 0 {
				t.Error("there is no summary of the job")
			}
		})
	}
}

// TestActionInputs gives every input of the Action what looks like a flag, a script, several lines or a command of the runner: what is
// run gets it as one word, behind the -- where it is a URL, and a folder for the reports that lies elsewhere is refused.
func TestActionInputs(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	nasty := []string{
		"--save=here", "-o\n--save=here", "--", "a b", "'", `"; touch ran; "`, "$(touch ran)", "`touch ran`", "*", "\\", "a\r\nb",
		"::set-output name=exit::0", "x ##[add-path]/", "exit=0\nreports=/", "\n\n", "${{ github.token }}", "é", "",
	}
	outside := []string{"-r", "--save=here", "..", "a/../..", "a/..", "/tmp", "a\nb", "a\n", "~", "*", "!a", "a?", "::error::", "$HOME", "`touch ran`", "a:b", "a\r", ""}
	for _, value := range nasty {
		accepted(t, "inputs.base-url", value, nil, linesOf(value))
		accepted(t, "inputs.args", value, linesOf(value), nil)
	}
	for _, value := range []string{"reports", "a/b.c", ".two-oh-two", "a b", "a..b"} {
		accepted(t, "inputs.reports", value, nil, nil)
	}
	for _, value := range outside {
		if ran := runAction(t, "inputs.reports", value); ran.err == nil || ran.outputs != "exit=2\n" || !slices.Equal(ran.files, []string{"output"}) {
			t.Errorf("reports: %q is not refused: %+v", value, ran)
		}
	}
}

// accepted expects the command to be run with the flags and URLs, for the one input that is given, and nothing else to be.
func accepted(t *testing.T, input, value string, flags, urls []string) {
	t.Helper()
	ran := runAction(t, input, value)
	reports := "two-oh-two"
	if input == "inputs.reports" {
		reports = value
	}
	want := []string{"check", "--add-report", "junit=" + reports + "/junit.xml", "--add-report", "html=" + reports + "/report.html", "--add-report", "json=" + reports + "/report.json"}
	if want = slices.Concat(want, flags, []string{"--"}, urls); !slices.Equal(ran.words, want) {
		t.Errorf("%s: %q: it is run with\n%q, not with\n%q", input, value, ran.words, want)
	}
	top, _, _ := strings.Cut(reports, "/")
	files := []string{"output", "words", top}
	slices.Sort(files)
	if ran.err != nil || ran.outputs != "reports="+reports+"\nexit=0\n" || !slices.Equal(ran.files, files) {
		t.Errorf("%s: %q: %+v", input, value, ran)
	}
}

// linesOf are the lines of an input that are not empty, without the blanks around them.
func linesOf(text string) []string {
	lines := []string{}
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// A ranAction is what the Action's script did: the words that it gave the command, the step's outputs and the workspace.
type ranAction struct {
	words   []string
	outputs string
	files   []string
	err     error
}

// runAction runs the Action's script with one input given, and a command that only writes down its words.
func runAction(t *testing.T, input, value string) ranAction {
	t.Helper()
	steps, values := readSteps(t)
	folder, command := t.TempDir(), t.TempDir()
	put(t, filepath.Join(command, "two-oh-two"), "#!/usr/bin/env bash\nprintf '%s\\0' \"$@\" > words\n")
	if err := os.Chmod(filepath.Join(command, "two-oh-two"), 0o755); err != nil {
		t.Fatal(err)
	}
	values["runner.temp"], values[input] = command, value
	var ran ranAction
	ran.err = steps[slices.IndexFunc(steps, func(s step) bool { return s.ID == "check" })].do(t, folder, values)
	words, _ := os.ReadFile(filepath.Join(folder, "words"))
	ran.words = strings.Split(strings.TrimSuffix(string(words), "\x00"), "\x00")
	outputs, _ := os.ReadFile(filepath.Join(folder, "output"))
	ran.outputs = string(outputs)
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		ran.files = append(ran.files, entry.Name())
	}
	return ran
}

// do runs a step in a folder that stands for the workspace and for all that the runner gives a file to.
func (s step) do(t *testing.T, folder string, values map[string]string) error {
	t.Helper()
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
	cmd.Dir = folder
	cmd.Env = append(harness.BuildEnviron(), "GITHUB_ACTIONS=true", "GITHUB_OUTPUT="+filepath.Join(folder, "output"), "GITHUB_STEP_SUMMARY="+filepath.Join(folder, "summary"))
	for name, value := range s.Env {
		for from, to := range values {
			value = strings.ReplaceAll(value, "${{ "+from+" }}", to)
		}
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	out, err := cmd.CombinedOutput()
	if strings.Contains(s.Run, "${{") {
		t.Errorf("step %s has an expression in its script: what is in it would be run", s.ID)
	}
	t.Logf("%s", out)
	return err
}

// TestGitLab runs the script of the GitLab template, beside a configuration that lists a report of its own.
func TestGitLab(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	var template map[string]struct {
		Variables map[string]string
		Script    []string
	}
	readYAML(t, &template, ".gitlab", "two-oh-two.yml")
	job := template[".two-oh-two"]
	command := harness.Build(t)
	for fault, green := range map[string]bool{"": true, "start-one-job-for-all": false} {
		folder := t.TempDir()
		put(t, filepath.Join(folder, "two-oh-two.yaml"), "report: [badge=mine.svg]\n")
		cmd := exec.Command("bash", "-eo", "pipefail", "-c", strings.Join(job.Script, "\n"))
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(command)+string(filepath.ListSeparator)+os.Getenv("PATH"), "TWO_OH_TWO_BASE_URL="+harness.Loopback(t, harness.Faulty(t, fault)).BaseURL)
		for name, value := range job.Variables {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		out, err := cmd.CombinedOutput()
		if (err == nil) != green {
			t.Errorf("%q: %v\n%s", fault, err, out)
		}
		for _, name := range []string{"two-oh-two/junit.xml", "mine.svg"} {
			if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
				t.Error(err)
			}
		}
	}
}
