package observe

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

const (
	minRenewInterval   = time.Second // between two calls of Target.Credentials: a server that refuses whatever it is sent must not have it called without end
	maxRefusedRenewals = 3           // in a row, after which the run ends: what is renewed is of no use
)

// Credentials are the header fields that the requests of the first identity carry. They change where Target.Credentials renews them.
type credentials struct {
	get  func(context.Context) (http.Header, error) // nil where nothing renews them
	base http.Header                                // of the target; renewed fields stand in place of these
	turn chan struct{}                              // held by the one who renews; a channel, so that a context ends the waiting

	mu       sync.Mutex
	header   http.Header // base, and what was given last
	given    http.Header // what was given last
	number   int         // how often they were renewed
	since    time.Time   // when they were asked for last
	accepted bool        // a job's request with these was answered 2xx
	ever     bool        // with any
	refused  int         // renewals in a row that were refused
}

// newCredentials asks for the credentials that a run begins with, and makes them a part of the target.
func newCredentials(ctx context.Context, t *Target) (*credentials, error) {
	c := &credentials{get: t.Credentials, base: t.Header, header: t.Header, turn: make(chan struct{}, 1)}
	if c.get == nil {
		return c, nil
	}
	if err := c.ask(ctx); err != nil {
		return c, err
	}
	t.Header = c.header
	t.Secrets = slices.Concat(t.Secrets, slices.Sorted(maps.Keys(c.given)))
	return c, nil
}

// ask has the credentials given.
func (c *credentials) ask(ctx context.Context) error {
	since := time.Now()
	given, err := c.get(ctx)
	if err == nil && len(given) == 0 {
		err = errors.New("Target.Credentials gave no header fields")
	}
	if err != nil {
		return err
	}
	given = canonical(given)
	header := c.base.Clone()
	maps.Copy(header, given)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.since.IsZero() {
		c.number++
	}
	c.header, c.given, c.since, c.accepted = header, given, since, false
	return nil
}

// current returns the header of the first identity, what of it was given last, and the number of these credentials.
func (c *credentials) current() (header, given http.Header, number int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.header, c.given, c.number
}

// accept notes that credentials were good for a job's request.
func (c *credentials) accept(number int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ever = true
	if number == c.number {
		c.accepted, c.refused = true, 0
	}
}

// outdated reports whether a 401 may be due to credentials that ran out: then they are renewed, and the request is asked again. It is due
// to the server where credentials that it accepts, and that are new, are refused once more. What probes ask for may be refused to everybody.
func (c *credentials) outdated(number int, again, probe bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.get == nil || !c.ever:
		return false
	case !again:
		return true
	}
	return !probe && (number != c.number || !c.accepted || time.Since(c.since) >= minRenewInterval)
}

// renew has credentials given anew, unless others than those of that number are in use already. A request was refused with them, or
// their time is up.
func (c *credentials) renew(ctx context.Context, number int, refused bool) error {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil
	}
	c.mu.Lock()
	latest, next := c.number, c.since.Add(minRenewInterval)
	if refused && latest == number && !c.accepted {
		c.refused++
	}
	useless := c.refused >= maxRefusedRenewals
	c.mu.Unlock()
	if latest != number {
		return nil
	}
	if useless {
		return errRefused
	}
	sleep(ctx, time.Until(next))
	if ctx.Err() != nil {
		return nil
	}
	return c.ask(ctx)
}

var errRefused = errors.New("what --header-command gave was refused with 401 again and again")

// dueIn is how long it is until the credentials are to be renewed.
func (c *credentials) dueIn(interval time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Until(c.since.Add(interval))
}

// identityHeader is the header of the first identity, without what carries its credentials where the request is anonymous. What was
// renewed is hidden from its first use on: no answer can have it before.
func (r *run) identityHeader(anonymous bool) (header http.Header, number int) {
	header, given, number := r.credentials.current()
	if r.hidden.Load() < int64(number) {
		r.redact.giveAll(given)
		r.hidden.Store(int64(number))
	}
	header = header.Clone()
	if anonymous {
		for _, name := range r.redact.credentialFields() {
			header.Del(name)
		}
	}
	return header, number
}

// noteCredentials notes whether a request's credentials were good. Where they may have run out, the request is marked as one that is
// asked again: it is no part of a job.
func (r *run) noteCredentials(a ask, e *record.Exchange, number int) {
	switch {
	case e.Request.Credentials != record.IdentityFirst || !e.Answered():
	case e.Status >= 200 && e.Status <= 299 && a.probe == "":
		r.credentials.accept(number)
	case e.Status == http.StatusUnauthorized && r.credentials.outdated(number, a.again, a.probe != ""):
		e.Probe = record.ProbeRenewal
	}
}

// renew renews the credentials. Where that is not to be had, the run ends.
func (r *run) renew(ctx context.Context, number int, refused bool) {
	err := r.credentials.renew(ctx, number, refused)
	if err == nil || ctx.Err() != nil {
		return
	}
	why := r.redact.text("the credentials could not be renewed: " + err.Error())
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop(why)
}

// renewIfDue renews the credentials where their time is up.
func (r *run) renewIfDue(ctx context.Context) {
	if interval := r.target.CredentialsInterval; r.credentials.get != nil && interval > 0 && r.credentials.dueIn(interval) <= 0 {
		_, _, number := r.credentials.current()
		r.renew(ctx, number, false)
	}
}

// renewInTime renews the credentials whenever their time is up, until the function it returns is called.
func (r *run) renewInTime() (stop func()) {
	if r.credentials.get == nil || r.target.CredentialsInterval <= 0 {
		return func() {}
	}
	ctx, cancel := context.WithCancel(r.ctx)
	done := r.inBackground(func() {
		for ctx.Err() == nil {
			sleep(ctx, r.credentials.dueIn(r.target.CredentialsInterval))
			r.renewIfDue(ctx)
		}
	})
	return func() { cancel(); <-done }
}
