package honest

import (
	"bufio"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// otherLanguages are servers that share nothing with this suite, not even the language or the HTTP library.
var otherLanguages = []struct{ program, script string }{
	{"node", "testdata/node/server.mjs"},
	{"python3", "testdata/python/server.py"},
}

// otherFaults are the ways in which they can be broken, and what each breaks.
var otherFaults = []struct {
	fault  string
	breaks []string
}{
	{"", nil},
	{"old", nil}, // HTTP/1.0, where it can
	{"late", []string{"monitor.ready"}},
	{"once", []string{"result.repeatable"}},
	{"lost", []string{"monitor.created"}},
	{"forgets", []string{"monitor.final"}},
	{"wrong-host", []string{"location.same-origin", "monitor.ready"}},
	{"cacheable", []string{"monitor.uncacheable"}},
}

// TestOtherLanguages shows, on real sockets, that such servers pass where they are honest, and are caught where they are not.
func TestOtherLanguages(t *testing.T) {
	harness.Full(t)
	for _, language := range otherLanguages {
		t.Run(language.program, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(language.program); err != nil {
				t.Skip(language.program + " is not on this machine")
			}
			for _, c := range otherFaults {
				t.Run("fault="+c.fault, func(t *testing.T) {
					t.Parallel()
					want := report.VerdictPass
					if c.breaks != nil {
						want = report.VerdictFail
					}
					harness.Repeat(t, func(time.Duration) (problem string, again bool) {
						r := harness.Check(t, run(t, language.program, language.script, c.fault))
						if got := harness.Failing(r); !slices.Equal(got, c.breaks) || r.Verdict != want {
							return fmt.Sprintf("verdict %s, fails %v, want %v%s", r.Verdict, got, c.breaks, harness.Unexpected(r, c.breaks)), c.breaks != nil
						}
						return "", false
					})
				})
			}
		})
	}
}

// run runs a server that says its port on its first line, and stops it when the test ends.
func run(t *testing.T, program string, args ...string) conformance.Target {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, args...)
	command.WaitDelay = time.Second
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Kill()
		command.Wait()
	})
	port, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		t.Fatalf("%s did not say its port: %v", program, err)
	}
	return conformance.Target{BaseURL: "http://127.0.0.1:" + strings.TrimSpace(port), JobTimeout: 30 * time.Second, RequestTimeout: time.Minute}
}
