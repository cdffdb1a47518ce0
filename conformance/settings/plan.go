package settings

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance"
	"github.com/two-oh-two/two-oh-two/conformance/dialect"
	"github.com/two-oh-two/two-oh-two/conformance/internal/input"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// A plan is a target in the making: what the settings said, before what depends on several of
// them is settled.
type plan struct {
	run *Run // what is being told

	target     conformance.Target
	urls       []*url.URL
	urlsBy     string // what gave them
	only, skip []string
	strict     bool
	known      []report.KnownFailure
	contract   string
	expand     []string // names of variables

	json      bool // the body is JSON
	insecure  bool
	roots     *x509.CertPool
	cert, key file

	headerCommand, restart, rollout command
}

// A file is one that a setting named, as it was read: a pipe can be read once only.
type file struct {
	path    string
	content []byte
}

// options are what was said of judging.
func (p *plan) options() ([]conformance.Option, error) {
	var how []conformance.Option
	if p.contract != "" {
		how = append(how, conformance.Contract(p.contract))
	}
	if len(p.only)+len(p.skip) > 0 {
		how = append(how, conformance.Only(p.only...), conformance.Skip(p.skip...))
		if !slices.ContainsFunc(Names(), p.judges) {
			return nil, &Error{"--only, --skip", "nothing is left to judge: every selected requirement is skipped"}
		}
	}
	if p.strict {
		how = append(how, conformance.Strict())
	}
	if len(p.known) > 0 {
		how = append(how, conformance.Known(p.known...))
	}
	return how, nil
}

// finish settles what depends on several settings, and makes a target for each URL.
func (p *plan) finish() ([]conformance.Target, []conformance.Option, error) {
	for _, settle := range []func() error{p.together, p.interruptions, p.replicas, p.speak, p.secure} {
		if err := settle(); err != nil {
			return nil, nil, err
		}
	}
	p.describeBody()
	p.credentials()
	p.curlWords()
	how, err := p.options()
	if err != nil {
		return nil, nil, err
	}
	if len(p.urls) == 0 {
		return []conformance.Target{p.target}, how, nil
	}
	var targets []conformance.Target
	for _, u := range p.urls {
		target, err := p.at(u)
		if err != nil {
			return nil, nil, err
		}
		targets = append(targets, target)
	}
	return targets, how, nil
}

// curlWords are what curl needs to reach the target as we do: the settings that it has too.
func (p *plan) curlWords() {
	for _, row := range p.run.Rows() {
		if !row.Curl {
			continue
		}
		values, _ := p.run.Given(row)
		for _, value := range values {
			on := true
			switch {
			case !row.Switch:
				p.target.Reach.Curl = append(p.target.Reach.Curl, "--"+row.Name, value)
			case parseBool(&on, value) == nil && on:
				p.target.Reach.Curl = append(p.target.Reach.Curl, "--"+row.Name)
			}
		}
	}
}

// together refuses what makes no sense together.
func (p *plan) together() error {
	if jobs, most := p.target.Jobs, p.target.MaxJobs; jobs > 0 && most > 0 && most < jobs {
		return &Error{"--max-jobs", fmt.Sprintf("%d is less than the %d of --jobs, which are begun at the same instant", most, jobs)}
	}
	if socket := p.target.Reach.UnixSocket; socket != "" && len(p.target.Reach.Resolve) > 0 {
		return &Error{"--unix-socket", "the target is reached by it, so --resolve would be ignored: leave one of them out"}
	}
	if p.target.CredentialsInterval > 0 && p.headerCommand.line == "" {
		return &Error{"--header-interval", "it is the time after which --header-command is run again, and that is not given"}
	}
	if p.key.path != "" && p.cert.path == "" {
		return &Error{"--key", "it is the key of a certificate, and --cert is not given"}
	}
	if p.insecure && p.roots != nil {
		return &Error{"--insecure", "it trusts any certificate, so --cacert would be ignored: leave one of them out"}
	}
	return nil
}

// speak settles what the dialect leaves open: two-oh-two alone lets any method begin a job, and a body needs one that may have it.
func (p *plan) speak() error {
	p.target.Dialects = Dialects()
	d := p.target.Dialect
	if d.Name == "" || d.Name == dialect.TwoOhTwo.Name {
		return nil
	}
	methods := d.Start.Methods
	switch asked, by := p.run.Given(Setting{Name: settingRequest}); {
	case len(asked) == 0 && p.target.Body == nil:
		return nil
	case len(asked) > 0 && !slices.Contains(methods, asked[0]):
		return &Error{by, fmt.Sprintf("%s begins no job in %s: %s may", asked[0], d.Name, either(methods))}
	case len(asked) > 0:
		return nil
	}
	p.target.StartMethod = ""
	if i := slices.IndexFunc(methods, func(method string) bool { return method != http.MethodGet }); i >= 0 {
		p.target.StartMethod = methods[i]
	}
	return nil
}

// describeBody says what a body is. A Content-Type that was given as a header describes the body
// of the start, and has no business with the other requests.
func (p *plan) describeBody() {
	if p.target.Body == nil {
		return
	}
	p.target.BodyType = "application/x-www-form-urlencoded"
	if p.json {
		p.target.BodyType = "application/json"
		if p.target.Header.Get("Accept") == "" {
			p.header().Set("Accept", "application/json")
		}
	}
	if given := p.target.Header.Get("Content-Type"); given != "" {
		p.target.BodyType = given
		p.target.Header.Del("Content-Type")
	}
}

func (p *plan) header() http.Header {
	if p.target.Header == nil {
		p.target.Header = http.Header{}
	}
	return p.target.Header
}

// secure makes the TLS configuration, where anything was said about it.
func (p *plan) secure() error {
	if !p.insecure && p.roots == nil && p.cert.path == "" {
		return nil
	}
	p.target.TLS = &tls.Config{RootCAs: p.roots, InsecureSkipVerify: p.insecure}
	if p.cert.path == "" {
		return nil
	}
	key := p.key
	if key.path == "" {
		key = p.cert // both in one file, as curl has it
	}
	pair, err := tls.X509KeyPair(p.cert.content, key.content)
	if err != nil {
		return &Error{"--cert, --key", fmt.Sprintf("%s and %s are no certificate with its key: %v", p.cert.path, key.path, err)}
	}
	p.target.TLS.Certificates = []tls.Certificate{pair}
	return nil
}

// at is the target at one URL. User and password in a URL mean Basic authentication, as they do to
// curl, and are taken out of it: no report shows them.
func (p *plan) at(u *url.URL) (conformance.Target, error) {
	target, bare := p.target, *u
	target.Header = p.target.Header.Clone()
	if bare.User != nil {
		if target.Header.Get("Authorization") != "" {
			return conformance.Target{}, &Error{p.urlsBy, "there are credentials in the URL and in --header Authorization or --user too: leave one of them out"}
		}
		if target.Header == nil {
			target.Header = http.Header{}
		}
		password, _ := bare.User.Password()
		target.Header.Set("Authorization", basic(bare.User.Username()+":"+password))
		bare.User = nil
	}
	target.BaseURL = bare.String()
	target.Restart, target.Rollout = p.restart.at(target.BaseURL), p.rollout.at(target.BaseURL)
	return target, nil
}

// mostBody is the size of a body that starts a job.
const mostBody = 64 << 20

// content is what BODY, @FILE and @- stand for.
func (p *plan) content(value string) ([]byte, error) {
	switch {
	case value == "@-":
		return p.run.standard()
	case value != "" && value[0] == '@':
		content, err := input.ReadFile(value[1:], mostBody)
		if err != nil {
			return nil, fmt.Errorf("the file after @ can't be read: %w", err)
		}
		return content, nil
	}
	return []byte(value), nil
}

// A standardInput is standard input, which is read once: it can't be the content of two things.
type standardInput struct {
	content []byte
	by      string // which setting read it
}

// input is what the runs for all targets of a file share.
func (r *Run) input() *standardInput {
	if r.in == nil {
		r.in = &standardInput{}
	}
	return r.in
}

// standard is the content of standard input, for the setting that is being applied.
func (r *Run) standard() ([]byte, error) {
	read := r.input()
	if read.by != "" {
		if read.by == r.applying {
			return read.content, nil
		}
		return nil, fmt.Errorf("standard input is read by %s already", read.by)
	}
	in := r.Stdin
	if in == nil {
		in = os.Stdin
	}
	content, err := input.Read(in, "standard input", mostBody)
	if err != nil {
		return nil, fmt.Errorf("standard input can't be read: %w", err)
	}
	if len(content) == 0 {
		return nil, errors.New("standard input is empty: a body was expected there")
	}
	read.by, read.content = r.applying, content
	return content, nil
}

func (r *Run) now() time.Time {
	if r.Now == nil {
		return time.Now()
	}
	return r.Now()
}
