package reference

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/two-oh-two/two-oh-two/conformance/dialect"
)

// Faults speak the server's dialect: they edit its pointers, and say its replies.

// Applies says in one sentence why a server that speaks the dialect can't have the fault; nil where it can. The zero dialect is the contract's own.
func (f Fault) Applies(d dialect.Dialect) error {
	if d.Name == "" {
		d = dialect.TwoOhTwo
	}
	for _, t := range f.dialect {
		if !t.has(d) {
			return fmt.Errorf("fault %s does not apply to dialect %s: it needs %s", f.Name, d.Name, t.is)
		}
	}
	return nil
}

// A trait is what a fault needs of the dialect.
type trait struct {
	is  string
	has func(dialect.Dialect) bool
}

var (
	namesMonitor = trait{"a start whose answer has the monitor's URL", func(d dialect.Dialect) bool { return d.Monitor.At.AreSaid() }}
	fieldMonitor = trait{"a start whose answer has the monitor's URL in a field", func(d dialect.Dialect) bool { return d.Monitor.At.By(dialect.Header) }}
	namesResult  = trait{"a done answer that has the result's URL", func(d dialect.Dialect) bool { return saidBy(d.Result.At, dialect.Header, dialect.Link) }}
	fieldResult  = trait{"a done answer that has the result's URL in a field", func(d dialect.Dialect) bool { return saidBy(d.Result.At, dialect.Header) }}
	needsResult  = trait{"a done answer that must have the result's URL", func(d dialect.Dialect) bool {
		return namesResult.has(d) && d.Monitor.Done.Needs(dialect.Results)
	}}
	speaksInFields = trait{"answers that say something in header fields", func(d dialect.Dialect) bool { return fieldMonitor.has(d) || d.Result.At.By(dialect.Header) }}
	getStarts      = trait{"a start by GET", func(d dialect.Dialect) bool { return slices.Contains(d.Start.Methods, http.MethodGet) }}
	// HEAD tells no more than a status and fields.
	headTellsDone = trait{"a done answer with another status than a pending one", func(d dialect.Dialect) bool {
		return !slices.ContainsFunc(d.Monitor.Done.Status, func(r dialect.Range) bool { return d.Monitor.Pending.Status.Has(r.From) })
	}}
	storablePending = trait{"a pending answer that caches may store", func(d dialect.Dialect) bool {
		return slices.ContainsFunc(d.Monitor.Pending.Status, func(r dialect.Range) bool { return r.From == 200 })
	}}
	anyResult   = trait{"a result", func(d dialect.Dialect) bool { return len(d.Result.At) > 0 }}
	typedResult = trait{"a result that is an answer of its own", func(d dialect.Dialect) bool { return resultApart.has(d) || d.Result.At.By(dialect.Inline) }}
	resultApart = trait{"a result with a URL of its own", func(d dialect.Dialect) bool { return len(d.Result.At) > 0 && !d.HoldsResult() }}
	ownLayout   = trait{"a contract that says which paths there are", func(d dialect.Dialect) bool { return d.Name == dialect.TwoOhTwo.Name }}
	serverIDs   = trait{"ids that the server chooses", func(d dialect.Dialect) bool {
		s, err := newSpeech(Options{Dialect: d})
		return err == nil && !strings.Contains(s.places[start], "{id}")
	}}
	// Where done points by a field, pending must not seem to.
	silentPending = trait{"a pending answer without the field that names the result", func(d dialect.Dialect) bool {
		return fieldResult.has(d) && !slices.ContainsFunc(d.Result.At, func(r dialect.Ref) bool {
			return r.Form == dialect.Header && anyKey(d.Monitor.Pending.Headers, r.Arg)
		})
	}}
)

func saidBy(refs dialect.Refs, forms ...dialect.Form) bool {
	return slices.ContainsFunc(refs, func(r dialect.Ref) bool { return !r.Start && slices.Contains(forms, r.Form) })
}

func anyKey(patterns map[string]dialect.Pattern, name string) bool {
	for key := range patterns {
		if strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}

// starts, pends and ends need a dialect in which a start, a pending and a done answer never has the status.
func starts(status int) trait {
	return trait{fmt.Sprintf("a start that is not answered %d", status), func(d dialect.Dialect) bool {
		return !d.Start.Reply.Status.Has(status) && !d.Start.Sync.Has(status)
	}}
}

func pends(status int) trait {
	return trait{fmt.Sprintf("a pending answer that is not %d", status), func(d dialect.Dialect) bool { return !d.Monitor.Pending.Status.Has(status) }}
}

func ends(status int) trait {
	return trait{fmt.Sprintf("a done answer that is not %d", status), func(d dialect.Dialect) bool { return !d.Monitor.Done.Status.Has(status) }}
}

// silent needs a dialect in which an error page says nothing of a job.
func silent(status int) trait {
	return trait{fmt.Sprintf("a %d that says nothing of the job", status), func(d dialect.Dialect) bool {
		broken := problem(status, "")
		phase := d.Phase(dialect.Answer{Status: status, Fields: broken.header.Values, Values: dialect.Read(broken.body, d.Wanted())})
		return phase == dialect.Unrecognised || phase == dialect.Unknown
	}}
}

// pointers are where an answer names the next resource: a start's the monitor, a monitor's the result.
func (x *exchange) pointers() dialect.Refs {
	d := x.server.speech
	refs := d.Result.At
	if x.role == start {
		refs = d.Monitor.At
	}
	return slices.DeleteFunc(slices.Clone(refs), func(r dialect.Ref) bool { return r.Form != dialect.Header && r.Form != dialect.Link })
}

// wantsWhole reports whether the dialect wants a whole URL where an answer names the next resource.
func (x *exchange) wantsWhole() bool {
	d := x.server.speech
	replies := []*dialect.Reply{&d.Monitor.Done, d.Monitor.Done.Should}
	if x.role == start {
		replies = []*dialect.Reply{&d.Start.Reply, d.Start.Reply.Should}
	}
	return slices.ContainsFunc(x.pointers(), func(ref dialect.Ref) bool {
		return slices.ContainsFunc(replies, func(r *dialect.Reply) bool {
			return r != nil && (r.Headers[ref.Arg].Absolute || r.Body[ref.Arg].Absolute)
		})
	})
}

// point has an answer name the next resource by these URLs; by none, not at all.
func point(x *exchange, a *answer, urls ...string) {
	for _, ref := range x.pointers() {
		switch {
		case ref.Form == dialect.Header && len(urls) == 0:
			a.header.Del(ref.Arg)
		case ref.Form == dialect.Header:
			a.header[http.CanonicalHeaderKey(ref.Arg)] = urls
		case len(urls) == 0:
			a.body = dialect.Edit(a.body, ref.Arg, nil)
		default:
			a.body = dialect.Edit(a.body, ref.Arg, urls[0])
		}
	}
}

// unlocate has an answer name no other resource.
func unlocate(x *exchange, a *answer) { point(x, a) }

// atOnce has an answer tell nobody to wait.
func atOnce(x *exchange, a *answer) {
	reply := x.server.speech.Start.Reply
	if x.role == monitor {
		reply = x.server.speech.Monitor.Pending
	}
	if anyKey(reply.Headers, "Retry-After") || reply.Should != nil && anyKey(reply.Should.Headers, "Retry-After") {
		a.set("Retry-After", "0")
		return
	}
	a.header.Del("Retry-After")
}

// withResult has an answer hold another result.
func withResult(x *exchange, a *answer, value any) {
	if ref := firstRef(x.server.speech.Result.At, dialect.Value); x.role == monitor && ref.Form != "" {
		a.body = dialect.Edit(a.body, ref.Arg, value)
		return
	}
	a.write(value)
}

// redirect sends a client elsewhere, as HTTP does.
func redirect(status int, pattern string) change {
	return func(x *exchange, a *answer) {
		a.status = status
		a.set("Location", expand(x, pattern))
	}
}

// asPending says that a job runs.
func asPending(x *exchange, a *answer) { a.become(x, x.server.speech.say(x, dialect.Pending)) }

// asDone says that a job is done.
func asDone(x *exchange, a *answer) { a.become(x, x.server.speech.say(x, dialect.Done)) }

// asResult answers with a result.
func asResult(x *exchange, a *answer) {
	s := x.server.speech
	a.become(x, s.fill(x, s.Result.Done, plain(outcome(x))))
}

// asAccepted answers a start as if it had begun the job with that id.
func asAccepted(x *exchange, a *answer, id string) {
	as := *x
	as.job = &job{id: id, began: x.job.began, lasts: x.job.lasts}
	a.become(x, x.server.speech.accepted(&as))
}

// become takes over what another answer says.
func (a *answer) become(x *exchange, b *answer) {
	drop(x.server.speech.fields...)(x, a)
	drop("Content-Type")(x, a)
	maps.Copy(a.header, b.header)
	a.status, a.body = b.status, b.body
}

// expose lets scripts read the fields of the pattern but some.
func expose(x *exchange, a *answer, but ...string) {
	left := slices.DeleteFunc(slices.Clone(x.server.speech.fields), func(name string) bool {
		return slices.ContainsFunc(but, func(b string) bool { return strings.EqualFold(name, b) })
	})
	a.set("Access-Control-Expose-Headers", strings.Join(left, ", "))
}
