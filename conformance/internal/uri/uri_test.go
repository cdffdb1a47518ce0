package uri

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestResolve(t *testing.T) {
	const rfc = "http://a/b/c/d;p?q" // RFC 3986 5.4
	for _, c := range [][3]string{
		// RFC 3986 5.4.1; the fragments, never sent, are left out
		{rfc, "g:h", "g:h"}, {rfc, "g", "http://a/b/c/g"}, {rfc, "./g", "http://a/b/c/g"}, {rfc, "g/", "http://a/b/c/g/"},
		{rfc, "/g", "http://a/g"}, {rfc, "//g", "http://g"}, {rfc, "?y", "http://a/b/c/d;p?y"}, {rfc, "g?y", "http://a/b/c/g?y"},
		{rfc, "#s", "http://a/b/c/d;p?q"}, {rfc, "g#s", "http://a/b/c/g"}, {rfc, "g?y#s", "http://a/b/c/g?y"}, {rfc, ";x", "http://a/b/c/;x"},
		{rfc, "g;x", "http://a/b/c/g;x"}, {rfc, "g;x?y#s", "http://a/b/c/g;x?y"}, {rfc, "", "http://a/b/c/d;p?q"}, {rfc, ".", "http://a/b/c/"},
		{rfc, "./", "http://a/b/c/"}, {rfc, "..", "http://a/b/"}, {rfc, "../", "http://a/b/"}, {rfc, "../g", "http://a/b/g"},
		{rfc, "../..", "http://a/"}, {rfc, "../../", "http://a/"}, {rfc, "../../g", "http://a/g"},
		// RFC 3986 5.4.2
		{rfc, "../../../g", "http://a/g"}, {rfc, "../../../../g", "http://a/g"}, {rfc, "/./g", "http://a/g"}, {rfc, "/../g", "http://a/g"},
		{rfc, "g.", "http://a/b/c/g."}, {rfc, ".g", "http://a/b/c/.g"}, {rfc, "g..", "http://a/b/c/g.."}, {rfc, "..g", "http://a/b/c/..g"},
		{rfc, "./../g", "http://a/b/g"}, {rfc, "./g/.", "http://a/b/c/g/"}, {rfc, "g/./h", "http://a/b/c/g/h"}, {rfc, "g/../h", "http://a/b/c/h"},
		{rfc, "g;x=1/./y", "http://a/b/c/g;x=1/y"}, {rfc, "g;x=1/../y", "http://a/b/c/y"}, {rfc, "g?y/./x", "http://a/b/c/g?y/./x"}, {rfc, "g?y/../x", "http://a/b/c/g?y/../x"},
		{rfc, "g#s/./x", "http://a/b/c/g"}, {rfc, "g#s/../x", "http://a/b/c/g"}, {rfc, "http:g", "http:g"},
		// what servers send
		{"http://h/deferredjob", "monitor/1", "http://h/monitor/1"}, {"http://h/api/deferredjob", "monitor/1", "http://h/api/monitor/1"},
		{"http://h/api/monitor/1", "../result/1", "http://h/api/result/1"}, {"http://h/deferredjob", "?job=1", "http://h/deferredjob?job=1"},
		{"http://h/deferredjob?a=b", "?job=1", "http://h/deferredjob?job=1"}, {"http://h/deferredjob?a=b", "", "http://h/deferredjob?a=b"},
		{"https://h/x", "//host/x", "https://host/x"}, {"https://h", "monitor/1", "https://h/monitor/1"}, {"https://h?a", "monitor/1", "https://h/monitor/1"},
		{"http://h/a", "/b//c///d", "http://h/b//c///d"}, {"http://h/a", "/b//./c", "http://h/b//c"}, {"http://h/a", "/b//../c", "http://h/b/c"},
		{"http://h/a", "HTTP://H:80/B", "HTTP://H:80/B"}, {"http://h/a", "%2e%2e/x", "http://h/%2e%2e/x"}, {"http://h/a", "/m/1?next=/a/../b", "http://h/m/1?next=/a/../b"},
		{"http://h:8080/v1/", "m", "http://h:8080/v1/m"}, {"http://u:p@h/v1", "m", "http://u:p@h/m"}, {"http://h/a?x/y", "m", "http://h/m"}, {"http://h/a", "?", "http://h/a?"},
		// what can't be sent as it is, but may be meant
		{"http://h/a", "/a b", "http://h/a%20b"}, {"http://h/a", "/é", "http://h/%C3%A9"}, {"http://h/a", "/{id}", "http://h/%7Bid%7D"}, {"http://h/a", "/100%", "http://h/100%25"},
	} {
		if got := Resolve(c[0], c[1]); got != c[2] {
			t.Errorf("Resolve(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestSyntaxFault(t *testing.T) {
	g := NewWithT(t)
	for _, valid := range []string{
		"", "/", "monitor/1", "../result/1", "?job=1", "//host/x", "#top", "http://h", "http://h:/x", "http://h:8080/x?y#z", "http://[::1]:80/x", "http://[v1.a:b]/",
		"/a;b=c,d/e@f:g", "/%7Bid%7d", "/!$&'()*+,;=-._~", "?a=b/c?d", "./a:b", "x/a:b", "urn:a:b", "mailto:a@b", "http://u:p@h/x", "a+b-c.1:x", "/?#", "http://h%20x/",
	} {
		g.Expect(SyntaxFault(valid)).To(BeEmpty(), valid)
	}
	for text, fault := range map[string]string{
		"/a b":             `the path has a space: "/a b"`,
		"/a?b c":           `the query has a space: "b c"`,
		"/{id}":            `the path has a brace, as of a template that was not filled in: "/{id}"`,
		"/é":               `the path has the byte 0xc3, which has to be escaped: "/é"`,
		"/a\x7f":           `the path has the byte 0x7f, which has to be escaped: "/a\x7f"`,
		"/a\tb":            `the path has the byte 0x09, which has to be escaped: "/a\tb"`,
		"/100%":            `the path has a percent sign that begins no escape: "/100%"`,
		"/%4":              `the path has a percent sign that begins no escape: "/%4"`,
		"/%zz":             `the path has a percent sign that begins no escape: "/%zz"`,
		`/a\b`:             `the path has "\\", which has to be escaped: "/a\\b"`,
		"/a|b":             `the path has "|", which has to be escaped: "/a|b"`,
		`"/a"`:             `the path has "\"", which has to be escaped: "\"/a\""`,
		"</a>":             `the path has "<", which has to be escaped: "</a>"`,
		"/a#b#c":           `the fragment has "#", which has to be escaped: "b#c"`,
		"/a[1]":            `the path has "[", which has to be escaped: "/a[1]"`,
		"1a:b":             `"1a" can't be a scheme, nor the first segment of a relative path`,
		"job 1:2":          `"job 1" can't be a scheme, nor the first segment of a relative path`,
		":8080/x":          "its first segment begins with a colon",
		"http://h:80a/":    `the port "80a" is not a number`,
		"http://[::1/":     `the host "[:" has no closing bracket`,
		"http://a@b@c/":    `the userinfo has "@", which has to be escaped: "a@b"`,
		"http://h h/":      `the host has a space: "h h"`,
		"http://::1/":      `the host has ":", which has to be escaped: ":"`,
		"http://${HOST}/x": `the host has a brace, as of a template that was not filled in: "${HOST}"`,
	} {
		g.Expect(SyntaxFault(text)).To(Equal(fault), text)
	}
}

func TestOrigin(t *testing.T) {
	for url, want := range map[string]string{
		"http://h/x": "http://h", "HTTP://H:80/x": "http://h", "https://h:443": "https://h", "https://h:80/": "https://h:80", "http://h:": "http://h",
		"http://u:p@h:81/x": "http://h:81", "http://[::1]:8080/": "http://[::1]:8080", "http://[::1]/": "http://[::1]", "http://[::1]:80": "http://[::1]",
		"/x": "", "http:///x": "", "": "", "http://:80/": "", "urn:x": "",
	} {
		if got := Origin(url); got != want {
			t.Errorf("Origin(%q) = %q, want %q", url, got, want)
		}
	}
	if SameOrigin("", "") || SameOrigin("/a", "/b") || !SameOrigin("http://h/a", "HTTP://H:80/b") || SameOrigin("http://h", "https://h") {
		t.Error("SameOrigin")
	}
}
