package proof

import (
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// TestUnderLoad judges the reference over TCP while every core is busy with something else: 200 times where
// the proofs that take long are asked for.
//
//	TWO_OH_TWO_LONG=1 go test ./conformance/proof -run UnderLoad -count=1 -timeout 20m
func TestUnderLoad(t *testing.T) {
	runs := 2
	if os.Getenv(longVariable) != "" {
		runs = 200
	}
	stop := make(chan struct{})
	defer close(stop)
	for range runtime.NumCPU() {
		go burn(stop)
	}
	handler, err := reference.New(reference.Options{JobDuration: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	target := loopback(t, handler)
	for run := range runs {
		r, err := conformance.Check(t.Context(), target)
		if err != nil {
			t.Fatal(err)
		}
		if failed := failures(r); failed != "" || r.Verdict != report.VerdictPass {
			t.Errorf("run %d: verdict %s (%s), fails %q", run, r.Verdict, r.Targets[0].Why, failed)
		}
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
