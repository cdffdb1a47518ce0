package ways

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/settings"
)

// anchor is the name that GitHub gives a heading.
func anchor(heading string) string {
	kept := regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(heading), "")
	return strings.ReplaceAll(strings.TrimSpace(kept), " ", "-")
}

// TestReadmeLinks follows every link within the project: to a file or a folder, and to a heading.
func TestReadmeLinks(t *testing.T) {
	pages, root := readmePages(t), harness.Root(t)
	headings := map[string]bool{}
	for page, text := range pages {
		for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
			headings[page+"#"+anchor(m[1])] = true
		}
	}
	for page, text := range pages {
		for _, m := range regexp.MustCompile(`\]\(([^)\s]+)\)`).FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			path, fragment, _ := strings.Cut(m[1], "#")
			to := page
			if path != "" {
				to = filepath.Join(filepath.Dir(page), path)
			}
			if _, err := os.Stat(filepath.Join(root, to)); err != nil || fragment != "" && !headings[to+"#"+fragment] {
				t.Errorf("%s: %s leads nowhere (%v)", page, m[1], err)
			}
		}
	}
}

// TestReadmeFlags shows that the command's page tells of every flag of check and replay.
func TestReadmeFlags(t *testing.T) {
	page := readmePages(t)["cmd/two-oh-two/README.md"]
	for _, row := range (&settings.Run{}).Rows() {
		if !row.Argument && !regexp.MustCompile(`--`+regexp.QuoteMeta(row.Name)+`\b`).MatchString(page) {
			t.Errorf("cmd/two-oh-two/README.md says nothing of --%s", row.Name)
		}
	}
}

// TestReadmeTests shows that every go test in a sentence of a page runs tests of ours.
func TestReadmeTests(t *testing.T) {
	harness.Full(t)
	t.Parallel()
	for _, text := range readmePages(t) {
		for _, m := range regexp.MustCompile("`(go test \\./[^`]+)`").FindAllStringSubmatch(text, -1) {
			readmeTests(t, m[1])
		}
	}
}
