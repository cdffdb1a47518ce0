package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// What GitHub Actions says to those that it runs.
const (
	onGitHub      = "GITHUB_ACTIONS"      // "true" in its jobs
	gitHubSummary = "GITHUB_STEP_SUMMARY" // a file: what is appended to it is shown on the job's page
)

// tellGitHub shows a report where a job of GitHub Actions shows such things, by itself: as annotations, and in the job's
// summary. The annotations go to standard error, as the runner reads both streams: standard output is the report's.
// It says whether something failed.
func (k *reporting) tellGitHub(r report.Report) (failed bool) {
	if k.getenv(onGitHub) != "true" {
		return false
	}
	told := slices.ContainsFunc(k.outputs, func(o report.Output) bool { return o.Format.Name == "github" && o.Path == report.Stdout })
	if !told {
		if err := report.GitHub(k.log, r); err != nil {
			failed = true // and there is nowhere left to say so
		}
	}
	if path := k.getenv(gitHubSummary); path != "" {
		if err := appendTo(path, func(w io.Writer) error { return report.Markdown(w, r) }); err != nil {
			fmt.Fprintf(k.stderr, "two-oh-two: the job's summary could not be written: %v\n", err)
			failed = true
		}
	}
	return failed
}

// forLog makes a format safe for the log of such a job, where it goes there: a server's text must not be taken for a
// command. The annotations are commands, of our own.
func (k *reporting) forLog(format report.Format, path string) report.Format {
	if k.getenv(onGitHub) == "true" && format.Name != "github" && report.IsStandard(path) {
		format.Write = report.GitHubLog(format.Write)
	}
	return format
}

// appendTo appends to a file, beginning on a line of its own; what other steps wrote there stays.
func appendTo(path string, write func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		if _, err := io.WriteString(f, "\n"); err != nil {
			return err
		}
	}
	return write(f)
}
