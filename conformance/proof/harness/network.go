package harness

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
)

// A Network is a server's listener and its clients' dialer, in memory: time can be faked around it.
type Network struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	ports  atomic.Uint32
}

// NewNetwork makes a network.
func NewNetwork() *Network { return &Network{conns: make(chan net.Conn), closed: make(chan struct{})} }

// Dial opens a connection to the listener, whatever the address.
func (n *Network) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	port := uint16(n.ports.Add(1) + 1024)
	select {
	case n.conns <- addressed{server, port}:
		return client, nil
	case <-n.closed:
		return nil, &net.OpError{Op: "dial", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept waits for the next connection.
func (n *Network) Accept() (net.Conn, error) {
	select {
	case conn := <-n.conns:
		return conn, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Closed is closed once the network is.
func (n *Network) Closed() <-chan struct{} { return n.closed }

// Close ends the listening.
func (n *Network) Close() error {
	n.once.Do(func() { close(n.closed) })
	return nil
}

// Addr is the address of the listener.
func (n *Network) Addr() net.Addr { return address(1) }

// addressed gives each connection an address of its own, as a server may tell its clients apart by it.
type addressed struct {
	net.Conn
	port uint16
}

func (a addressed) RemoteAddr() net.Addr { return address(a.port) }

func address(port uint16) net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), port))
}

// Pour answers with a piece again and again, for as long as somebody takes it.
func Pour(piece []byte, pause time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(piece); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			time.Sleep(pause)
		}
	}
}

// OnClose has a function called when a connection is closed, which it has to bear more than once.
func OnClose(conn net.Conn, closed func()) net.Conn { return closing{conn, closed} }

type closing struct {
	net.Conn
	closed func()
}

func (c closing) Close() error {
	c.closed()
	return c.Conn.Close()
}

// Serve serves a handler in memory and returns the target that reaches it.
func Serve(t *testing.T, handler http.Handler) conformance.Target {
	t.Helper()
	return ServeWith(t, &http.Server{Handler: handler})
}

// ServeWith is Serve for a server that is set up already.
func ServeWith(t *testing.T, server *http.Server) conformance.Target {
	t.Helper()
	network := NewNetwork()
	done := make(chan struct{})
	go func() {
		defer close(done)
		server.Serve(network)
	}()
	t.Cleanup(func() {
		server.Close()
		<-done
		time.Sleep(time.Minute) // fake: handlers that sleep see that nobody listens
	})
	return conformance.Target{BaseURL: "http://server.test", Dial: network.Dial}
}

// ServeTLS serves by TLS, with a private authority that the target trusts.
func ServeTLS(t *testing.T, server *http.Server, http2 bool) conformance.Target {
	t.Helper()
	network := NewNetwork()
	secured := httptest.NewUnstartedServer(nil)
	secured.Listener.Close()
	secured.Listener, secured.Config, secured.EnableHTTP2 = network, server, http2
	secured.StartTLS()
	t.Cleanup(secured.Close)
	authorities := x509.NewCertPool()
	authorities.AddCert(secured.Certificate())
	return conformance.Target{BaseURL: "https://example.com", Dial: network.Dial, TLS: &tls.Config{RootCAs: authorities}}
}

// ServeHTTPS is ServeTLS with HTTP/1.1.
func ServeHTTPS(t *testing.T, server *http.Server) conformance.Target {
	return ServeTLS(t, server, false)
}

// Loopback serves on a loopback port.
func Loopback(t *testing.T, handler http.Handler) conformance.Target {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return conformance.Target{BaseURL: server.URL, RequestTimeout: time.Minute} // as a busy machine may need
}
