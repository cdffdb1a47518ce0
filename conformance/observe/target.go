// Package observe runs jobs to completion on a server and records what it sees. It
// never judges. It is the only package that opens connections.
package observe

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A Target is the server to observe, how to reach it, and the bounds of the run. Package conformance declares the same type, says what
// each field means, and converts its own to this one: the compiler holds the two together.
type Target struct {
	BaseURL string
	Name    string

	Header      http.Header
	OtherHeader http.Header

	Credentials         func(context.Context) (http.Header, error)
	CredentialsInterval time.Duration

	Restart, Rollout func(context.Context) error
	RestartWait      time.Duration
	Replicas         []string

	StartMethod string
	StartPath   string
	Body        []byte
	BodyType    string

	Expect record.Expectation

	Dialect  dialect.Dialect
	Dialects []dialect.Dialect

	TLS          *tls.Config
	Reach        Reach
	AllowOrigins []string
	Origin       string
	Secrets      []string

	Probes   []string
	NoProbes bool

	Jobs    int
	MaxJobs int

	Rate float64

	Wait           time.Duration
	RequestTimeout time.Duration
	JobTimeout     time.Duration
	Retention      time.Duration
	Timeout        time.Duration
	MaxBody        int64
	MaxRecord      int64

	Dial func(ctx context.Context, network, address string) (net.Conn, error)

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
	Awaiting string // what the run waits for
	ComingUp string // why the target is not up yet, while Wait lasts; else empty
}
