package observe

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// A Reach is which way requests go. The zero value asks the system for addresses, the environment for a
// proxy, and the target for HTTP/2 where it is on https.
type Reach struct {
	// Resolve has addresses for HOST:PORT, in place of what the name resolves to; "*" for HOST means every host. The
	// first that answers is taken.
	Resolve map[string][]string
	// UnixSocket is the path of a socket on which the target listens; empty for the network. What lies on other
	// origins is reached by the network all the same.
	UnixSocket string
	HTTP       HTTPVersion
	// Proxy says which proxy a request goes by, as [http.Transport] has it; nil for the one that the environment
	// names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), which is never asked about loopback.
	Proxy func(*http.Request) (*url.URL, error)
	// Curl has the words that make curl reach the target in the same way, for the command lines of reports: --cacert, ca.pem.
	Curl []string
}

// An HTTPVersion is which versions of HTTP are spoken.
type HTTPVersion string

const (
	HTTPAny            HTTPVersion = ""                  // HTTP/2 where TLS agrees on it, else HTTP/1.1
	HTTP11             HTTPVersion = "1.1"               // HTTP/1.1 alone
	HTTP2              HTTPVersion = "2"                 // as HTTPAny: HTTP/2 is negotiated by TLS only (RFC 9113 3.1)
	HTTP2WithoutAsking HTTPVersion = "2-prior-knowledge" // HTTP/2 alone, in clear text too (RFC 9113 3.3)
)

// restrict has a transport speak these versions.
func (v HTTPVersion) restrict(t *http.Transport) {
	t.Protocols = new(http.Protocols)
	switch v {
	case HTTP11:
		t.Protocols.SetHTTP1(true)
	case HTTP2WithoutAsking:
		t.Protocols.SetHTTP2(true)
		t.Protocols.SetUnencryptedHTTP2(true)
	default:
		t.Protocols.SetHTTP1(true)
		t.Protocols.SetHTTP2(true)
	}
}

// dial opens a connection on the network as the reach says.
func (r Reach) dial(ctx context.Context, dialer *net.Dialer, network, address string) (net.Conn, error) {
	var failed []error
	for _, at := range r.addresses(address) {
		conn, err := dialer.DialContext(ctx, network, at)
		if err == nil {
			return conn, nil
		}
		failed = append(failed, err)
	}
	return nil, errors.Join(failed...)
}

// addresses are where HOST:PORT is looked for, in order.
func (r Reach) addresses(address string) []string {
	_, port, _ := net.SplitHostPort(address)
	given, found := r.Resolve[strings.ToLower(address)]
	if !found {
		given = r.Resolve["*:"+port]
	}
	if len(given) == 0 {
		return []string{address}
	}
	list := make([]string, len(given))
	for i, at := range given {
		list[i] = net.JoinHostPort(at, port)
	}
	return list
}

// proxy is how requests find their proxy; nil where there can be none.
func (t Target) proxy() proxyFunc {
	switch {
	case t.Dial != nil:
		return nil
	case t.Reach.Proxy != nil:
		return t.Reach.Proxy
	}
	return http.ProxyFromEnvironment
}

// proxied reports whether a proxy is asked for the target, which makes connections of its own.
func (t Target) proxied() bool {
	find := t.proxy()
	base, err := url.Parse(t.BaseURL)
	if find == nil || t.Reach.UnixSocket != "" || err != nil {
		return false
	}
	proxy, err := find(&http.Request{Method: http.MethodGet, URL: base, Header: http.Header{}})
	return proxy != nil || err != nil
}

// dialTarget opens a connection for the target's own origin and those that are allowed.
func (c *connections) dialTarget(ctx context.Context, network, address string) (net.Conn, error) {
	if socket := c.target.Reach.UnixSocket; socket != "" && address == c.targetAddress {
		network, address = "unix", socket
	}
	return c.dial(ctx, &net.Dialer{}, network, address)
}

// hostPort is the HOST:PORT that a transport dials for a URL.
func hostPort(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// proxy is the proxy of requests to the target, none where a Unix socket is used, or of those to other origins. Its address is remembered: the user
// chose it, not a server. Where a proxy opens the connection to another origin, only the URL shows the class of the address.
func (c *connections) proxy(crossOrigin bool) proxyFunc {
	find := c.target.proxy()
	if find == nil || !crossOrigin && c.target.Reach.UnixSocket != "" {
		return nil
	}
	return func(request *http.Request) (*url.URL, error) {
		proxy, err := find(request)
		if proxy == nil || err != nil {
			return proxy, err
		}
		c.proxies.Store(proxyAddress(proxy), true)
		if crossOrigin {
			if refused := c.targetClass().mayReach(classOfHost(request.Context(), request.URL.Hostname())); refused != nil {
				return nil, refused
			}
		}
		return proxy, nil
	}
}

func proxyAddress(proxy *url.URL) string {
	if proxy.Port() == "" && strings.HasPrefix(proxy.Scheme, "socks5") {
		return net.JoinHostPort(proxy.Hostname(), "1080")
	}
	return hostPort(proxy.String())
}
