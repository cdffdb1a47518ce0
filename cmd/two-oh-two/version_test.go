package main

import (
	"runtime/debug"
	"testing"

	. "github.com/onsi/gomega"
)

// However it is built, it tells what it was made from, or why it can't.
func TestVersionOfEachBuild(t *testing.T) {
	t.Parallel()
	const commit, placeholder = "0123456789abcdef0123456789abcdef01234567", "$Format:%H %cI$\n"
	made := func(module string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: module}, Settings: settings}
	}
	revision, time := debug.BuildSetting{Key: "vcs.revision", Value: commit}, debug.BuildSetting{Key: "vcs.time", Value: "2026-11-24T12:00:00Z"}
	for name, row := range map[string]struct {
		info    *debug.BuildInfo
		archive string
		want    origin
	}{
		"a tag":              {made("v1.2.0", revision, time), placeholder, origin{"1.2.0", "commit 0123456789ab of 2026-11-24T12:00:00Z"}},
		"a commit":           {made("v0.0.0-20261124120000-0123456789ab", revision, time), placeholder, origin{"0.0.0-20261124120000-0123456789ab", "commit 0123456789ab of 2026-11-24T12:00:00Z"}},
		"a changed checkout": {made("v1.2.0+dirty", revision, debug.BuildSetting{Key: "vcs.modified", Value: "true"}), placeholder, origin{"1.2.0+dirty", "commit 0123456789ab with changes"}},
		"go install":         {made("v1.2.0"), placeholder, origin{"1.2.0", "from the module"}},
		"an archive":         {made("(devel)"), commit + " 2026-11-24T12:00:00Z\n", origin{"devel-0123456789ab", "commit 0123456789ab of 2026-11-24T12:00:00Z"}},
		"nothing told":       {made("(devel)"), placeholder, origin{"devel", "commit unknown: built outside of a clone, in a worktree of git, or with -buildvcs=false"}},
		"no build info":      {nil, placeholder, origin{"devel", "commit unknown: built outside of a clone, in a worktree of git, or with -buildvcs=false"}},
	} {
		NewWithT(t).Expect(originOf(row.info, row.archive)).To(Equal(row.want), name)
	}
}
