package reference

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// HTTPServer returns an [http.Server] for untrusted clients: it has timeouts
// against slow ones, and a limit for header sections.
//
// Faults with [NeedsConnections] need a server made by HTTPServer, or one with
// its ConnContext and ConnState.
func (s *Server) HTTPServer() *http.Server {
	h := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		// The handler reads no body, but net/http reads it to its end before the next request.
		ReadTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute,
		// No WriteTimeout: an answer is smaller than a socket's buffer.
		MaxHeaderBytes: 64 << 10,
	}
	if len(s.faults) > 0 {
		h.ConnContext = s.past.opened
		h.ConnState = s.past.changed
	}
	return h
}

// shutdownTimeout is the time that requests in progress have to end at a shutdown.
const shutdownTimeout = 5 * time.Second

// drainTime is the time for which a server still accepts requests once it shuts down.
// Busy clients learn with their next answer that the connection closes. Without it, a
// request that was sent just before could be lost.
const drainTime = 200 * time.Millisecond

// Serve serves the listener's connections with [Server.HTTPServer] until the context ends, as the function [Serve] does.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	return Serve(ctx, s.HTTPServer(), l)
}

// Serve serves the listener's connections with an [http.Server] until the context ends, and then
// shuts the server down. Requests in progress have five seconds to end. A request that a client sends
// over a connection that was idle for a fifth of a second may fail, as the server closes it:
// HTTP clients retry then (RFC 9112 9.3.1, 9.5). Serve returns nil after a shutdown, and else
// the server's error. The server needs a Handler.
func Serve(ctx context.Context, h *http.Server, l net.Listener) error {
	var shuttingDown atomic.Bool
	h.Handler = closingAfterAnswers(h.Handler, &shuttingDown)
	down := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(down)
		shuttingDown.Store(true)
		time.Sleep(drainTime)
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		if h.Shutdown(limited) != nil {
			_ = h.Close() // the time of what is still open is over
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

// closingAfterAnswers adds Connection: close to each answer (RFC 9112 9.6) once the
// server shuts down.
func closingAfterAnswers(next http.Handler, shuttingDown *atomic.Bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if shuttingDown.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// pause waits for a time, or until the client has gone.
func pause(ctx context.Context, d time.Duration) {
	end := time.NewTimer(d)
	defer end.Stop()
	select {
	case <-end.C:
	case <-ctx.Done():
	}
}
