package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// inJob calls the command as a job of GitHub Actions does.
func inJob(summary string, args ...string) result {
	return callIn([]string{onGitHub + "=true", gitHubSummary + "=" + summary}, args...)
}

func TestGitHubIsToldByItself(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	record, summary := saved(t, mustFault), filepath.Join(t.TempDir(), "summary.md")
	g.Expect(os.WriteFile(summary, []byte("# Another step's"), 0o644)).To(Succeed())
	got := inJob(summary, "replay", record)
	g.Expect(got.Code).To(Equal(exitBreaks))
	g.Expect(got.Stdout).To(HavePrefix("✗ not conformant: http://"))
	g.Expect(got.Stdout).NotTo(ContainSubstring("::error"))
	g.Expect(got.Stderr).To(HavePrefix("::error title=start.own-job (MUST) at "))
	g.Expect(os.ReadFile(summary)).To(HavePrefix("# Another step's\n## ✗ not conformant: `http://"))

	got = inJob(summary, "replay", "--report=json=-", "--only=start", record)
	g.Expect(json.Unmarshal([]byte(got.Stdout), &report.Report{})).To(Succeed(), "standard output is the report's")
	text, err := os.ReadFile(summary)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(strings.Count(string(text), "\n## ✗ not conformant")).To(Equal(2), "each run appends its own")

	got = inJob("", "replay", "--report=github=-", record)
	g.Expect(got.Stdout).To(HavePrefix("::error title=start.own-job"))
	g.Expect(got.Stderr).To(BeEmpty(), "nothing is annotated twice")
}

func TestGitHubIsToldOfWhatCannotBeTold(t *testing.T) {
	t.Parallel()
	got := inJob("", "check", nobody(t))
	NewWithT(t).Expect(got).To(And(HaveField("Code", exitInconclusive), HaveField("Stderr", HavePrefix("::error title=two-oh-two%3A could not tell::inconclusive: http://127.0.0.1:"))))
}

func TestGitHubSummaryThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	got := inJob(filepath.Join(t.TempDir(), "missing", "summary.md"), "replay", "--only=start", saved(t, ""))
	g := NewWithT(t)
	g.Expect(got.Code).To(Equal(exitBroken))
	g.Expect(got.Stderr).To(MatchRegexp(`^two-oh-two: the job's summary could not be written: .*\n$`))
}

// A server's text is in the log, and is no command there.
func TestGitHubObeysNoServer(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "/x?##[add-path]owned")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, "::error::owned ##[error]owned")
	}))
	defer s.Close()
	got := inJob("", "check", s.URL)
	g.Expect(got.Stdout).To(ContainSubstring(`          \x3a:error::owned ##\x5berror]owned`))
	g.Expect(got.Stdout + got.Stderr).NotTo(ContainSubstring("##["))
	g.Expect(got.Stdout + got.Stderr).NotTo(MatchRegexp(`(?m)^\s*::error::`))
}

// Elsewhere nothing of the kind happens.
func TestGitHubIsNotToldElsewhere(t *testing.T) {
	t.Parallel()
	g := NewWithT(t)
	summary := filepath.Join(t.TempDir(), "summary.md")
	got := callIn([]string{gitHubSummary + "=" + summary}, "check", nobody(t))
	g.Expect(got).To(And(HaveField("Code", exitInconclusive), HaveField("Stderr", "")))
	g.Expect(summary).NotTo(BeAnExistingFile())
}
