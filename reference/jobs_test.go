package reference

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lengths, n := []time.Duration{1, 1, 2, 9}, 0
		s := serverFor(t, Options{
			Expiry:   5 * time.Second,
			Duration: func() time.Duration { n++; return lengths[n-1] * time.Second },
			Fails:    func() bool { return n == 2 },
		})
		for range lengths {
			begin(t, s)
		}
		for _, row := range []struct {
			after time.Duration
			want  Jobs
		}{
			{0, Jobs{Begun: 4, Running: 4}},
			{time.Second, Jobs{Begun: 4, Running: 2, Done: 1, Failed: 1}},
			{time.Second, Jobs{Begun: 4, Running: 1, Done: 2, Failed: 1}},
			{4*time.Second + 1, Jobs{Begun: 4, Running: 1, Done: 1}},
			{time.Second, Jobs{Begun: 4, Running: 1}},
			{time.Hour, Jobs{Begun: 4}},
		} {
			time.Sleep(row.after)
			if got := s.Jobs(); got != row.want {
				t.Errorf("%+v, want %+v", got, row.want)
			}
		}
	})
}
