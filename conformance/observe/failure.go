package observe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// failureOf turns the error of a request into a failure: its kind, and words
// that a person can act on.
func failureOf(err error, limit time.Duration) record.Failure {
	var (
		dns         *net.DNSError
		notTLS      tls.RecordHeaderError
		authority   x509.UnknownAuthorityError
		certificate *tls.CertificateVerificationError
		withheld    *withheldAddress
	)
	unwrapped := err
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		unwrapped = wrapped.Err
	}
	text := unwrapped.Error()
	switch {
	case proxyError(err) != nil:
		return record.Failure{Kind: record.FailureConnect, Text: "the proxy that the environment names can't be used: " + failureOf(proxyError(err), limit).Text}
	case errors.As(err, &dns):
		return record.Failure{Kind: record.FailureConnect, Text: fmt.Sprintf("the name %s can't be resolved", dns.Name)}
	case errors.Is(err, os.ErrNotExist) && isDial(err):
		return record.Failure{Kind: record.FailureConnect, Text: "there is no such socket: nothing listens there"}
	case errnoOf(err, refusedErrnos) != 0:
		return record.Failure{Kind: record.FailureConnect, Text: "the connection is refused: nothing listens there"}
	case errors.As(err, &withheld):
		return record.Failure{Kind: record.FailureWithheld, Text: withheld.Error()}
	case errors.As(err, &authority):
		return record.Failure{Kind: record.FailureTLS, Text: "its certificate is signed by an authority that is not known here (see --cacert)"}
	case errors.As(err, &certificate):
		return record.Failure{Kind: record.FailureTLS, Text: "its certificate is not valid: " + certificate.Err.Error()}
	case errors.As(err, &notTLS) || strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return record.Failure{Kind: record.FailureTLS, Text: "it does not speak TLS: is the URL's scheme http?"}
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded):
		return record.Failure{Kind: record.FailureTimeout, Text: fmt.Sprintf("no whole answer within %v", limit)}
	case errors.Is(err, context.Canceled):
		return record.Failure{Kind: record.FailureStopped, Text: "the run ended first"}
	}
	return failureByText(err, text)
}

// failureByText is failureOf for what only the text of an error tells.
func failureByText(err error, text string) record.Failure {
	switch {
	case strings.Contains(text, "looked like an HTTP/1.1 header"):
		return record.Failure{Kind: record.FailureProtocol, Text: "it answers in HTTP/1.1 where HTTP/2 was spoken to it (see --http2-prior-knowledge)"}
	case slices.ContainsFunc(notHTTP, func(sign string) bool { return strings.Contains(text, sign) }):
		text = strings.TrimPrefix(strings.TrimPrefix(text, "net/http: "), "HTTP/1.x transport connection broken: ")
		return record.Failure{Kind: record.FailureProtocol, Text: "not an answer in HTTP: " + text}
	case strings.Contains(text, "tls:"):
		return record.Failure{Kind: record.FailureTLS, Text: text}
	case isDial(err):
		return record.Failure{Kind: record.FailureConnect, Text: text}
	}
	return record.Failure{Kind: record.FailureBroken, Text: brokenText(err, text)}
}

// notHTTP is what net/http says of what is no answer in HTTP.
var notHTTP = []string{"malformed HTTP", "exceeded", "unexpected protocol", "invalid", "too many", "message cannot contain", "unsupported transfer encoding"}

// brokenText says how a connection ended before an answer did.
func brokenText(err error, text string) string {
	switch {
	case errnoOf(err, resetErrnos) != 0:
		return "connection reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(text, "server closed idle connection"):
		return "connection closed before the answer ended"
	}
	return "the connection ended before the answer did: " + strings.TrimPrefix(text, "net/http: ")
}

// errnoOf is the one of these numbers of the system that an error has; 0 where it has none of them.
func errnoOf(err error, known []syscall.Errno) syscall.Errno {
	for _, number := range known {
		if errors.Is(err, number) {
			return number
		}
	}
	return 0
}

func isDial(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// proxyError is why a proxy could not be connected to; nil where it was not that which failed.
func proxyError(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "proxyconnect" {
		return op.Err
	}
	return nil
}
