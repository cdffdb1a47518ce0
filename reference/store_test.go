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
		statuses := map[int]int{}
		for status := range answers {
			statuses[status]++
		}
		if statuses[202] != 100 || statuses[503] != 100 {
			t.Fatalf("starts answered %v", statuses)
		}
		time.Sleep(500 * time.Millisecond)
		r := ask(s, "GET /deferredjob")
		// 4.5 s are left until the first expires.
		if r.StatusCode != 503 || r.Header.Get("Retry-After") != "5" {
			t.Fatalf("%d, Retry-After: %q", r.StatusCode, r.Header.Get("Retry-After"))
		}
		time.Sleep(5 * time.Second)
		begin(t, s)
		if n := remembered(s); n != 1 {
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
		if remembered(s) != 5 {
			t.Errorf("%d jobs are remembered", remembered(s))
		}
	})
}

// What a done job costs: all that is kept of it, its id and its places in map and heap included.
func TestMemoryOfAJob(t *testing.T) {
	const jobs = 100_000
	s := serverFor(t, Options{JobDuration: -1})
	before := heapInUse()
	beginMany(t, s, jobs)
	if each := (heapInUse() - before) / jobs; each >= 512 {
		t.Errorf("a job takes %d bytes", each)
	} else {
		t.Logf("a job takes %d bytes", each)
	}
	runtime.KeepAlive(s)
}

// Many jobs are held, expire, and leave nothing behind, though nobody asks for anything any more: with one pointer of each job left
// the margin would be exceeded three times over.
func TestMemoryComesBack(t *testing.T) {
	const jobs = 100_000
	synctest.Test(t, func(t *testing.T) {
		s := serverFor(t, Options{JobDuration: -1, Expiry: time.Minute})
		before := heapInUse()
		beginMany(t, s, jobs/2)
		time.Sleep(30 * time.Second)
		beginMany(t, s, jobs/2)
		if n := remembered(s); n != jobs {
			t.Fatalf("%d jobs are held", n)
		}
		t.Logf("a job takes %d bytes", (heapInUse()-before)/jobs)
		time.Sleep(30*time.Second + tidyInterval)
		if n := remembered(s); n != jobs/2 {
			t.Errorf("%d jobs are held when half have expired", n)
		}
		time.Sleep(30*time.Second + tidyInterval)
		synctest.Wait()
		if n := remembered(s); n != 0 {
			t.Errorf("%d jobs are held when all have expired", n)
		}
		// The margin is for what the test's own goroutines and timers leave.
		if left := heapInUse() - before; left > 256<<10 {
			t.Errorf("%d bytes are left", left)
		}
		runtime.KeepAlive(s)
	})
}

// A job that ends long before the others is not kept until their turn comes.
func TestExpiryBeforeTheTimerThatWasSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lengths := []time.Duration{time.Hour, time.Minute, time.Second}
		s := serverFor(t, Options{Expiry: time.Minute, Duration: func() (next time.Duration) {
			next, lengths = lengths[0], lengths[1:]
			return next
		}})
		began := time.Now()
		for range cap(lengths) { // one timer after another
			begin(t, s)
		}
		for _, step := range []struct {
			at   time.Duration
			held int
		}{{61 * time.Second, 3}, {63 * time.Second, 2}, {122 * time.Second, 1}, {time.Hour, 1}, {time.Hour + 62*time.Second, 0}} {
			time.Sleep(time.Until(began.Add(step.at)))
			synctest.Wait()
			if n := remembered(s); n != step.held {
				t.Errorf("after %s: %d jobs are held, want %d", step.at, n, step.held)
			}
		}
	})
}

// Work that is done for expiry is bounded, however much has expired.
func TestForgettingInBatches(t *testing.T) {
	s := serverFor(t, Options{JobDuration: -1})
	beginMany(t, s, 2*batch+1)
	later := time.Now().Add(time.Hour + 1)
	for _, want := range []int{batch + 1, 1, 0} {
		more := s.jobs.removeExpired(later)
		if n := remembered(s); n != want || more != (want > 0) {
			t.Errorf("%d are held, want %d; more: %v", n, want, more)
		}
	}
	if s.jobs.old.jobs != nil || s.jobs.young.jobs != nil {
		t.Error("the maps are kept")
	}
}

// remembered is how many jobs are kept, expired or not.
func remembered(s *Server) int {
	s.jobs.mu.RLock()
	defer s.jobs.mu.RUnlock()
	return s.jobs.count
}

func beginMany(t testing.TB, s *Server, n int64) {
	t.Helper()
	for range n {
		if j, _ := s.begin(&exchange{server: s, now: time.Now()}); j == nil {
			t.Fatal("there is no room")
		}
	}
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
