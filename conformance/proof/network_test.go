package proof

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

// A network is a server's listener and its clients' dialer, in memory: time can be faked around it.
type network struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
	ports  atomic.Uint32
}

func newNetwork() *network { return &network{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (n *network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
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

func (n *network) Accept() (net.Conn, error) {
	select {
	case conn := <-n.conns:
		return conn, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *network) Close() error {
	n.once.Do(func() { close(n.closed) })
	return nil
}

func (n *network) Addr() net.Addr { return address(1) }

// addressed gives each connection an address of its own, as a server may tell its clients apart by it.
type addressed struct {
	net.Conn
	port uint16
}

func (a addressed) RemoteAddr() net.Addr { return address(a.port) }

func address(port uint16) net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), port))
}

// serve serves a handler in memory and returns the target that reaches it.
func serve(t *testing.T, handler http.Handler) conformance.Target {
	t.Helper()
	return serveWith(t, &http.Server{Handler: handler})
}

func serveWith(t *testing.T, server *http.Server) conformance.Target {
	t.Helper()
	network := newNetwork()
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
	return conformance.Target{BaseURL: "http://server.test", Dial: network.dial}
}

// serveTLS serves by TLS, with a private authority that the target trusts.
func serveTLS(t *testing.T, server *http.Server, http2 bool) conformance.Target {
	t.Helper()
	network := newNetwork()
	secured := httptest.NewUnstartedServer(nil)
	secured.Listener.Close()
	secured.Listener, secured.Config, secured.EnableHTTP2 = network, server, http2
	secured.StartTLS()
	t.Cleanup(secured.Close)
	authorities := x509.NewCertPool()
	authorities.AddCert(secured.Certificate())
	return conformance.Target{BaseURL: "https://example.com", Dial: network.dial, TLS: &tls.Config{RootCAs: authorities}}
}

func serveHTTPS(t *testing.T, server *http.Server) conformance.Target {
	return serveTLS(t, server, false)
}
