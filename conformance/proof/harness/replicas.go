package harness

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/reference"
)

// A Store is the reference's, in memory: what replicas share, and what outlives a server.
type Store struct{ jobs sync.Map }

// Put implements [reference.Store].
func (s *Store) Put(_ context.Context, j reference.Job, _ time.Duration) error {
	if _, taken := s.jobs.LoadOrStore(j.ID, j); taken {
		return reference.ErrExists
	}
	return nil
}

// Get implements [reference.Store].
func (s *Store) Get(_ context.Context, id string) (reference.Job, error) {
	j, there := s.jobs.Load(id)
	if !there {
		return reference.Job{}, reference.ErrUnknown
	}
	return j.(reference.Job), nil
}

// Servers makes servers of the same options.
func Servers(t *testing.T, n int, options reference.Options) (servers []http.Handler) {
	t.Helper()
	for range n {
		servers = append(servers, New(t, options))
	}
	return servers
}

// ServeReplicas serves handlers in memory, each at an address of its own: the first is the target's, and the others are its replicas.
func ServeReplicas(t *testing.T, handlers ...http.Handler) conformance.Target {
	t.Helper()
	dials := map[string]func(context.Context, string, string) (net.Conn, error){}
	var target conformance.Target
	for i, handler := range handlers {
		each := Serve(t, handler)
		address := fmt.Sprintf("replica-%d.test:80", i)
		if i == 0 {
			target, address = each, "server.test:80"
		} else {
			target.Replicas = append(target.Replicas, address)
		}
		dials[address] = each.Dial
	}
	target.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		dial, there := dials[address]
		if !there {
			return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
		}
		return dial(ctx, network, address)
	}
	return target
}

// Replicas makes servers of the same options, and a balancer that has one after the other answer a request.
func Replicas(t *testing.T, n int, options reference.Options) http.Handler {
	t.Helper()
	servers := Servers(t, n, options)
	var turn atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		servers[turn.Add(1)%int64(n)].ServeHTTP(w, r)
	})
}
