package uri

import (
	"strings"
	"testing"
)

func FuzzLocation(f *testing.F) {
	for _, seed := range []string{
		"", "/", "monitor/1", "../result/1", "?job=1", "//host/x", "http://h:80/a?b#c", "HTTP://[::1]:8080/", "/a//b/../c", "/{id}", "/100%", "/é", "a:b", ":x", "x:a/../b",
		"http://a@b@c/", "http://[::1", "//", "///x", "http:g", "/./..", "x:.///y", "http://h/%2e%2e/", "#", "?", "http://h:99999999999/", "\x00", "..", "/..;/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const from = "http://a/b/c/d;p?q"
		to, fault := Resolve(from, text), SyntaxFault(text)
		if again := Resolve(from, to); again != to {
			t.Errorf("%q leads to %q, and that to %q", text, to, again)
		}
		if strings.Contains(to, "#") {
			t.Errorf("%q leads to %q", text, to)
		}
		r := Split(text)
		if r.String() != text {
			t.Errorf("%q comes together as %q", text, r.String())
		}
		dotted := strings.HasPrefix(r.Path, ".") || strings.Contains(r.Path, "/.")
		if fault == "" && r.HasScheme && r.HasAuthority && !r.HasFragment && !dotted && to != text {
			t.Errorf("%q, absolute, leads to %q", text, to)
		}
		if fault == "" && SyntaxFault(to) != "" {
			t.Errorf("%q is well-formed, and leads to %q: %s", text, to, SyntaxFault(to))
		}
		if origin := Origin(to); fault == "" && origin != "" && (Origin(origin) != origin || !SameOrigin(to, origin)) {
			t.Errorf("the origin of %q is %q, and of that %q", to, origin, Origin(origin))
		}
	})
}
