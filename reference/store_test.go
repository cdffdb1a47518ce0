package reference

import (
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestFullOfJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serverFor(t, Options{MaxJobs: 100, Expiry: 3 * time.Second})
		var starts sync.WaitGroup
		answers := make(chan int, 200)
		for range cap(answers) {
			starts.Go(func() { answers <- ask(s, "GET /deferredjob").StatusCode })
		}
		starts.Wait()
		close(answers)
		told := map[int]int{}
		for status := range answers {
			told[status]++
		}
		if told[202] != 100 || told[503] != 100 {
			t.Fatalf("starts answered %v", told)
		}
		time.Sleep(500 * time.Millisecond)
		r := ask(s, "GET /deferredjob")
		// 4.5 s are left until the first expires.
		if r.StatusCode != 503 || r.Header.Get("Retry-After") != "5" {
			t.Fatalf("%d, Retry-After: %q", r.StatusCode, r.Header.Get("Retry-After"))
		}
		time.Sleep(5 * time.Second)
		begin(t, s)
		if n := s.jobs.count.Load(); n != 1 {
			t.Errorf("%d jobs are remembered, want the newest alone", n)
		}
	})
}

// Jobs that end in another order than they began are forgotten each in its own time.
func TestExpiryOfJobsOfManyLengths(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		length := 10 * time.Second
		s := serverFor(t, Options{Expiry: time.Second, Duration: func() time.Duration { length -= time.Second; return length }})
		var monitors []string
		for range 9 {
			monitor, _ := begin(t, s)
			monitors = append(monitors, monitor)
		}
		time.Sleep(5500 * time.Millisecond)
		for i, want := range []int{200, 200, 200, 200, 201, 404, 404, 404, 404} {
			if r := ask(s, "GET "+monitors[i]); r.StatusCode != want {
				t.Errorf("job of %d s: %d, want %d", 9-i, r.StatusCode, want)
			}
		}
		if s.jobs.sweep(time.Now()); s.jobs.count.Load() != 5 {
			t.Errorf("%d jobs are remembered", s.jobs.count.Load())
		}
	})
}

func TestMemoryOfAJob(t *testing.T) {
	const jobs = 20_000
	s := serverFor(t, Options{JobDuration: -1})
	before := heapInUse()
	for range jobs {
		s.begin(&exchange{server: s, now: time.Now()})
	}
	if each := (heapInUse() - before) / jobs; each > 512 {
		t.Errorf("a job takes %d bytes", each)
	} else {
		t.Logf("a job takes %d bytes", each)
	}
	runtime.KeepAlive(s)
}

func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestIDs(t *testing.T) {
	known := map[string]bool{}
	for range 1000 {
		id := randomID()
		if known[id] || !ours.MatchString(id) {
			t.Fatalf("id %q", id)
		}
		known[id] = true
	}
}
