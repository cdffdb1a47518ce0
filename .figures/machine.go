package main

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// A machine is where it was measured, and when.
type machine struct {
	CPU   string // as go test names it; the architecture where it doesn't
	Cores int
	OS    string
	Go    string
	Date  string
}

func thisMachine() machine {
	m := machine{runtime.GOARCH, runtime.NumCPU(), runtime.GOOS, runtime.Version(), time.Now().UTC().Format(time.DateOnly)}
	if release, err := os.ReadFile("/etc/os-release"); err == nil {
		for line := range strings.Lines(string(release)) {
			if name, is := strings.CutPrefix(line, "PRETTY_NAME="); is {
				m.OS = strings.Trim(name, "\"\n")
			}
		}
	}
	if kernel, err := exec.Command("uname", "-sr").Output(); err == nil {
		version, _, _ := strings.Cut(strings.TrimSpace(string(kernel)), "-") // what follows is a build's own name
		m.OS += ", " + version
	}
	return m
}

// maxrssUnit is what getrusage counts in: kilobytes, but on Darwin.
var maxrssUnit = map[bool]float64{true: 1, false: 1024}[runtime.GOOS == "darwin"]
