package honest

import (
	"runtime"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestUnderLoad judges the reference over TCP while every core is busy with something else: twice, since other tests want the cores too.
//
//	TWO_OH_TWO_FULL=200 go test ./conformance/proof/honest -run UnderLoad -count=1 -timeout 20m
func TestUnderLoad(t *testing.T) {
	harness.Full(t)
	runs := harness.RandomRuns(t) / 20
	stop := make(chan struct{})
	defer close(stop)
	for range runtime.NumCPU() {
		go burn(stop)
	}
	target := harness.Loopback(t, harness.New(t, reference.Options{JobDuration: 300 * ms}))
	for range runs {
		harness.Passes(t, harness.Check(t, target))
	}
}

func burn(stop <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
	}
}
