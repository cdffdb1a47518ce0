package dialect

import (
	"fmt"
	"slices"
	"strings"
)

// MostPointers is how many places in bodies a dialect may speak by.
const MostPointers = 64

// Check says what is wrong with a dialect, in one sentence that names the place ([*Error]); nil where it can be judged by.
func (d Dialect) Check() error {
	for _, check := range []func(*Dialect) *Error{(*Dialect).checkNames, (*Dialect).checkSpots, (*Dialect).checkPhases, (*Dialect).checkPlaces, (*Dialect).checkCancel} {
		if err := check(&d); err != nil {
			return err
		}
	}
	return nil
}

func wrong(path, format string, args ...any) *Error {
	return &Error{Path: strings.Split(path, "."), Says: fmt.Sprintf(format, args...)}
}

const letters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"

func consistsOf(text, characters string) bool {
	return text != "" && strings.Trim(text, characters) == ""
}

// isField reports whether a text is a token, as names of fields and methods are (RFC 9110 5.6.2).
func isField(name string) bool {
	return consistsOf(strings.ToLower(name), letters+digits+"!#$%&'*+-.^_`|~")
}

func isMethod(method string) bool {
	return isField(method) && method == strings.ToUpper(method) && !slices.Contains([]string{"HEAD", "OPTIONS", "TRACE", "CONNECT"}, method)
}

func (d *Dialect) checkNames() *Error {
	switch {
	case !consistsOf(d.Name, letters+digits+".-") || len(d.Name) > 60:
		return wrong("name", "%q is no name: small letters, digits, dots and dashes, 60 at most", d.Name)
	case d.Level != "" && d.Level != "MUST" && d.Level != "SHOULD":
		return wrong("level", "%q is no level: MUST or SHOULD", d.Level)
	case len(d.Start.Methods) == 0:
		return wrong("start.methods", "the methods that begin a job are needed: [POST]")
	}
	for _, method := range d.Start.Methods {
		if !isMethod(method) {
			return wrong("start.methods", "%q is no method that begins a job: POST, PUT, PATCH, DELETE or GET", method)
		}
	}
	for name := range d.Start.Ask.Query {
		if name == "" {
			return wrong("start.ask.query", "a parameter has a name")
		}
	}
	return fieldNames([]string{"start", "ask", "headers"}, d.Start.Ask.Headers)
}

// fieldNames refuses what is no name of a field, and one that stands there twice.
func fieldNames[V any](path []string, fields map[string]V) *Error {
	seen := map[string]string{}
	for _, name := range sortedKeys(fields) {
		other, twice := seen[strings.ToLower(name)]
		switch seen[strings.ToLower(name)] = name; {
		case !isField(name):
			return &Error{append(path, name), fmt.Sprintf("%q is no name of a header field", name)}
		case twice:
			return &Error{append(path, name), fmt.Sprintf("the field is there already, as %s", other)}
		}
	}
	return nil
}

// checkSpots looks at each reply and each reference.
func (d *Dialect) checkSpots() *Error {
	if len(d.Monitor.At) == 0 {
		return wrong("monitor.at", "the place is needed at which the answer to a start names the monitor: header Location")
	}
	for _, s := range d.object().spots() {
		var err *Error
		switch at := s.at.(type) {
		case *Reply:
			if s.path[0] != "cancel" || d.Cancel.Method != "" {
				err = d.checkReply(s.path, at)
			}
		case **Reply:
			if isPart := len(s.path) > 2; *at != nil && isPart {
				err = checkPart(s.path, *at)
			} else if *at != nil {
				err = d.checkReply(s.path, *at)
			}
		case *map[string]Pattern:
			err = fieldNames(s.path, *at)
		case *Refs:
			for _, ref := range *at {
				if err == nil {
					err = checkRef(s.path, ref)
				}
			}
		}
		if err != nil {
			return err
		}
	}
	if wanted := d.Wanted(); len(wanted) > MostPointers {
		return wrong("monitor", "it speaks by %d places in bodies: %d at most", len(wanted), MostPointers)
	}
	return nil
}

// checkPart looks at what is recommended or allowed: it is a part of a reply that has the status.
func checkPart(path []string, r *Reply) *Error {
	switch key := path[len(path)-1]; {
	case len(r.Status) > 0, r.Should != nil, r.May != nil:
		return &Error{path, key + " has headers and body alone: the reply around it has the status"}
	case len(r.Headers)+len(r.Body) == 0 && !(r.Empty && key == "should"):
		return &Error{path, key + " says nothing: leave it out, or say which headers or places of the body"}
	}
	return nil
}

// A part is a reply itself, or what it should or may hold, and the key of that.
type part struct {
	path  []string
	reply *Reply
}

func (r *Reply) parts() []part {
	all := []part{{nil, r}, {[]string{"should"}, r.Should}, {[]string{"may"}, r.May}}
	return slices.DeleteFunc(all, func(p part) bool { return p.reply == nil })
}

// key is that of the mapping in which the place stands.
func (p place) key() string {
	if p.header {
		return "headers"
	}
	return "body"
}

func (d *Dialect) checkReply(path []string, r *Reply) *Error {
	if len(r.Status) == 0 {
		return &Error{slices.Concat(path, []string{"status"}), "the status is needed"}
	}
	seen := map[string]string{}
	for _, part := range r.parts() {
		at := slices.Concat(path, part.path)
		for _, p := range part.reply.places() {
			here := slices.Concat(at, []string{p.key(), p.name})
			if where, twice := seen[p.canonical()]; twice {
				return &Error{here, fmt.Sprintf("it is in %s already", where)}
			}
			seen[p.canonical()] = strings.Join(at, ".")
			if says := d.wrongPattern(strings.Join(path, "."), p); says != "" {
				return &Error{here, says}
			}
		}
		if says, name := overlapping(part.reply.Body); says != "" {
			return &Error{slices.Concat(at, []string{"body", name}), says}
		}
	}
	return nil
}

// wrongPattern says what is wrong with what a field or a place in a body holds.
func (d *Dialect) wrongPattern(reply string, p place) string {
	if !p.header {
		if says := wrongPointer(p.name); says != "" {
			return says
		}
	}
	switch kind := p.pattern.Kind; {
	case kind == Content && (p.header || reply != "monitor.done" || !slices.Contains(d.Result.At, Ref{Form: Value, Arg: p.name})):
		return "{value} is the result itself: it stands in the body of monitor.done, and result.at has to be value " + p.name
	case kind == Results && (strings.HasPrefix(reply, "result.") || strings.HasPrefix(reply, "cancel.") || !d.Result.At.AreSaid()):
		return "{result} is where the result is: start and monitor name it, and result.at says where: header NAME or link /pointer"
	}
	return ""
}

func wrongPointer(pointer string) string {
	if !strings.HasPrefix(pointer, "/") {
		return fmt.Sprintf("%q is no JSON pointer: it begins with a slash", pointer)
	}
	if strings.Contains(strings.NewReplacer("~0", "", "~1", "").Replace(pointer), "~") {
		return fmt.Sprintf("%q is no JSON pointer: ~ is written ~0 there, and a slash in a name ~1", pointer)
	}
	return ""
}

// overlapping finds a place within another that holds a constant.
func overlapping(places map[string]Pattern) (says, name string) {
	for _, inner := range sortedKeys(places) {
		for _, outer := range sortedKeys(places) {
			absent := places[inner].Kind == Constant && !slices.ContainsFunc(places[inner].Words, func(word any) bool { return word != nil })
			if strings.HasPrefix(inner, outer+"/") && !absent && places[outer].Kind != Any && places[outer].Kind != Content {
				return fmt.Sprintf("it is within %s, which holds %s", outer, places[outer]), inner
			}
		}
	}
	return "", ""
}

// checkRef looks at one reference.
func checkRef(path []string, r Ref) *Error {
	fail := func(format string, args ...any) *Error { return &Error{path, fmt.Sprintf(format, args...)} }
	switch isResult := path[0] == "result"; {
	case !isResult && (r.Form == Inline || r.Form == Value):
		return fail("a %s has a URL: header NAME, link /pointer or url TEMPLATE", path[0])
	case r.Form == Header && !isField(r.Arg):
		return fail("%q is no name of a header field", r.Arg)
	case r.Form == Link, r.Form == Value:
		if says := wrongPointer(r.Arg); says != "" {
			return fail("%s", says)
		}
	case r.Form == URL:
		return checkTemplate(path, r.Arg, fail)
	}
	return nil
}

func checkTemplate(path []string, template string, fail func(string, ...any) *Error) *Error {
	if strings.ContainsAny(placeholder.ReplaceAllString(template, ""), "{} ") {
		return fail("%q has a brace without its other, or a space: {base}/jobs/{/id}", template)
	}
	if !slices.ContainsFunc([]string{"{", "/", "http://", "https://"}, func(with string) bool { return strings.HasPrefix(template, with) }) {
		return fail("%q begins with no place: {base}, {start}, {monitor}, a slash, http:// or https:// begins it", template)
	}
	for _, part := range placeholders(template) {
		known := []string{"base", "start", "monitor"}
		if path[0] == "monitor" {
			known = known[:2]
		}
		switch {
		case slices.Contains(known, part):
		case !strings.HasPrefix(part, "/"):
			return fail("{%s} can't be filled in: {%s}, or a place in the body: {/name}", part, strings.Join(known, "}, {"))
		default:
			if says := wrongPointer(part); says != "" {
				return fail("%s", says)
			}
		}
	}
	return nil
}

// checkPlaces looks at whether the answers name what the references look for.
func (d *Dialect) checkPlaces() *Error {
	for _, ref := range d.Monitor.At {
		if !d.Start.Reply.isNamed(ref, Monitors) {
			return wrong("monitor.at", "start.reply has no {monitor} at %s", ref)
		}
	}
	for _, ref := range d.Result.At {
		path, reply := "monitor.done", &d.Monitor.Done
		if ref.Start {
			path, reply = "start.reply", &d.Start.Reply
		}
		if !reply.isNamed(ref, Results) {
			return wrong("result.at", "%s has no {result} at %s", path, ref)
		}
	}
	if (d.Result.At.AreSaid() || d.Result.At.By(URL)) && d.Result.Done == nil {
		return wrong("result.done", "it is needed, with a status, since the result has a URL of its own")
	}
	return nil
}

// isNamed reports whether a reply names a resource where a reference looks for it; a template and the answer itself need no name.
func (r *Reply) isNamed(ref Ref, resource Kind) bool {
	return ref.Form != Header && ref.Form != Link || slices.ContainsFunc(r.parts(), func(part part) bool {
		return slices.ContainsFunc(part.reply.places(), func(p place) bool { return p.pattern.Kind == resource && p.isOf(ref) })
	})
}

func (d *Dialect) checkCancel() *Error {
	c := d.Cancel
	switch {
	case c.Method == "" && len(c.At) == 0 && c.Then == "" && len(c.Reply.Status) == 0:
		return nil
	case !isMethod(c.Method) || len(c.At) == 0:
		return wrong("cancel", "a cancellation needs a method, and where it is sent: {method: DELETE, at: monitor}")
	case !slices.Contains([]Then{ThenCancelled, ThenUnknown, ThenAny}, c.Then):
		return wrong("cancel.then", "%q is not what follows a cancellation: cancelled, unknown or any", c.Then)
	case c.Then == ThenCancelled && d.Monitor.Cancelled == nil:
		return wrong("cancel.then", "there is no monitor.cancelled that could follow")
	}
	return nil
}
