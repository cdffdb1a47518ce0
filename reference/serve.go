package reference

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// HTTPServer returns an [http.Server] that can be left alone with strangers:
// with timeouts for clients that are slow on purpose, and a bound for headers.
//
// A fault that tells connections apart ([NeedsConnections]) does so only
// behind a server made by HTTPServer, or one whose ConnContext and ConnState
// are taken from it.
func (s *Server) HTTPServer() *http.Server {
	h := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		// No request has a body that anybody reads, but net/http waits for it.
		ReadTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute,
		// No WriteTimeout: answers are smaller than a socket's buffer.
		MaxHeaderBytes: 64 << 10,
	}
	if len(s.faults) > 0 {
		h.ConnContext = s.past.opened
		h.ConnState = s.past.changed
	}
	return h
}

// grace is how long a shutdown waits for requests that are being answered.
const grace = 5 * time.Second

// Serve answers what comes in on the listener until the context is done; then
// it lets the requests that are being answered finish, for five seconds at
// most, and returns nil. Otherwise it returns why it could not go on.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := s.HTTPServer()
	down := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(down)
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if h.Shutdown(patience) != nil {
			_ = h.Close() // what is still open now has had its time
		}
	})
	err := h.Serve(l)
	if !stop() {
		<-down
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
