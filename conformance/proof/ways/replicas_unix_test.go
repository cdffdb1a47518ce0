//go:build unix

package ways

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/two-oh-two/two-oh-two/conformance/proof/harness"
)

// serveNATS starts a NATS server, and returns the URL of a bucket on it.
func serveNATS(t *testing.T) string {
	t.Helper()
	address := freeAddress(t)
	host, port, _ := strings.Cut(address, ":")
	cmd := exec.Command(built(t, harness.BuildEnviron(), "nats-server", "run", "-exec", "cp", "github.com/nats-io/nats-server/v2"), "-js", "-sd", t.TempDir(), "-a", host, "-p", port)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	awaitServer(t, address)
	return "nats://" + address + "/jobs"
}

// newPair serves by two servers, which share the store where there is one.
func newPair(t *testing.T, store string) (pair []supervised) {
	t.Helper()
	flags := []string{"--job-duration", "1s"}
	if store != "" {
		flags = append(flags, "--store", store)
	}
	for range 2 {
		pair = append(pair, supervise(t, "0.2", flags...))
	}
	return pair
}

type connKey struct{}

// choices are ways in which balancers choose a server for a request: all of them, the one that is tried first in front.
var choices = map[string]func() func(*http.Request, []supervised) []supervised{
	"request": func() func(*http.Request, []supervised) []supervised {
		var turn atomic.Int64
		return func(_ *http.Request, all []supervised) []supervised { return from(all, int(turn.Add(1))) }
	},
	"connection": func() func(*http.Request, []supervised) []supervised {
		return func(r *http.Request, all []supervised) []supervised {
			return from(all, int(r.Context().Value(connKey{}).(int64)))
		}
	},
	"random": func() func(*http.Request, []supervised) []supervised {
		return func(_ *http.Request, all []supervised) []supervised { return from(all, rand.IntN(len(all))) }
	},
	"standby": func() func(*http.Request, []supervised) []supervised {
		return func(_ *http.Request, all []supervised) []supervised { return all }
	},
}

func from(all []supervised, first int) []supervised {
	first %= len(all)
	return slices.Concat(all[first:], all[:first])
}

// A balancer passes requests on to one server after another, until one answers, as nginx does.
type balancer struct {
	servers []supervised
	choose  func(*http.Request, []supervised) []supervised
}

func (l balancer) RoundTrip(r *http.Request) (response *http.Response, err error) {
	for _, s := range l.choose(r, l.servers) {
		again := r.Clone(r.Context())
		again.URL.Host = s.address
		if response, err = http.DefaultTransport.RoundTrip(again); err == nil {
			return response, nil
		}
	}
	return nil, err
}

// balance puts a balancer in front of servers.
func balance(t *testing.T, servers []supervised, choice string) string {
	t.Helper()
	proxy := &httputil.ReverseProxy{Transport: balancer{servers, choices[choice]()}, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: "chosen.later"})
		r.Out.Host = r.In.Host
	}}
	s := httptest.NewUnstartedServer(proxy)
	var connections atomic.Int64
	s.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, connections.Add(1))
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

// Two servers with one store fail nothing, by whatever balancer or by their addresses. Two that keep their jobs to themselves fail jobs.replicas, and
// nothing else.
func TestReplicasOfProcesses(t *testing.T) {
	harness.Full(t)
	for _, store := range []string{"", serveNATS(t)} {
		fails := []string{}
		if store == "" {
			fails = []string{"jobs.replicas"}
		}
		expect := func(t *testing.T, got checkedRun) {
			t.Helper()
			if !got.fails(fails...) {
				t.Error(got)
			}
		}
		for i := range aFew(t) {
			for _, choice := range []string{"request", "connection", "random"} {
				t.Run(fmt.Sprintf("%d, %q, by %s", i, store, choice), func(t *testing.T) {
					t.Parallel()
					expect(t, check(t, balance(t, newPair(t, store), choice)))
				})
			}
			t.Run(fmt.Sprintf("%d, %q, by address", i, store), func(t *testing.T) {
				t.Parallel()
				pair := newPair(t, store)
				expect(t, check(t, "--replica", pair[1].address, pair[0].url()))
			})
		}
	}
}

// rollout is a script that replaces servers one after the other, the next once the one before is back.
func rollout(t *testing.T, servers []supervised) string {
	t.Helper()
	script := "set -e\n"
	for _, s := range servers {
		script += fmt.Sprintf("old=$(cat %s); kill -TERM $old\nwhile [ \"$(cat %s)\" = $old ]; do sleep 0.05; done\n", s.pid, s.pid)
		script += fmt.Sprintf("until (exec 3<>/dev/tcp/%s) 2>/dev/null; do sleep 0.05; done\n", strings.Replace(s.address, ":", "/", 1))
	}
	file := filepath.Join(t.TempDir(), "rollout")
	put(t, file, script)
	return "bash " + file
}

// A rollout of two servers with one store is not noticed. Where jobs are in memory, and all requests go to one of two, it loses jobs, and that is all.
func TestRolloutOfProcesses(t *testing.T) {
	harness.Full(t)
	store := serveNATS(t)
	for i := range aFew(t) {
		t.Run(fmt.Sprintf("%d, one store", i), func(t *testing.T) {
			t.Parallel()
			pair := newPair(t, store)
			if got := check(t, "--rollout", rollout(t, pair), balance(t, pair, "request")); !got.fails() {
				t.Error(got)
			}
		})
		t.Run(fmt.Sprintf("%d, jobs in memory", i), func(t *testing.T) {
			t.Parallel()
			pair := newPair(t, "")
			if got := check(t, "--rollout", rollout(t, pair), balance(t, pair, "standby")); !got.fails("jobs.survive-rollout") {
				t.Error(got)
			}
		})
	}
}
