package contract

import (
	"fmt"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/internal/uri"
	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var locationGroup = []Requirement{
	locationSyntax, locationHTTP, locationAbsolute, locationNoDowngrade, locationSameOrigin, locationNoFragment, locationForgedHost, locationLayout,
}

// A locationRef is a Location that an answer carries alone: the monitor of a 202 or the result of a 201.
type locationRef struct {
	name  string // of the field, or of the place in the body, that has it
	by    *record.Exchange
	value string
	url   string // resolved against the request's URL
	whole bool   // the record has all of it: else value and url are its beginning
}

func newLocationRef(name string, e *record.Exchange, value string) locationRef {
	beginning, whole := record.Beginning(value)
	if !whole {
		beginning = record.TrimHalfEscape(beginning)
	}
	return locationRef{name, e, beginning, uri.Resolve(e.Request.URL, beginning), whole}
}

// locations lists what accepted starts and done monitors name.
func locations(o *view) []locationRef {
	var list []locationRef
	add := func(pointer record.Pointer, e *record.Exchange) {
		if value, one := pointer.One(e); one {
			list = append(list, newLocationRef(pointer.String(), e, value))
		}
	}
	for _, j := range o.jobs {
		if j.Accepted(o.Protocol) {
			add(o.Protocol.Monitor, j.Start)
		}
		for _, e := range j.Reads {
			if o.Protocol.Done.On(e) {
				add(o.Protocol.Product, e)
			}
		}
	}
	return list
}

// eachLocation makes a judgement of what every Location has to keep. The rule says what is wrong
// with one, or nothing; skip leaves out those that another requirement judges; why looks for the cause where the first one is wrong.
func eachLocation(want string, skip func(*view, locationRef) bool, rule func(*view, locationRef) string, why func(*view, locationRef) cause) func(*view) Judgement {
	return func(o *view) Judgement {
		var good, bad []*record.Exchange
		var got string
		var likely cause
		for _, l := range o.locationRefs {
			if skip(o, l) {
				continue
			}
			wrong := rule(o, l)
			switch {
			case wrong != "" && len(bad) == 0:
				got, likely, bad = wrong, why(o, l), append(bad, l.by)
			case wrong != "":
				bad = append(bad, l.by)
			case l.whole: // of what is not in the record nothing is known
				good = append(good, l.by)
			}
		}
		switch {
		case len(bad) > 0:
			got += fmt.Sprintf(" (%d of %s)", len(bad), plural(len(bad)+len(good), "{field}"))
			return failed(got, want, bad[:min(len(bad), 8)]...).because(likely)
		case len(good) > 0:
			return passed(good[:min(len(good), 5)]...)
		}
		return notObserved("no {field} was seen that could be judged")
	}
}

func none(*view, locationRef) bool { return false }

func unexplained(*view, locationRef) cause { return cause{} }

func notSyntax(_ *view, l locationRef) bool { return uri.SyntaxFault(l.value) != "" }

func notHTTP(o *view, l locationRef) bool { return notSyntax(o, l) || httpFault(l.url) != "" }

var locationSyntax = require(Requirement{
	ID: "location.syntax", Level: Must, Source: "RFC 9110 10.2.2; RFC 3986 4.1",
	Says:  "The {field} is a URI-reference as RFC 3986 writes it: no spaces, no control or non-ASCII characters, no braces of an unfilled template, well-formed escapes.",
	Means: "Clients differ in what they make of it: some refuse it, some ask for another resource than was meant.",
	How: `The value of every {accepted} and {done} that carries one is held against the grammar as it was sent. Absolute, path and relative references are all
		fine. None, an empty one or two of them are reported under start.location or monitor.created.`,
	Needs: []string{"start.location"},
	judge: eachLocation("a URI-reference (RFC 3986 4.1)", none, func(_ *view, l locationRef) string {
		if fault := uri.SyntaxFault(l.value); fault != "" {
			return fmt.Sprintf("%s: %q: %s", l.name, l.value, fault)
		}
		return ""
	}, whyMiswritten),
	applies: saysAny,
})

var locationHTTP = require(Requirement{
	ID: "location.http", Level: Must, Source: "RFC 9110 4.2, 4.2.4",
	Says:  "Resolved against the request's URL, the {field} is an http or https URL with a host and without userinfo.",
	Means: "An HTTP client can't ask for it, or sends a name and password that it should never have seen.",
	How: `The reference is resolved as RFC 3986 5.2 says, against the URL that was asked. Any host, port and layout is fine here: where it leads is
		judged by location.same-origin, monitor.ready and result.ok.`,
	Needs: []string{"location.syntax"},
	judge: eachLocation("an http or https URL with a host and without userinfo", notSyntax, func(_ *view, l locationRef) string {
		if fault := httpFault(l.url); fault != "" {
			return fmt.Sprintf("%s: %s, that is %s: %s", l.name, l.value, l.url, fault)
		}
		return ""
	}, whyMiswritten),
	applies: saysAny,
})

var locationAbsolute = require(Requirement{
	ID: "location.absolute", Level: Must, Source: "seed",
	Says:  "Where this dialect wants a whole URL, the answer gives one: with its scheme and host.",
	Means: "A client of this dialect does not resolve references: it can't ask for a path.",
	How:   "What accepted starts and done monitors name is looked at; references elsewhere are judged by start.form and monitor.form.",
	Needs: []string{"location.syntax"}, ofForm: true,
	applies: func(p *record.Protocol) bool { return p.WantsWhole(p.Monitor) || p.WantsWhole(p.Product) },
	judge: func(o *view) Judgement {
		skip := func(o *view, l locationRef) bool {
			pointer := o.Protocol.Monitor
			if l.by.Role == record.RoleMonitor {
				pointer = o.Protocol.Product
			}
			return notSyntax(o, l) || !o.Protocol.WantsWhole(pointer)
		}
		return eachLocation("a whole URL", skip, func(_ *view, l locationRef) string {
			if uri.Split(l.value).Scheme == "" {
				return fmt.Sprintf("%s: %s", l.name, l.value)
			}
			return ""
		}, unexplained)(o)
	},
})

// httpFault says why a URL is none that an HTTP client can ask for; empty where it is one.
func httpFault(url string) string {
	r := uri.Split(url)
	scheme := strings.ToLower(r.Scheme)
	_, host, userinfo := uri.CutLast(r.Authority, "@")
	name, _ := uri.SplitPort(host)
	switch {
	case scheme != "http" && scheme != "https":
		return fmt.Sprintf("its scheme is %q", r.Scheme)
	case userinfo:
		return "it has userinfo"
	case name == "":
		return "it has no host"
	}
	return ""
}

var locationNoDowngrade = require(Requirement{
	ID: "location.no-downgrade", Level: Must, Source: "seed 2; RFC 9110 17.1",
	Says:  "A target on https is never answered with an http {field} (but for an origin that --allow-origin names).",
	Means: "Clients that follow it send their credentials in clear text, or refuse to follow; browsers block it.",
	How: `Every {field} of a {accepted} and a {done} is looked at, where the target is on https; to follow it may work all the same. An http origin that
		--allow-origin names is not held against the server.`,
	Needs: []string{"location.http"},
	judge: where(secure, "the target is not on https", eachLocation("an https URL, as the request was", notHTTP, func(o *view, l locationRef) string {
		if !downgraded(o, l.url) {
			return ""
		}
		return fmt.Sprintf("%s: %s, to a request for %s", l.name, l.value, l.by.Request.URL)
	}, whyDowngraded)),
	applies: saysAny,
})

// hasInvalidLocation reports whether an answer names another resource by a Location that fails a MUST of the location group.
func (o *view) hasInvalidLocation(pointer record.Pointer, e *record.Exchange) bool {
	value, one := pointer.One(e)
	if !one {
		return false
	}
	l := newLocationRef(pointer.String(), e, value)
	return notHTTP(o, l) || downgraded(o, l.url)
}

func downgraded(o *view, url string) bool {
	return secure(o.Target) && strings.HasPrefix(uri.Origin(url), "http:") && !o.Allowed(url)
}

func secure(t record.Target) bool { return strings.HasPrefix(uri.Origin(t.BaseURL), "https:") }

var locationSameOrigin = require(Requirement{
	ID: "location.same-origin", Level: Should, Source: "seed 2",
	Says:  "The {field} stays on the target's origin (or on one named with --allow-origin).",
	Means: "Clients leave credentials behind at another origin, as they have to: the monitor or result may be out of their reach.",
	How: `Scheme, host and port are compared, letter case and default ports aside; an origin that --allow-origin names is as good as the target's.
		Another one is followed all the same, but without credentials, and not to a private address where the target is on none: what can't be
		judged then is not observed. A downgrade to http is reported under location.no-downgrade alone.`,
	Needs: []string{"location.http"},
	judge: eachLocation("a {field} on the target's origin",
		func(o *view, l locationRef) bool { return notHTTP(o, l) || downgraded(o, l.url) },
		func(o *view, l locationRef) string {
			if o.Allowed(l.url) {
				return ""
			}
			return fmt.Sprintf("%s: %s is on %s, the target on %s", l.name, l.value, uri.Origin(l.url), uri.Origin(o.Target.BaseURL))
		}, whyForeign),
	applies: saysAny,
})

var locationNoFragment = require(Requirement{
	ID: "location.no-fragment", Level: Should, Source: "RFC 9110 10.2.2",
	Says:  "The {field} has no fragment.",
	Means: "A fragment is never sent: what it was meant to tell apart is the same resource to a client.",
	How:   `The value is looked at as it was sent. The fragment is left out when it is followed, so nothing else fails because of it.`,
	Needs: []string{"location.syntax"},
	judge: eachLocation("a {field} without a fragment", notSyntax, func(_ *view, l locationRef) string {
		if r := uri.Split(l.value); r.HasFragment {
			return fmt.Sprintf("%s: %s has the fragment %q", l.name, l.value, "#"+r.Fragment)
		}
		return ""
	}, unexplained),
	applies: saysAny,
})
