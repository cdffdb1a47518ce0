package observe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/contract"
)

// Unreachable is why a target could not be observed at all: one diagnosis in
// place of as many failures as there are requirements.
type Unreachable struct {
	BaseURL string
	Text    string // what was tried, and what came of it
}

func (u *Unreachable) Error() string { return u.BaseURL + ": " + u.Text }

// diagnose turns the error of a request into a failure: its kind, and words
// that a person can act on.
func diagnose(err error, limit time.Duration) contract.Failure {
	var (
		dns         *net.DNSError
		record      tls.RecordHeaderError
		authority   x509.UnknownAuthorityError
		certificate *tls.CertificateVerificationError
		withheld    *withheldAddress
	)
	unwrapped := err
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		unwrapped = wrapped.Err
	}
	text := unwrapped.Error()
	switch {
	case proxyError(err) != nil:
		return contract.Failure{Kind: contract.FailureConnect, Text: "the proxy that the environment names can't be used: " + diagnose(proxyError(err), limit).Text}
	case errors.As(err, &dns):
		return contract.Failure{Kind: contract.FailureConnect, Text: fmt.Sprintf("the name %s can't be resolved", dns.Name)}
	case errors.Is(err, os.ErrNotExist) && isDial(err):
		return contract.Failure{Kind: contract.FailureConnect, Text: "there is no such socket: nothing listens there"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return contract.Failure{Kind: contract.FailureConnect, Text: "the connection is refused: nothing listens there"}
	case errors.As(err, &withheld):
		return contract.Failure{Kind: contract.FailureWithheld, Text: withheld.Error()}
	case errors.As(err, &authority):
		return contract.Failure{Kind: contract.FailureTLS, Text: "its certificate is signed by an authority that is not known here (see --cacert)"}
	case errors.As(err, &certificate):
		return contract.Failure{Kind: contract.FailureTLS, Text: "its certificate is not valid: " + certificate.Err.Error()}
	case errors.As(err, &record) || strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return contract.Failure{Kind: contract.FailureTLS, Text: "it does not speak TLS: is the URL's scheme http?"}
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded):
		return contract.Failure{Kind: contract.FailureTimeout, Text: fmt.Sprintf("no whole answer within %v", limit)}
	case errors.Is(err, context.Canceled):
		return contract.Failure{Kind: contract.FailureStopped, Text: "the run ended first"}
	case strings.Contains(text, "looked like an HTTP/1.1 header"):
		return contract.Failure{Kind: contract.FailureProtocol, Text: "it answers in HTTP/1.1 where HTTP/2 was spoken to it (see --http2-prior-knowledge)"}
	case strings.Contains(text, "malformed HTTP") || strings.Contains(text, "exceeded") || strings.Contains(text, "unexpected protocol") ||
		strings.Contains(text, "invalid") || strings.Contains(text, "too many"):
		return contract.Failure{Kind: contract.FailureProtocol, Text: "not an answer in HTTP: " + strings.TrimPrefix(text, "net/http: ")}
	case strings.Contains(text, "tls:"):
		return contract.Failure{Kind: contract.FailureTLS, Text: text}
	case isDial(err):
		return contract.Failure{Kind: contract.FailureConnect, Text: text}
	}
	return contract.Failure{Kind: contract.FailureBroken, Text: "the connection ended before the answer did: " + strings.TrimPrefix(text, "net/http: ")}
}

func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// proxyError is why a proxy could not be connected to; nil where it was not that which failed.
func proxyError(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "proxyconnect" {
		return op.Err
	}
	return nil
}
