// Package observe lives jobs through on a server and records what it sees. It
// never judges. It is the only package that opens connections.
package observe

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A Target is whom to observe, how to reach it, and within which bounds. Only BaseURL has to be set.
type Target struct {
	BaseURL string // absolute, http or https; a path is the base under which the target lies
	Name    string // what reports call it, where its URL tells little; may be empty

	Header      http.Header // sent with every request to the target's own origin, and to no other
	OtherHeader http.Header // a second identity's, in place of those of Header that it names

	StartMethod string // GET where empty, or POST where there is a Body
	StartPath   string // /deferredjob where empty; {n} and {uuid} differ from start to start, in the path, the header and the body
	Body        []byte // of a start
	BodyType    string // its Content-Type; none is sent where empty

	Expect record.Expectation // what jobs come to; success where empty

	TLS          *tls.Config // nil for the defaults
	Reach        Reach       // which way requests go; the zero value is the usual one
	AllowOrigins []string    // other origins on which Locations may lie, loopback and private addresses among them
	Origin       string      // a browser's origin, sent as Origin; empty to send none
	Secrets      []string    // names of further header fields whose values are secrets

	Probes   []string // names of probes that are off by default and are wanted; Optional lists them
	NoProbes bool     // nothing is asked but what the jobs' own lives need

	Jobs    int // jobs begun at the same instant; 8 where zero. Of more than 128 so many starts are under way at once, and the others at their heels
	MaxJobs int // jobs begun in all; no such bound where zero

	Rate float64 // requests a second, at most; no such bound where zero

	Wait           time.Duration // for a target that is still coming up, before anything else; not at all where zero
	RequestTimeout time.Duration // for one answer, its body too; 10 s where zero
	JobTimeout     time.Duration // for one job, from its start or the latest end of another; 5 min where zero
	// Retention is how long after the last end jobs and results are read again, besides the reads a quarter of a second after it; 0 for not at all.
	Retention time.Duration
	Timeout   time.Duration // for everything; 15 min where zero
	MaxBody   int64         // bytes of a result that are read; 64 MiB where zero

	// Dial opens connections in place of the network, of Reach and of a proxy; nil for the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Progress is told how far the observation is, every now and then, from
	// one goroutine at a time; nil to tell nobody.
	Progress func(Progress)
}

// Progress is how far an observation is.
type Progress struct {
	Elapsed  time.Duration
	Begun    int    // jobs begun
	Pending  int    // of them, not yet seen done
	Done     int    // of them, seen done
	Reads    int    // monitor reads
	Requests int    // requests in all
	Awaiting string // what is waited for, in words
	ComingUp string // why the target is not judged yet, while it is waited for; else empty
}
