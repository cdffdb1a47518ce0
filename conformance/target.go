package conformance

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A Target is whom to judge, how to reach it, and within which bounds. Only BaseURL has to be set.
type Target struct {
	BaseURL string // absolute, http or https; a path is the base under which the target lies
	Name    string // its name in reports; may be empty

	Header      http.Header // sent with every request to the target's own origin, and to no other
	OtherHeader http.Header // a second identity's, in place of those of Header that it names

	// Credentials gives header fields of the first identity, in place of those of Header that they name; nil where Header has all. It is called
	// before anything is sent, when credentials that were accepted are answered 401, and every CredentialsInterval, at most once a second. What
	// it gives is a secret. Where it fails at first, the target is not valid; where it fails later, the run ends.
	Credentials         func(context.Context) (http.Header, error)
	CredentialsInterval time.Duration // after which Credentials is called again; never where zero

	// Restart restarts the target once, in the middle of the run, while nothing is asked of it. Rollout replaces it by another while requests go on, as
	// a rolling deployment does. One of them at most; nil for neither. The run waits until the target answers again after they return.
	// An error ends the run. [observe.RunName] has the run's name, from the context.
	Restart, Rollout func(context.Context) error
	RestartWait      time.Duration // for either of them, and for the target to answer again; a minute where zero

	// Replicas are other addresses that serve the same jobs, each a HOST:PORT, or a URL of the base URL's scheme, a host and a port. Some reads of
	// monitors and results go there, with the Host of the target. There are none by way of a Unix socket or a proxy.
	Replicas []string

	StartMethod string // GET where empty, or POST where there is a Body
	StartPath   string // /deferredjob where empty; {n} and {uuid} differ from start to start, in the path, the header and the body
	Body        []byte // of a start
	BodyType    string // its Content-Type; none is sent where empty

	Expect record.Expectation // the outcome of a job; success where empty

	// Dialect is how the target speaks the pattern: [dialect.TwoOhTwo] where it has no name. Dialects are others; where the answers are those of
	// one of them, the report says so.
	Dialect  dialect.Dialect
	Dialects []dialect.Dialect

	TLS          *tls.Config   // nil for the defaults
	Reach        observe.Reach // addresses, proxy and version of HTTP
	AllowOrigins []string      // other origins on which Locations may lie, loopback and private addresses among them
	Origin       string        // a browser's origin, sent as Origin; empty to send none
	Secrets      []string      // names of further header fields whose values are secrets

	Probes   []string // names of probes that are off by default and are wanted; [observe.Optional] lists them
	NoProbes bool     // only the requests that the jobs themselves need are sent

	Jobs    int // jobs begun at the same instant; 8 where zero. At most 128 starts are under way at once
	MaxJobs int // jobs begun in all; no such bound where zero

	Rate float64 // requests a second, at most; no such bound where zero

	Wait           time.Duration // for a target that is still coming up, before anything else; not at all where zero
	RequestTimeout time.Duration // for one answer, its body too; 10 s where zero
	JobTimeout     time.Duration // for one job, from its start or the latest end of another; 5 min where zero
	// Retention is how long after the last end jobs and results are read again, besides the reads a quarter of a second after it; 0 for not at all.
	Retention time.Duration
	Timeout   time.Duration // for everything; 15 min where zero
	MaxBody   int64         // bytes of a result that are read; 64 MiB where zero
	MaxRecord int64         // bytes that the record takes in a file, about; what [observe.ShareRecord] says of one target where zero

	// Dial opens connections in place of the network, of Reach and of a proxy; nil for the network.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Progress is called ten times a second, from one goroutine at a time; may be nil.
	Progress func(observe.Progress)
}
