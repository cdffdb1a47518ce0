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
	needs := []Need{NeedsBasePath, NeedsTLS, NeedsCredentials, NeedsOther, NeedsOrigin, NeedsForgedHost, NeedsConnections, NeedsSecondsToRun, NeedsBody}
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

// Every requirement of the contract has a fault that breaks it, and every MUST one that breaks nothing else.
func TestEveryRequirementHasAFault(t *testing.T) {
	alone := map[string]bool{}
	for _, f := range Faults() {
		for _, id := range f.Breaks {
			alone[id] = alone[id] || len(f.Breaks) == 1
		}
	}
	for id := range strings.FieldsSeq(`
		start.accepted start.location start.own-job start.prompt start.head start.uncacheable
		location.syntax location.http location.no-downgrade location.same-origin location.no-fragment location.forged-host location.layout
		monitor.ready monitor.status monitor.pending monitor.completes monitor.created monitor.final monitor.unwatched
		monitor.uncacheable monitor.not-cached monitor.no-store monitor.retry-after monitor.validators monitor.pending-location
		monitor.never-created monitor.unknown monitor.hostile-id monitor.head
		result.ok result.complete result.repeatable result.stable result.own result.not-early result.unknown result.not-found
		result.content-type result.head
		jobs.concurrent jobs.survive-disconnect jobs.replicas jobs.survive-restart jobs.independent
		http.available http.framing http.no-server-error http.method http.date
		access.start access.monitor access.result access.challenge access.others access.unguessable
		browser.allowed browser.preflight browser.exposes-location`) {
		if !alone[id] {
			t.Errorf("no fault breaks %s alone", id)
		}
		delete(alone, id)
	}
	// result.own and location.layout are broken together by one fault, and alone by others.
	for id := range alone {
		t.Errorf("%s is not in the catalogue", id)
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
			if f.Name == "rate-limit-503" || f.Name == "head-with-body" {
				t.Skip("it shows above a rate, or between two answers")
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
	if _, err := New(Options{Faults: []string{"no-date", "start-answers-20"}}); err == nil || !strings.Contains(err.Error(), `"start-answers-20": did you mean "start-answers-200"?`) {
		t.Error(err)
	}
}

func TestEdits(t *testing.T) {
	for _, row := range []struct {
		from, to string
		want     int
	}{{"", "", 0}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"monitor-late", "monitor-lat", 1}} {
		if got := edits(row.from, row.to); got != row.want {
			t.Errorf("%q to %q: %d, want %d", row.from, row.to, got, row.want)
		}
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
