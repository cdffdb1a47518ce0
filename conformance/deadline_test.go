package conformance

import (
	"github.com/two-oh-two/two-oh-two/conformance/dialect"

	"testing"
	"testing/synctest"
	"time"
)

// TestDeadline shows that a run ends before the test that it is a part of, and that a shorter time limit stays.
func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // time stands still
		for _, row := range []struct{ left, timeout, want time.Duration }{
			{10 * time.Minute, 0, 10*time.Minute - margin},
			{time.Hour, 0, 15 * time.Minute},
			{time.Hour, 2 * time.Hour, time.Hour - margin},
			{time.Hour, time.Minute, time.Minute},
			{4 * time.Second, 0, 2 * time.Second},
			{-time.Second, 0, 1},
		} {
			settings, _, err := evaluate([]Option{Deadline(time.Now().Add(row.left), true)}, dialect.Dialect{})
			if err != nil {
				t.Fatal(err)
			}
			if got := settings.within(Target{Timeout: row.timeout}).Timeout; got != row.want {
				t.Errorf("%v left, Timeout %v: %v, want %v", row.left, row.timeout, got, row.want)
			}
		}
		settings, _, _ := evaluate([]Option{Deadline(time.Time{}, false)}, dialect.Dialect{})
		if got := settings.within(Target{}).Timeout; got != 0 {
			t.Errorf("no deadline: %v", got)
		}
	})
}
