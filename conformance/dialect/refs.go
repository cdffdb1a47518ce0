package dialect

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A Base is what templates of URLs are filled with.
type Base struct {
	Target string // {base}: the target's base URL
	Start  string // {start}: the URL at which the job was begun, without what the dialect asks with
	Here   string // {monitor}: the URL that was asked
}

// Said returns the references that an answer says, by the first place that holds any: a field's values, or a link's. They are as they
// came, and may be empty or several. Templates say nothing.
func (refs Refs) Said(a, start Answer) []string {
	for _, ref := range refs {
		if said := ref.said(ref.of(a, start)); len(said) > 0 {
			return said
		}
	}
	return nil
}

// of is the answer in which the place is.
func (r Ref) of(a, start Answer) Answer {
	if r.Start {
		return start
	}
	return a
}

func (r Ref) said(a Answer) []string {
	switch r.Form {
	case Header:
		if a.Fields != nil {
			return a.Fields(r.Arg)
		}
	case Link:
		if value, there := a.value(r.Arg); there {
			return []string{value}
		}
	}
	return nil
}

// Reference returns where an answer points: what it says where it says one thing, or else the first template that can be filled.
// It is a URI-reference, to be resolved against the URL that was asked, that of the start where the [Ref] says so; empty where there is none.
func (refs Refs) Reference(a, start Answer, base Base) (string, Ref) {
	for _, ref := range refs {
		from := ref.of(a, start)
		switch said := ref.said(from); {
		case len(said) == 1:
			return said[0], ref
		case len(said) > 1, ref.Form == Value && ref.In(from): // where it is held, nothing else has to be asked for it
			return "", ref
		case ref.Form == URL:
			if filled, ok := fill(ref.Arg, from, base); ok {
				return filled, ref
			}
		}
	}
	return "", Ref{}
}

var placeholder = regexp.MustCompile(`\{([^{}]*)\}`)

// placeholders lists what stands in braces in a template.
func placeholders(template string) []string {
	var list []string
	for _, found := range placeholder.FindAllStringSubmatch(template, -1) {
		list = append(list, found[1])
	}
	return list
}

// fill fills a template. The query of the URL that it begins with comes after its own.
func fill(template string, a Answer, base Base) (filled string, ok bool) {
	query, ok := "", true
	filled = placeholder.ReplaceAllStringFunc(template, func(part string) string {
		switch part = part[1 : len(part)-1]; part {
		case "base":
			return strings.TrimSuffix(base.Target, "/")
		case "start", "monitor":
			asked := base.Start
			if part == "monitor" {
				asked = base.Here
			}
			var path string
			path, query, _ = strings.Cut(asked, "?")
			ok = ok && path != ""
			return path
		}
		value, there := a.value(part)
		ok = ok && there && value != ""
		return escape(value)
	})
	switch {
	case query == "":
	case strings.Contains(filled, "?"):
		filled += "&" + query
	default:
		filled += "?" + query
	}
	return filled, ok
}

// escape escapes a value for a URL; its slashes part segments.
func escape(value string) string {
	segments := strings.Split(value, "/")
	for i := range segments {
		segments[i] = url.PathEscape(segments[i])
	}
	return strings.ReplaceAll(strings.Join(segments, "/"), "&", "%26")
}

// Unasked is the URL of a start without what the dialect asks with.
func (ask Ask) Unasked(start string) string {
	path, query, has := strings.Cut(start, "?")
	if !has || len(ask.Query) == 0 {
		return start
	}
	parts := slices.DeleteFunc(strings.Split(query, "&"), func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		_, asked := ask.Query[name]
		return asked
	})
	if len(parts) == 0 {
		return path
	}
	return path + "?" + strings.Join(parts, "&")
}

// Asked is the URL of a start with what the dialect asks with; what it says already stays as it is.
func (ask Ask) Asked(start string) string {
	for _, name := range sortedKeys(ask.Query) {
		if strings.Contains(strings.ReplaceAll(start, "?", "&"), "&"+name+"=") {
			continue
		}
		joint := "?"
		if strings.Contains(start, "?") {
			joint = "&"
		}
		start += joint + url.QueryEscape(name) + "=" + url.QueryEscape(ask.Query[name])
	}
	return start
}

// By reports whether one of the references is of the form.
func (refs Refs) By(form Form) bool {
	return slices.ContainsFunc(refs, func(r Ref) bool { return r.Form == form })
}

// AreSaid reports whether answers name the resource: by a field or a link.
func (refs Refs) AreSaid() bool { return refs.By(Header) || refs.By(Link) }

// In reports whether an answer holds the place.
func (r Ref) In(a Answer) bool {
	_, there := a.value(r.Arg)
	return there
}

// value is what the body holds at a place, as text.
func (a Answer) value(place string) (text string, there bool) {
	value, there := a.Values[place]
	return Text(value), there && value != "null"
}

// HoldsResult reports whether a done monitor's answer may be, or hold, the result.
func (d Dialect) HoldsResult() bool { return d.Result.At.By(Inline) || d.Result.At.By(Value) }
