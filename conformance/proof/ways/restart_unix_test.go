//go:build unix

package ways

import (
	"fmt"
	"strings"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// A server that is killed in the middle of the run, in one way or another, has lost nothing where it keeps its jobs in files. One that keeps them in its
// memory fails jobs.survive-restart, and nothing else.
func TestRestartOfAProcess(t *testing.T) {
	harness.Full(t)
	b := buildTools(t)
	for i := range aFew(t) {
		signal := []string{"TERM", "KILL"}[i%2]
		t.Run(fmt.Sprintf("%d, by SIG%s, jobs in files", i, signal), func(t *testing.T) {
			t.Parallel()
			s := b.supervise(t, "0.2", "--job-duration", "1s", "--store", t.TempDir())
			if got := b.check(t, "--restart", s.kill(signal), s.url()); !got.fails() {
				t.Error(got)
			}
		})
		t.Run(fmt.Sprintf("%d, by SIG%s, jobs in memory", i, signal), func(t *testing.T) {
			t.Parallel()
			s := b.supervise(t, "0.2", "--job-duration", "1s")
			if got := b.check(t, "--restart", s.kill(signal), s.url()); !got.fails("jobs.survive-restart") || !strings.Contains(got.likely, "memory") {
				t.Error(got)
			}
		})
	}
}
