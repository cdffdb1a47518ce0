package main

import (
	_ "embed"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// archived is the commit and its time in an archive of the repository, where git fills them in; elsewhere it is a placeholder.
//
//go:embed commit.txt
var archived string

// unstamped is the version of a build without a version. The rest of --version says more.
const unstamped = "devel"

// version is the module's version, or the commit that it was built from.
func version() string { return madeFrom().version }

// build says what the binary was built from, and by which words it judges: "1.2.0 (commit 0123456789ab of
// 2026-11-24T12:00:00Z, go1.26.0, linux/amd64; contract 1.0)".
func build() string {
	o := madeFrom()
	return fmt.Sprintf("%s (%s, %s, %s/%s; contract %s)", o.version, o.commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, contract.Version)
}

// An origin is what a binary was made from: "1.2.0", and "commit 0123456789ab of 2026-11-24T12:00:00Z".
type origin struct{ version, commit string }

func madeFrom() origin {
	info, _ := debug.ReadBuildInfo()
	return originOf(info, archived)
}

// originOf reads what Go stamped the build with. The archive is asked where there was no repository.
func originOf(info *debug.BuildInfo, archive string) origin {
	module, stamped := "", map[string]string{}
	if info != nil {
		module = strings.TrimPrefix(strings.TrimPrefix(info.Main.Version, "v"), "(devel)")
		for _, s := range info.Settings {
			stamped[s.Key] = s.Value
		}
	}
	revision, time := stamped["vcs.revision"], stamped["vcs.time"]
	if words := strings.Fields(archive); revision == "" && len(words) == 2 && !strings.HasPrefix(archive, "$") {
		revision, time = words[0], words[1]
	}
	short := revision[:min(12, len(revision))]
	switch {
	case module != "":
	case short != "":
		module = unstamped + "-" + short
	default:
		module = unstamped
	}
	return origin{module, describedCommit(short, time, module, stamped["vcs.modified"] == "true")}
}

// describedCommit is what follows the version in parentheses. A version of the module says by itself what it was made from.
func describedCommit(commit, time, module string, modified bool) string {
	switch {
	case commit == "" && module == unstamped:
		return "commit unknown: built outside of a clone, in a worktree of git, or with -buildvcs=false"
	case commit == "":
		return "from the module"
	}
	text := "commit " + commit
	if time != "" {
		text += " of " + time
	}
	if modified {
		text += " with changes"
	}
	return text
}
