package reference

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A mapStore is a store in memory, which can be told to fail.
type mapStore struct {
	jobs sync.Map
	fail error
}

func (m *mapStore) Put(_ context.Context, j Job, _ time.Duration) error {
	if _, taken := m.jobs.LoadOrStore(j.ID, j); taken {
		return ErrExists
	}
	return m.fail
}

func (m *mapStore) Get(_ context.Context, id string) (Job, error) {
	j, there := m.jobs.Load(id)
	switch {
	case m.fail != nil:
		return Job{}, m.fail
	case !there:
		return Job{}, ErrUnknown
	}
	return j.(Job), nil
}

// inTurn hands one request to each handler, as a balancer does.
func inTurn(handlers ...http.Handler) http.Handler {
	var turn atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handlers[turn.Add(1)%int64(len(handlers))].ServeHTTP(w, r)
	})
}

// Another server with the same store knows a job from its 202 on, and forgets it as the first one does.
func TestStoreIsShared(t *testing.T) {
	store := new(mapStore)
	o := Options{JobDuration: time.Hour, Store: store, Authorize: func(r *http.Request) (string, bool) { return r.Header.Get("User"), true }}
	one, other := serverFor(t, o), serverFor(t, o)
	monitor, _ := begin(t, one, "User: ann")
	for _, row := range []struct {
		user   string
		status int
	}{{"ann", 200}, {"ben", 404}} {
		if got := ask(other, "GET "+monitor, "User: "+row.user).StatusCode; got != row.status {
			t.Errorf("%s reads %d", row.user, got)
		}
	}
	store.jobs.Store("old", Job{ID: "old", Began: time.Now().Add(-3 * time.Hour), Lasts: time.Minute})
	if got := ask(other, "GET /monitor/old").StatusCode; got != 404 {
		t.Errorf("an expired job is answered %d", got)
	}
}

// A store that does not answer, or has no room, is no reason to say that a job is unknown.
func TestStoreFails(t *testing.T) {
	store := new(mapStore)
	s := serverFor(t, Options{Store: store, JobDuration: time.Hour})
	ours, _ := begin(t, s)
	for _, store.fail = range []error{errors.New("down"), ErrFull} {
		for _, path := range []string{"/deferredjob", "/monitor/another", "/result/another"} {
			if a := ask(s, "GET "+path); a.StatusCode != 503 || a.Header.Get("Retry-After") != "1" {
				t.Errorf("%v: %s is answered %d", store.fail, path, a.StatusCode)
			}
		}
		if a := ask(s, "GET "+ours); a.StatusCode != 200 {
			t.Errorf("a job of its own is answered %d", a.StatusCode)
		}
		if s.Check(t.Context()) == nil {
			t.Error("the store is said to answer")
		}
	}
	if n := s.Jobs().Held(); n != 1 {
		t.Errorf("%d jobs take room", n)
	}
	if store.fail = nil; s.Check(t.Context()) != nil {
		t.Error("the store is said not to answer")
	}
}
