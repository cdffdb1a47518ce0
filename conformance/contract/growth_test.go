//go:build unix

package contract

import (
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// Judging takes about as long for each job however many there are, also where many are wrong. Processor time is compared: others may
// use the machine too.
func TestJudgingGrowsWithJobs(t *testing.T) {
	if os.Getenv("TWO_OH_TWO_FULL") == "" {
		t.Skip("thousands of jobs: with TWO_OH_TWO_FULL=1")
	}
	const few, times = 200, 8
	for _, x := range drawnExplanations {
		t.Run(x.name, func(t *testing.T) {
			base, more := judgingTime(x, few), judgingTime(x, times*few)
			if most := 4*times*base + 50*time.Millisecond; more > most { // 64 times as long, if each job is compared with each
				t.Errorf("%d jobs take %v, and %d take %v: want %v at most", few, base, times*few, more, most)
			}
		})
	}
}

// judgingTime is how much processor time it takes to judge a record of so many jobs.
func judgingTime(x drawn, jobs int) time.Duration {
	r := healthy()
	for job := len(everybody) + 1; job <= jobs; job++ {
		r.life(job, record.WayTogether)
	}
	x.apply(rand.New(rand.NewPCG(1, 2)), r)
	o := r.arranged()
	began := processorTime()
	Judge(o, Catalogue())
	return processorTime() - began
}

func processorTime() time.Duration {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano())
}
