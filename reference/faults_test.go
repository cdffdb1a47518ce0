package reference

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFaultsAreWellFormed(t *testing.T) {
	id := regexp.MustCompile(`^[a-z]+\.[a-z-]+$`)
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)+$`)
	needs := []Need{NeedsBasePath, NeedsTLS, NeedsCredentials, NeedsOther, NeedsOrigin, NeedsForgedHost, NeedsConnections, NeedsSecondsToRun, NeedsBody, NeedsReplica, NeedsAddresses, NeedsRestart, NeedsRollout}
	known := map[string]bool{}
	for _, f := range Faults() {
		if known[f.Name] || !kebab.MatchString(f.Name) {
			t.Errorf("name %q", f.Name)
		}
		known[f.Name] = true
		if !strings.HasSuffix(f.Says, ".") || len(f.Says) > 160 {
			t.Errorf("%s: says %q", f.Name, f.Says)
		}
		if len(f.Breaks) == 0 || slices.ContainsFunc(f.Breaks, func(r string) bool { return !id.MatchString(r) }) {
			t.Errorf("%s: breaks %q", f.Name, f.Breaks)
		}
		if slices.ContainsFunc(f.Needs, func(n Need) bool { return !slices.Contains(needs, n) }) {
			t.Errorf("%s: needs %q", f.Name, f.Needs)
		}
		if f.setup == nil && f.begin == nil && f.look == nil && f.edit == nil {
			t.Errorf("%s does nothing", f.Name)
		}
	}
}

// Given what it needs, and only that, each fault changes what a client sees.
func TestEveryFaultShows(t *testing.T) {
	all := map[string][]string{}
	for _, f := range Faults() {
		key := fmt.Sprint(f.Needs)
		if all[key] == nil {
			all[key] = live(t, f.Needs)
		}
		honest := all[key]
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			if f.Name == "rate-limit-503" || f.Name == "head-with-body" || f.Name == "rollout-drops" {
				t.Skip("it shows above a rate, between two answers, or while a run has a rollout")
			}
			broken := live(t, f.Needs, f.Name)
			if slices.Equal(honest, broken) {
				t.Error("nothing changes")
			}
			if testing.Verbose() {
				t.Log(difference(honest, broken))
			}
		})
	}
}

// Two runs of a server without faults look the same; otherwise the test above would say nothing.
func TestHonestRunsAreAlike(t *testing.T) {
	for _, needs := range [][]Need{nil, {NeedsBasePath, NeedsTLS, NeedsCredentials, NeedsOther, NeedsOrigin, NeedsForgedHost}} {
		if a, b := live(t, needs), live(t, needs); !slices.Equal(a, b) {
			t.Error(difference(a, b))
		}
	}
}

func TestFaultsRunTogether(t *testing.T) {
	live(t, nil, "monitor-late", "result-once-then-410", "no-date", "access-sequential-ids")
	if _, err := New(Options{Faults: []string{"no-date", "start-answers-20"}}); err == nil || !strings.Contains(err.Error(), `there is no fault "start-answers-20"`) {
		t.Error(err)
	}
}

// difference shows the first few lines in which two runs differ.
func difference(a, b []string) string {
	var lines []string
	for i := range max(len(a), len(b)) {
		x, y := at(a, i), at(b, i)
		if x != y && len(lines) < 12 {
			lines = append(lines, "honest "+cmp.Or(x, "-"), "broken "+cmp.Or(y, "-"))
		}
	}
	return "\n" + strings.Join(lines, "\n")
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

const jobLength = 2 * time.Second
