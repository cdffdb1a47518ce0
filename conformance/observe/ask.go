package observe

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// An ask is one request to be made.
type ask struct {
	role          record.Role
	probe         record.ProbeName
	job           int
	way           record.Way
	as            record.Identity // whose credentials, where not the first's
	anonymous     bool            // without any
	label         string          // what the request is for; part of User-Agent
	late          bool
	urgency       urgency
	omitBody      bool  // the body of a good answer is not kept
	fresh         bool  // on a connection of its own
	ownConnection bool  // on a connection of its own, which is kept open and closed by us after the answer
	wire          *wire // the connection that carries it, where that is chosen
	replica       int   // the number of the replica that is asked; 0 for the target's own address
	method        string
	url           string
	headers       http.Header // of this request alone
	body          []byte
	again         bool          // it was refused, and is asked with renewed credentials
	bound         int64         // on the body of the answer; floodBound where zero
	limit         time.Duration // RequestTimeout where zero
}

// send makes one request and records it, whatever comes back.
func (r *run) send(ctx context.Context, a ask) answer {
	a.limit = cmp.Or(a.limit, r.target.RequestTimeout)
	a.bound = cmp.Or(a.bound, maxAnswer)
	passed, why := r.acquire(ctx, a.urgency)
	e, header, credentials := r.newExchange(a) // now: while the request waited they may have been renewed
	if why != "" {
		e.Failure = record.Failure{Kind: record.FailureStopped, Text: why}
		r.record(e)
		return answer{Exchange: e}
	}
	defer r.gate.leave()
	ctx, cancel := context.WithTimeout(ctx, a.limit)
	defer cancel()
	came, err := r.exchange(ctx, a, header, e)
	if err != nil {
		e.Failure = r.attributeLoad(passed, err, failureOf(requestError(r.ctx, ctx, err), a.limit))
		if e.Failure.Kind == record.FailureTimeout && e.Status != 0 {
			e.Failure.Text += fmt.Sprintf(": it began, with status %d", e.Status)
		}
		e.Status, e.Fields, e.MoreFields = 0, nil, 0
		e.Failure.Text = r.redact.text(e.Failure.Text)
	}
	goesDown, until := r.duringRestart(e)
	e.Ended = r.now()
	e.Received = cmp.Or(e.Received, e.Ended)
	r.noteCredentials(a, e, credentials)
	r.record(e)
	if goesDown {
		r.restartLate(until)
	}
	came.url = a.url
	return answer{e, came, credentials}
}

// newExchange is what is recorded of a request that is sent now. It returns its header too, and the number of its credentials.
func (r *run) newExchange(a ask) (e *record.Exchange, header http.Header, credentials int) {
	header, credentials = r.headers(a)
	e = &record.Exchange{
		Role: a.role, Probe: a.probe, Job: a.job, Way: a.way, Late: a.late, Peer: r.peer(a),
		Request: record.Request{Method: a.method, URL: r.redact.link(a.url), BodyLength: int64(len(a.body)), Credentials: r.identity(a)},
	}
	e.Request.Fields, _ = r.fields(header)
	e.Sent = r.now()
	return e, header, credentials
}

// requestError returns why a request ended: the run ended, its own time was up, or err.
func requestError(run, request context.Context, err error) error {
	switch {
	case run.Err() != nil:
		return context.Canceled
	case request.Err() != nil:
		return context.DeadlineExceeded
	}
	return err
}

// exchange sends the request and fills in what came back. An error means that there is no answer.
func (r *run) exchange(ctx context.Context, a ask, header http.Header, e *record.Exchange) (came received, err error) {
	request, err := http.NewRequestWithContext(r.traced(ctx, a, e), a.method, a.url, bytes.NewReader(a.body))
	if err != nil {
		return came, err
	}
	request.Header = header
	if host := header.Get("Host"); host != "" {
		request.Host = host
	}
	response, err := r.roundTrip(a, request)
	if err != nil {
		return came, err
	}
	defer response.Body.Close()
	e.Received = r.now()
	e.Status, e.Protocol = response.StatusCode, response.Proto
	e.Fields, e.MoreFields = r.fields(response.Header)
	_, bytes := extent(response.Header)
	r.reader.all.Add(int64(bytes + len(a.url)))
	if bytes > normalLimits.bytes {
		r.gate.narrowTo(safeInFlight / 2) // what is read of header sections at one time is held in memory
	}
	hold := beginningRead
	if a.role == record.RoleResult || len(r.bodyPlaces) > 0 || r.protocol.Dialect.HoldsResult() {
		hold = parsed
	}
	if response.StatusCode == http.StatusSwitchingProtocols {
		response.Body.Close() // what follows is no body, and no deadline ends the read of it (RFC 9110 7.8)
		response.Body = http.NoBody
	}
	c := r.reader.read(response.Body, a.bound, hold)
	came.header = r.followed(response.Header)
	c.Values, came.values = r.values(c.text)
	return came, r.recordBody(ctx, a, e, c, response.Header)
}

// traced has an exchange know which connection carried it.
func (r *run) traced(ctx context.Context, a ask, e *record.Exchange) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if conn := unwrapConnection(info.Conn); conn != nil { // net/http calls a connection reused that waited without ever being used
			e.Connection, e.Fresh = conn.number, conn.used.CompareAndSwap(false, true)
		}
		if a.probe == record.ProbePreflight && a.replica == 0 {
			r.connections.noteTarget(ctx, info.Conn)
		}
	}})
}

// recordBody fills in the body, and says where it makes the answer none.
func (r *run) recordBody(ctx context.Context, a ask, e *record.Exchange, c content, header http.Header) error {
	e.Body = c.Body
	if !a.omitBody || e.Status >= 300 || c.err != nil {
		e.Body.Beginning = []byte(r.redact.beginning(string(c.text[:min(len(c.text), beginningRead)]), beginningKept))
	}
	holdsResult := a.role == record.RoleMonitor && r.protocol.Dialect.HoldsResult() && r.protocol.Done.On(e)
	result := a.method != http.MethodHead && (a.role == record.RoleResult || holdsResult)
	switch {
	case c.err != nil && ctx.Err() != nil:
		return ctx.Err()
	case c.err != nil && !result:
		return fmt.Errorf("%s: %w", cut(c, header), c.err)
	case c.err != nil:
		e.Body.Cut = cut(c, header)
	case c.Bounded && !result:
		e.Failure = record.Failure{
			Kind: record.FailureFlood, Text: fmt.Sprintf("the body did not end within %d MiB: nobody waits for such an answer", maxAnswer>>20),
		}
	}
	if result && (a.role == record.RoleMonitor || r.protocol.Result.On(e)) {
		e.Body.NotJSON = notJSON(c, header)
		if !coded(header) {
			e.Body.Mentions = r.mentions(c.text)
		}
	}
	return nil
}

func (r *run) mentions(text []byte) []record.Mention {
	found := r.register.mentions(text)
	for i := range found {
		found[i].Before = r.redact.text(found[i].Before)
	}
	return found
}

func (r *run) roundTrip(a ask, request *http.Request) (*http.Response, error) {
	if a.wire != nil {
		return a.wire.RoundTrip(request)
	}
	transport := r.transport(a)
	if a.ownConnection {
		defer transport.CloseIdleConnections()
	}
	return transport.RoundTrip(request)
}

// transport chooses the connections: to the target's origin and those that are
// allowed without more ado, to others with care.
func (r *run) transport(a ask) *http.Transport {
	near := r.onTarget(a.url) || slices.ContainsFunc(r.target.AllowOrigins, func(origin string) bool {
		return uri.SameOrigin(origin, a.url)
	})
	c, chosen := r.connections, r.connections.crossOrigin
	switch replica := r.replicaOf(a); {
	case replica != nil:
		chosen = replica.transports
	case near && a.ownConnection:
		return c.transport(c.dialTarget, c.proxy(false))
	case near:
		chosen = c.own
	}
	if a.fresh {
		return chosen.fresh
	}
	return chosen.kept
}

// headers makes the header of a request, and returns the number of its credentials. They go to the target's origin and nowhere else.
func (r *run) headers(a ask) (header http.Header, credentials int) {
	header = http.Header{}
	if r.onTarget(a.url) {
		header, credentials = r.identityHeader(a.anonymous)
		if a.as == record.IdentityOther {
			maps.Copy(header, r.target.OtherHeader)
		}
	}
	if header.Get("User-Agent") == "" {
		header.Set("User-Agent", fmt.Sprintf("two-oh-two/%s (run %s; %s)", contract.Version, r.name, a.label))
	}
	if r.target.Origin != "" {
		header.Set("Origin", r.target.Origin)
	}
	header.Set("Accept-Encoding", "identity")
	maps.Copy(header, a.headers)
	return header, credentials
}

func (r *run) identity(a ask) record.Identity {
	switch {
	case a.anonymous || !r.recordTarget.Credentials && a.as == "" || !r.onTarget(a.url):
		return record.IdentityNone
	case a.as != "":
		return a.as
	}
	return record.IdentityFirst
}

func (r *run) onTarget(url string) bool { return uri.SameOrigin(url, r.target.BaseURL) }

// followable says why a URL can't be asked for; empty where it can.
func followable(text string) string {
	if len(text) > record.LongestValue {
		return "not followed: it is longer than 8,000 bytes, and nobody has to bear that (RFC 9110 4.1)"
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "not followed: " + err.Error()
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Sprintf("not followed: its scheme is %q", u.Scheme)
	case u.Host == "":
		return "not followed: it has no host"
	case u.User != nil:
		return "not followed: it has userinfo"
	}
	return ""
}

// uuid makes a random UUID (RFC 9562 5.4).
func uuid() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
