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
	for _, check := range []func() *Error{d.checkStart, (&d).checkPhases, d.checkMonitor, d.checkResult, d.checkCancel, d.checkPlaces} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func wrong(path, format string, args ...any) *Error {
	return &Error{Path: strings.Split(path, "."), Says: fmt.Sprintf(format, args...)}
}

func (d Dialect) checkStart() *Error {
	switch {
	case d.Name == "" || strings.ContainsFunc(d.Name, func(c rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789.-", c) }) || len(d.Name) > 60:
		return wrong("name", "%q is no name: small letters, digits, dots and dashes, 60 at most", d.Name)
	case d.Level != "" && d.Level != "MUST" && d.Level != "SHOULD":
		return wrong("level", "%q is no level: MUST or SHOULD", d.Level)
	case len(d.Start.Methods) == 0:
		return wrong("start.methods", "the methods that begin a job are needed: [POST]")
	}
	for _, method := range d.Start.Methods {
		if method == "" || method != strings.ToUpper(method) || method == "HEAD" || method == "OPTIONS" {
			return wrong("start.methods", "%q is no method that begins a job", method)
		}
	}
	return nil
}

// checkPhases finds a reply that can never be told, since one that is tried before it has its signs too.
func (d *Dialect) checkPhases() *Error {
	names := map[Phase]string{Unknown: "unknown", Cancelled: "cancelled", Failed: "failed", Done: "done", Pending: "pending"}
	tried := d.replies()
	for i, later := range tried {
		for _, earlier := range tried[:i] {
			if later.reply != nil && earlier.reply != nil && earlier.reply.covers(*later.reply) {
				return wrong("monitor."+names[later.phase], "it can't be told from monitor.%s, which is tried first: its signs are there too", names[earlier.phase])
			}
		}
	}
	return nil
}

// covers reports whether every answer with the signs of the other reply has the signs of this one.
func (r Reply) covers(other Reply) bool {
	for _, s := range other.Status {
		for status := s.From; status <= s.To; status++ {
			if !r.Status.Has(status) {
				return false
			}
		}
	}
	errors := len(other.Status) > 0 && !slices.ContainsFunc(other.Status, func(s Range) bool { return s.From < 400 })
	implied := func(own, others map[string]Pattern, same func(a, b string) bool) bool {
		for name, p := range own {
			if !p.IsSign() && !errors {
				continue
			}
			found := false
			for otherName, q := range others {
				found = found || same(name, otherName) && (q.IsSign() || errors) && p.impliedBy(q)
			}
			if !found {
				return false
			}
		}
		return true
	}
	return implied(r.Headers, other.Headers, strings.EqualFold) && implied(r.Body, other.Body, func(a, b string) bool { return a == b })
}

// impliedBy reports whether what fits q fits p too.
func (p Pattern) impliedBy(q Pattern) bool {
	in := func(list []any) func(any) bool { return func(word any) bool { return slices.Contains(list, word) } }
	switch {
	case p.Kind == Constant:
		return q.Kind == Constant && !slices.ContainsFunc(q.Words, func(w any) bool { return !in(p.Words)(w) })
	case q.Kind == Constant && slices.Contains(q.Words, nil):
		return false
	case p.Kind == Except && q.Kind == Constant:
		return !slices.ContainsFunc(q.Words, in(p.Words))
	case p.Kind == Except:
		return q.Kind == Except && !slices.ContainsFunc(p.Words, func(w any) bool { return !in(q.Words)(w) })
	}
	return p.Kind == Any || p.Kind == q.Kind
}

func (d Dialect) checkMonitor() *Error {
	switch {
	case len(d.Monitor.At) == 0:
		return wrong("monitor.at", "the place is needed at which the answer to a start names the monitor: header Location")
	case d.Monitor.At.By(Inline) || d.Monitor.At.By(Value):
		return wrong("monitor.at", "a monitor has a URL: header NAME, link /pointer or url TEMPLATE")
	}
	for path, reply := range map[string]Reply{"start.reply": d.Start.Reply, "monitor.pending": d.Monitor.Pending, "monitor.done": d.Monitor.Done} {
		if len(reply.Status) == 0 {
			return wrong(path+".status", "the status is needed")
		}
	}
	return nil
}

func (d Dialect) checkResult() *Error {
	if d.Result.At.AreSaid() || d.Result.At.By(URL) {
		if d.Result.Done == nil || len(d.Result.Done.Status) == 0 {
			return wrong("result.done.status", "the status of a result is needed, since it has a URL of its own")
		}
	}
	return nil
}

func (d Dialect) checkCancel() *Error {
	c := d.Cancel
	switch {
	case c.Method == "" && len(c.At) == 0 && c.Then == "":
		return nil
	case c.Method == "" || len(c.At) == 0:
		return wrong("cancel", "a cancellation needs a method, and where it is sent: {method: DELETE, at: monitor}")
	case !slices.Contains([]Then{ThenCancelled, ThenUnknown, ThenAny}, c.Then):
		return wrong("cancel.then", "%q is not what follows a cancellation: cancelled, unknown or any", c.Then)
	case c.Then == ThenCancelled && d.Monitor.Cancelled == nil:
		return wrong("cancel.then", "there is no monitor.cancelled that could follow")
	case len(c.Reply.Status) == 0:
		return wrong("cancel.reply.status", "the status is needed")
	}
	return nil
}

// checkPlaces looks at JSON pointers and templates.
func (d Dialect) checkPlaces() *Error {
	wanted := d.Wanted()
	if len(wanted) > MostPointers {
		return wrong("monitor", "it speaks by %d places in bodies: %d at most", len(wanted), MostPointers)
	}
	for _, r := range d.allReplies() {
		for pointer, p := range r.Body {
			if !strings.HasPrefix(pointer, "/") {
				return &Error{Path: d.pathOf(pointer), Says: fmt.Sprintf("%q is no JSON pointer: it begins with a slash", pointer)}
			}
			if p.Kind == Content && !d.Result.At.By(Value) {
				return &Error{Path: d.pathOf(pointer), Says: "{value} is the result itself: result.at has to be value " + pointer}
			}
		}
	}
	for path, refs := range map[string]Refs{"monitor.at": d.Monitor.At, "result.at": d.Result.At, "cancel.at": d.Cancel.At} {
		for _, ref := range refs {
			for _, part := range placeholders(ref.Arg) {
				if ref.Form == URL && !strings.HasPrefix(part, "/") && !slices.Contains([]string{"base", "start", "monitor"}, part) || path == "monitor.at" && part == "monitor" {
					return wrong(path, "{%s} can't be filled in: {base}, {start}, {monitor} once it is known, or a place in the body: {/name}", part)
				}
			}
		}
	}
	return nil
}

// pathOf is where a pointer stands in the document.
func (d Dialect) pathOf(pointer string) []string {
	document, _ := d.document().(map[string]any)
	var find func(at any, path []string) []string
	find = func(at any, path []string) []string {
		entries, _ := at.(map[string]any)
		for _, key := range sortedKeys(entries) {
			here := append(slices.Clone(path), key)
			if len(path) > 0 && path[len(path)-1] == "body" && key == pointer {
				return here
			}
			if found := find(entries[key], here); found != nil {
				return found
			}
		}
		return nil
	}
	return find(document, nil)
}
