package contract

import (
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// lazy has unread jobs pending when they are first read, and done a while later, after a number of reads.
func lazy(firstRead, takes time.Duration, jobs ...int) edit {
	return both(never(of(reads, jobs...)), never(of(results, jobs...)), also(func(r *handwritten) {
		for _, job := range jobs {
			begins := time.Duration(job) * 5 * ms
			r.read(job, 200, at(begins+firstRead))
			r.read(job, 200)
			r.read(job, 200, at(begins+firstRead+takes/2))
			r.done(job, at(begins+firstRead+takes))
			r.result(job)
		}
	}))
}

var unwatchedCases = []testCase{
	{"monitor.unwatched", "done when first read", Pass, "", asIs},
	{"monitor.unwatched", "one of them is done", Pass, "", lazy(3*time.Second, time.Second, 11, 12)},
	{"monitor.unwatched", "work begins with the first read", Fail, "job 11 was not read for 2.995s and then was still pending, though the slowest job that was read took 1s; once read, it took 1.005s and 4 reads (3 jobs alike)", lazy(3*time.Second, time.Second, unread...)},
	{"monitor.unwatched", "work is done by reads", Fail, "2 jobs alike", both(never(of(anything, 13)), lazy(3*time.Second, 100*ms, 11, 12))},
	{"monitor.unwatched", "a queue: long, then quick", NotObserved, "did not then behave as if they had only just begun", both(lazy(3*time.Second, 10*ms, unread...), never(and(of(pendings, unread...), sent(3068*ms, time.Hour))), watchedClosely)},
	{"monitor.unwatched", "one suspect only", NotObserved, "nor were two old enough", both(never(of(anything, 12, 13)), lazy(3*time.Second, time.Second, 11))},
	{"monitor.unwatched", "not old enough", NotObserved, "nor were two old enough", lazy(1900*ms, time.Second, unread...)},
	{"monitor.unwatched", "no watched job", NotObserved, "no unread job", both(only(unread...), lazy(3*time.Second, time.Second, unread...))},
	{"monitor.unwatched", "not seen to their end", NotObserved, "did not then behave", both(lazy(3*time.Second, time.Second, unread...), never(of(either(dones, results), unread...)))},
	{"monitor.unwatched", "as slow as the slowest", NotObserved, "nor were two old enough", both(ended(20, 2*time.Second), lazy(3*time.Second, time.Second, unread...))},
	{"monitor.unwatched", "none unread", NotObserved, "no unread job", on(starts, begun(record.WayAlone))},
	{"monitor.unwatched", "first read too late", NotObserved, "no unread job", both(never(and(of(reads, unread...), not(lates))), on(of(reads, unread...), status(429)), never(of(results, unread...)))},
	{"monitor.unwatched", "no end", Blocked, "monitor.completes", endless(6*time.Minute, everybody...)},
}

// watchedClosely has watched jobs read often.
func watchedClosely(r *handwritten) {
	for _, job := range watched {
		for age := 200 * ms; age < 900*ms; age += 50 * ms {
			r.read(job, 200, at(time.Duration(job)*5*ms+age))
		}
	}
}
