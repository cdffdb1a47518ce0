package contract

import (
	"fmt"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

// A cause is the likeliest cause of a failure, and the exchange that shows it: nil where the judgement rests on that one already. The zero
// value says nothing: the functions below speak only where an exchange of the record shows what they say.
type cause struct {
	says  string
	shown *record.Exchange
}

func whyRefused(_ *view, start *record.Exchange) string {
	switch {
	case !start.Answered():
		return ""
	case start.Status == 201 && start.Has("Location"):
		return "201 says that the result exists already: 202 says that the job was accepted"
	case start.Status == 302 && start.Has("Location"):
		return "a framework turned the status into a redirect because a Location was set (as PHP's header() does)"
	case start.Status == 401 || start.Status == 403:
		if start.Request.Credentials == record.IdentityNone {
			return "the start asks for credentials and none were given: see --header"
		}
		return "the credentials that were given are refused"
	case start.Status == 404:
		return "there is no start resource at this URL: see --start-path"
	case start.Status == 405 && allows(start, start.Request.Method):
		return fmt.Sprintf("%s is refused though the answer allows it (%s): there may be no start resource at this URL, see --start-path", start.Request.Method, fieldText(start, "Allow"))
	case start.Status == 405:
		return fmt.Sprintf("the start resource does not know %s (%s): see --request", start.Request.Method, fieldText(start, "Allow"))
	}
	return ""
}

// allows reports whether an answer's Allow lists a method.
func allows(e *record.Exchange, method string) bool {
	for _, value := range e.Values("Allow") {
		for name := range strings.SplitSeq(value, ",") {
			if strings.TrimSpace(name) == method {
				return true
			}
		}
	}
	return false
}

func whyShared(starts []*record.Exchange) string {
	for _, e := range starts {
		if age, _ := deltaSeconds(e.Value("Age")); age > 0 {
			return fmt.Sprintf("a cache answered the start (Age: %s)", e.Value("Age"))
		}
	}
	for _, e := range starts {
		if e.Way != record.WayTogether {
			return ""
		}
	}
	return "only starts at the same instant share one: the id may be made from the clock"
}

// whyDowngraded and whyForeign say what an answer on the target's own origin shows and, where none was asked for, what the Location itself does.
func whyDowngraded(o *view, l locationRef) cause {
	if c := o.explainBrokenLocation(l.by, l.value); c.says != "" {
		return c
	}
	if uri.Origin(o.Target.BaseURL) == "https"+strings.TrimPrefix(uri.Origin(l.url), "http") {
		return cause{"TLS ends at a proxy, and the server builds its URLs from its own side of it: X-Forwarded-Proto is not sent or not honoured", nil}
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
	case hereName == thereName && herePort != therePort:
		return cause{fmt.Sprintf("the port is another (%q, not %q): behind a proxy the server builds its URLs with its own", therePort, herePort), nil}
	case inward(thereName) && !inward(hereName):
		return cause{"the Location names the server's own bind address: behind a proxy, X-Forwarded-Host is not sent or not honoured", nil}
	}
	return cause{}
}

func hostOf(url string) string {
	_, host, _ := strings.Cut(uri.Origin(url), "://")
	return host
}

// whyElsewhere names the cause of what leads nowhere for good: the credentials, or the Location that led there.
func whyElsewhere(o *view, by *record.Exchange, pointer record.Pointer, first *record.Exchange) cause {
	if c := whyRefusedThere(o, first); c.says != "" {
		return c
	}
	if value, one := pointer.One(by); one {
		if c := o.explainBrokenLocation(by, value); c.says != "" {
			return c
		}
	}
	if first.Failure.Kind == record.FailureConnect {
		return cause{"nothing answers at the address that the Location names", nil}
	}
	return cause{}
}

// whyRefusedThere tells a monitor, or a result, that refuses the credentials from one that is pre-authorised and
// refuses any, and from one that was given none.
func whyRefusedThere(o *view, first *record.Exchange) cause {
	if first.Status != 400 && first.Status != 401 && first.Status != 403 {
		return cause{}
	}
	for _, e := range o.probes(record.ProbeDiagnosis, first.Role) {
		if e.Request.Credentials == record.IdentityNone && first.Request.Credentials != record.IdentityNone && o.Protocol.Answers(e) {
			return cited(fmt.Sprintf("asked without the credentials it answers: the %s's URL is authorised by itself, and refuses Authorization beside that", first.Role), e)
		}
	}
	switch {
	case first.Status == 400, first.Status == 403 && first.Request.Credentials == record.IdentityNone: // a 403 may have other reasons: a link that has run out, a wall in front
		return cause{}
	case first.Request.Credentials == record.IdentityNone:
		return cause{fmt.Sprintf("the %s asks for credentials and none were given: see --header", first.Role), nil}
	}
	return cause{fmt.Sprintf("the %s refuses the credentials that the start accepted", first.Role), nil}
}
