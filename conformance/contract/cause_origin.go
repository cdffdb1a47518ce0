package contract

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// whyOrigin says what an answer on the target's own origin shows of a Location that names another one.
func whyOrigin(home, url string) string {
	hereScheme, hereHost, _ := strings.Cut(uri.Origin(home), "://")
	thereScheme, thereHost, _ := strings.Cut(uri.Origin(url), "://")
	hereName, herePort := uri.SplitPort(hereHost)
	thereName, therePort := uri.SplitPort(thereHost)
	_, writtenPort := uri.SplitPort(uri.Split(url).Authority)
	const answers = "the same path on the target's own origin answers: "
	switch {
	case hereName == thereName && herePort == therePort && hereScheme == "http":
		return answers + "the scheme is wrong (https, not http): the server takes itself to be reached by TLS. Behind a proxy, X-Forwarded-Proto is not what the client used"
	case hereName == thereName && herePort == therePort:
		return answers + "the scheme is wrong. TLS ends at a proxy, and the server builds its URLs from its own side of it: X-Forwarded-Proto is not sent or not honoured"
	case hereName == thereName && thereScheme == hereScheme && writtenPort == "":
		return answers + fmt.Sprintf("the port is missing (%s). Behind a proxy, the Host that the server gets has none (nginx: $host, and not $http_host)", portText(hereScheme, herePort))
	case hereName == thereName:
		return answers + fmt.Sprintf("the port is wrong (%s, not %s). Behind a proxy the server builds its URLs with its own", portText(thereScheme, therePort), portText(hereScheme, herePort))
	case inward(thereName) && !inward(hereName):
		return answers + "the {field} names the server's own bind address. Behind a proxy, X-Forwarded-Host is not sent or not honoured"
	}
	return answers + fmt.Sprintf("the host is wrong (%s). Behind a proxy, X-Forwarded-Host is not sent or not honoured", thereName)
}

func portText(scheme, port string) string {
	switch {
	case port != "":
		return port
	case scheme == "https":
		return "443"
	}
	return "80"
}

// inward reports whether a host name is one that only the server itself, or its network, knows.
func inward(name string) bool {
	if address, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		address = address.Unmap()
		return address.IsLoopback() || address.IsPrivate() || address.IsLinkLocalUnicast() || address.IsUnspecified()
	}
	return strings.HasSuffix(name, ".local") || strings.HasSuffix(name, ".internal") || strings.HasSuffix(name, ".localhost") || !strings.Contains(name, ".")
}

// whyDowngraded and whyForeign say what an answer on the target's own origin shows and, where none was asked for, what the Location itself does.
func whyDowngraded(o *view, l locationRef) cause {
	if c := o.explainBrokenLocation(l.by, l.value); c.says != "" {
		return c
	}
	if uri.Origin(o.Target.BaseURL) == "https"+strings.TrimPrefix(uri.Origin(l.url), "http") {
		return cause{name: "forwarded-proto", says: "TLS ends at a proxy, and the server builds its URLs from its own side of it", mend: forwardedProto}
	}
	return whyForeign(o, l)
}

func whyForeign(o *view, l locationRef) cause {
	if c := o.explainBrokenLocation(l.by, l.value); c.says != "" {
		return c
	}
	hereName, herePort := uri.SplitPort(hostOf(o.Target.BaseURL))
	thereName, therePort := uri.SplitPort(hostOf(l.url))
	switch {
	case o.answersAt(l):
		return cause{} // it is there: a store, say
	case hereName == thereName && herePort != therePort:
		return cause{name: "forwarded-host", says: fmt.Sprintf("the port is another (%s, not %s), as where a server behind a proxy builds its URLs with its own", portText(uri.Split(l.url).Scheme, therePort), portText(uri.Split(o.Target.BaseURL).Scheme, herePort)), mend: forwardedHost}
	case inward(thereName) && !inward(hereName):
		return cause{name: "forwarded-host", says: "the {field} names the server's own bind address", mend: forwardedHost}
	}
	return cause{}
}

// answersAt reports whether what a Location names was answered.
func (o *view) answersAt(l locationRef) bool {
	j := o.jobNumbered(l.by.Job)
	return slices.ContainsFunc(slices.Concat(j.Reads, j.Results), func(e *record.Exchange) bool { return e.Request.URL == l.url && o.Protocol.Answers(e) })
}

const (
	forwardedHost  = "send X-Forwarded-Host at the proxy, and honour it in the server{or-relative}"
	forwardedProto = "send X-Forwarded-Proto at the proxy, and honour it in the server{or-relative}"
)

// otherSchemeAlone reports whether two URLs are of one host and port, and of two schemes.
func otherSchemeAlone(a, b string) bool {
	return uri.Origin(a) != uri.Origin(b) && hostOf(a) == hostOf(b)
}

func hostOf(url string) string {
	_, host, _ := strings.Cut(uri.Origin(url), "://")
	return host
}
