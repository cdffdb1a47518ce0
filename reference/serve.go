package reference

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
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

// notice is how long a server goes on before it closes its door. A client
// that is busy hears in that time, with its next answer, that the connection
// closes. Without it, a request that was sent just before could be lost.
const notice = 200 * time.Millisecond

// Serve answers what comes in on the listener until the context is done; then
// it shuts down, as [Serve] does.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	return Serve(ctx, s.HTTPServer(), l)
}

// Serve lets an [http.Server], which has a handler, answer what comes in on the listener until the
// context is done, and then shuts it down. A request that has come to the
// handler is answered, if that takes five seconds at most. One that is sent
// over a connection which nobody used for a fifth of a second may find it
// closed: HTTP clients know that and ask again (RFC 9112 9.3.1, 9.5).
// Serve returns nil then, and otherwise why it could not go on.
func Serve(ctx context.Context, h *http.Server, l net.Listener) error {
	var leaving atomic.Bool
	h.Handler = lastAnswers(h.Handler, &leaving)
	down := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(down)
		leaving.Store(true)
		time.Sleep(notice)
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if h.Shutdown(limited) != nil {
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

// lastAnswers says with each answer that its connection closes after it
// (RFC 9112 9.6), once the server is leaving.
func lastAnswers(next http.Handler, leaving *atomic.Bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if leaving.Load() {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// pause waits, but no longer than somebody waits for the answer.
func pause(ctx context.Context, d time.Duration) {
	end := time.NewTimer(d)
	defer end.Stop()
	select {
	case <-end.C:
	case <-ctx.Done():
	}
}
