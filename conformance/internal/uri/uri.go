// Package uri takes URI-references apart and resolves them as RFC 3986 says, and keeps their bytes as they came.
package uri

import (
	"fmt"
	"strings"
)

// A Reference is a URI-reference in its five parts (RFC 3986 3). The parts are
// kept as they came, byte for byte: net/url would decode and tidy them.
type Reference struct {
	Scheme, Authority, Path, Query, Fragment       string
	HasScheme, HasAuthority, HasQuery, HasFragment bool
}

// Split takes a reference apart as RFC 3986 appendix B does. It never fails.
func Split(text string) Reference {
	var r Reference
	text, r.Fragment, r.HasFragment = strings.Cut(text, "#")
	text, r.Query, r.HasQuery = strings.Cut(text, "?")
	if i := strings.IndexAny(text, ":/"); i > 0 && text[i] == ':' {
		r.Scheme, text, r.HasScheme = text[:i], text[i+1:], true
	}
	if rest, found := strings.CutPrefix(text, "//"); found {
		r.HasAuthority = true
		r.Authority, text = rest, ""
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			r.Authority, text = rest[:i], rest[i:]
		}
	}
	r.Path = text
	return r
}

// String puts the parts together again (RFC 3986 5.3).
func (r Reference) String() string {
	var b strings.Builder
	b.Grow(len(r.Scheme) + len("://") + len(r.Authority) + len(r.Path) + len("?") + len(r.Query) + len("#") + len(r.Fragment))
	if r.HasScheme {
		b.WriteString(r.Scheme + ":")
	}
	if r.HasAuthority {
		b.WriteString("//" + r.Authority)
	}
	b.WriteString(r.Path)
	if r.HasQuery {
		b.WriteString("?" + r.Query)
	}
	if r.HasFragment {
		b.WriteString("#" + r.Fragment)
	}
	return b.String()
}

// Resolve resolves a URI-reference against an absolute base as RFC 3986 5.2
// says, and drops the fragment, which is never sent. Apart from dot segments
// the bytes of a valid reference stay as they are: "//" in a path is not tidied.
func Resolve(base, text string) string {
	b, r := Split(base), Split(text)
	switch {
	case r.HasScheme:
		r.Path = removeDotSegments(r.Path)
	case r.HasAuthority:
		r.Scheme, r.HasScheme = b.Scheme, true
		r.Path = removeDotSegments(r.Path)
	default:
		r.Scheme, r.HasScheme = b.Scheme, true
		r.Authority, r.HasAuthority = b.Authority, b.HasAuthority
		switch {
		case r.Path == "":
			r.Path = b.Path
			if !r.HasQuery {
				r.Query, r.HasQuery = b.Query, b.HasQuery
			}
		case r.Path[0] == '/':
			r.Path = removeDotSegments(r.Path)
		default:
			r.Path = removeDotSegments(merge(b, r.Path))
		}
	}
	if !r.HasAuthority && strings.HasPrefix(r.Path, "//") {
		r.Path = "/." + r.Path // else it would be read as an authority (RFC 3986 3.3)
	}
	r.Fragment, r.HasFragment = "", false
	return repaired(r.String())
}

// repaired escapes what no URI can have, as browsers do, so that a Location
// with a fault can be followed all the same. One without stays as it is.
func repaired(url string) string {
	var b strings.Builder
	kept := 0
	for i := range len(url) {
		c := url[i]
		stray := c == '%' && (i+2 >= len(url) || !isHex(url[i+1]) || !isHex(url[i+2]))
		if stray || unfit(c) {
			fmt.Fprintf(&b, "%s%%%02X", url[kept:i], c)
			kept = i + 1
		}
	}
	if kept == 0 {
		return url
	}
	return b.String() + url[kept:]
}

// unfit reports whether a byte can stand nowhere in a URI (RFC 3986 2).
func unfit(c byte) bool {
	switch c {
	case '"', '<', '>', '\\', '^', '`', '{', '|', '}':
		return true
	}
	return c <= ' ' || c > 0x7e
}

// merge is RFC 3986 5.2.3.
func merge(base Reference, path string) string {
	if base.HasAuthority && base.Path == "" {
		return "/" + path
	}
	return base.Path[:strings.LastIndexByte(base.Path, '/')+1] + path
}

// removeDotSegments is RFC 3986 5.2.4.
func removeDotSegments(path string) string {
	if !strings.Contains(path, ".") {
		return path
	}
	rooted := strings.HasPrefix(path, "/")
	var kept []string
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, segment := range segments {
		last := i == len(segments)-1
		switch segment {
		case ".":
		case "..":
			if len(kept) > 0 {
				kept = kept[:len(kept)-1]
			}
		default:
			kept = append(kept, segment)
			continue
		}
		if last {
			kept = append(kept, "")
		}
	}
	out := strings.Join(kept, "/")
	if rooted {
		out = "/" + out
	}
	return out
}

const (
	unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
	subDelims  = "!$&'()*+,;="
)

// SyntaxFault says why a text is no URI-reference (RFC 3986 4.1); empty where it is one.
func SyntaxFault(text string) string {
	r := Split(text)
	if r.HasScheme && !schemeOK(r.Scheme) {
		return fmt.Sprintf("%q can't be a scheme, nor the first segment of a relative path", r.Scheme)
	}
	host := r.Authority
	if r.HasAuthority {
		userinfo, rest, found := CutLast(host, "@")
		if found {
			if fault := badByte(userinfo, unreserved+subDelims+":", "the userinfo"); fault != "" {
				return fault
			}
			host = rest
		}
		if fault := hostFault(host); fault != "" {
			return fault
		}
	}
	if !r.HasScheme && !r.HasAuthority && strings.HasPrefix(r.Path, ":") {
		return "its first segment begins with a colon"
	}
	const pchar = unreserved + subDelims + ":@"
	for _, part := range []struct{ text, allowed, name string }{
		{r.Path, pchar + "/", "the path"},
		{r.Query, pchar + "/?", "the query"},
		{r.Fragment, pchar + "/?", "the fragment"},
	} {
		if fault := badByte(part.text, part.allowed, part.name); fault != "" {
			return fault
		}
	}
	return ""
}

func schemeOK(scheme string) bool {
	letter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	for i := range len(scheme) {
		c := scheme[i]
		if !letter(c) && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(c))) {
			return false
		}
	}
	return scheme != ""
}

func hostFault(host string) string {
	name, port := SplitPort(host)
	if strings.Trim(port, "0123456789") != "" {
		return fmt.Sprintf("the port %q is not a number", port)
	}
	if literal, found := strings.CutPrefix(name, "["); found {
		literal, closed := strings.CutSuffix(literal, "]")
		if !closed {
			return fmt.Sprintf("the host %q has no closing bracket", name)
		}
		return badByte(literal, unreserved+subDelims+":", "the host")
	}
	return badByte(name, unreserved+subDelims, "the host")
}

// SplitPort cuts the port off a host; it is empty where there is none.
func SplitPort(host string) (name, port string) {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		return host[:i], host[i+1:]
	}
	return host, ""
}

// CutLast is [strings.Cut] around the last separator. Where there is none, all of the text is after it.
func CutLast(text, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(text, sep); i >= 0 {
		return text[:i], text[i+len(sep):], true
	}
	return "", text, false
}

func badByte(text, allowed, part string) string {
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			i += 2
		case c == '%':
			return part + " has a percent sign that begins no escape: " + quoteAround(text, i)
		case c == '{' || c == '}':
			return part + " has a brace, as of a template that was not filled in: " + quoteAround(text, i)
		case c == ' ':
			return part + " has a space: " + quoteAround(text, i)
		case c > 0x7e || c < 0x20:
			return fmt.Sprintf("%s has the byte 0x%02x, which has to be escaped: %s", part, c, quoteAround(text, i))
		case strings.IndexByte(allowed, c) < 0:
			return fmt.Sprintf("%s has %q, which has to be escaped: %s", part, string(c), quoteAround(text, i))
		}
	}
	return ""
}

func isHex(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }

func quoteAround(text string, i int) string {
	from, to := max(0, i-20), min(len(text), i+20)
	return fmt.Sprintf("%q", text[from:to])
}

// Origin is the scheme, host and port of a URL (RFC 9110 4.3.1) in one
// spelling: lower case, the default port left out. Empty where there is no host.
func Origin(url string) string {
	r := Split(url)
	_, host, _ := CutLast(r.Authority, "@")
	name, port := SplitPort(strings.ToLower(host))
	if name == "" {
		return ""
	}
	scheme := strings.ToLower(r.Scheme)
	if port == "" || scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		return scheme + "://" + name
	}
	return scheme + "://" + name + ":" + port
}

// SameOrigin reports whether two URLs lie on one origin.
func SameOrigin(a, b string) bool {
	origin := Origin(a)
	return origin != "" && origin == Origin(b)
}
