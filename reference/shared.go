package reference

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// A Store keeps jobs where other servers find them, and the next one after a restart.
// Put and Get are all of it, since nothing in a job changes. It may be called by several goroutines.
type Store interface {
	// Put stores a job, which may be forgotten after that time. It returns [ErrExists]
	// where the id is taken, and [ErrFull] where there is no room.
	Put(ctx context.Context, j Job, keep time.Duration) error
	// Get returns the job with the id, or [ErrUnknown]. The id is a client's word, of any length and with any bytes in it.
	Get(ctx context.Context, id string) (Job, error)
}

// What a [Store] answers. Any other error means that it does not answer.
var (
	ErrExists  = errors.New("there is a job with this id")
	ErrFull    = errors.New("there is no room for the job")
	ErrUnknown = errors.New("there is no job with this id")
)

// A Job is what a [Store] keeps of one.
type Job struct {
	ID    string        `json:"id"`
	Owner string        `json:"owner,omitempty"` // on whose behalf it was begun
	Began time.Time     `json:"began"`           // wall time: servers whose clocks differ by a second see the job end a second apart
	Lasts time.Duration `json:"lasts"`
	Fails bool          `json:"fails,omitempty"` // it ends without a result
}

// storeTime is how long a store may take for one call. A client that waits longer has often given up.
const storeTime = 2 * time.Second

// storeRetry is what a client is told, in seconds, where the store does not answer.
const storeRetry = 1

// lookUp finds a job: among those that this server began, and in the store where the options name one.
// An error means that nobody knows whether there is such a job.
func (s *Server) lookUp(x *exchange, id string) (*job, error) {
	if j := s.jobs.find(id, x.now); j != nil || s.options.Store == nil {
		return j, nil
	}
	ctx, cancel := context.WithTimeout(x.request.Context(), storeTime)
	defer cancel()
	kept, err := s.options.Store.Get(ctx, id)
	if errors.Is(err, ErrUnknown) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	j := &job{id: kept.ID, owner: kept.Owner, began: kept.Began, lasts: kept.Lasts, fails: kept.Fails}
	if s.jobs.expired(j, x.now) {
		return nil, nil
	}
	s.adopt(j)
	return j, nil
}

// keep puts a job into the store, where there is one.
func (s *Server) keep(x *exchange, j *job) error {
	if s.options.Store == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(x.request.Context(), storeTime)
	defer cancel()
	return s.options.Store.Put(ctx, Job{j.id, j.owner, j.began, j.lasts, j.fails}, j.lasts+s.options.Expiry)
}

// unstored says that the store did not answer, or has no room. Never 404: the job may well be there.
func unstored(err error) *answer {
	detail := "The jobs' store does not answer."
	if errors.Is(err, ErrFull) {
		detail = "The jobs' store is full."
	}
	return problem(http.StatusServiceUnavailable, detail).set("Retry-After", strconv.Itoa(storeRetry))
}

// Check asks the store, where the options name one, whether it answers. It is meant for health checks.
func (s *Server) Check(ctx context.Context) error {
	if s.options.Store == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	if _, err := s.options.Store.Get(ctx, "no-such-job"); err != nil && !errors.Is(err, ErrUnknown) {
		return err
	}
	return nil
}
