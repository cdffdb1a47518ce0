package ways

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A block is one that README.md shows: its language, its lines, and under which heading.
type block struct{ section, language, text string }

// readmeBlocks are the blocks of README.md.
func readmeBlocks(t *testing.T) []block {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(harness.Root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	section, open := "", false
	for line := range strings.Lines(string(text)) {
		fence, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case isFence && !open:
			blocks, open = append(blocks, block{section, fence, ""}), true
		case isFence:
			open = false
		case open:
			blocks[len(blocks)-1].text += line
		case strings.HasPrefix(line, "## "):
			section = strings.TrimSpace(line[3:])
		}
	}
	return blocks
}

// TestReadme runs every command that README.md shows, in the order of its sections, each in a folder that looks like a checkout, with the
// files that the section shows. Hosts are ours: nothing is sent anywhere else.
func TestReadme(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	blocks := readmeBlocks(t)
	command := harness.Build(t)
	hosts := readmeHosts(t)
	ran := 0
	for i, b := range blocks {
		if i > 0 && slices.ContainsFunc(blocks[:i], func(earlier block) bool { return earlier.section == b.section }) {
			continue // the section was run as a whole
		}
		t.Run(b.section, func(t *testing.T) {
			folder := likeACheckout(t)
			for _, other := range blocks {
				if other.section != b.section {
					continue
				}
				text := hosts.Replace(other.text)
				if name, named := strings.CutPrefix(text, "# "); other.language == "yaml" && named {
					name, _, _ = strings.Cut(name, "\n")
					put(t, filepath.Join(folder, name), text)
				}
			}
			if b.section != "Judge my server" { // where it is built
				if err := os.Link(command, filepath.Join(folder, "two-oh-two")); err != nil {
					t.Fatal(err)
				}
			}
			for _, other := range blocks {
				if other.section == b.section && other.language == "sh" {
					for line := range strings.Lines(hosts.Replace(other.text)) {
						ran++
						readmeLine(t, folder, strings.TrimSpace(line))
					}
				}
			}
		})
	}
	if ran < 15 {
		t.Errorf("%d commands were found", ran)
	}
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

// readmeHosts are servers of ours in place of those that README.md names. What is staged lacks Cache-Control, as the known
// failures shown have it.
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
		"http://localhost:8080", harness.Loopback(t, harness.Faulty(t, "")).BaseURL,
		"https://api.example.com", harness.Loopback(t, below()).BaseURL,
		"https://staging.example.com", harness.Loopback(t, below("pending-without-cache-control")).BaseURL,
		"https://canary.example.com", harness.Loopback(t, below()).BaseURL,
	)
}

// likeACheckout is a folder in which the project seems to lie, and what is written stays out of it.
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
	case line == "go test ./...":
		return // that is us
	case strings.HasPrefix(line, ".container/"):
		return // CI runs it: it needs more than Go
	case strings.Contains(line, " serve ") && !strings.Contains(line, "--list-faults"):
		readmeServe(t, folder, line)
		return
	}
	cmd := exec.Command("bash", "-c", line)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "TOKEN=a-token-of-the-test", "GOFLAGS=-trimpath", "CI=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s\n%v\n%s", line, err, out)
	}
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

// TestReadmeCompiles holds what README.md shows in Go against the compiler, in a module of somebody else's.
func TestReadmeCompiles(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	folder, found := theirModule(t), 0
	for i, b := range readmeBlocks(t) {
		if b.language == "go" {
			found++
			put(t, filepath.Join(folder, "readme", string(rune('a'+i)), "mine_test.go"), b.text)
		}
	}
	out, err := inTheirs(t, folder, nil, "vet", "./readme/...")
	if err != nil || found < 2 {
		t.Errorf("%d blocks: %v\n%s", found, err, out)
	}
}
