package honest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
	"github.com/two-oh-two/two-oh-two/conformance/report"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A mortal is a server that ends once, and is there again a while later. Meanwhile connections are refused.
type mortal struct {
	t       *testing.T
	options reference.Options
	dial    atomic.Pointer[func(context.Context, string, string) (net.Conn, error)] // nil while nothing listens
	server  atomic.Pointer[http.Server]
	once    sync.Once
	look    func() // before each request is answered
}

func (m *mortal) begin() {
	handler, err := reference.New(m.options)
	if err != nil {
		m.t.Error(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.look()
		handler.ServeHTTP(w, r)
	})}
	target := harness.ServeWith(m.t, server)
	m.server.Store(server)
	m.dial.Store(&target.Dial)
}

// end ends the process: kindly, as SIGTERM does, or not.
func (m *mortal) end(kindly bool) {
	m.once.Do(func() {
		m.dial.Store(nil)
		if server := m.server.Load(); kindly {
			go server.Shutdown(context.Background())
		} else {
			server.Close()
		}
		time.AfterFunc(300*ms, m.begin)
	})
}

func (m *mortal) target() conformance.Target {
	return conformance.Target{BaseURL: "http://server.test", Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		if dial := m.dial.Load(); dial != nil {
			return (*dial)(ctx, network, address)
		}
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	}}
}

// moments are when a server of jobs of a length ends, by the time since the first request, and the requests since then.
func moments(length time.Duration) map[string]func(since time.Duration) bool {
	late := atomic.Int64{}
	return map[string]func(since time.Duration) bool{
		"before the end":    func(since time.Duration) bool { return since > length*2/3 },
		"just after it":     func(since time.Duration) bool { return since > length+70*ms },
		"in the late reads": func(since time.Duration) bool { return since > length+300*ms && late.Add(1) > 3 },
	}
}

// A restart that nobody announces loses the jobs that are in memory, and that is all that fails, whenever it comes and however the process ends. Where jobs
// are in a store nothing is lost: only that no connection was to be had is a failure.
func TestRestartUnannounced(t *testing.T) {
	const length = 2 * second
	for moment := range moments(length) {
		for _, kindly := range []bool{true, false} {
			for _, retry := range []reference.RetryForm{reference.RetryInSeconds, reference.NoRetryAfter} {
				t.Run(fmt.Sprintf("%s, kindly %v, Retry-After %s", moment, kindly, retry), func(t *testing.T) {
					options := reference.Options{JobDuration: length, RetryAfter: retry}
					synctest.Test(t, func(t *testing.T) {
						onlyFails(t, endedOnce(t, options, moment, kindly), "jobs.survive-restart")
					})
					synctest.Test(t, func(t *testing.T) {
						options.Store = new(harness.Store)
						onlyFails(t, endedOnce(t, options, moment, kindly), "http.available")
					})
				})
			}
		}
	}
}

// endedOnce judges a server that ends at a moment.
func endedOnce(t *testing.T, options reference.Options, moment string, kindly bool) report.Target {
	t.Helper()
	began, ends := time.Now(), moments(options.JobDuration)[moment]
	m := &mortal{t: t, options: options}
	m.look = func() {
		if ends(time.Since(began)) {
			m.end(kindly)
		}
	}
	m.begin()
	return checked(t, m.target())
}
