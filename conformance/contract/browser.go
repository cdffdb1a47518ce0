package contract

import (
	"fmt"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/record"
)

var browserGroup = []Requirement{browserAllowed, browserPreflight, browserExposesLocation}

// forOrigin makes a judgement of what applies only where a browser's origin is given.
func forOrigin(judge func(*view) Judgement) func(*view) Judgement {
	return where(func(t record.Target) bool { return t.Origin != "" }, "no origin was given (--origin)", judge)
}

var browserAllowed = require(Requirement{
	ID: "browser.allowed", Level: Should, Source: "Fetch, CORS protocol",
	Says:  "Answers allow the origin (Access-Control-Allow-Origin).",
	Means: "The browser keeps the answer from the page that asked.",
	How: `Every good answer of a job's life on the target's origin has to carry one Access-Control-Allow-Origin: the origin, or *. Whether a browser
		may send credentials along is not judged. Does not apply without --origin.`,
	Needs: []string{"start.accepted"},
	judge: forOrigin(judgeAllowed),
})

func judgeAllowed(o *view) Judgement {
	return eachExchange(o.exchanges(o.isJobAnswer), func(e *record.Exchange) (string, string) {
		if o.allowsOrigin(e) {
			return "", ""
		}
		return fmt.Sprintf("the %s is answered %s with %s", e.Role, e.StatusText(), fieldText(e, "Access-Control-Allow-Origin")),
			"Access-Control-Allow-Origin: " + o.Target.Origin + " (or *)"
	}, notObserved("no answer of a job's life came"))
}

// isJobAnswer reports whether an exchange is a good answer of a job's life on the target's origin.
func (o *view) isJobAnswer(e *record.Exchange) bool {
	return e.Probe == "" && e.Role != record.RoleOther && e.Answered() && e.Status < 300 && o.Home(e.Request.URL)
}

func (o *view) allowsOrigin(e *record.Exchange) bool {
	values := e.Values("Access-Control-Allow-Origin")
	return len(values) == 1 && (values[0] == "*" || values[0] == o.Target.Origin)
}

var browserPreflight = require(Requirement{
	ID: "browser.preflight", Level: Should, Source: "Fetch, CORS-preflight",
	Says: `Where what the run sends needs a preflight (a method, a header such as Authorization, a content type), OPTIONS is answered 2xx and allows
		origin, method and headers.`,
	Means: "The browser does not send the request at all.",
	How: `Asked only where a browser would ask: for a method other than GET, HEAD and POST, for header fields beyond the safe ones, for a content
		type beyond a form's. * stands for any method or field but Authorization, as in the Fetch standard. Does not apply without --origin.`,
	Needs: []string{"start.accepted"},
	judge: forOrigin(judgePreflight),
})

func judgePreflight(o *view) Judgement {
	asked := slices.Concat(o.probes(record.ProbeCORS, record.RoleStart), o.probes(record.ProbeCORS, record.RoleMonitor), o.probes(record.ProbeCORS, record.RoleResult))
	return eachExchange(asked, func(e *record.Exchange) (string, string) {
		got, want := o.preflightFault(e)
		if got != "" {
			got = fmt.Sprintf("the preflight of the %s: %s", e.Role, got)
		}
		return got, want
	}, notApplicable("nothing that the run sends needs a preflight, or none was sent"))
}

// preflightFault is what a browser would refuse in an answer to a preflight, and what it wants.
func (o *view) preflightFault(e *record.Exchange) (got, want string) {
	if e.Status < 200 || e.Status > 299 {
		return e.StatusText(), "2xx"
	}
	if !o.allowsOrigin(e) {
		return fieldText(e, "Access-Control-Allow-Origin"), "Access-Control-Allow-Origin: " + o.Target.Origin + " (or *)"
	}
	method := e.Request.Value("Access-Control-Request-Method")
	simple := slices.Contains([]string{"GET", "HEAD", "POST"}, method)
	if !simple && !lists(e, "Access-Control-Allow-Methods", method) {
		return fieldText(e, "Access-Control-Allow-Methods"), "a list that names " + method
	}
	allowed := listed(e, "Access-Control-Allow-Headers")
	for _, name := range splitList(e.Request.Value("Access-Control-Request-Headers")) {
		name = strings.ToLower(strings.TrimSpace(name))
		wild := slices.Contains(allowed, "*") && name != "authorization" // the wildcard does not stand for it
		if name != "" && !wild && !slices.Contains(allowed, name) {
			return fieldText(e, "Access-Control-Allow-Headers"), "a list that names " + name
		}
	}
	return "", ""
}

var browserExposesLocation = require(Requirement{
	ID: "browser.exposes-location", Level: Should, Source: "Fetch, CORS protocol",
	Says:  "Access-Control-Expose-Headers lets a page read {field} (and Retry-After, where sent).",
	Means: "The page is told that a job was accepted, and not where to ask for it.",
	How: `Only answers that allow the origin are looked at: the {accepted} and the {done} for {field}, any of them for Retry-After. * is enough. Does not apply
		without --origin.`,
	Needs:   []string{"start.location", "browser.allowed"},
	judge:   forOrigin(judgeExposes),
	applies: hasFields,
})

func judgeExposes(o *view) Judgement {
	allowed := o.exchanges(func(e *record.Exchange) bool { return o.isJobAnswer(e) && o.allowsOrigin(e) })
	names := append(o.Protocol.PointerFields(), "Retry-After")
	return eachExchange(allowed, func(e *record.Exchange) (string, string) {
		for _, name := range names {
			needed := e.Has(name) && (name == "Retry-After" || o.Protocol.Accepted.On(e) || o.Protocol.Done.On(e))
			if needed && !lists(e, "Access-Control-Expose-Headers", name) {
				return fmt.Sprintf("%s with %s, and %s", e.StatusText(), name, fieldText(e, "Access-Control-Expose-Headers")), "a list that names " + name
			}
		}
		return "", ""
	}, notObserved("no answer allows the origin"))
}

// lists reports whether a field's list has a name, or *.
func lists(e *record.Exchange, field, name string) bool {
	names := listed(e, field)
	return slices.Contains(names, strings.ToLower(name)) || slices.Contains(names, "*")
}

// listed reads a list of names, in lower case.
func listed(e *record.Exchange, name string) []string {
	var list []string
	for _, line := range e.Values(name) {
		for _, item := range splitList(line) {
			list = append(list, strings.ToLower(strings.TrimSpace(item)))
		}
	}
	return list
}
