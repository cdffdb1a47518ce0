package harness

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

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

// Replicas makes servers of the same options, and a balancer that has one after the other answer a request.
func Replicas(t *testing.T, n int, options reference.Options) http.Handler {
	t.Helper()
	var servers []*reference.Server
	for range n {
		server, err := reference.New(options)
		if err != nil {
			t.Fatal(err)
		}
		servers = append(servers, server)
	}
	var turn atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		servers[turn.Add(1)%int64(n)].ServeHTTP(w, r)
	})
}
