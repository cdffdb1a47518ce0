package observe

import (
	"context"
	"crypto/tls"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// idleAtMost is how long a connection is kept without a request on it. There are servers with a few
// workers that each wait on one connection, and ours must not keep all of them waiting.
const idleAtMost = time.Second

// A numbered connection knows its place among the connections of a run, and how what came over it began.
type numbered struct {
	net.Conn
	number int
	used   atomic.Bool // a request was sent on it
	closed atomic.Bool
	of     *connections
	mu     sync.Mutex
	first  []byte
}

// firstKept is how much of the first read of a connection is kept: enough to see which protocol it is.
const firstKept = 48

func (n *numbered) Read(b []byte) (int, error) {
	got, err := n.Conn.Read(b)
	n.mu.Lock()
	if n.first == nil && got > 0 {
		n.first = append([]byte(nil), b[:min(got, firstKept+longestLearnt)]...)
	}
	n.mu.Unlock()
	return got, err
}

// Close closes the connection, once.
func (n *numbered) Close() error {
	if !n.closed.Swap(true) {
		n.of.open.leave()
		n.of.mu.Lock()
		delete(n.of.live, n)
		n.of.mu.Unlock()
	}
	return n.Conn.Close()
}

// began returns the first bytes that came over a connection in clear.
func (n *numbered) began() []byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.first
}

// connections opens every connection of a run, and numbers them.
type connections struct {
	target        Target
	targetAddress string // the target's HOST:PORT
	opened        atomic.Int64
	open          concurrency // those that are not closed, and those that are being opened
	last          atomic.Pointer[numbered]
	class         atomic.Int32 // of the target's own address, an addressClass
	mu            sync.Mutex
	live          map[*numbered]bool // the open ones
	shut          bool               // none may be opened any more
	proxies       sync.Map           // the HOST:PORT of each proxy that was used
	panics        func(any)          // is told of a panic in a goroutine of net/http

	kept, fresh                   *http.Transport // to the target's origin, and to those that the caller allows
	crossOrigin, crossOriginFresh *http.Transport // to others, where private addresses are out of bounds
	replicas                      []*replica
}

func newConnections(t Target) *connections {
	c := &connections{target: t, targetAddress: hostPort(t.BaseURL), live: map[*numbered]bool{}}
	c.kept = c.targetTransport()
	c.fresh = c.targetTransport()
	c.fresh.DisableKeepAlives = true
	c.crossOrigin = c.crossOriginTransport()
	c.crossOriginFresh = c.crossOriginTransport()
	c.crossOriginFresh.DisableKeepAlives = true
	for _, address := range t.Replicas {
		c.replicas = append(c.replicas, c.newReplica(address))
	}
	return c
}

// targetTransport returns a transport to the target's origin and the allowed ones.
func (c *connections) targetTransport() *http.Transport {
	t := c.transport(c.dialTarget)
	t.Proxy = c.targetProxy()
	return t
}

// crossOriginTransport returns a transport to all other origins.
func (c *connections) crossOriginTransport() *http.Transport {
	t := c.transport(c.dialPublic)
	t.Proxy = c.crossOriginProxy()
	return t
}

func (c *connections) transport(dial func(context.Context, string, string) (net.Conn, error)) *http.Transport {
	var config *tls.Config
	if c.target.TLS != nil {
		config = c.target.TLS.Clone()
	}
	t := &http.Transport{
		DialContext:            dial,
		TLSClientConfig:        config,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    maxInFlight,
		MaxConnsPerHost:        maxInFlight,
		MaxResponseHeaderBytes: headerBound,
		IdleConnTimeout:        idleAtMost,
	}
	c.target.Reach.HTTP.restrict(t)
	return t
}

// newTransport returns a transport that shares no connections with another.
func (c *connections) newTransport() *http.Transport { return c.targetTransport() }

func (c *connections) dialer(dialer *net.Dialer) func(context.Context, string, string) (net.Conn, error) {
	dial := c.target.Reach.dialing(dialer)
	if c.target.Dial != nil {
		dial = c.target.Dial
	}
	return c.countDials(dial)
}

// counting counts what is being opened: numbered connections that are closed are taken off again.
func (c *connections) countDials(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (conn net.Conn, err error) {
		c.open.enter()
		defer func() {
			if value := recover(); value != nil { // net/http dials in goroutines of its own
				c.panics(value)
				conn, err = nil, net.ErrClosed
			}
		}()
		return dial(ctx, network, address)
	}
}

func (c *connections) numberConnection(conn net.Conn, err error) (net.Conn, error) {
	if err != nil {
		c.open.leave()
		return nil, err
	}
	n := &numbered{Conn: conn, number: int(c.opened.Add(1)), of: c}
	c.mu.Lock()
	shut := c.shut
	c.live[n] = true
	c.mu.Unlock()
	if shut {
		n.Close()
		return nil, net.ErrClosed
	}
	c.last.Store(n)
	return n, nil
}

// end closes every connection, whatever is under way on it, and lets none be opened any more: a read on one that
// net/http has handed over, after 101 for one, ends by nothing else.
func (c *connections) end() {
	c.mu.Lock()
	c.shut = true
	open := slices.Collect(maps.Keys(c.live))
	c.mu.Unlock()
	for _, n := range open {
		n.Close()
	}
}

// dialPublic refuses addresses that only the machine or its network can reach:
// a server must not be able to send a run there. The check is made on the address itself, after
// the name was resolved and before anything is sent.
func (c *connections) dialPublic(ctx context.Context, network, address string) (net.Conn, error) {
	if _, chosen := c.proxies.Load(address); chosen {
		return c.numberConnection(c.dialer(&net.Dialer{})(ctx, network, address))
	}
	dialer := &net.Dialer{Control: func(_, resolved string, _ syscall.RawConn) error {
		if at, err := netip.ParseAddrPort(resolved); err == nil {
			return c.targetClass().mayReach(classOf(at.Addr()))
		}
		return nil
	}}
	return c.numberConnection(c.dialer(dialer)(ctx, network, address))
}

func (c *connections) targetClass() addressClass { return addressClass(c.class.Load()) }

// noteTarget remembers the class of the target's address, as its first connection shows; or, where a proxy
// opened that, its name.
func (c *connections) noteTarget(ctx context.Context, conn net.Conn) {
	far := conn.RemoteAddr()
	if far.Network() == "unix" && c.target.Reach.UnixSocket != "" {
		c.class.Store(int32(classLoopback))
		return
	}
	proxied := false
	c.proxies.Range(func(_, _ any) bool { proxied = true; return false })
	if proxied {
		host, _, _ := net.SplitHostPort(c.targetAddress)
		c.class.Store(int32(classOfHost(ctx, host)))
		return
	}
	if at, err := netip.ParseAddrPort(far.String()); err == nil {
		c.class.Store(int32(classOf(at.Addr())))
	}
}

func (c *connections) close() {
	for _, t := range []*http.Transport{c.kept, c.fresh, c.crossOrigin, c.crossOriginFresh} {
		t.CloseIdleConnections()
	}
	for _, s := range c.replicas {
		s.kept.CloseIdleConnections()
		s.fresh.CloseIdleConnections()
	}
}

// ours finds our connection below TLS; nil where there is none.
func unwrapConnection(conn net.Conn) *numbered {
	for {
		switch wrapped := conn.(type) {
		case *numbered:
			return wrapped
		case interface{ NetConn() net.Conn }:
			conn = wrapped.NetConn()
		default:
			return nil
		}
	}
}
