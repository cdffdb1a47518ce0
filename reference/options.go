package reference

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Options are the settings of a [Server]. The zero value is the seed's own
// server: jobs of two seconds, begun by GET /deferredjob, open to everyone.
type Options struct {
	// JobDuration is how long a job takes. Zero means 2 s; below zero, jobs are done at once.
	JobDuration time.Duration
	// Duration, where set, is asked for the length of each job in place of
	// JobDuration. Zero or less: the job is done at once. It may be called by
	// several goroutines, and so may Fails and Latency. [Dice] make some of them.
	Duration func() time.Duration
	// Fails, where set, is asked whether a job fails. It is done when its time
	// has come, as any other; but its result is answered 422 and tells of the failure.
	Fails func() bool

	// BasePath is what all paths begin with, "/api/v1" say. It may end in a slash.
	BasePath string
	// StartPath is the path that begins jobs, below BasePath. Empty means /deferredjob.
	StartPath string
	// StartMethods are the methods that begin a job. None means GET. HEAD and
	// OPTIONS can't be among them: RFC 9110 9.2.1.
	StartMethods []string
	// Locations is how a Location is written. The zero value is a path.
	Locations LocationForm
	// RetryAfter is how a pending answer says when to come back. The zero value says it in seconds.
	RetryAfter RetryForm
	// Latency, where set, is asked how long each request is held back before it
	// is looked at, as if the network were slow.
	Latency func() time.Duration

	// Expiry is for how long a done job is remembered. Zero means an hour.
	// An expired job is as unknown as one that never began.
	Expiry time.Duration
	// MaxJobs is how many jobs are remembered at a time, running and done.
	// Zero means a million. A start beyond is answered 503 with Retry-After.
	MaxJobs int
	// Store, where set, keeps the jobs for other servers and for the next one after a restart. None means
	// that they are in this server's memory alone. Where it does not answer, requests are answered 503.
	Store Store

	// AllowOrigins are the origins whose pages may use the server (Fetch, CORS
	// protocol); "*" stands for all. None means that no answer mentions CORS.
	AllowOrigins []string

	// Authorize, where set, says on whose behalf a request is made, and whether
	// it is welcome at all: 401 where it is not. A job is its owner's alone; to
	// others it does not exist. It may be called by several goroutines.
	Authorize func(*http.Request) (owner string, ok bool)
	// Challenge is the WWW-Authenticate field of a 401. Empty means `Bearer realm="jobs"`.
	Challenge string

	// Faults names what to break; [Faults] lists what there is.
	Faults []string
}

// A LocationForm is how the URI-reference of a Location is written. All of
// them lead to the same URL: RFC 9110 10.2.2.
type LocationForm string

// The forms of a Location, as they are on the 202 to GET /api/deferredjob.
const (
	PathLocations     LocationForm = ""         // /api/monitor/42, as the seed has it
	AbsoluteLocations LocationForm = "absolute" // https://host/api/monitor/42
	RelativeLocations LocationForm = "relative" // monitor/42
)

// A RetryForm is how a Retry-After is written (RFC 9110 10.2.3): one of the
// forms below, or a number of seconds, "5" say, which is told whatever is left.
type RetryForm string

// The forms of a Retry-After.
const (
	RetryInSeconds RetryForm = ""     // the whole seconds that are left, where there are any
	RetryAtDate    RetryForm = "date" // the moment at which they are over
	NoRetryAfter   RetryForm = "off"  // there is none
)

func (f RetryForm) known() bool {
	_, err := strconv.ParseUint(string(f), 10, 31)
	return err == nil || f == RetryInSeconds || f == RetryAtDate || f == NoRetryAfter
}

// complete checks the options and fills in what was left out.
func (o Options) complete() (Options, error) {
	base, err := basePath(o.BasePath)
	if err != nil {
		return o, err
	}
	o.BasePath = base
	start, err := basePath(or(o.StartPath, "/deferredjob"))
	if err != nil || start == "" || strings.HasPrefix(start+"/", "/monitor/") || strings.HasPrefix(start+"/", "/result/") {
		return o, fmt.Errorf("start path: %q is not an absolute path beside /monitor and /result", o.StartPath)
	}
	o.StartPath = start
	if len(o.StartMethods) == 0 {
		o.StartMethods = []string{http.MethodGet}
	}
	for _, method := range o.StartMethods {
		if method == "" || method == http.MethodHead || method == http.MethodOptions {
			return o, fmt.Errorf("start methods: %q can't begin a job", method)
		}
	}
	switch o.Locations {
	case PathLocations, AbsoluteLocations, RelativeLocations:
	default:
		return o, fmt.Errorf("locations: %q is not a form: have %q, %q and %q",
			o.Locations, PathLocations, AbsoluteLocations, RelativeLocations)
	}
	if !o.RetryAfter.known() {
		return o, fmt.Errorf("retry after: %q is neither %q nor %q nor a number of seconds", o.RetryAfter, RetryAtDate, NoRetryAfter)
	}
	if o.Expiry < 0 || o.MaxJobs < 0 {
		return o, errors.New("expiry and max jobs can't be negative")
	}
	o.JobDuration = or(o.JobDuration, 2*time.Second)
	o.Expiry = or(o.Expiry, time.Hour)
	o.MaxJobs = or(o.MaxJobs, 1_000_000)
	o.Challenge = or(o.Challenge, `Bearer realm="jobs"`)
	o.StartMethods = slices.Clone(o.StartMethods)
	o.AllowOrigins = slices.Clone(o.AllowOrigins)
	return o, nil
}

// length is how long the next job takes.
func (o *Options) length() time.Duration {
	if o.Duration != nil {
		return max(0, o.Duration())
	}
	return max(0, o.JobDuration)
}

// failure is whether the next job fails.
func (o *Options) failure() bool { return o.Fails != nil && o.Fails() }

func basePath(base string) (string, error) {
	base = strings.TrimRight(base, "/")
	if base == "" {
		return "", nil
	}
	u, err := url.Parse(base)
	// The last condition refuses a query, a fragment, a host and whatever needs an escape, all at once.
	if err != nil || !strings.HasPrefix(base, "/") || u.EscapedPath() != base {
		return "", fmt.Errorf("base path: %q is not an absolute path", base)
	}
	return base, nil
}

func or[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}
