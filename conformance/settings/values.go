package settings

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
	"github.com/two-oh-two/two-oh-two/conformance/internal/input"
	"github.com/two-oh-two/two-oh-two/conformance/internal/suggest"
	"github.com/two-oh-two/two-oh-two/conformance/observe"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// The functions below read the value of one setting each. Their errors go on after the setting's name.

func method(value string) (string, error) {
	switch upper := strings.ToUpper(value); {
	case !httpguts.ValidHeaderFieldName(value):
		return "", fmt.Errorf("%q is not a method: one is a word such as POST", value)
	case upper != value && slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, upper):
		return "", fmt.Errorf("methods are case-sensitive: %s is needed in place of %s", upper, value)
	case slices.Contains([]string{"HEAD", "OPTIONS", "TRACE", "CONNECT"}, upper):
		return "", fmt.Errorf("%s can't begin a job: POST or GET can", value)
	}
	return value, nil
}

func (p *plan) setData(value string) error { return p.body(value, false) }

func (p *plan) setJSON(value string) error { return p.body(value, true) }

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

func expectation(value string) (record.Expectation, error) {
	return record.Expectation(value), oneOf(expectations(), value, "there is no expectation %q")
}

func probe(value string) (string, error) {
	return value, oneOf(observe.Optional(), value, "there is no probe %q that is off by default")
}

// oneOf refuses a word that is not known.
func oneOf(known []string, value, refusal string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return fmt.Errorf(refusal+": %s", value, suggest.DidYouMean(value, known, ""))
}

func secret(value string) (string, error) {
	if !httpguts.ValidHeaderFieldName(value) {
		return "", errors.New("the name of a header is needed, such as X-Token, and not its value")
	}
	return value, nil
}

func certificates(path string) (*x509.CertPool, error) {
	content, err := input.ReadFile(path, mostText)
	roots := x509.NewCertPool()
	if err == nil && !roots.AppendCertsFromPEM(content) {
		err = fmt.Errorf("there is no certificate in %s: a PEM file is needed, with a line that says BEGIN CERTIFICATE", path)
	}
	return roots, err
}

func readFile(path string) (file, error) {
	content, err := input.ReadFile(path, mostText)
	return file{path, content}, err
}

func version(value string) (string, error) {
	_, err := contract.AsOf(nil, value)
	return value, err
}

func (p *plan) setKnownFailures(value string) (err error) {
	p.known, err = knownFailures(value, p.run.now())
	if errors.Is(err, fs.ErrNotExist) {
		writes, _ := p.run.Given(Setting{Name: "write-known-failures"})
		if slices.Contains(writes, value) {
			return nil // it is about to be made
		}
		return fmt.Errorf("there is no file %s: --write-known-failures %s makes it from what fails now", value, value)
	}
	return err
}

// setNames reads requirements or groups, several with commas between them.
func setNames(to *[]string) func(string) error {
	return func(value string) error {
		for name := range strings.SplitSeq(value, ",") {
			name = strings.TrimSpace(name)
			if known := Names(); !slices.Contains(known, name) {
				return fmt.Errorf("there is no requirement or group %q: %s", name, suggest.DidYouMean(name, known, "`two-oh-two list` shows them all"))
			}
			*to = append(*to, name)
		}
		return nil
	}
}

// judges reports whether a requirement is among those that are judged, in whatever dialect has it.
func (p *plan) judges(id string) bool {
	group, _, isID := strings.Cut(id, ".")
	named := func(name string) bool { return name == id || name == group }
	return isID && (len(p.only) == 0 || slices.ContainsFunc(p.only, named)) && !slices.ContainsFunc(p.skip, named)
}
