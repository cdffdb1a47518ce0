//go:build unix

package settings

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

func TestHeaderCommand(t *testing.T) {
	g := NewWithT(t)
	got := aTarget(t, "", "-base-url=http://h", `-header-command=printf 'Authorization: Bearer s3cret\r\n\nX-A:1\nx-a: 2'`, "-header-interval=5m")
	g.Expect(got.CredentialsInterval).To(Equal(5 * time.Minute))
	g.Expect(got.Credentials(t.Context())).To(Equal(http.Header{"Authorization": {"Bearer s3cret"}, "X-A": {"1", "2"}}))
}

// What is wrong with a command is one sentence, which has nothing of its output.
func TestHeaderCommandFails(t *testing.T) {
	for _, row := range []struct{ command, wait, says string }{
		{"echo 's3cret: s3cret'; echo s3cret >&2; exit 3", "", "it failed (exit status 3): run it in a shell to see why"},
		{"no-such-command-s3cret 2>/dev/null", "", "it failed (exit status 127): run it in a shell to see why"},
		{"true", "", "its output is empty: a line such as 'Authorization: Bearer 1234' is needed"},
		{"echo; echo s3cret", "", "line 2 of its output is no header that can be sent: 'Name: value' is needed"},
		{"echo s3cret=/: x", "", "line 1 of its output is no header that can be sent: 'Name: value' is needed"},
		{"echo 'Host: s3cret'", "", "line 1 of its output is no header that can be sent: 'Name: value' is needed"},
		{"while echo 'X-A: s3cret'; do :; done", "", "its output is longer than 64 KiB: only header lines are needed"},
		{"sleep 600; echo 'X-A: s3cret'", "50ms", "it did not end within 50ms"},
		{"sleep 600 & echo 'X-A: s3cret'; wait", "50ms", "it did not end within 50ms"},
	} {
		t.Run(row.command, func(t *testing.T) {
			args := []string{"-base-url=http://h", "-header-command=" + row.command}
			if row.wait != "" {
				args = append(args, "-wait="+row.wait)
			}
			_, err := aTarget(t, "", args...).Credentials(t.Context())
			NewWithT(t).Expect(err).To(MatchError("--header-command: " + row.says))
		})
	}
}

// A command ends with the run.
func TestHeaderCommandEndsWithTheRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := aTarget(t, "", "-base-url=http://h", "-header-command=sleep 600").Credentials(ctx)
	NewWithT(t).Expect(err).To(MatchError(ContainSubstring("it was interrupted")))
}

func TestHeaderCommandMistakes(t *testing.T) {
	for args, says := range map[string]string{
		"-header-command= ":   "--header-command: it is empty",
		"-header-interval=5m": "--header-interval: it is the time after which --header-command is run again, and that is not given",
	} {
		s, err := given([]string{"-base-url=http://h", args}, nil, "")
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		_, _, err = s.Targets()
		g.Expect(err).To(MatchError(HavePrefix(says)))
	}
}

// Each target of a file has a command of its own.
func TestHeaderCommandOfEachTarget(t *testing.T) {
	g := NewWithT(t)
	file := written(t, "- base-url: http://a\n  header-command: 'echo X-A: a'\n- base-url: http://b\n  header-command: 'echo X-A: b'\n- http://c\n")
	s, err := given([]string{"-targets=" + file}, nil, "")
	g.Expect(err).NotTo(HaveOccurred())
	targets, _, err := s.Targets()
	g.Expect(err).NotTo(HaveOccurred())
	for i, want := range strings.Fields("a b") {
		g.Expect(targets[i].Credentials(t.Context())).To(Equal(http.Header{"X-A": {want}}))
	}
	g.Expect(targets[2].Credentials).To(BeNil())
}
