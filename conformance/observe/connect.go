package observe

import (
	"bytes"
	"context"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
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
	first  atomic.Pointer[[]byte] // the first bytes that came, in clear
}

// firstKept is how much of the first read of a connection is kept: enough to see which protocol it is.
const firstKept = 48

func (n *numbered) Read(b []byte) (int, error) {
	got, err := n.Conn.Read(b)
	if got > 0 && n.first.Load() == nil {
		first := bytes.Clone(b[:min(got, firstKept+longestLearnt)])
		n.first.Store(&first)
	}
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

	own         transports // to the target's origin, and to those that the caller allows
	crossOrigin transports // to others, where private addresses are out of bounds
	replicas    []replica
}

// transports are two to one place: one keeps its connections, the other opens a fresh one for each request.
type transports struct{ kept, fresh *http.Transport }

func (t transports) closeIdle() {
	t.kept.CloseIdleConnections()
	t.fresh.CloseIdleConnections()
}

// A dialFunc opens a connection, as [net.Dialer.DialContext] does.
type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// A proxyFunc says which proxy a request goes by, as [http.Transport] has it.
type proxyFunc = func(*http.Request) (*url.URL, error)

func newConnections(t Target) *connections {
	c := &connections{target: t, targetAddress: hostPort(t.BaseURL), live: map[*numbered]bool{}}
	c.own = c.transports(c.dialTarget, c.proxy(false))
	c.crossOrigin = c.transports(c.dialPublic, c.proxy(true))
	for _, address := range t.Replicas {
		dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
			return c.dial(ctx, &net.Dialer{}, network, address)
		}
		c.replicas = append(c.replicas, replica{address, c.transports(dial, nil)})
	}
	return c
}

func (c *connections) transports(dial dialFunc, proxy proxyFunc) transports {
	t := transports{c.transport(dial, proxy), c.transport(dial, proxy)}
	t.fresh.DisableKeepAlives = true
	return t
}

// transport returns a transport that shares no connections with another.
func (c *connections) transport(dial dialFunc, proxy proxyFunc) *http.Transport {
	t := &http.Transport{
		DialContext:            dial,
		Proxy:                  proxy,
		TLSClientConfig:        c.target.TLS.Clone(),
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

// dial opens a connection, and numbers it. It counts as open from now on until it is closed.
func (c *connections) dial(ctx context.Context, dialer *net.Dialer, network, address string) (net.Conn, error) {
	c.open.enter()
	conn, err := c.dialGuarded(ctx, dialer, network, address)
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

// dialGuarded opens a connection: to a socket, as the caller does, or as the reach says. A panic in it ends the run: net/http dials in goroutines of its own.
func (c *connections) dialGuarded(ctx context.Context, dialer *net.Dialer, network, address string) (conn net.Conn, err error) {
	defer func() {
		if value := recover(); value != nil {
			c.panics(value)
			conn, err = nil, net.ErrClosed
		}
	}()
	switch {
	case network == "unix":
		return dialer.DialContext(ctx, network, address)
	case c.target.Dial != nil:
		return c.target.Dial(ctx, network, address)
	}
	return c.target.Reach.dial(ctx, dialer, network, address)
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
	dialer := &net.Dialer{}
	if _, chosen := c.proxies.Load(address); !chosen {
		dialer.Control = func(_, resolved string, _ syscall.RawConn) error {
			if at, err := netip.ParseAddrPort(resolved); err == nil {
				return c.targetClass().mayReach(classOf(at.Addr()))
			}
			return nil
		}
	}
	return c.dial(ctx, dialer, network, address)
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
	if c.target.proxied() {
		host, _, _ := net.SplitHostPort(c.targetAddress)
		c.class.Store(int32(classOfHost(ctx, host)))
		return
	}
	if at, err := netip.ParseAddrPort(far.String()); err == nil {
		c.class.Store(int32(classOf(at.Addr())))
	}
}

// closeIdle closes the connections on which nothing is under way.
func (c *connections) closeIdle() {
	c.own.closeIdle()
	c.crossOrigin.closeIdle()
	for _, replica := range c.replicas {
		replica.closeIdle()
	}
}

// unwrapConnection finds our connection below TLS; nil where there is none.
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
