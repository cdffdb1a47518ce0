package conformance

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/internal/input"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/record"
	"github.com/two-oh-two/two-oh-two/conformance/report"
)

// The functions below read the value of one setting each. Their errors go on after the setting's name.

func setRequest(p *plan, value string) error {
	switch upper := strings.ToUpper(value); {
	case !token(value):
		return fmt.Errorf("%q is not a method: one is a word such as POST", value)
	case upper != value && slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, upper):
		return fmt.Errorf("methods are case-sensitive: %s is needed in place of %s", upper, value)
	case slices.Contains([]string{"HEAD", "OPTIONS", "TRACE", "CONNECT"}, upper):
		return fmt.Errorf("%s can't begin a job: POST or GET can", value)
	}
	p.target.StartMethod = value
	return nil
}

func setData(p *plan, value string) error { return p.body(value, false) }

func setJSON(p *plan, value string) error { return p.body(value, true) }

func (p *plan) body(value string, isJSON bool) error {
	if p.target.Body != nil {
		return errors.New("--data is given too, and a start has one body only: leave one of them out")
	}
	content, err := p.content(value)
	if err != nil {
		return err
	}
	if filled := strings.NewReplacer("{n}", "1", "{uuid}", "1").Replace(string(content)); isJSON && !json.Valid([]byte(filled)) {
		return errors.New("it is not JSON: --data sends any bytes, and -H 'Content-Type: application/json' says what they are")
	}
	p.target.Body, p.json = append([]byte{}, content...), isJSON
	if p.target.StartMethod == "" {
		p.target.StartMethod = http.MethodPost
	}
	return nil
}

// token reports whether a text is a token, as names of fields and methods are (RFC 9110 5.6.2).
func token(text string) bool {
	const marks = "!#$%&'*+-.^_`|~"
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		letter := r|0x20 >= 'a' && r|0x20 <= 'z' && r < 0x80
		return !letter && (r < '0' || r > '9') && !strings.ContainsRune(marks, r)
	})
}

func setExpect(p *plan, value string) error {
	var names []string
	for _, known := range record.Expectations() {
		if value == string(known) {
			p.target.Expect = known
			return nil
		}
		names = append(names, string(known))
	}
	return fmt.Errorf("jobs can't come to %q: %s", value, report.DidYouMean(value, names))
}

func setProbe(p *plan, value string) error {
	known := observe.Optional()
	if !slices.Contains(known, value) {
		return fmt.Errorf("there is no probe %q that is off by default: %s", value, report.DidYouMean(value, known))
	}
	p.target.Probes = append(p.target.Probes, value)
	return nil
}

func setNoProbes(p *plan, value string) error { return yes(&p.target.NoProbes, value) }

func setSecret(p *plan, value string) error {
	if !token(value) {
		return errors.New("the name of a header is needed, such as X-Token, and not its value")
	}
	p.target.Secrets = append(p.target.Secrets, value)
	return nil
}

func setCACert(p *plan, value string) error {
	content, err := input.ReadFile(value, mostText)
	if err != nil {
		return err
	}
	p.roots = x509.NewCertPool()
	if !p.roots.AppendCertsFromPEM(content) {
		return fmt.Errorf("there is no certificate in %s: a PEM file is needed, with a line that says BEGIN CERTIFICATE", value)
	}
	return nil
}

func setCert(p *plan, value string) error { return p.cert.read(value) }

func setKey(p *plan, value string) error { return p.key.read(value) }

func (f *file) read(path string) (err error) {
	f.path = path
	f.content, err = input.ReadFile(path, mostText)
	return err
}

func setInsecure(p *plan, value string) error { return yes(&p.insecure, value) }

// spanOrNone reads a duration whose default is zero.
func spanOrNone(field func(*Target) *time.Duration) func(*plan, string) error {
	return func(p *plan, value string) error {
		if d, err := time.ParseDuration(value); err == nil && d == 0 {
			return nil // what holds anyway may be said
		}
		return span(field)(p, value)
	}
}

func setContract(p *plan, value string) error {
	p.contract = value
	_, err := contract.AsOf(nil, value)
	return err
}

func setKnownFailures(p *plan, value string) (err error) {
	if p.settings.Files == nil {
		return errNoFiles
	}
	p.known, err = p.settings.Files.KnownFailures(value)
	if errors.Is(err, fs.ErrNotExist) {
		if value == p.settings.WritesKnown {
			return nil // it is about to be made
		}
		return fmt.Errorf("there is no file %s: --write-known-failures %s makes it from what fails now", value, value)
	}
	return err
}

func setStrict(p *plan, value string) error { return yes(&p.strict, value) }

func yes(to *bool, value string) error {
	on, err := strconv.ParseBool(value)
	if err != nil {
		return fmt.Errorf("%q is neither true nor false", value)
	}
	*to = on
	return nil
}

func setOnly(p *plan, value string) error { return names(&p.only, value) }

func setSkip(p *plan, value string) error { return names(&p.skip, value) }

// names reads requirements or groups, several with commas between them.
func names(to *[]string, value string) error {
	for name := range strings.SplitSeq(value, ",") {
		if _, err := Select([]string{strings.TrimSpace(name)}, nil); err != nil {
			return err
		}
		*to = append(*to, strings.TrimSpace(name))
	}
	return nil
}

func count(field func(*Target) *int) func(*plan, string) error {
	return func(p *plan, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is no number of jobs: a whole number from 1 on is needed", value)
		}
		*field(&p.target) = n
		return nil
	}
}

func span(field func(*Target) *time.Duration) func(*plan, string) error {
	return func(p *plan, value string) error {
		d, err := time.ParseDuration(value)
		if _, number := strconv.ParseFloat(value, 64); err != nil && number == nil {
			return fmt.Errorf("%q has no unit: %ss or %sm, say, is needed", value, value, value)
		}
		if err != nil {
			return fmt.Errorf("%q is no duration: one such as 500ms, 10s, 5m or 1h30m is needed", value)
		}
		if d <= 0 {
			return fmt.Errorf("%s is no time at all: a duration above zero is needed", value)
		}
		*field(&p.target) = d
		return nil
	}
}

// nearVariable compares variables without the prefix that they share.
func nearVariable(name string, known []string) string {
	prefix := Environment("")
	bare := make([]string, len(known))
	for i, variable := range known {
		bare[i] = strings.TrimPrefix(variable, prefix)
	}
	if near := contract.Nearest(strings.TrimPrefix(name, prefix), bare); near != "" {
		return prefix + near
	}
	return ""
}
