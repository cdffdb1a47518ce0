package reference

import (
	"context"
	"net"
	"testing"
)

// pipes is a listener and a dialer in memory.
type pipes struct {
	incoming chan net.Conn
	closed   chan struct{}
}

// servePipes serves until the returned function is called; then there is what Serve said.
func servePipes(t *testing.T, s *Server) (dial *pipes, stop func(), served chan error) {
	dial = &pipes{incoming: make(chan net.Conn), closed: make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	served = make(chan error, 1)
	go func() { served <- s.Serve(ctx, dial) }()
	return dial, stop, served
}

func (p *pipes) connect(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.incoming <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.incoming:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	select {
	case <-p.closed:
	default:
		close(p.closed)
	}
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }
