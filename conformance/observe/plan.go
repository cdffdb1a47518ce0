package observe

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// The defaults of a Target's bounds.
const (
	DefaultJobs           = 8
	DefaultRequestTimeout = 10 * time.Second
	DefaultJobTimeout     = 5 * time.Minute
	DefaultTimeout        = 15 * time.Minute
	DefaultMaxBody        = 64 << 20
	DefaultStartPath      = "/deferredjob"
)

// The bounds that no setting moves.
const (
	maxAnswer     = 16 << 20  // bytes of an answer that is not a result; more is a failure
	largeResult   = 1 << 20   // bytes; a larger result is read whole for two jobs only
	sampleBytes   = 64 << 10  // bytes that are read of the others
	headerBound   = 128 << 10 // bytes of a header section: Node's client takes 16 KiB, .NET's 64, browsers 256
	bytesBound    = 4 << 30   // bytes of a run
	preflightTime = 5 * time.Second
)

// parseBase reads a base URL. What it says of a wrong one shows no password and no secret of its query.
func parseBase(text string) (*url.URL, error) {
	const likely = "it looks like http://localhost:8080 or https://api.example.com/v1"
	base, err := url.Parse(text)
	switch {
	case text == "":
		return nil, errors.New("there is no base URL: " + likely)
	case err != nil: // it quotes what may be a secret
		return nil, errors.New("the base URL can't be read: " + likely)
	}
	switch shown := HideQuery(base.Redacted(), "…"); {
	case base.Scheme != "http" && base.Scheme != "https":
		return nil, fmt.Errorf("the base URL %q is not an http or https URL: %s", shown, likely)
	case base.Hostname() == "":
		return nil, fmt.Errorf("the base URL %q has no host", shown)
	case base.RawQuery != "" || base.Fragment != "":
		return nil, fmt.Errorf("the base URL %q has a query or a fragment: a base is a scheme, a host and perhaps a path", shown)
	}
	return base, nil
}

// withDefaults returns the target with its defaults and a clean base URL, or an error that says what is wrong with it.
func (t Target) withDefaults() (Target, error) {
	base, err := parseBase(t.BaseURL)
	if err != nil {
		return t, err
	}
	t.Header, t.OtherHeader = canonical(t.Header), canonical(t.OtherHeader)
	if t.sameIdentity() {
		return t, errors.New("both identities are the same: give --other-header the credentials of another user than --header")
	}
	switch name, command := t.interruption(); {
	case t.Restart != nil && t.Rollout != nil:
		return t, errors.New("a run has room for a restart or for a rollout, and not for both")
	case command != nil && t.MaxJobs > 0 && t.MaxJobs < MinInterruptedJobs:
		return t, fmt.Errorf("a %s needs %d jobs: one that is done, one that runs, and one after it", name, MinInterruptedJobs)
	}
	takeUserinfo(base, t.Header)
	t.BaseURL = base.String()
	if t.Replicas, err = t.replicaAddresses(); err != nil {
		return t, err
	}
	if t, err = t.inDialect(); err != nil {
		return t, err
	}
	t.StartPath = cmp.Or(t.StartPath, DefaultStartPath)
	t.Jobs = cmp.Or(t.Jobs, DefaultJobs)
	t.RestartWait = cmp.Or(t.RestartWait, DefaultRestartWait)
	t.RequestTimeout = cmp.Or(t.RequestTimeout, DefaultRequestTimeout)
	t.JobTimeout = cmp.Or(t.JobTimeout, DefaultJobTimeout)
	t.Timeout = cmp.Or(t.Timeout, DefaultTimeout+t.rateAllowance()+t.Retention)
	t.MaxBody = cmp.Or(t.MaxBody, DefaultMaxBody)
	t.MaxRecord = cmp.Or(t.MaxRecord, ShareRecord(t, 1))
	return t, nil
}

// canonical returns a header with each name in one spelling: else a field of the second identity would be sent beside the first's, and not in its place.
func canonical(header http.Header) http.Header {
	out := http.Header{}
	for name, values := range header {
		for _, value := range values {
			out.Add(name, value)
		}
	}
	return out
}

// takeUserinfo makes credentials of those in a URL (RFC 7617).
func takeUserinfo(base *url.URL, header http.Header) {
	if base.User == nil {
		return
	}
	password, _ := base.User.Password()
	(&http.Request{Header: header}).SetBasicAuth(base.User.Username(), password)
	base.User = nil
}

// inDialect fills in what the target's dialect says of starts.
func (t Target) inDialect() (Target, error) {
	if t.Dialect.Name == "" {
		t.Dialect = dialect.TwoOhTwo
	}
	d := t.Dialect
	if err := d.Check(); err != nil {
		return t, fmt.Errorf("dialect %s: %w", d.Name, err)
	}
	switch {
	case t.StartMethod == "" && len(t.Body) > 0 && (d.Name == dialect.TwoOhTwo.Name || slices.Contains(d.Start.Methods, http.MethodPost)):
		t.StartMethod = http.MethodPost
	case t.StartMethod == "":
		t.StartMethod = d.Start.Methods[0]
	case d.Name != dialect.TwoOhTwo.Name && !slices.Contains(d.Start.Methods, t.StartMethod):
		return t, fmt.Errorf("%s begins no job in %s: %s", t.StartMethod, d.Name, strings.Join(d.Start.Methods, ", "))
	}
	if d.Cancel.Method == "" && slices.Contains(t.Probes, string(record.ProbeCancel)) {
		return t, fmt.Errorf("%s does not say how a job is cancelled: there is nothing to ask for with --probe cancel", d.Name)
	}
	if p := record.Bind(d, t.BaseURL, t.Expect); p.Result.None() {
		return t, fmt.Errorf("%s has no way to say that a job failed: none can be expected", d.Name)
	}
	return t, nil
}

// sameIdentity reports whether the second identity's fields are those that the first has already.
func (t Target) sameIdentity() bool {
	for name, values := range t.OtherHeader {
		if !slices.Equal(values, t.Header[name]) {
			return false
		}
	}
	return len(t.OtherHeader) > 0
}

// rateAllowance is how long the requests of a run take at the caller's rate.
func (t Target) rateAllowance() time.Duration {
	const each, beside = 10, 500 // requests for a job, and for all else
	if t.Rate <= 0 {
		return 0
	}
	return time.Duration(min(float64(each*t.Jobs+beside)/t.Rate, 1e6) * float64(time.Second))
}

// startURL is the URL of the resource that begins jobs, before its placeholders are filled in.
func (t Target) startURL() string {
	return t.Dialect.Start.Ask.Asked(strings.TrimSuffix(t.BaseURL, "/") + "/" + strings.TrimPrefix(t.StartPath, "/"))
}

// recordTarget is the target as judgements need it.
func (t Target) recordTarget() record.Target {
	credentials := slices.ContainsFunc(slices.Concat(credentialNames, t.Secrets), func(name string) bool { return t.Header.Get(name) != "" })
	return record.Target{
		Name: t.Name, BaseURL: t.BaseURL, StartURL: t.startURL(), StartMethod: t.StartMethod, AllowOrigins: t.AllowOrigins,
		JobTimeout: t.JobTimeout, Credentials: credentials, OtherIdentity: len(t.OtherHeader) > 0, Origin: t.Origin,
		Curl: t.Reach.Curl,
	}
}

// maxShownBody is how many bytes a body has at most that a report shows: a command line with more is not read.
const maxShownBody = 600

// shownBody is the body of a start where it may be shown: as text that has no secret in it and tells of none.
func (t Target) shownBody(r *redactor) string {
	body := string(t.Body)
	if len(body) > maxShownBody || !utf8.ValidString(body) || strings.Contains(body, "\x00") || secretNamePattern.MatchString(body) || r.text(body) != body {
		return ""
	}
	return body
}

// preflightLimit is the timeout of the first request: short, so that a dead target is known
// soon, unless the caller allows more than the default.
func (t Target) preflightLimit() time.Duration {
	if t.RequestTimeout > DefaultRequestTimeout {
		return t.RequestTimeout
	}
	return min(preflightTime, t.RequestTimeout)
}
