//go:build unix

package settings

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// A command that restarts knows whom, and what is wrong with one is a sentence with the end of its output.
func TestRestartCommand(t *testing.T) {
	for i, row := range []struct{ command, says string }{
		{`test "$TWO_OH_TWO_BASE_URL" = http://h/api`, ""},
		{"sleep 600 >/dev/null 2>&1 & echo $! > $PIDS", ""},
		{"echo why; echo not >&2; exit 3", "--restart: it failed (exit status 3); its output ends with: why\nnot"},
		{"sleep 600 & echo $! > $PIDS", "--restart: it ended, and left processes that hold its output open"},
		{"sleep 600 >/dev/null 2>&1 & echo $! > $PIDS; false", "--restart: it failed (exit status 1)"},
		{"sleep 600 & echo $! > $PIDS; sleep 600", "--restart: it did not end in time"},
		{"head -c 100000000 /dev/zero | tr '\\0' x; echo end; false", "xxxend"},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) { // the folder has no character in its name that a shell minds
			t.Parallel()
			g := NewWithT(t)
			pids := filepath.Join(t.TempDir(), "pids")
			command := strings.ReplaceAll(row.command, "$PIDS", pids)
			restart := aTarget(t, "", "-base-url=http://h/api", "-restart="+command).Restart
			within := time.Minute
			if strings.Contains(row.says, "in time") {
				within = 500 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), within)
			defer cancel()
			err := restart(ctx)
			if row.says == "" {
				g.Expect(err).NotTo(HaveOccurred())
			} else {
				g.Expect(err).To(MatchError(ContainSubstring(row.says)))
				g.Expect(len(err.Error())).To(BeNumerically("<", outputKept+200))
			}
			if written, err := os.ReadFile(pids); err == nil {
				pid, err := strconv.Atoi(strings.TrimSpace(string(written)))
				g.Expect(err).NotTo(HaveOccurred())
				if row.says == "" { // the new server, perhaps
					g.Expect(syscall.Kill(pid, syscall.SIGKILL)).To(Succeed())
				} else {
					g.Eventually(func() error { return syscall.Kill(pid, 0) }).WithTimeout(10 * time.Second).ShouldNot(Succeed())
				}
			}
		})
	}
}

func TestRestartMistakes(t *testing.T) {
	for args, says := range map[string]string{
		"-restart= ":                            "--restart: it is empty",
		"-restart-wait=5s":                      "--restart-wait: it is the time limit of --restart or --rollout",
		"-restart=true; -rollout=true":          "--restart: a run has room for --restart or for --rollout",
		"-rollout=true; -max-jobs=2; -jobs=1":   "--rollout: it needs --max-jobs 3 or more",
		"-restart=true; -restart-wait=nonsense": "--restart-wait: ",
	} {
		s, err := given(append([]string{"-base-url=http://h"}, strings.Split(args, "; ")...), nil, "")
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		_, _, err = s.Targets()
		g.Expect(err).To(MatchError(HavePrefix(says)), args)
	}
}
