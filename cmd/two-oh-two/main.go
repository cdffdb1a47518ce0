// Two-oh-two judges servers of the two-oh-two contract, and serves a reference that keeps it.
//
//	two-oh-two check https://example.com/api
//
// See two-oh-two --help.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
)

func main() {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // whoever reads standard output may go away: a write that fails tells
	log.SetOutput(io.Discard)                               // net/http logs what odd servers do: the report says it better
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {          // GOMEMLIMIT is not set
		debug.SetMemoryLimit(memoryLimit)
	}
	c := &command{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ()}
	os.Exit(c.run(context.Background(), os.Args[1:]))
}

// memoryLimit is where garbage is collected sooner: what is kept of a hostile server takes 180 MB at most, and 300 MB are promised.
const memoryLimit = 260 << 20

// panicked says where a panic came from: the first of our functions below it.
func panicked() string {
	var callers [32]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers[:])])
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") || !more {
			return fmt.Sprintf("%s:%d", frame.Function, frame.Line)
		}
	}
}
