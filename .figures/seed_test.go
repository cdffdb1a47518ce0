package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A reader goes the seed's way: one job and one reader, who sleeps between two reads, and looks at statuses and at Locations.
// With jobs of whole seconds nobody who sleeps a second is quicker: the sleep ends as the job does.
type reader struct {
	client   *http.Client
	base     string
	requests int
}

// sleep is how long a reader waits between two reads: a client's usual second.
const sleep = time.Second

// live follows a job from its start to its result.
func (r *reader) live() error {
	status, monitor, err := r.ask("/deferredjob")
	if err != nil || status != http.StatusAccepted || monitor == "" {
		return errors.Join(err, fmt.Errorf("start: %d, Location %q", status, monitor))
	}
	for range 8 {
		status, result, err := r.ask(monitor)
		switch {
		case err == nil && status == http.StatusOK:
			time.Sleep(sleep)
			continue
		case err != nil || status != http.StatusCreated || result == "":
			return errors.Join(err, fmt.Errorf("monitor: %d, Location %q", status, result))
		}
		if status, _, err = r.ask(result); err != nil || status != http.StatusOK {
			return errors.Join(err, fmt.Errorf("result: %d", status))
		}
		return nil
	}
	return errors.New("the job does not end")
}

// ask returns the status and the Location.
func (r *reader) ask(path string) (int, string, error) {
	r.requests++
	url := path
	if path != "" && path[0] == '/' {
		url = r.base + path
	}
	a, err := r.client.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer a.Body.Close()
	_, err = io.Copy(io.Discard, a.Body)
	return a.StatusCode, a.Header.Get("Location"), err
}

// BenchmarkSeedsWay has a reader and a run take turns at the same server. "of-seed" is a run's time over a reader's.
func BenchmarkSeedsWay(b *testing.B) {
	for _, d := range []time.Duration{-1, 100 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second} {
		name := d.String()
		if d < 0 {
			name = "instant"
		}
		b.Run(name, func(b *testing.B) {
			server := serve(b, reference.Options{JobDuration: d})
			var theirs, ours time.Duration
			var last report.Target
			r := &reader{server.Client(), server.URL, 0}
			for b.Loop() {
				began := time.Now()
				if err := r.live(); err != nil {
					b.Fatal(err)
				}
				theirs += time.Since(began)
				began = time.Now()
				run, err := conformance.Check(b.Context(), conformance.Target{BaseURL: server.URL})
				if err != nil || run.Verdict != report.VerdictPass {
					b.Fatal(run.Verdict, err)
				}
				ours += time.Since(began)
				last = run.Targets[0]
			}
			b.ReportMetric(theirs.Seconds()/float64(b.N), "reader-s/op")
			b.ReportMetric(float64(r.requests)/float64(b.N), "reader-requests/op")
			b.ReportMetric(ours.Seconds()/theirs.Seconds(), "of-seed")
			b.ReportMetric(float64(last.Jobs.Begun), "begun")
			judged := slices.DeleteFunc(last.Requirements, func(q report.Requirement) bool { return !q.Outcome.Judged() })
			b.ReportMetric(float64(len(judged)), "judged")
		})
	}
}

// BenchmarkFaultsSeen counts which of the reference's faults a reader stumbles over, and which a run finds, each of them given a base URL and
// no more. A run has found one where a requirement fails that the fault says it breaks. Faults that need more to show are left out, and so are
// those that a MAY asks about.
func BenchmarkFaultsSeen(b *testing.B) {
	var faults []reference.Fault
	for _, f := range reference.Faults() {
		if len(f.Needs) == 0 && slices.ContainsFunc(contract.Catalogue(), func(q contract.Requirement) bool {
			return q.Level != contract.May && slices.Contains(f.Breaks, q.ID)
		}) {
			faults = append(faults, f)
		}
	}
	var byReader, byRun int
	for b.Loop() {
		byReader = count(b, faults, len(faults), func(s *httptest.Server, _ reference.Fault) bool {
			return (&reader{s.Client(), s.URL, 0}).live() != nil
		})
		byRun = count(b, faults, 4, func(s *httptest.Server, f reference.Fault) bool {
			r, err := conformance.Check(b.Context(), conformance.Target{BaseURL: s.URL, JobTimeout: 10 * time.Second})
			return err == nil && slices.ContainsFunc(r.Targets[0].Requirements, func(q report.Requirement) bool {
				return q.Outcome == contract.Fail && slices.Contains(f.Breaks, q.ID)
			})
		})
	}
	b.ReportMetric(float64(len(faults)), "faults")
	b.ReportMetric(float64(byReader), "by-reader")
	b.ReportMetric(float64(byRun), "by-run")
}

// count says how many of the faults are seen, so many servers at a time.
func count(b *testing.B, faults []reference.Fault, atATime int, seen func(*httptest.Server, reference.Fault) bool) int {
	var n atomic.Int64
	var all sync.WaitGroup
	places := make(chan struct{}, atATime)
	for _, f := range faults {
		server := serve(b, reference.Options{JobDuration: 900 * time.Millisecond, Faults: []string{f.Name}})
		places <- struct{}{}
		all.Go(func() {
			if seen(server, f) {
				n.Add(1)
			} else if testing.Verbose() {
				b.Logf("%s is not seen", f.Name)
			}
			server.Close()
			<-places
		})
	}
	all.Wait()
	return int(n.Load())
}

func serve(b *testing.B, options reference.Options) *httptest.Server {
	b.Helper()
	handler, err := reference.New(options)
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // some faults panic on purpose
	server.Start()
	b.Cleanup(server.Close)
	return server
}
