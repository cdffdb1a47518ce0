package proof

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// readYAML reads a file of the project.
func readYAML(t *testing.T, into any, path ...string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, path...)...))
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

// TestAction runs the scripts of the GitHub Action, as the runner does: in bash, with the inputs in the environment.
func TestAction(t *testing.T) {
	t.Parallel()
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct{ Steps []step }
	}
	readYAML(t, &action, ".github", "actions", "check", "action.yml")
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
			where, err := filepath.Abs(filepath.Join("..", "..", ".github", "actions", "check"))
			if err != nil {
				t.Fatal(err)
			}
			values := map[string]string{
				"github.action_path": where, "runner.temp": t.TempDir(), "inputs.base-url": loopback(t, spoilt(t, row.fault)).BaseURL + "\n",
				"inputs.args": row.args, "inputs.reports": action.Inputs["reports"].Default,
			}
			var failed error
			for _, s := range action.Runs.Steps {
				if s.Run == "" || failed != nil {
					continue
				}
				failed = s.do(t, folder, values)
			}
			outputs, _ := os.ReadFile(filepath.Join(folder, "output"))
			if got := strings.TrimSpace(string(outputs)); got != "exit="+row.exit {
				t.Errorf("the step's outputs are %q, and it ended with %v", got, failed)
			}
			if (failed == nil) != (row.exit == "0") {
				t.Errorf("it ended with %v", failed)
			}
			_, ran := os.Stat(filepath.Join(folder, "ran"))
			for _, name := range []string{"junit.xml", "report.html", "report.json"} {
				if _, err := os.Stat(filepath.Join(folder, "two-oh-two", name)); (err == nil) != (row.exit != "2") {
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

// do runs a step in a folder that stands for the workspace and for all that the runner gives a file to.
func (s step) do(t *testing.T, folder string, values map[string]string) error {
	t.Helper()
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GITHUB_ACTIONS=true", "GITHUB_OUTPUT="+filepath.Join(folder, "output"), "GITHUB_STEP_SUMMARY="+filepath.Join(folder, "summary"))
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

// TestGitLab runs the script of the GitLab template; the command is built from here, where the template has it installed.
func TestGitLab(t *testing.T) {
	t.Parallel()
	var template map[string]struct {
		Variables map[string]string
		Script    []string
	}
	readYAML(t, &template, ".gitlab", "two-oh-two.yml")
	job := template[".two-oh-two"]
	command := build(t)
	for fault, green := range map[string]bool{"": true, "start-one-job-for-all": false} {
		folder := t.TempDir()
		for i, line := range job.Script {
			if strings.Contains(line, "go install") {
				job.Script[i] = `mkdir -p two-oh-two/bin && cp "$BUILT" two-oh-two/bin/two-oh-two`
			}
		}
		cmd := exec.Command("bash", "-eo", "pipefail", "-c", strings.Join(job.Script, "\n"))
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "BUILT="+command, "TWO_OH_TWO_BASE_URL="+loopback(t, spoilt(t, fault)).BaseURL)
		for name, value := range job.Variables {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
		out, err := cmd.CombinedOutput()
		if (err == nil) != green {
			t.Errorf("%q: %v\n%s", fault, err, out)
		}
		if _, err := os.Stat(filepath.Join(folder, "two-oh-two", "junit.xml")); err != nil {
			t.Error(err)
		}
	}
}
