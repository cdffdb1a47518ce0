package ways

import (
	"bufio"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A block is one that a page shows: its language, its lines, and under which heading of which page.
type block struct{ section, language, text string }

// readmePages are the pages that are written for readers: every one in Markdown, but those that tests keep.
func readmePages(t *testing.T) map[string]string {
	t.Helper()
	root, pages := harness.Root(t), map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == ".git"):
			return filepath.SkipDir
		case filepath.Base(path) != "section.md" && filepath.Ext(path) == ".md": // that one is a template
			text, err := os.ReadFile(path)
			pages[strings.TrimPrefix(path, root+"/")] = string(text)
			return err
		}
		return nil
	})
	if err != nil || len(pages) < 7 {
		t.Fatalf("%d pages were found: %v", len(pages), err)
	}
	return pages
}

// readmeBlocks are the blocks of all pages, page by page.
func readmeBlocks(t *testing.T) []block {
	t.Helper()
	var blocks []block
	pages := readmePages(t)
	for _, page := range slices.Sorted(maps.Keys(pages)) {
		section, open := page, false
		for line := range strings.Lines(pages[page]) {
			fence, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
			switch {
			case isFence && !open:
				blocks, open = append(blocks, block{section, fence, ""}), true
			case isFence:
				open = false
			case open:
				blocks[len(blocks)-1].text += line
			case strings.HasPrefix(line, "## "):
				section = page + ": " + strings.TrimSpace(line[3:])
			}
		}
	}
	return blocks
}

// TestReadme runs every command that a page shows, in the order of its sections, each in a folder that looks like a checkout, with the
// files that the section shows. Hosts are ours: nothing is sent anywhere else.
func TestReadme(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	sections := map[string][]block{}
	for _, b := range readmeBlocks(t) {
		sections[b.section] = append(sections[b.section], b)
	}
	command := filepath.Join(t.TempDir(), "two-oh-two")
	build := exec.Command("go", "build", "-o", command, harness.Module+"/cmd/two-oh-two")
	build.Env = harness.BuildEnviron()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	hosts := readmeHosts(t)
	var ran atomic.Int64
	t.Cleanup(func() {
		if ran.Load() < 40 {
			t.Errorf("%d commands were found", ran.Load())
		}
	})
	for _, name := range slices.Sorted(maps.Keys(sections)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ran.Add(int64(readmeSection(t, sections[name], command, hosts)))
		})
	}
}

// readmeSection runs the commands of one section, and returns how many there are. The command is there already: a go build finds it up to date.
func readmeSection(t *testing.T, blocks []block, command string, hosts *strings.Replacer) int {
	folder := likeACheckout(t)
	if err := os.Link(command, filepath.Join(folder, "two-oh-two")); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, b := range blocks {
		text := hosts.Replace(b.text)
		if name, named := strings.CutPrefix(text, "# "); b.language == "yaml" && named {
			name, _, _ = strings.Cut(name, "\n")
			put(t, filepath.Join(folder, name), text)
		}
		if b.language == "sh" {
			lines = append(lines, slices.Collect(strings.Lines(text))...)
		}
	}
	for _, line := range lines {
		readmeLine(t, folder, strings.TrimSpace(line))
	}
	return len(lines)
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readmeHosts are servers of ours in place of those that the pages name. What is staged lacks Cache-Control, as the known
// failures shown have it, and the server that serve runs is the one with the fault that is shown.
func readmeHosts(t *testing.T) *strings.Replacer {
	below := func(fault ...string) http.Handler {
		server, err := reference.New(reference.Options{JobDuration: time.Second, BasePath: "/v1", Faults: fault})
		if err != nil {
			t.Fatal(err)
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v1/reports" && r.Method == http.MethodPost {
				r.URL.Path, r.Method = "/v1/deferredjob", http.MethodGet
			}
			server.ServeHTTP(w, r)
		})
	}
	return strings.NewReplacer(
		"http://127.0.0.1:8202", harness.Loopback(t, harness.Faulty(t, "monitor-late")).BaseURL,
		"http://localhost:8080", harness.Loopback(t, harness.Faulty(t, "")).BaseURL,
		"https://api.example.com", harness.Loopback(t, below()).BaseURL,
		"https://staging.example.com", harness.Loopback(t, below("pending-without-cache-control")).BaseURL,
		"https://canary.example.com", harness.Loopback(t, below()).BaseURL,
	)
}

// likeACheckout is a folder that looks like a checkout; what is written there does not reach the project.
func likeACheckout(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	root := harness.Root(t)
	for _, name := range []string{"go.mod", "go.sum", "cmd", "conformance", "reference", "README.md"} {
		if err := os.Symlink(filepath.Join(root, name), filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func readmeLine(t *testing.T, folder, line string) {
	t.Helper()
	switch {
	case line == "" || strings.HasPrefix(line, "#"):
		return
	case strings.HasPrefix(line, "go test ") && !strings.Contains(line, "-args"):
		readmeTests(t, line)
		return
	case strings.HasPrefix(line, ".container/"):
		return // CI runs it: it needs more than Go
	case strings.Contains(line+" ", " serve ") && !strings.Contains(line, "--list-faults"):
		readmeServe(t, folder, line)
		return
	}
	cmd := exec.Command("bash", "-c", line)
	cmd.Dir = folder
	cmd.Env = append(harness.BuildEnviron(), "TOKEN=a-token-of-the-test", "CI=")
	if strings.HasPrefix(line, "go test ") { // where, and as, it is compiled already
		cmd.Dir, cmd.Env = harness.Root(t), nil
	}
	want := 0
	if _, said, found := strings.Cut(line, "# exit "); found { // a page says so where it is not 0
		want = int(said[0] - '0')
	}
	if out, err := cmd.CombinedOutput(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != want {
		t.Errorf("%s\n%v, want exit %d\n%s", line, err, want, out)
	}
}

// readmeTests shows that a command runs tests of ours, each alternative of its -run one at least. It looks for them in the source: CI compiles and
// runs them all anyway.
func readmeTests(t *testing.T, line string) {
	t.Helper()
	tests, run, _ := strings.Cut(strings.Replace(line, " -update", "", 1), " -run ")
	var names []string
	for _, pattern := range strings.Fields(tests)[2:] { // after "go test"
		found := testsOf(t, pattern)
		if len(found) == 0 {
			t.Errorf("%s: %s has no tests", line, pattern)
		}
		names = append(names, found...)
	}
	for pattern := range strings.SplitSeq(strings.Trim(run, "'"), "|") {
		if !slices.ContainsFunc(names, regexp.MustCompile(pattern).MatchString) {
			t.Errorf("%s: no test matches %q", line, pattern)
		}
	}
}

// testsOf are the names of the tests in a folder, and with /... in those below it too.
func testsOf(t *testing.T, pattern string) (names []string) {
	t.Helper()
	folder, below := strings.CutSuffix(pattern, "/...")
	root := filepath.Join(harness.Root(t), folder)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && (!below || strings.HasPrefix(entry.Name(), ".")):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`).FindAllSubmatch(text, -1) {
			names = append(names, string(found[1]))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return names
}

// readmeServe runs a server until it says what to try, and ends it as a person would.
func readmeServe(t *testing.T, folder, line string) {
	t.Helper()
	cmd := exec.Command("bash", "-c", "exec "+line+" --addr=127.0.0.1:0")
	cmd.Dir = folder
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := false
	for lines := bufio.NewScanner(out); lines.Scan() && !said; {
		said = strings.Contains(lines.Text(), "curl")
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil || !said {
		t.Errorf("%s\nsaid what to try: %v; ended with %v", line, said, err)
	}
}

// TestReadmeCompiles runs what the pages show in Go, in a module of somebody else's.
func TestReadmeCompiles(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	folder := theirModule(t)
	for i, b := range readmeBlocks(t) {
		if b.language == "go" {
			put(t, filepath.Join(folder, "readme", fmt.Sprint("block", i), "mine_test.go"), b.text)
		}
	}
	out, err := inTheirs(t, folder, nil, "go", "test", "-v", "-count=1", "./readme/...")
	if err != nil {
		t.Error(err)
	}
	for _, want := range []string{`--- PASS: TestConformance/monitor/monitor\.ready`, `Ran [1-9]\d+ of \d+ Specs`, "--- PASS: TestMine", "--- PASS: TestReport", "--- PASS: TestClient"} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("nothing like %q in\n%s", want, out)
		}
	}
}
