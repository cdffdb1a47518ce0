package ways

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// released is the name of the archive that a runner with Linux on an X64 is given.
const released = "two-oh-two_1.2.0_linux_amd64.tar.gz"

// releaseServer stands for GitHub: it has release v1.2.0 with these checksums, or the right ones where none are given.
func releaseServer(t *testing.T, checksums string) (url, sum string) {
	t.Helper()
	var archive bytes.Buffer
	zipped := gzip.NewWriter(&archive)
	files := tar.NewWriter(zipped)
	const script = "#!/bin/sh\necho the release\n"
	_ = files.WriteHeader(&tar.Header{Name: "two-oh-two", Mode: 0o755, Size: int64(len(script))})
	_, _ = files.Write([]byte(script))
	if err := files.Close(); err != nil || zipped.Close() != nil {
		t.Fatal(err)
	}
	if checksums == "" {
		checksums = fmt.Sprintf("%x  other.tar.gz\n%x  %s\n", sha256.Sum256(nil), sha256.Sum256(archive.Bytes()), released)
	}
	assets := map[string][]byte{"checksums.txt": []byte(checksums), released: archive.Bytes()}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asset, found := assets[path.Base(r.URL.Path)]
		if !found || path.Dir(r.URL.Path) != "/two-oh-two/two-oh-two/releases/download/v1.2.0" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write(asset)
	}))
	t.Cleanup(s.Close)
	return s.URL, fmt.Sprintf("%x", sha256.Sum256([]byte(checksums)))
}

// TestActionGets takes the released binary where the Action is called at a release and its checksum is right. It builds where there is
// none to be had, and runs nothing where the checksum is wrong or another release was asked for.
func TestActionGets(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	right, sum := releaseServer(t, "")
	wrong, _ := releaseServer(t, fmt.Sprintf("%x  %s\n", sha256.Sum256(nil), released))
	missing, _ := releaseServer(t, fmt.Sprintf("%x  other.tar.gz\n", sha256.Sum256(nil)))
	commit := strings.Repeat("0a", 20)
	for _, row := range []struct {
		name, server, ref, called, version, checksums string
		got                                           string // by the release, built of a commit that can be cached, or of what may change
		fails                                         bool
	}{
		{name: "at a tag", server: right, ref: "v1.2.0", got: "from=release\n"},
		{name: "by our workflow at a tag", server: right, called: "two-oh-two/two-oh-two/.github/workflows/check.yml@refs/tags/v1.2.0", got: "from=release\n"},
		{name: "by our workflow at a branch", server: right, called: "two-oh-two/two-oh-two/.github/workflows/check.yml@refs/heads/v1.2.0"},
		{name: "at a commit", server: right, ref: commit, got: "commit=" + commit + "\n"},
		{name: "at a commit, with a version", server: right, ref: commit, version: "v1.2.0", checksums: sum, got: "from=release\n"},
		{name: "at a branch", server: right, ref: "main"},
		{name: "at a tag without a release", server: right, ref: "v1.3.0"},
		{name: "with a version that is not there", server: right, ref: "v1.2.0", version: "v1.3.0", fails: true},
		{name: "with a wrong archive", server: wrong, ref: "v1.2.0", fails: true},
		{name: "with an archive of no checksum", server: missing, ref: "v1.2.0", fails: true},
		{name: "with other checksums than were pinned", server: right, ref: "v1.2.0", checksums: strings.Repeat("0", 64), fails: true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := getAction(t, map[string]string{
				"github.server_url": row.server, "github.action_ref": row.ref, "inputs.version": row.version, "inputs.checksums": row.checksums, "CALLED_AT": row.called,
			})
			if (got.err != nil) != row.fails || got.outputs != row.got || got.binary != (row.got == "from=release\n") {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestActionGetsNothingElse refuses what is no version and no checksum, before anything is fetched or run.
func TestActionGetsNothingElse(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	for _, input := range []string{"inputs.version", "inputs.checksums"} {
		for _, value := range []string{"main", "v1.2", "v1.2.0/../../x", "v1.2.0\nv1.2.0", "$(touch ran)", "`touch ran`", "::error::x", "--help", "v1.2.0 ", strings.Repeat("A", 64)} {
			got := getAction(t, map[string]string{"github.server_url": "http://127.0.0.1:1", "github.action_ref": "main", input: value})
			if got.err == nil || got.outputs != "" || got.binary || slices.Contains(got.files, "ran") {
				t.Errorf("%s: %q: %+v", input, value, got)
			}
		}
	}
}

// A gotAction is what the step that gets the binary came to.
type gotAction struct {
	outputs string
	binary  bool
	files   []string
	err     error
}

// getAction runs the step of the Action that gets the binary, on what stands for a runner with Linux on an X64.
func getAction(t *testing.T, given map[string]string) gotAction {
	t.Helper()
	steps, values := readSteps(t)
	folder, temp := t.TempDir(), t.TempDir()
	values["github.action_path"] = filepath.Join(harness.Root(t), ".github", "actions", "check")
	values["github.action_repository || 'two-oh-two/two-oh-two'"] = "two-oh-two/two-oh-two"
	values["runner.temp"] = temp
	maps.Copy(values, given)
	get := steps[slices.IndexFunc(steps, func(s step) bool { return s.ID == "get" })]
	maps.Copy(get.Env, map[string]string{"RUNNER_OS": "Linux", "RUNNER_ARCH": "X64", "CALLED_AT": given["CALLED_AT"]})
	got := gotAction{err: get.do(t, folder, values)}
	outputs, _ := os.ReadFile(filepath.Join(folder, "output"))
	got.outputs = string(outputs)
	said, err := exec.Command(filepath.Join(temp, "two-oh-two")).Output()
	got.binary = err == nil && string(said) == "the release\n"
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		got.files = append(got.files, entry.Name())
	}
	return got
}

// TestVersionsOfExamples holds every example to the newest release that the CHANGELOG names: what is copied from a page is there.
func TestVersionsOfExamples(t *testing.T) {
	t.Parallel()
	root := harness.Root(t)
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	newest := regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+)$`).FindStringSubmatch(read(".github/CHANGELOG.md"))
	if newest == nil {
		t.Fatal("the CHANGELOG names no release")
	}
	pinned := regexp.MustCompile(`two-oh-two/two-oh-two(?:\S*@v|\S*/v|:)(\d+\.\d+\.\d+)|two-oh-two_(\d+\.\d+\.\d+)_`)
	for _, name := range []string{"cmd/two-oh-two/README.md", ".gitlab/two-oh-two.yml", ".kubernetes/job.yaml"} {
		found := pinned.FindAllStringSubmatch(read(name), -1)
		for _, m := range found {
			if version := m[1] + m[2]; version != newest[1] {
				t.Errorf("%s: %s is not of release %s", name, m[0], newest[1])
			}
		}
		if len(found) == 0 {
			t.Errorf("%s names no release", name)
		}
	}
}

// TestImagesPinned holds the bases of the image to a digest, and every kind of dependency to updates that wait some days.
func TestImagesPinned(t *testing.T) {
	t.Parallel()
	dockerfile, err := os.ReadFile(filepath.Join(harness.Root(t), ".container", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	bases := regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(string(dockerfile), -1)
	for _, base := range bases {
		if base[1] != "scratch" && !regexp.MustCompile(`@sha256:[0-9a-f]{64}$`).MatchString(base[1]) {
			t.Errorf("%s is not pinned by a digest", base[1])
		}
	}
	var dependabot struct {
		Updates []struct {
			Ecosystem string `yaml:"package-ecosystem"`
			Cooldown  struct {
				Days int `yaml:"default-days"`
			}
		}
	}
	readYAML(t, &dependabot, ".github", "dependabot.yml")
	var kept []string
	for _, update := range dependabot.Updates {
		kept = append(kept, update.Ecosystem)
		if update.Cooldown.Days < 7 {
			t.Errorf("%s is updated after %d days", update.Ecosystem, update.Cooldown.Days)
		}
	}
	slices.Sort(kept)
	if len(bases) < 2 || !slices.Equal(kept, []string{"docker", "github-actions", "gomod"}) {
		t.Errorf("%d bases were found; kept up to date are %q", len(bases), kept)
	}
}
