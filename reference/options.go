package reference

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
)

// Options are the settings of a [Server]. The zero value is the seed's own
// server: jobs of two seconds, begun by GET /deferredjob, open to everyone.
type Options struct {
	// JobDuration is how long a job takes. Zero means 2 s; below zero, jobs are done at once.
	JobDuration time.Duration
	// Duration returns the duration of the next job; JobDuration holds where it is nil.
	// Zero or less: the job is done at once. Duration, Fails and Latency may be called
	// by several goroutines at once. [Dice] makes such functions.
	Duration func() time.Duration
	// Fails reports whether the next job fails; no job does where it is nil. A failed
	// job is done at the end of its duration, as any other; its result is answered 422.
	Fails func() bool

	// Dialect is how the server speaks of jobs. The zero value is the contract's own. In another one its methods begin jobs where StartMethods is
	// empty; failed jobs need a way to be told, and [Serves] says whether it can be spoken at all. Where the client chooses the id of a
	// job, {uuid} stands for it in StartPath.
	Dialect dialect.Dialect

	// BasePath is the beginning of all paths, for example "/api/v1". It may end in a slash.
	BasePath string
	// StartPath is the path that begins jobs, below BasePath. Empty means /deferredjob.
	StartPath string
	// StartMethods are the methods that begin a job; GET where empty. HEAD and
	// OPTIONS are refused: they are safe methods (RFC 9110 9.2.1).
	StartMethods []string
	// Locations is the form of a Location. The zero value is a path.
	Locations LocationForm
	// RetryAfter is the form of Retry-After in a 202 and in a pending answer. The zero value is a number of seconds.
	RetryAfter RetryForm
	// Latency returns the delay of the next request; there is none where it is nil.
	Latency func() time.Duration

	// Expiry is the time for which a done job is kept. Zero means an hour.
	// An expired job is answered as one that never began.
	Expiry time.Duration
	// MaxJobs is the maximum of jobs kept at a time, running and done. Zero means
	// a million. A start request beyond it is answered 503 with Retry-After.
	MaxJobs int
	// Store, where set, keeps the jobs for other servers and for the next one after a restart. None means
	// that they are in this server's memory alone. Where it does not answer, requests are answered 503.
	Store Store

	// AllowOrigins are the origins whose pages may use the server (Fetch, CORS
	// protocol); "*" means all. Where empty, no answer has CORS fields.
	AllowOrigins []string

	// Authorize returns the owner of the request's credentials, and whether they are
	// accepted; the request is answered 401 where they are not. Only its owner can see
	// a job: others are answered as if it did not exist. Where Authorize is nil, the
	// server is open to everyone. It may be called by several goroutines at once.
	Authorize func(*http.Request) (owner string, ok bool)

	// Faults names what to break; [Faults] lists what there is.
	Faults []string
}

// A LocationForm is a form of the URI-reference in a Location. All forms resolve
// to the same URL (RFC 9110 10.2.2).
type LocationForm string

// The forms of a Location. The examples are from the 202 to GET /api/deferredjob.
const (
	PathLocations     LocationForm = ""         // /api/monitor/42
	AbsoluteLocations LocationForm = "absolute" // https://host/api/monitor/42
	RelativeLocations LocationForm = "relative" // monitor/42
)

// A RetryForm is a form of Retry-After (RFC 9110 10.2.3): one of the forms below,
// or a fixed number of seconds such as "5", whatever time is left.
type RetryForm string

// The forms of a Retry-After.
const (
	RetryInSeconds RetryForm = ""     // the whole seconds left; no field below one second
	RetryAtDate    RetryForm = "date" // the date at which the job ends
	NoRetryAfter   RetryForm = "off"  // no Retry-After field
)

func (f RetryForm) known() bool {
	_, err := strconv.ParseUint(string(f), 10, 31)
	return err == nil || f == RetryInSeconds || f == RetryAtDate || f == NoRetryAfter
}

// complete checks the options and fills in the defaults.
func (o Options) complete() (Options, error) {
	base, err := basePath(o.BasePath)
	if err != nil {
		return o, err
	}
	o.BasePath = base
	if o.StartPath, err = o.startPath(); err != nil {
		return o, err
	}
	if len(o.StartMethods) == 0 {
		o.StartMethods = o.Dialect.Start.Methods
	}
	if len(o.StartMethods) == 0 {
		o.StartMethods = []string{http.MethodGet}
	}
	if err := o.check(); err != nil {
		return o, err
	}
	o.JobDuration = cmp.Or(o.JobDuration, 2*time.Second)
	o.Expiry = cmp.Or(o.Expiry, time.Hour)
	o.MaxJobs = cmp.Or(o.MaxJobs, 1_000_000)
	o.StartMethods = slices.Clone(o.StartMethods)
	o.AllowOrigins = slices.Clone(o.AllowOrigins)
	return o, nil
}

// check says what is wrong with what can't be completed.
func (o Options) check() error {
	for _, method := range o.StartMethods {
		if method == "" || method == http.MethodHead || method == http.MethodOptions {
			return fmt.Errorf("start methods: %q can't begin a job", method)
		}
	}
	switch o.Locations {
	case PathLocations, AbsoluteLocations, RelativeLocations:
	default:
		return fmt.Errorf("locations: %q is not a form: have %q, %q and %q",
			o.Locations, PathLocations, AbsoluteLocations, RelativeLocations)
	}
	if !o.RetryAfter.known() {
		return fmt.Errorf("retry after: %q is neither %q nor %q nor a number of seconds", o.RetryAfter, RetryAtDate, NoRetryAfter)
	}
	if o.Expiry < 0 || o.MaxJobs < 0 {
		return errors.New("expiry and max jobs can't be negative")
	}
	return nil
}

// defaultStart is the path that begins jobs.
const defaultStart = "/deferredjob"

// startPath is the path that begins jobs. In another dialect it may have [clientID], and where there is none the dialect says what it is.
func (o *Options) startPath() (string, error) {
	given := cmp.Or(o.StartPath, defaultStart)
	filled := given
	if o.Dialect.Name != "" {
		if o.StartPath == "" {
			return "", nil
		}
		filled = strings.Replace(given, clientID, "id", 1)
	}
	path, err := basePath(filled)
	if err != nil || path == "" || strings.HasPrefix(path+"/", "/monitor/") || strings.HasPrefix(path+"/", "/result/") {
		return "", fmt.Errorf("start path: %q is not an absolute path beside /monitor and /result", o.StartPath)
	}
	return strings.TrimRight(given, "/"), nil
}

// length is the duration of the next job.
func (o *Options) length() time.Duration {
	if o.Duration != nil {
		return max(0, o.Duration())
	}
	return max(0, o.JobDuration)
}

// failure reports whether the next job fails.
func (o *Options) failure() bool { return o.Fails != nil && o.Fails() }

func basePath(base string) (string, error) {
	base = strings.TrimRight(base, "/")
	if base == "" {
		return "", nil
	}
	u, err := url.Parse(base)
	// The last condition refuses a query, a fragment, a host and all characters that need an escape.
	if err != nil || !strings.HasPrefix(base, "/") || u.EscapedPath() != base {
		return "", fmt.Errorf("base path: %q is not an absolute path", base)
	}
	return base, nil
}
