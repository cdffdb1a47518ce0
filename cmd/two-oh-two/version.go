package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// version is the module's version, or the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return strings.TrimPrefix(v, "v")
	}
	return "devel"
}

// build says what the binary was built from, and by which words it judges: "1.2.0 (commit 0123456789ab of
// 2026-11-24T12:00:00Z, go1.26.0, linux/amd64; contract 1.0)".
func build() string {
	var parts []string
	if info, ok := debug.ReadBuildInfo(); ok {
		parts = commit(info.Settings)
	}
	parts = append(parts, runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	return fmt.Sprintf("%s (%s; contract %s)", version(), strings.Join(parts, ", "), contract.Version)
}

// commit names the commit that the build was stamped with, if it was.
func commit(settings []debug.BuildSetting) []string {
	stamped := map[string]string{}
	for _, s := range settings {
		stamped[s.Key] = s.Value
	}
	revision := stamped["vcs.revision"]
	if revision == "" {
		return nil
	}
	text := "commit " + revision[:min(12, len(revision))]
	if time := stamped["vcs.time"]; time != "" {
		text += " of " + time
	}
	if stamped["vcs.modified"] == "true" {
		text += " with changes"
	}
	return []string{text}
}
