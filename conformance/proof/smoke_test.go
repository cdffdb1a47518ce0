package proof

import (
	"testing"
	"testing/synctest"
	"time"
	"os"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

func TestSmoke(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var faults []string
		if f := os.Getenv("FAULT"); f != "" { faults = []string{f} }
		s, err := reference.New(reference.Options{JobDuration: 2 * time.Second, Faults: faults})
		if err != nil {
			t.Fatal(err)
		}
		target := serve(t, s)
		r, err := conformance.Check(t.Context(), target)
		if err != nil {
			t.Fatal(err)
		}
		report.JSON(os.Stdout, r)
		for _, q := range r.Targets[0].Requirements {
			t.Log(q.ID, q.Outcome, q.Reason, q.Got, q.Likely)
		}
		t.Log(r.Verdict, r.Targets[0].Why, r.Targets[0].Jobs, r.Duration)
	})
}
