package conformance

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// The functions below read URLs and parts of them.

func setBaseURL(p *plan, value string) error {
	value, _, err := p.expanded(value)
	if err != nil {
		return err
	}
	u, err := absolute(value)
	if err != nil {
		return err
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return fmt.Errorf("%s has a query or a fragment, which a base URL can't have: what a start needs belongs into --start-path", u.Redacted())
	}
	p.urls = append(p.urls, u)
	return nil
}

func setAllowOrigin(p *plan, value string) error {
	allowed, err := origin(value)
	if err == nil {
		p.target.AllowOrigins = append(p.target.AllowOrigins, allowed)
	}
	return err
}

// origin reads a scheme, a host and perhaps a port, and nothing more (RFC 6454 6.2).
func origin(value string) (string, error) {
	u, err := absolute(value)
	if err != nil {
		return "", err
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("%s is more than an origin: %s://%s would be one", u.Redacted(), u.Scheme, u.Host)
	}
	return u.Scheme + "://" + u.Host, nil
}

// absolute reads an absolute http or https URL. Its errors show no password.
func absolute(value string) (*url.URL, error) {
	example := "https://example.com/api"
	secret := strings.Contains(value, "@") // may have a password before it
	if withoutScheme(value) && !secret {
		return nil, fmt.Errorf("%q has no scheme: http://%[1]s or https://%[1]s is needed", value)
	}
	u, err := url.Parse(value)
	var reason *url.Error
	switch {
	case err != nil && secret:
		return nil, fmt.Errorf("it is not a URL (what stands before the @ may need percent-encoding): an absolute one is needed, such as %s", example)
	case errors.As(err, &reason):
		return nil, fmt.Errorf("%q is not a URL (%w): an absolute one is needed, such as %s", value, reason.Err, example)
	}
	port, _ := strconv.Atoi(u.Port())
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		if u.Scheme == "" {
			return nil, fmt.Errorf("%q is not an absolute URL: one is needed, such as %s", u.Redacted(), example)
		}
		return nil, fmt.Errorf("its scheme is %q: http or https is needed, such as %s", u.Scheme, example)
	case u.Hostname() == "":
		return nil, fmt.Errorf("%q has no host: one is needed, such as %s", u.Redacted(), example)
	case u.Port() != "" && (port < 1 || port > 65535):
		return nil, fmt.Errorf("%s is no port: a number from 1 to 65535 is needed", u.Port())
	}
	return u, nil
}

// withoutScheme reports whether a value is a host as people write it: localhost:8080, example.com/api.
func withoutScheme(value string) bool {
	authority, _, _ := strings.Cut(value, "/")
	name, port, found := strings.Cut(authority, ":")
	_, err := strconv.Atoi(port)
	return name != "" && (!found || err == nil)
}

// placeholders are what differs from start to start; other braces would be sent as they are.
var placeholder = regexp.MustCompile(`\{[^}]*\}?`)

func setStartPath(p *plan, value string) error {
	switch {
	case strings.Contains(value, "://"):
		return fmt.Errorf("%q is a URL: a path is needed, which is looked for below the base URL", value)
	case !strings.HasPrefix(value, "/"):
		return fmt.Errorf("%q does not begin with a slash: /%[1]s is needed", value)
	case strings.ContainsAny(value, " #") || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }):
		return fmt.Errorf("%q has a space, a # or a character beyond ASCII: it has to be percent-encoded", value)
	}
	for _, name := range placeholder.FindAllString(value, -1) {
		if name != "{n}" && name != "{uuid}" {
			return fmt.Errorf("%s is not known: {n} and {uuid} are what differs from start to start", name)
		}
	}
	if _, err := url.Parse(value); err != nil {
		return fmt.Errorf("%q is not a path: it has a percent sign that begins no escape", value)
	}
	p.target.StartPath = value
	return nil
}

// transportFields are fields that the connection sets itself.
var transportFields = []string{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Trailer", "Te", "Upgrade", "Keep-Alive"}

func setOrigin(p *plan, value string) error {
	u, err := origin(value)
	if err == nil {
		p.target.Origin = u
	}
	return err
}
