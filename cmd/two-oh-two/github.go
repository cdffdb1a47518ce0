package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/conformance/report/formats"
)

// What GitHub Actions says to those that it runs.
const (
	onGitHub      = "GITHUB_ACTIONS"      // "true" in its jobs
	gitHubSummary = "GITHUB_STEP_SUMMARY" // a file: what is appended to it is shown on the job's page
)

// reportToGitHub shows a report where a job of GitHub Actions shows such things, by itself: as annotations, and in the job's
// summary. The annotations go to standard error, as the runner reads both streams: standard output is the report's.
// It says whether something failed.
func (k *reporting) reportToGitHub(r report.Report) (failed bool) {
	if k.getenv(onGitHub) != "true" {
		return false
	}
	path := k.getenv(gitHubSummary)
	for _, format := range formats.All() {
		switch {
		case format.Runner && !k.onStdout(format):
			failed = format.Write(k.log, r) != nil || failed // there is nowhere left to say so
		case format.Summary && path != "":
			if err := appendTo(path, func(w io.Writer) error { return format.Write(w, r) }); err != nil {
				fmt.Fprintf(k.stderr, "two-oh-two: the job's summary could not be written: %v\n", err)
				failed = true
			}
		}
	}
	return failed
}

// onStdout reports whether standard output has a format already.
func (k *reporting) onStdout(format formats.Format) bool {
	return slices.ContainsFunc(k.outputs, func(o formats.Output) bool { return o.Format.Name == format.Name && o.Path == formats.Stdout })
}

// forLog makes a format safe for the log of such a job, where it goes there: a server's text must not be taken for a
// command. The annotations are commands, of our own.
func (k *reporting) forLog(format formats.Format, path string) formats.Format {
	if k.getenv(onGitHub) == "true" && !format.Runner && formats.IsStandard(path) {
		format.Write = formats.ForLog(format.Write)
	}
	return format
}

// A quietLog writes what is no command of ours to the log of such a job: each message is one write.
type quietLog struct{ io.Writer }

func (q quietLog) Write(p []byte) (int, error) {
	if _, err := io.WriteString(q.Writer, formats.WithoutCommands(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
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
