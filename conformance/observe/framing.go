package observe

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// probeFraming sends requests one after another on one connection of HTTP/1.1, whatever the answers say: where one does not end where
// it should, or a request is not read to its end, the next answer shows it.
func (r *run) probeFraming(attended <-chan struct{}) {
	if r.target.NoProbes || r.target.proxied() {
		return
	}
	r.probePendingFraming()
	select {
	case <-r.firstEnd:
	case <-attended:
	case <-r.ctx.Done():
	}
	j := r.doneWithResult()
	if j == nil || !r.onTarget(j.monitor) || !r.speaksHTTP11() {
		return
	}
	select {
	case <-j.ended: // its result has been read for its own sake: a server may give it once only
	case <-r.ctx.Done():
		return
	}
	w := &wire{of: r.connections}
	defer w.close()
	for _, a := range r.framingAsks(j) {
		if _, carries := r.askOn(w, a); !carries {
			return
		}
	}
}

// framingAsks are the requests of which each is followed by one whose answer is known.
func (r *run) framingAsks(j *job) []ask {
	monitor := ask{role: record.RoleMonitor, job: j.number, url: j.monitor}
	asks := []ask{
		{role: record.RoleMonitor, job: j.number, method: http.MethodHead, url: j.monitor},
		monitor,
	}
	if r.onTarget(j.result) {
		asks = append(asks, ask{role: record.RoleResult, job: j.number, method: http.MethodHead, url: j.result}, monitor,
			ask{role: record.RoleResult, job: j.number, url: j.result, bound: sampleBytes}, monitor)
	}
	if (len(r.target.Body) > 0 || !ascii(r.pilot.started.Body.Beginning)) && r.reserveJob() {
		asks = append(asks, r.startRequest(filler(0), record.ProbeFraming), monitor)
	}
	return asks
}

// probePendingFraming asks a pending monitor twice on one connection, and between with its ETag, as soon as there is one that does not say when to come back.
func (r *run) probePendingFraming() {
	for range pendingTries {
		if p := r.pendingUntold(); p != nil && r.speaksHTTP11() {
			w := &wire{of: r.connections}
			defer w.close()
			monitor := ask{role: record.RoleMonitor, job: p.number, url: p.monitor}
			got, carries := r.askOn(w, monitor)
			if tag := got.header.Get("ETag"); carries && tag != "" {
				unless := monitor
				unless.headers = http.Header{"If-None-Match": {tag}}
				_, carries = r.askOn(w, unless)
			}
			if carries {
				r.askOn(w, monitor)
			}
			return
		}
		if !r.wait(minReadInterval, r.firstEnd) {
			return
		}
	}
}

// pendingTries is how often a pending monitor is looked for, once jobs are begun.
const pendingTries = 10

// askOn asks over a wire, and reports whether it can carry the next request.
func (r *run) askOn(w *wire, a ask) (got answer, carries bool) {
	a.probe, a.wire = record.ProbeFraming, w
	got = r.probe(a)
	return got, got.Answered() && !got.FlowControl() && !got.Body.Bounded && !w.ended
}

// pendingUntold returns a job that was last seen pending, by an answer that did not say when to come back; nil where there is none.
func (r *run) pendingUntold() *job {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range slices.Backward(r.exchanges) {
		if e.Role == record.RoleMonitor && e.Probe == "" && r.protocol.Pending.On(e) && !e.Has("Retry-After") {
			if j := r.jobs[e.Job-1]; j.doneAt == 0 && r.onTarget(j.monitor) {
				return j
			}
		}
	}
	return nil
}

// ascii reports whether a text has as many bytes as characters, so that its length can't be counted wrongly.
func ascii(text []byte) bool {
	return !slices.ContainsFunc(text, func(b byte) bool { return b >= utf8.RuneSelf })
}

// speaksHTTP11 reports whether all answers so far came over HTTP/1.1.
func (r *run) speaksHTTP11() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !slices.ContainsFunc(r.exchanges, func(e *record.Exchange) bool { return e.Answered() && e.Protocol != "HTTP/1.1" })
}

// A wire sends requests over one connection of its own, and reads each answer from where the one before it ended. [http.Transport]
// would give up a connection on which something follows an answer, and ask on another.
type wire struct {
	of     *connections
	conn   net.Conn
	reader *bufio.Reader
	ended  bool // the server closes the connection
}

// RoundTrip implements [http.RoundTripper].
func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if err := w.open(ctx, request.URL); err != nil {
		return nil, err
	}
	if trace := httptrace.ContextClientTrace(ctx); trace != nil {
		trace.GotConn(httptrace.GotConnInfo{Conn: w.conn})
	}
	if limit, limited := ctx.Deadline(); limited {
		w.conn.SetDeadline(limit)
	}
	if err := request.Write(w.conn); err != nil {
		return nil, err
	}
	for {
		response, err := http.ReadResponse(w.reader, request)
		if err != nil {
			return nil, err
		}
		if response.StatusCode >= 200 || response.StatusCode == http.StatusSwitchingProtocols {
			w.ended = response.Close
			return response, nil
		}
	}
}

// open opens the connection, once.
func (w *wire) open(ctx context.Context, to *url.URL) error {
	if w.conn != nil {
		return nil
	}
	conn, err := w.of.dialTarget(ctx, "tcp", hostPort(to.String()))
	if err != nil {
		return err
	}
	if to.Scheme == "https" {
		secure := tls.Client(conn, w.of.tlsFor(to.Hostname()))
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			return err
		}
		conn = secure
	}
	w.conn, w.reader = conn, bufio.NewReader(&boundedConn{conn, framingBound})
	return nil
}

func (w *wire) close() {
	if w.conn != nil {
		w.conn.Close()
	}
}

// framingBound is how many bytes are read from the connection at most: header sections have no bound of their own here.
const framingBound = 16 << 20

// A boundedConn ends after so many bytes.
type boundedConn struct {
	net.Conn
	left int
}

func (b *boundedConn) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, net.ErrClosed
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// tlsFor is how a connection of HTTP/1.1 is secured.
func (c *connections) tlsFor(host string) *tls.Config {
	config := cmp.Or(c.target.TLS, &tls.Config{}).Clone()
	config.ServerName = cmp.Or(config.ServerName, host)
	config.NextProtos = []string{"http/1.1"}
	return config
}
