package settings

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/observe"
)

// The functions below read URLs and parts of them. What they say of one shows no user, no password and no secret of its query.

func (p *plan) setBaseURL(value string) error {
	expanded, _, err := p.expanded(value)
	if err != nil {
		return err
	}
	u, err := absolute(expanded, shownURL(value))
	if err != nil {
		return err
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return fmt.Errorf("%q has a query or a fragment, which a base URL can't have: a query of the start request belongs in --start-path", shownURL(value))
	}
	p.urls, p.urlsBy = append(p.urls, u), p.run.applying
	return nil
}

// origin reads a scheme, a host and perhaps a port, and nothing more (RFC 6454 6.2).
func origin(value string) (string, error) {
	u, err := absolute(value, shownURL(value))
	if err != nil {
		return "", err
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("%q is more than an origin: %s://%s would be one", shownURL(value), u.Scheme, u.Host)
	}
	return u.Scheme + "://" + u.Host, nil
}

// absolute reads an absolute http or https URL. Its errors show it as it may be shown.
func absolute(value, shown string) (*url.URL, error) {
	example := "https://example.com/api"
	if withoutScheme(value) && !strings.Contains(value, "@") {
		return nil, fmt.Errorf("%q has no scheme: http://%[1]s or https://%[1]s is needed", shown)
	}
	u, err := url.Parse(value)
	var reason *url.Error
	switch {
	case err != nil && shown != value: // the reason may name a part that is a secret
		return nil, fmt.Errorf("it is not a URL (special characters in it may need percent-encoding): an absolute one is needed, such as %s", example)
	case errors.As(err, &reason):
		return nil, fmt.Errorf("%q is not a URL (%w): an absolute one is needed, such as %s", shown, reason.Err, example)
	}
	port, _ := strconv.Atoi(u.Port())
	switch {
	case u.Scheme == "":
		return nil, fmt.Errorf("%q is not an absolute URL: one is needed, such as %s", shown, example)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("http or https is needed as its scheme, such as in %s", example)
	case u.Hostname() == "":
		return nil, fmt.Errorf("%q has no host: one is needed, such as %s", shown, example)
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

func startPath(value string) (string, error) {
	shown := shownPath(value)
	switch {
	case strings.Contains(value, "://"):
		return "", fmt.Errorf("%q is a URL: a path is needed, which is looked for below the base URL", shown)
	case !strings.HasPrefix(value, "/"):
		return "", fmt.Errorf("%q does not begin with a slash: /%[1]s is needed", shown)
	case strings.ContainsAny(value, " #") || strings.ContainsFunc(value, func(r rune) bool { return r > '~' }):
		return "", fmt.Errorf("%q has a space, a # or a character beyond ASCII: it has to be percent-encoded", shown)
	}
	for _, name := range placeholder.FindAllString(value, -1) {
		if name != "{n}" && name != "{uuid}" {
			if !strings.Contains(shown, name) {
				name = "a placeholder of its query"
			}
			return "", fmt.Errorf("%s is not known: {n} and {uuid} are what differs from start to start", name)
		}
	}
	if _, err := url.Parse(value); err != nil {
		return "", fmt.Errorf("%q is not a path: it has a percent sign that begins no escape", shown)
	}
	return value, nil
}

// transportFields are fields that the connection sets itself.
var transportFields = []string{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Trailer", "Te", "Upgrade", "Keep-Alive"}

// redacted stands for what is not shown.
const redacted = "xxxxx"

// shownPath is a path as it may be shown: without what is a secret in its query. A URL may have been given in its place.
func shownPath(value string) string {
	if strings.Contains(value, "://") {
		return shownURL(value)
	}
	return observe.HideQuery(value, redacted)
}

// shownURL is a URL as it may be shown. A password may hold any character, so all up to the last @ is taken for one.
func shownURL(value string) string {
	value = observe.HideQuery(value, redacted)
	at := strings.LastIndexByte(value, '@')
	if at < 0 {
		return value
	}
	scheme, _, found := strings.Cut(value[:at], "//")
	if !found {
		return redacted + value[at:]
	}
	return scheme + "//" + redacted + value[at:]
}
