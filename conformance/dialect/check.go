package dialect

import (
	"fmt"
	"slices"
	"strings"
)

// mostPointers is how many places in bodies a dialect may speak by.
const mostPointers = 64

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
	for _, name := range sortedKeys(d.Start.Ask.Headers) {
		if !isField(name) {
			return wrong("start.ask.headers", notField, name)
		}
	}
	if _, nameless := d.Start.Ask.Query[""]; nameless {
		return wrong("start.ask.query", "a parameter has a name")
	}
	return nil
}

const notField = "%q is no name of a header field"

// checkSpots looks at each reply and each reference.
func (d *Dialect) checkSpots() *Error {
	if len(d.Monitor.At) == 0 {
		return wrong("monitor.at", "the place is needed at which the answer to a start names the monitor: header Location")
	}
	for _, s := range d.object().spots() {
		switch at := s.at.(type) {
		case *Reply:
			if isPart := len(s.path) > 2; isPart || s.path[0] == "cancel" && d.Cancel.Method == "" {
				continue
			}
			if err := d.checkReply(s.path, at); err != nil {
				return err
			}
		case *Refs:
			for _, ref := range *at {
				if says := wrongRef(s.path[0], ref); says != "" {
					return &Error{s.path, says}
				}
			}
		}
	}
	if wanted := d.Wanted(); len(wanted) > mostPointers {
		return wrong("monitor", "it speaks by %d places in bodies: %d at most", len(wanted), mostPointers)
	}
	return nil
}

// parts are a reply itself, and what it should and may hold, each with the key of that.
func (r *Reply) parts() (list []part) {
	for _, p := range []part{{"", r}, {"should", r.Should}, {"may", r.May}} {
		if p.Reply != nil {
			list = append(list, p)
		}
	}
	return list
}

type part struct {
	key string
	*Reply
}

func (d *Dialect) checkReply(path []string, r *Reply) *Error {
	seen := map[string]string{}
	for _, part := range r.parts() {
		at := path
		if part.key != "" {
			at = slices.Concat(path, []string{part.key})
		}
		wrong := func(says string, keys ...string) *Error { return &Error{slices.Concat(at, keys), says} }
		switch {
		case part.key == "" && len(part.Status) == 0:
			return wrong("the status is needed", "status")
		case part.key != "" && (len(part.Status) > 0 || part.Should != nil || part.May != nil):
			return wrong(part.key + " has headers and body alone: the reply around it has the status")
		case part.key != "" && len(part.Headers)+len(part.Body) == 0 && !(part.Empty && part.key == "should"):
			return wrong(part.key + " says nothing: leave it out, or say which headers or places of the body")
		}
		for _, p := range part.places() {
			says := d.wrongPlace(strings.Join(path, "."), p)
			if where, twice := seen[p.canonical()]; twice {
				says = "it is in " + where + " already"
			}
			if seen[p.canonical()] = strings.Join(at, "."); says != "" {
				return wrong(says, p.key(), p.name)
			}
		}
	}
	return nil
}

// key is that of the mapping in which the place stands.
func (p place) key() string {
	if p.header {
		return "headers"
	}
	return "body"
}

// wrongPlace says what is wrong with a field or a place in a body, or with what it holds.
func (d *Dialect) wrongPlace(reply string, p place) string {
	switch kind := p.pattern.Kind; {
	case p.header && !isField(p.name):
		return fmt.Sprintf(notField, p.name)
	case !p.header && wrongPointer(p.name) != "":
		return wrongPointer(p.name)
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

// wrongRef says what is wrong with a reference from a start's, a monitor's or a result's answer.
func wrongRef(of string, r Ref) string {
	switch {
	case of != "result" && (r.Form == Inline || r.Form == Value):
		return fmt.Sprintf("a %s has a URL: header NAME, link /pointer or url TEMPLATE", of)
	case r.Form == Header && !isField(r.Arg):
		return fmt.Sprintf(notField, r.Arg)
	case r.Form == Link, r.Form == Value:
		return wrongPointer(r.Arg)
	case r.Form == URL:
		return wrongTemplate(of, r.Arg)
	}
	return ""
}

func wrongTemplate(of, template string) string {
	if strings.ContainsAny(placeholder.ReplaceAllString(template, ""), "{} ") {
		return fmt.Sprintf("%q has a brace without its other, or a space: {base}/jobs/{/id}", template)
	}
	if !slices.ContainsFunc([]string{"{", "/", "http://", "https://"}, func(with string) bool { return strings.HasPrefix(template, with) }) {
		return fmt.Sprintf("%q begins with no place: {base}, {start}, {monitor}, a slash, http:// or https:// begins it", template)
	}
	known := []string{"base", "start", "monitor"}
	if of == "monitor" {
		known = known[:2]
	}
	for _, part := range placeholders(template) {
		switch isPlace := strings.HasPrefix(part, "/"); {
		case isPlace && wrongPointer(part) != "":
			return wrongPointer(part)
		case !isPlace && !slices.Contains(known, part):
			return fmt.Sprintf("{%s} can't be filled in: {%s}, or a place in the body: {/name}", part, strings.Join(known, "}, {"))
		}
	}
	return ""
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
		return slices.ContainsFunc(part.places(), func(p place) bool { return p.pattern.Kind == resource && p.isOf(ref) })
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
